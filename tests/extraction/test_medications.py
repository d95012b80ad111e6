"""Drug orders: dose, unit, route, frequency, duration, status, and what each line lacks (NOM-004 6.2.6)."""

from __future__ import annotations

import pytest

from copilot.domain import Medication, Section, Span
from copilot.extraction import extract


def _one(text: str, name: str) -> Medication:
    return next(m for m in extract(text).medications if m.name.lower() == name)


@pytest.mark.parametrize(
    ("text", "name", "dose", "unit", "route", "frequency", "duration"),
    [
        ("Metformina 850 mg VO c/12h", "metformina", "850", "mg", "VO", "c/12h", ""),
        ("losartan 50 c/12 vo", "losartan", "50", "", "vo", "c/12", ""),
        ("omepra 20 mg cada 24 horas por 14 días", "omepra", "20", "mg", "", "cada 24 horas", "por 14 días"),
        (
            "losartán cincuenta miligramos cada doce horas vía oral",
            "losartán",
            "cincuenta",
            "miligramos",
            "vía oral",
            "cada doce horas",
            "",
        ),
        ("se aplica 1 g de ceftriaxona IV dosis única", "ceftriaxona", "1", "g", "IV", "dosis única", ""),
        ("ceftri 1 g IV c/12h x 7 d", "ceftri", "1", "g", "IV", "c/12h", "x 7 d"),
        ("amlodpino 5mg 1-0-0", "amlodpino", "5", "mg", "", "1-0-0", ""),
        ("insulina NPH 20 UI SC por la mañana", "insulina nph", "20", "UI", "SC", "por la mañana", ""),
        ("paracetamol 500 mg tab PRN", "paracetamol", "500", "mg", "", "PRN", ""),
        ("ASA 100 mg DU", "asa", "100", "mg", "", "DU", ""),
        ("salbutamol 2 disparos c/6h inh", "salbutamol", "2", "disparos", "inh", "c/6h", ""),
        ("butil hioscina 1 amp iv dosis unica", "butil hioscina", "1", "amp", "iv", "dosis unica", ""),
        ("TMP/SMX 160/800 mg vo c/12 x 7 d", "tmp/smx", "160/800", "mg", "vo", "c/12", "x 7 d"),
        ("nitrofurantoina 100 c/12 x 7", "nitrofurantoina", "100", "", "", "c/12", "x 7"),
    ],
)
def test_fields(text: str, name: str, dose: str, unit: str, route: str, frequency: str, duration: str) -> None:
    m = _one(text, name)
    assert (m.dose, m.unit, m.route, m.frequency, m.duration) == (dose, unit, route, frequency, duration)
    assert text[m.span.start : m.span.end].lower().find(name) >= 0


def test_missing_parts_of_an_order_are_named() -> None:
    assert _one("paracetamol 500 mg", "paracetamol").missing == ("vía", "periodicidad")
    assert _one("metformina 850 mg VO c/12h", "metformina").missing == ()


def test_status() -> None:
    assert _one("suspender enalapril", "enalapril").status == "suspendido"
    assert _one("no suspender el alopurinol", "alopurinol").status == ""
    assert _one("alérgica a penicilina", "penicilina").status == "alergia"
    assert _one("no toma metformina", "metformina").negated
    stop_and_start = "SUSPENDER PASTILLAS, METOPROLOL 50 C/12"
    assert _one(stop_and_start, "metoprolol").status == ""


def test_a_drug_among_the_antecedents_is_usual_medication() -> None:
    text = "APP: HAS con losartán 50 mg c/24h"
    found = extract(text, [(Span(0, len(text)), Section.ANTECEDENTES_PATOLOGICOS)]).medications
    assert [m.status for m in found] == ["habitual"]


@pytest.mark.parametrize(
    "text",
    [
        "ASA II, Goldman I",
        "se solicitan TSH, prolactina, testosterona",
        "asas intestinales dilatadas",
        "obesidad con resistencia a insulina",
        "sangrado 40 ml",
        "<PACIENTE_1> acude a consulta",
        "se obtienen 950 ml de orina",
    ],
)
def test_no_drug(text: str) -> None:
    assert extract(text).medications == ()


def test_a_dose_is_not_taken_from_another_matter() -> None:
    m = _one("ácido fólico igual, curva de tolerancia con 75 g", "ácido fólico")
    assert m.dose == ""
