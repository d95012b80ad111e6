"""The one way in: ``Redactor().redact(text, vault)``."""

from __future__ import annotations

from pathlib import Path

from guardrails.redaction import network
from guardrails.redaction.borders import adjust
from guardrails.redaction.decision import POLICIES, Policy, family
from guardrails.redaction.document import doubled, fielded, one_role, roles, spread
from guardrails.redaction.engine import shared_detector
from guardrails.redaction.errors import RedactionError, TextTooLong
from guardrails.redaction.exceptions import not_personal
from guardrails.redaction.extents import reach
from guardrails.redaction.normalize import prepare
from guardrails.redaction.resolve import resolve
from guardrails.redaction.types import Finding, PersonalDataSpan, Redaction
from guardrails.redaction.vault import SURROGATE, Vault

MAX_CHARS = 5_000_000


class Redactor:
    """De-identifies Spanish clinical text. Thread-safe for reading; the vault belongs to one encounter.

    ``policy``: ``clinical`` (default) or ``strict`` (log of the commission), see ``data/decision_table.csv``.
    """

    def __init__(self, policy: Policy = "clinical", folder: Path = network.MODEL_DIR) -> None:
        if policy not in POLICIES:
            raise RedactionError("La política de desidentificación debe ser «clinical» o «strict».")
        self.policy = policy
        self.detector = shared_detector(folder)

    def find(self, text: str) -> list[Finding]:
        """Every finding of the policy with its fine label, in original offsets, ordered, without overlaps."""
        if len(text) > MAX_CHARS:
            raise TextTooLong(f"El texto supera {MAX_CHARS:,} caracteres; divídalo en partes.")
        prepared = prepare(text)
        candidates, artifacts = self.detector.candidates(prepared)
        bordered = (adjust(one, prepared.text, prepared.folded, artifacts.cased) for one in candidates)
        candidates = [one for one in bordered if one is not None]
        shown = [match.span() for match in SURROGATE.finditer(prepared.text)] if "_" in prepared.text else []
        candidates = [one for one in candidates if not any(start < one.end and one.start < end for start, end in shown)]
        candidates = [
            one
            for one in candidates
            if family(one.label, self.policy) and not not_personal(one, prepared, self.policy)
        ]
        spans = roles(resolve(fielded(candidates), prepared.text), prepared.folded)
        spans += spread(spans, prepared.text, prepared.folded, artifacts.offsets)
        spans = reach(resolve(spans, prepared.text), prepared.text, prepared.folded, artifacts.cased)
        spans = one_role(doubled(spans, prepared.folded), prepared.folded)
        return [Finding(*prepared.original(one.start, one.end), one.label, one.score, one.source) for one in spans]

    def redact(self, text: str, vault: Vault | None = None) -> Redaction:
        """Redact a text; with a vault the surrogates can be undone and stay the same over the encounter."""
        vault = vault if vault is not None else Vault()
        vault.reserve(text)
        spans: list[PersonalDataSpan] = []
        kept = [(one, family(one.label, self.policy) or "OTRO_ID") for one in self.find(text)]
        # Longest names first, so that a part met earlier in the text gets the whole name's surrogate.
        for one, kind in sorted(kept, key=lambda item: -(item[0].end - item[0].start)):
            if kind.startswith("NOMBRE_"):
                vault.surrogate(kind, text[one.start : one.end])
        for one, kind in kept:
            surrogate = vault.surrogate(kind, text[one.start : one.end])
            spans.append(PersonalDataSpan(one.start, one.end, kind, round(min(one.score, 1.0), 3), surrogate))
        parts: list[str] = []
        pieces: list[tuple[int, int, int, int]] = []
        at = length = 0
        for span in spans:
            before = text[at : span.start]
            parts += [before, span.surrogate]
            length += len(before)
            pieces.append((length, length + len(span.surrogate), span.start, span.end))
            length += len(span.surrogate)
            at = span.end
        parts.append(text[at:])
        redacted = "".join(parts)
        vault.remember(redacted, text)
        return Redaction(redacted, tuple(spans), self.policy, tuple(pieces))
