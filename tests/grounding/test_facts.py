# ruff: noqa: E501
"""Numbers, units and context of Mexican notes: one table a subject."""

from __future__ import annotations

import pytest

from guardrails.grounding.annotate import Mention, annotate
from guardrails.grounding.omissions import omissions
from guardrails.grounding.quantities import quantities, readings, same_value, unit_clash
from guardrails.grounding.text import fold


def one(text: str):  # type: ignore[no-untyped-def]
    found = quantities(fold(text))
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("500 mg", "0.5 g"), ("c/12h", "dos veces al día"), ("c/8", "cada 8 horas"), ("BID", "cada 12 hrs"), ("3 días", "72 horas"),
        ("una semana", "7 días"), ("130/80 mmHg", "130/80"), ("diario", "cada 24 horas"), ("mil doscientos mg", "1.2 g"),
        ("100 mcg", "0.1 mg"), ("ciento cuarenta mg", "140 mg"), ("treinta y ocho punto dos", "38.2"),
    ],
)  # fmt: skip
def test_same_amount(a: str, b: str) -> None:
    assert same_value(one(a), one(b))


@pytest.mark.parametrize(
    ("a", "b"),
    [("500 mg", "500 g"), ("3 días", "3 semanas"), ("c/12h", "c/8h"), ("130/80", "180/30"), ("5 mg/kg", "5 g/kg"), ("10 UI", "10 ml")],
)
def test_other_amount(a: str, b: str) -> None:
    assert not same_value(one(a), one(b))


def test_same_figure_other_unit() -> None:
    assert unit_clash(one("50 mg"), one("50 g"))


@pytest.mark.parametrize(
    ("words", "value"),
    [("dos mil quinientos", 2500), ("ciento cuarenta y cinco", 145), ("treinta y dos", 32), ("quince", 15)],
)
def test_spoken_numbers(words: str, value: float) -> None:
    assert readings(words)[0] == value


def concept(text: str, name: str) -> Mention:
    return next(m for m in annotate(text).mentions if m.id == name)


@pytest.mark.parametrize(
    ("text", "name", "negated"),
    [
        ("Niega fiebre, tos y disnea.", "disnea", True), ("sin edema, tos productiva", "tos", False), ("Afebril", "fiebre", True),
        ("Murphy negativo", "murphy", True), ("tabaquismo negado", "tabaquismo", True), ("niega tos pero refiere fiebre", "fiebre", False),
        ("Galactorrea no. Fiebre si.", "fiebre", False), ("no se descarta apendicitis", "apendicitis", False),
    ],
)  # fmt: skip
def test_negation(text: str, name: str, negated: bool) -> None:
    assert concept(text, name).negated is negated


@pytest.mark.parametrize(
    ("text", "name", "family"),
    [
        ("AHF: madre con DM2.", "diabetes_2", True), ("Su madre refiere fiebre desde ayer.", "fiebre", False),
        ("Padre hipertenso. Paciente con asma.", "asma", False), ("La trae la abuela, dolor de oido.", "dolor", False),
    ],
)  # fmt: skip
def test_subject(text: str, name: str, family: bool) -> None:
    assert concept(text, name).family is family


@pytest.mark.parametrize(
    ("text", "name", "action"),
    [
        ("suspender metformina e iniciar insulina", "metformina", "suspend"), ("suspender metformina e iniciar insulina", "insulina", "start"),
        ("no dar ibuprofeno", "ibuprofeno", "avoid"), ("alergico a penicilina", "penicilina", "allergy"),
        ("metformina suspendida", "metformina", "suspend"), ("continua igual con losartan, no aspirina", "acido_acetilsalicilico", "suspend"),
        ("subo enalapril a 10", "enalapril", "increase"),
    ],
)  # fmt: skip
def test_action(text: str, name: str, action: str) -> None:
    assert concept(text, name).action == action


def test_a_dose_belongs_to_its_drug() -> None:
    found = annotate("losartan 50 mg c/12h y metformina 850 mg c/8h")
    doses = {m.id: [q.raw[0] for q in m.quantities if q.dim == "mass"] for m in found.mentions if m.type == "drug"}
    assert doses == {"losartan": [50.0], "metformina": [850.0]}


def test_omissions_name_what_was_left_out_or_turned_round() -> None:
    clauses = ["dm2 de 9 a", "toma losartan 50 c/12", "metformina 850 c/8", "niega fiebre", "giordano neg"]
    written = "Diabetes mellitus tipo 2 de 9 años. Toma losartán 50 mg cada 12 horas. Presenta fiebre. Giordano negativo."
    found = {o.index: o for o in omissions(clauses, written)}
    assert set(found) == {2, 3}
    assert "metformina" in found[2].missing
    assert found[3].altered


def test_nothing_is_omitted_from_a_verbatim_copy() -> None:
    clauses = ["dm2 de 9 a", "toma losartan 50 c/12", "niega fiebre", "edema MPI +++"]
    assert omissions(clauses, ". ".join(clauses)) == []
