"""Diagnoses with certainty, subject and ranked CIE-10 candidates; allergies."""

from __future__ import annotations

import time

import pytest

from copilot.cie10 import candidates, is_code, normalise_code, title
from copilot.domain import Section, Span
from copilot.extraction import extract


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("DM2 descontrolada", ("E11.",)),
        ("HAS", ("I10",)),
        ("IVU baja", ("N39.0",)),
        ("EPOC exacerbado", ("J44.1",)),
        ("probable apendicitis aguda", ("K35",)),
        ("ERC KDIGO 4", ("N18.4",)),
        ("dengue con signos de alarma", ("A97.1",)),
        ("infección por SARS-CoV-2", ("U07.1",)),
        ("luxación de hombro derecho", ("S43.0",)),
        ("faringitis", ("J02.9",)),
        ("glaucoma de ángulo abierto", ("H40.1",)),
        ("diabetes melitus tipo 2", ("E11.",)),
        ("hernia inguinal izquierda", ("K40.9",)),
        ("cólico renoureteral der", ("N23",)),
        ("Tumor maligno de mama", ("C50",)),
        ("E11.9 diabetes", ("E11.9",)),
        ("enfermedad de Legg-Calvé-Perthes", ("M91.1",)),
        ("mastoiditis aguda der", ("H70.0",)),
    ],
)
def test_first_candidate(words: str, codes: tuple[str, ...]) -> None:
    found = candidates(words)
    assert found and found[0].code.startswith(codes), found
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)


@pytest.mark.parametrize("words", ["", "   ", "xyzzy qwrt", "<PACIENTE_1>"])
def test_nothing_is_offered_for_nothing(words: str) -> None:
    assert candidates(words) == ()


def test_codes() -> None:
    assert normalise_code("i10x") == "I10" and normalise_code("E119") == "E11.9" and normalise_code("4-30-8") == ""
    assert is_code("I10X") and not is_code("Q99.99")
    assert title("U07.1").startswith("COVID-19")
    assert "tipo 2" in title("E11.9")


def test_candidates_are_quick() -> None:
    candidates("calentamiento")
    start = time.process_time()
    for _ in range(20):
        candidates("neumonía atípica derecha con derrame paraneumónico")
    assert time.process_time() - start < 1.0


def test_listed_diagnoses_with_certainty_and_side() -> None:
    text = "IDX: 1. Pielonefritis aguda derecha 2. DM2 descontrolada 3. HAS, probable ERC estadio 3. Plan: ceftriaxona"
    found = extract(text).diagnoses
    assert [(d.text, d.certainty, d.laterality) for d in found] == [
        ("Pielonefritis aguda derecha", "confirmado", "derecha"),
        ("DM2 descontrolada", "confirmado", ""),
        ("HAS", "confirmado", ""),
        ("probable ERC estadio 3", "probable", ""),
    ]


def test_relatives_and_denied_diseases_are_told_apart() -> None:
    found = {d.text: d for d in extract("Madre con DM2. Paciente: niega asma. APP: epilepsia").diagnoses}
    assert found["DM2"].subject == "familiar"
    assert found["asma"].certainty == "descartado"
    assert (found["epilepsia"].subject, found["epilepsia"].certainty) == ("paciente", "confirmado")


@pytest.mark.parametrize(
    ("text", "substances"),
    [
        ("alérgica a penicilina y sulfas", ["penicilina", "sulfas"]),
        ("Alergias: metamizol (rash), latex", ["metamizol", "latex"]),
        ("alergia aas", ["aas"]),
        ("rinitis alérgica en control", []),
        ("envío a Alergia e inmunología.", []),
    ],
)
def test_allergens(text: str, substances: list[str]) -> None:
    assert [a.substance for a in extract(text).allergens if not a.negated] == substances


@pytest.mark.parametrize(
    "text",
    ["alergias negadas", "niega alergias", "Alergias: interrogadas y negadas", "no alergias", "sin alergias conocidas"],
)
def test_denied_allergies(text: str) -> None:
    found = extract(text).allergens
    assert len(found) == 1 and found[0].negated


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("idx iamcest anterior killip ii plan asa 300", ["iamcest anterior killip ii"]),
        ("dx cefalea tensional paracetamol 500 c/8", ["cefalea tensional"]),
        ("A: NAC en mejoría. P: mismo manejo", ["NAC en mejoría"]),
        ("Antecedentes: obesidad", ["obesidad"]),
        ("Alérgica a metamizol", []),
        ("VIH no reactivo, FA 340", []),
        ("no tenía diagnóstico de lupus", ["lupus"]),
    ],
)
def test_the_span_is_the_diagnosis_alone(text: str, said: list[str]) -> None:
    assert [d.text for d in extract(text).diagnoses] == said


def test_a_heading_word_counts_in_any_section() -> None:
    text = "acude por ardor IDX emb 28 sdg + ivu baja"
    found = extract(text, [(Span(0, len(text)), Section.PADECIMIENTO_ACTUAL)]).diagnoses
    assert [d.text for d in found] == ["emb 28 sdg", "ivu baja"]


def test_time_grows_with_the_text() -> None:
    note = "TA 130/80 FC 80. Dx: DM2, HAS. Tx: metformina 850 c/12, losartán 50 c/24. Hb 12. "
    extract(note)
    times = []
    for size in (40, 160):
        start = time.process_time()
        extract(note * size)
        times.append(time.process_time() - start)
    assert times[1] < 8 * times[0]
