"""The evaluation notes: their marks parse, their offsets hold, and the data card says what they are."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from stdnum import luhn
from stdnum.mx import curp, rfc

from copilot.domain import NoteType
from copilot.sections.labelled import TAGS, read_notes
from eval.datasets import notas, notas_acuerdo
from guardrails.grounding.types import ErrorKind, Severity
from guardrails.redaction.types import TYPES

NOTES = notas.load()
HEADER = "=== x-1 | voz: x | tipo: evolucion"


def note(body: str, facts: str = "", claims: str = "") -> list[str]:
    return [body, "--- hechos", *facts.split("\n"), "--- frases", *claims.split("\n")]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (note("Sin etiqueta ⟦EV⟧mejor"), "empieza sin etiqueta"),
        (note("⟦ZZ⟧mejor"), "etiqueta desconocida"),
        (note("⟦EV⟧⟦PA⟧tos"), "enunciado vacío"),
        (note("⟦FI⟧⟪APODO:Güero⟫"), "tipo desconocido"),
        (note("⟦FI⟧⟪NSS:12987634016"), "sin cerrar"),
        (note("⟦EF⟧TA 120/80", "TA 130/80 => TA 130/80"), "aparece 0 veces"),
        (note("⟦EF⟧TA 120/80, al salir TA 120/80", "TA 120/80 => TA 120/80"), "aparece 2 veces"),
        (note("⟦EF⟧TA 120/80", "TA 120/80"), "sin «=>»"),
        (note("⟦EF⟧TA 120/80", "", "- invento mayor | TA 130/80"), "mal escrita"),
        (note("⟦EF⟧TA 120/80", "", "- numero grave | TA 130/80"), "mal escrita"),
        (note("⟦EF⟧TA 120/80", "", "TA 120/80"), "mal escrita"),
        (["⟦EF⟧TA 120/80", "--- frases"], "le falta"),
    ],
)
def test_wrong_mark_up_is_refused(lines: list[str], says: str) -> None:
    with pytest.raises(notas.NotesError, match=says):
        notas.parse_note(HEADER, lines)


def test_unknown_note_type_is_refused() -> None:
    with pytest.raises(notas.NotesError, match="Encabezado"):
        notas.parse_note("=== x-1 | voz: x | tipo: receta", note("⟦TX⟧reposo"))


def test_offsets_point_at_what_was_marked() -> None:
    one = notas.parse_note(
        HEADER,
        note("⟦FI⟧Sra. ⟪NOMBRE_PACIENTE:Ana⟫ ⟦EF⟧TA 120/80", "TA 120/80 => TA 120/80", "- numero mayor | TA 210/80"),
    )
    assert one.text == "Sra. Ana TA 120/80"
    assert [one.text[start:end] for (start, end), _ in one.statements] == ["Sra. Ana", "TA 120/80"]
    assert one.text[one.personal[0].start : one.personal[0].end] == "Ana"
    assert one.facts[0].span == (9, 18)
    assert one.claims[0] == ("x-1-f1", "TA 210/80", False, ErrorKind.NUMBER, Severity.MAJOR)


@pytest.mark.parametrize("one", NOTES, ids=lambda one: one.id)
def test_every_note_is_whole(one: notas.EvalNote) -> None:
    assert 40 <= len(one.text.split()) <= 250
    covered = [at for (start, end), _ in one.statements for at in range(start, end)]
    inside = set(covered)
    assert len(covered) == len(inside) and covered == sorted(covered)
    assert not "".join(c for at, c in enumerate(one.text) if at not in inside).strip()
    for before, after in zip(one.personal, one.personal[1:], strict=False):
        assert before.end <= after.start
    for datum in one.personal:
        assert datum.type in TYPES
        said = one.text[datum.start : datum.end]
        assert said and said == said.strip()
        assert any(start <= datum.start and datum.end <= end for (start, end), _ in one.statements)
    assert 8 <= len(one.facts) <= 14
    assert len({fact.span for fact in one.facts}) == len(one.facts)
    assert len(one.claims) == 7
    assert len({claim.text for claim in one.claims}) == 7
    assert sum(claim.supported for claim in one.claims) in {3, 4}
    for claim in one.claims:
        assert claim.supported == (claim.kind is ErrorKind.NONE) == (claim.severity is Severity.NONE)


def test_invented_identifiers_have_valid_check_digits() -> None:
    checks = {
        "NSS": lambda value: len(digits := re.sub(r"\D", "", value)) == 11 and luhn.is_valid(digits),
        "CURP": curp.is_valid,
        "RFC": rfc.is_valid,
    }
    wrong = [
        (one.id, datum.type)
        for one in NOTES
        for datum in one.personal
        if datum.type in checks and not checks[datum.type](one.text[datum.start : datum.end])
    ]
    assert not wrong


def test_statements_of_every_kind_and_balanced() -> None:
    claims = [claim for one in NOTES for claim in one.claims]
    assert len(claims) >= 420
    assert abs(sum(claim.supported for claim in claims) / len(claims) - 0.5) < 0.02
    kinds = Counter(claim.kind for claim in claims if not claim.supported)
    assert set(kinds) == set(ErrorKind) - {ErrorKind.NONE}
    assert min(kinds.values()) >= 15


def test_no_note_is_among_the_section_examples() -> None:
    def shingles(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return set(zip(*(words[at:] for at in range(9)), strict=False))

    known = {piece for example in read_notes() for piece in shingles(example.text)}
    assert not {one.id for one in NOTES if shingles(one.text) & known}
    assert not {one.voice for one in NOTES} & {example.voice for example in read_notes()}


def test_the_data_card_counts_what_is_there() -> None:
    card = (notas.DATA / "README.md").read_text(encoding="utf-8")
    said = {name.strip(): int(value) for name, value in re.findall(r"^\| ([^|]+) \| (\d+) \|$", card, re.MULTILINE)}
    claims = [claim for one in NOTES for claim in one.claims]
    found: Counter[str] = Counter(
        {
            "notas": len(NOTES),
            "voces": len({one.voice for one in NOTES}),
            "enunciados con sección": sum(len(one.statements) for one in NOTES),
            "hechos": sum(len(one.facts) for one in NOTES),
            "datos personales": sum(len(one.personal) for one in NOTES),
            "notas con datos personales": sum(bool(one.personal) for one in NOTES),
            "frases": len(claims),
            "frases fieles": sum(claim.supported for claim in claims),
        }
    )
    found.update(f"tipo {one.note_type}" for one in NOTES)
    found.update(f"clase {claim.kind}" for claim in claims if not claim.supported)
    found.update(f"gravedad {claim.severity}" for claim in claims if not claim.supported)
    found.update(f"sección {section}" for one in NOTES for _, section in one.statements)
    found.update(f"dato {datum.type}" for one in NOTES for datum in one.personal)
    assert {one.note_type for one in NOTES} == set(NoteType)
    assert said == dict(found)


def test_the_second_reading_is_settled_in_the_notes() -> None:
    by_id = {one.id: one for one in NOTES}
    read = notas_acuerdo.rows()
    assert {row["note"] for row in read} == {one.id for one in NOTES[4::5]}
    for row in read:
        one = by_id[row["note"]]
        assert one.statements[int(row["statement"]) - 1][1] is TAGS[row["settled"]]
    counted = Counter(row["note"] for row in read)
    assert all(counted[name] == len(by_id[name].statements) for name in counted)
    card = (notas.DATA / "README.md").read_text(encoding="utf-8")
    found = notas_acuerdo.measure()
    assert f"{found.kappa:.3f} (IC 95 % por nota {found.low:.3f}–{found.high:.3f})" in card
