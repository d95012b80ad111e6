"""The evidence cards as shipped, and what the checker must refuse.

The checker is tried against a small protocol of our own, written for this test: a card that invents a dose, a
drug or a heading, that lost a µ, or that copies a sentence must not pass.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import pytest

from corpora.cards import Card, CardError, load_cards, read_cards
from corpora.cards import sources as sources_module
from corpora.cards.check import main
from corpora.cards.figures import figures
from corpora.cards.form import form_problems
from corpora.cards.sources import load_origins
from corpora.cards.trace import check_sources, read_trace, trace_problems

LEAST = {
    ("PAI-DM2", "PRONAM-DM2-SM"): 60,
    ("PAI-HAS", "PRONAM-HAS"): 50,
    ("PRONAM-ERC",): 25,
    ("PRONAM-OBESIDAD",): 35,
    ("PRONAM-VACUNACION",): 30,
    ("PRONAM-1000-DIAS",): 45,
    ("PAI-CODIGO-INFARTO",): 30,
    ("PAI-CODIGO-CEREBRO",): 35,
    ("PRONAM-LLA", "PRONAM-LINFOMA-HODGKIN", "PRONAM-RETINOBLASTOMA"): 40,
}
PROTOCOL = """# Protocolo de prueba

## Tratamiento

### Cuadro 1. Dosis
Metoprolol por la boca, 50 mg cada 12 horas; conviene vigilar siempre la frecuencia cardiaca de cada paciente tratado.
Meta: presión ≤ 130/80 mm Hg en 3 meses.

## Seguimiento
Cita cada 6 meses. Colchicina 0.5 mg.
"""


@pytest.fixture(scope="module")
def cards() -> list[Card]:
    return load_cards()


@pytest.fixture
def protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the test protocol, known to the checker as PAI-PRUEBA."""
    (tmp_path / "prueba.md").write_text(PROTOCOL, encoding="utf-8")
    origins = tmp_path / "sources.tsv"
    origins.write_text("key\tfile\ttitle\tyear\nPAI-PRUEBA\tprueba.md\tPrueba\t2024\n", encoding="utf-8")
    monkeypatch.setattr(sources_module, "SOURCES_FILE", origins)
    return tmp_path


def a_card(text: str, section: str = "Tratamiento › Cuadro 1. Dosis", **changes: str) -> Card:
    card = Card(
        id="PRUEBA-PAI-001", key="PAI-PRUEBA", title="Prueba", year="2024", section=section,
        population="adultos", age_group="adulto", sex="", pregnancy="no", kind="recomendacion", grade="",
        scale="", text=text, numbers="; ".join(figures(text)), drugs="",
    )  # fmt: skip
    return dataclasses.replace(card, **changes)


def test_shipped_cards_and_trace_have_no_fault(cards: list[Card]) -> None:
    assert form_problems(cards) == []
    assert trace_problems(cards, read_trace(), None) == []
    assert main([]) == 0


def test_every_protocol_has_its_share_of_cards(cards: list[Card]) -> None:
    counts = Counter(card.key for card in cards)
    assert set(counts) == set(load_origins())
    for keys, least in LEAST.items():
        assert sum(counts[key] for key in keys) >= least, keys


def test_a_card_names_its_subject_and_stands_alone(cards: list[Card]) -> None:
    """No card may lean on the one before it."""
    leaning = ("En este caso", "Lo anterior", "Ver ", "Además,", "También", "Estos pacientes")
    assert [card.id for card in cards if card.text.startswith(leaning)] == []


@pytest.mark.parametrize(
    "text",
    [
        "Metoprolol en el adulto hipertenso: 50 mg cada 12 horas.",
        "Meta de presión del hipertenso tratado: ≤ 130/80 mmHg a los 3 meses.",
    ],
)
def test_a_faithful_card_passes(protocol: Path, text: str) -> None:
    drugs = "metoprolol" if "Metoprolol" in text else ""
    report = check_sources([a_card(text, drugs=drugs)], protocol)
    assert report.problems == []
    assert len(report.rows) == 1


@pytest.mark.parametrize(
    ("text", "section", "drugs", "fault"),
    [
        ("Metoprolol en el hipertenso: 500 mg cada 12 horas.", "", "", "«500 mg»"),
        ("Metoprolol en el hipertenso: 5.0 mg cada 12 horas.", "", "", "«5.0 mg»"),
        ("Meta de presión del hipertenso: 140/90 mmHg en 3 meses.", "", "", "«140/90 mmHg»"),
        ("Meta de presión del hipertenso: ≥ 130/80 mmHg en 3 meses.", "", "", "«≥130/80»"),
        ("Bisoprolol en el hipertenso: 50 mg cada 12 horas.", "", "bisoprolol", "«bisoprolol»"),
        ("Metoprolol en el hipertenso: 50 mg cada 12 horas.", "Cuadro 9. Otro", "", "no existe"),
        (
            "Recordar: conviene vigilar siempre la frecuencia cardiaca de cada paciente tratado.",
            "",
            "",
            "palabras iguales",
        ),
    ],
    ids=[
        "dosis por diez",
        "punto perdido",
        "otra meta",
        "signo invertido",
        "otro fármaco",
        "otro apartado",
        "frase copiada",
    ],
)
def test_an_unfaithful_card_is_refused(
    protocol: Path, text: str, section: str, drugs: str, fault: str
) -> None:
    card = a_card(text, section or "Tratamiento › Cuadro 1. Dosis", drugs=drugs)
    problems = check_sources([card], protocol).problems
    assert any(fault in problem for problem in problems), problems


def test_a_fact_of_another_section_is_told_apart(protocol: Path) -> None:
    report = check_sources([a_card("Colchicina en la gota del adulto: 0.5 mg al día.")], protocol)
    assert report.problems == []
    assert report.found["PAI-PRUEBA"]["document"] > 0


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"age_group": "niños"}, "age_group"),
        ({"kind": "consejo"}, "kind"),
        ({"section": ""}, "sección vacía"),
        ({"population": ""}, "población vacía"),
        ({"numbers": ""}, "falta la cifra"),
        ({"numbers": "60 mg; 12 horas"}, "no está en el texto"),
        ({"drugs": "metropolol"}, "fármaco desconocido"),
        ({"drugs": ""}, "falta el fármaco"),
        ({"grade": "A"}, "grado sin escala"),
        ({"year": "1999"}, "título o año"),
        ({"text": "Esmolol 50 g/kg/min en infusión para el adulto con crisis."}, "dañado"),
        ({"text": "Metoprolol 50 mg."}, "caracteres"),
        ({"sex": "M", "pregnancy": "si"}, "embarazo"),
        ({"id": "prueba 1"}, "mal formado"),
    ],
)
def test_a_badly_formed_card_is_refused(protocol: Path, changes: dict[str, str], fault: str) -> None:
    good = a_card("Metoprolol en el adulto hipertenso: 50 mg cada 12 horas.", drugs="metoprolol")
    assert form_problems([good]) == []
    assert any(fault in problem for problem in form_problems([dataclasses.replace(good, **changes)]))


def test_repeated_identifiers_and_texts_are_refused(protocol: Path) -> None:
    card = a_card("Metoprolol en el adulto hipertenso: 50 mg cada 12 horas.", drugs="metoprolol")
    problems = form_problems([card, card])
    assert any("repetido" in problem for problem in problems)
    assert any("texto repetido" in problem for problem in problems)


def test_a_trace_that_does_not_match_is_refused(cards: list[Card]) -> None:
    trace = read_trace()
    assert any("sin traza" in problem for problem in trace_problems(cards, trace[1:], None))
    assert any("sin tarjeta" in problem for problem in trace_problems(cards[1:], trace, None))
    other = [{**trace[0], "heading": "Otro"}, *trace[1:]]
    assert any("otro apartado" in problem for problem in trace_problems(cards, other, None))
    assert any(
        "no coincide" in problem for problem in trace_problems(cards, trace, [{**trace[0], "lines": "1"}])
    )


def test_a_missing_source_or_a_broken_file_says_so_in_spanish(tmp_path: Path, cards: list[Card]) -> None:
    with pytest.raises(CardError, match="No se encuentra la fuente"):
        check_sources(cards[:1], tmp_path)
    broken = tmp_path / "roto.tsv"
    broken.write_text("id\tkey\n1\t2\n", encoding="utf-8")
    with pytest.raises(CardError, match="encabezado"):
        read_cards(broken)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("meta ≥ 140/90 mmHg y 80 a 130 mg/dL", ["≥ 140/90 mmHg", "80 a 130 mg/dL"]),
        ("0.3 UI/kg o 10 UI, TFG < 30 mL/min/1.73 m²", ["0.3 UI/kg", "10 UI", "< 30 mL/min/1.73 m²"]),
        ("5 µg/kg por 10 días", ["5 µg/kg", "10 días"]),
        ("cuadro 5, grupo 2", []),
    ],
)
def test_figures_keep_comparator_range_and_unit(text: str, expected: list[str]) -> None:
    assert figures(text) == expected
