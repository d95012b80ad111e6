"""Drug orders: dose, unit, route, frequency, duration, status, and what each line lacks (NOM-004 6.2.6)."""

from __future__ import annotations

import pytest

from copilot.domain import Medication, Section, Span
from copilot.extraction import extract
from copilot.extraction.lexicon import lexicon


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


@pytest.mark.parametrize(
    ("text", "suspended", "others"),
    [
        ("suspender enalapril", {"enalapril"}, set()),
        ("no suspender el alopurinol", set(), {"alopurinol"}),
        ("SUSPENDER PASTILLAS, METOPROLOL 50 C/12", set(), {"metoprolol"}),
        ("Pedí Rx de pelvis y suspendí el apixaban, paracetamol 1g IV", {"apixaban"}, {"paracetamol"}),
        ("suspendí el apixaban y la warfarina, paracetamol 1g IV", {"apixaban", "warfarina"}, {"paracetamol"}),
        (
            "Se suspenden enalapril, espironolactona y furosemida. Amlodipino 5 mg c/24",
            {"enalapril", "espironolactona", "furosemida"},
            {"amlodipino"},
        ),
        (
            "suspendo ketorolaco, inicio tramadol 50 mg iv c/8 y omeprazol 40 iv c/24",
            {"ketorolaco"},
            {"tramadol", "omeprazol"},
        ),
        ("retiro metoclopramida, dejo ondansetron 8 mg iv c 8", {"metoclopramida"}, {"ondansetron"}),
        ("dejó la metformina hace un mes", {"metformina"}, set()),
        ("losartan 50 c/12 suspendido hace 2 semanas, amlodipino 5 c/24", {"losartan"}, {"amlodipino"}),
        ("Quetiapina se retiró desde julio. Sertralina 50 c/24", {"quetiapina"}, {"sertralina"}),
        ("metformina se la quitaron por el riñón, linagliptina 5 diaria", {"metformina"}, {"linagliptina"}),
        ("paracetamol 1 g IV c/8, suspender ketorolaco", {"ketorolaco"}, {"paracetamol"}),
        ("paracetamol 500 c/8, se suspende ketorolaco", {"ketorolaco"}, {"paracetamol"}),
        ("ya no toma la glibenclamida; insulina glargina 10 ui noche", {"glibenclamida"}, {"insulina glargina"}),
        ("cambio losartan por telmisartan 80 mg al dia", {"losartan"}, {"telmisartan"}),
        ("no ha suspendido el clopidogrel", set(), {"clopidogrel"}),
        ("dice que la metformina le cayó mal y la dejó", {"metformina"}, set()),
    ],
)
def test_suspended_never_passes_a_comma(text: str, suspended: set[str], others: set[str]) -> None:
    found = extract(text).medications
    assert {m.name.lower() for m in found if m.status == "suspendido"} == suspended
    assert {m.name.lower() for m in found if m.status != "suspendido"} == others


@pytest.mark.parametrize(
    "text", ["no suspender metformina", "no dejar de tomar la metformina", "no ha suspendido la metformina"]
)
def test_told_to_go_on(text: str) -> None:
    found = _one(text, "metformina")
    assert not found.negated and found.status == ""


@pytest.mark.parametrize(
    "text",
    [
        "no toma metformina",
        "metformina no por falla renal",
        "evitar metformina",
        "no dar metformina",
        "niega uso de metformina",
    ],
)
def test_refused_drugs(text: str) -> None:
    assert _one(text, "metformina").negated


@pytest.mark.parametrize(
    "text",
    ["alérgica a metamizol", "Alergias: penicilina y AINE", "alergia a ibuprofeno, no dar", "ALERGICO A LA PENICILINA"],
)
def test_an_allergen_is_no_medication(text: str) -> None:
    found = extract(text)
    assert found.medications == ()
    assert found.allergens


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("metfromina 850 c/12", "metformina"),
        ("omeprasol 20 mg c/24", "omeprazol"),
        ("penizilina 800 mil ui im", "bencilpenicilina"),
        ("cefalexima 500 c/6", "cefalexina"),
        ("hibuprofeno 400 c/8", "ibuprofeno"),
        ("levotiroxcina 100 c/24", "levotiroxina"),
        ("espironolctona 25 mg c/24", "espironolactona"),
        ("ceftriacsona 1 g iv c/12", "ceftriaxona"),
        ("difenidramina 50 mg iv", "difenhidramina"),
        ("clopidrogel 75 mg c/24", "clopidogrel"),
        ("amlodipno 5 c/24", "amlodipino"),
        ("zertralina 50 c/24", "sertralina"),
    ],
)
def test_misspelt_names(written: str, listed: str) -> None:
    assert [h.drug.name.split()[0] for h in lexicon().find(written)] == [listed]


@pytest.mark.parametrize(
    "text",
    [
        "creatina 5 c/12",
        "glucosa 120 mg",
        "presion 120 mmhg",
        "cetonas 80 mg",
        "rodilla 5 cm",
        "hemoglobina 12 g",
        "dr. saldivar ced prof 123456",
    ],
)
def test_not_every_word_before_a_number_is_a_drug(text: str) -> None:
    assert lexicon().find(text) == []


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
