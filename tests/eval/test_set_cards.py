"""Data cards: what they say is there, is there."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from eval.bench.writing import traps as rewordings_of_traps
from eval.datasets.sets import ROOT, held, sets
from eval.grounding.train import NOTES
from eval.guidelines.answers import SPLITS as GUIDELINES
from eval.guidelines.answers import questions
from eval.redaction.datasets import mexican
from eval.scope.requests import MEASURING, SPLITS, load_requests
from guardrails.grounding.training.pairs import read_notes, read_pairs

REDACTION = ("dev", "dificiles", "reserva", "reserva2", "reserva3", "reserva4", "reserva5")


def redaction() -> Counter[str]:
    found: Counter[str] = Counter()
    for part in REDACTION:
        samples = mexican(part)
        found[f"{part}: notas"] = len(samples)
        found[f"{part}: datos"] = sum(len(one.spans) for one in samples)
        if part in held("redaccion"):
            found.update(f"{part}: {kind}" for one in samples for *_, kind in one.spans)
    return found


def scope() -> Counter[str]:
    return Counter(f"{one.split}: {one.category}" for split in (*SPLITS, *MEASURING) for one in load_requests(split))


def guidelines() -> Counter[str]:
    found = Counter(f"{one.split}: {one.kind}" for split in GUIDELINES for one in questions(split))
    found["held5: datos exigidos"] = sum(len(one.facts) for one in questions("held5"))
    found["held5: con sección"] = sum(one.has_passage() for one in questions("held5"))
    return found


def guard() -> Counter[str]:
    """The test statements alone: those to learn from grow."""
    found: Counter[str] = Counter()
    notes = set()
    for one in read_pairs(read_notes(NOTES)):
        if one.split != "test":
            continue
        hand = one.id.split("-")[0]
        notes.add((hand, one.note_id))
        found[f"{hand}: {'fieles' if one.supported else 'infieles'}"] += 1
        if not one.supported:
            found.update((f"clase {one.kind}", f"gravedad {one.severity}"))
    found.update(f"{hand}: notas" for hand, _ in notes)
    return found


def reworded() -> Counter[str]:
    return Counter({name: len(sets()[name].files()) for name in ("notas-redaccion", "notas-redaccion-leidas")})


def traps() -> Counter[str]:
    return Counter(f"bien: {'si' if one.sound else 'no'}" for one in rewordings_of_traps())


CARDS = {
    "eval/redaction/data/README.md": redaction,
    "eval/scope/README.md": scope,
    "docs/preguntas_guias.md": guidelines,
    "guardrails/grounding/data/README.md": guard,
    "eval/datasets/notas_redaccion/README.md": reworded,
    "eval/datasets/redaccion_trampas/README.md": traps,
}


@cache
def card(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CARDS)
def test_a_card_counts_what_is_there(name: str) -> None:
    said = re.findall(r"^\| ([^|]+) \| (\d+) \|$", card(name), re.MULTILINE)
    assert {what.strip(): int(count) for what, count in said} == dict(CARDS[name]())
    assert len(said) == len(CARDS[name]())


@pytest.mark.parametrize("name", CARDS)
def test_a_card_gives_version_and_licence(name: str) -> None:
    assert re.search(r"Versión \d+\.\d+", card(name)) and "Licencia: " in card(name)


def test_every_set_has_one_of_these_cards() -> None:
    assert {one.card for one in sets().values()} == {*CARDS, "eval/datasets/notas_textos/README.md"}
