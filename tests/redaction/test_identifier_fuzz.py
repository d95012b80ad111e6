"""Identifiers in layouts, labels and typings drawn at random: each must disappear wholly, whatever stands around it."""

from collections import Counter

from guardrails.redaction import Redactor

from .identifier_cases import Case, cases

REDACTOR = Redactor()
EACH = 12  # lines a kind; fixed seed


def leaks(case: Case) -> bool:
    """Whether a letter or digit of the datum stays."""
    hidden = {at for one in REDACTOR.find(case.text) for at in range(one.start, one.end)}
    start = case.text.index(case.value)
    return any(at not in hidden for at in range(start, start + len(case.value)) if case.text[at].isalnum())


def test_identifiers_disappear_in_any_layout() -> None:
    leaked = Counter(case.kind for case in cases(seed=2026, each=EACH) if leaks(case))
    # The kinds alone: a report never quotes the datum.
    assert not leaked, dict(leaked)
