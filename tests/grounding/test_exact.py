"""Exact comparison, words that exclude each other, whose fact it is, usual doses; and what must not raise them."""

from __future__ import annotations

import pytest

from guardrails.grounding import GroundingGuard
from guardrails.grounding.align import align
from guardrails.grounding.annotate import annotate
from guardrails.grounding.signs import signs
from guardrails.grounding.text import fold

WRONG = [
    ("TGO 88, TGP 140, BT 2.2.", "TGO de 140 y TGP de 88.", "valor_exacto"),
    ("Glucosa capilar 212, TA 150/90.", "Glucosa de 221 con presión de 150/90.", "valor_exacto"),
    ("Cinco gestas, cuatro partos.", "Cuatro gestas y cinco partos.", "valor_exacto"),
    ("Hb 11 → 8.2 tras la cirugía.", "La hemoglobina pasó de 8.2 a 11.", "orden_valores"),
    ("Na 128 (previo 139).", "El sodio subió de 128 a 139.", "orden_valores"),
    ("Plan: pausar terapia de grupo.", "Mantener la terapia de grupo.", "opuesto"),
    ("El brazo izq con flebitis.", "Flebitis del brazo derecho.", "opuesto"),
    ("Entró el martes por disnea.", "Ingresó el jueves por disnea; entró el jueves.", "opuesto_lista"),
    ("Valorado por nefrología.", "Valorado por neurología.", "opuesto_lista"),
    ("Abuela con glaucoma, tío con vitiligo.", "Abuela con vitiligo y tío con glaucoma.", "de_otra_persona"),
    ("Levotiroxina 75 diario.", "Levotiroxina 75 mg diarios.", "unidad_dudosa"),
    ("Metformina 850 c/12.", "Metformina de 850 g cada 12 horas.", "unidad_dudosa"),
    ("Afebril desde el 4º día.", "La fiebre cedió al segundo día.", "ordinal"),
    ("VDRL (-)", "VDRL positivo.", "signo"),
    ("Rh -", "Rh positivo.", "signo"),
    ("Murphy +, Giordano bilat -", "Giordano bilateral positivo.", "signo"),
    ("VDRL (-), VIH (-)", "VDRL y VIH positivos.", "signo"),
    ("(-) fiebre, (-) tos", "Fiebre (+).", "signo"),
    ("Glucosa capilar ↑", "Glucosa capilar baja.", "nivel"),
    ("TFG <60", "TFG mayor de 60", "comparador"),
    ("SatO2 <90%", "SatO2 >90%", "comparador"),
    ("TFG ≥60", "TFG por debajo de 60.", "comparador"),
]
RIGHT = [
    ("TGO 88, TGP 140.", "TGP de 140 y TGO de 88.", "valor_exacto"),
    ("Estudio a las 40 min de llegar.", "El estudio se hizo en menos de una hora.", "cifra_ausente"),
    ("Insomnio de dos meses.", "Insomnio desde hace ocho semanas.", "cifra_ausente"),
    ("20 tab de paracetamol de 500.", "Tomó diez gramos de paracetamol.", "valor_exacto"),
    ("ERC, HD 14 m.", "Lleva catorce meses en hemodiálisis.", "unidad"),
    ("Hb 8.2, antes 11.", "La hemoglobina bajó de 11 a 8.2.", "orden_valores"),
    ("No suspender aspirina.", "Mantener la aspirina.", "opuesto"),
    ("Levotiroxina 75 diario.", "Levotiroxina 75 microgramos diarios.", "unidad_dudosa"),
    ("Tío con glaucoma; acude con su mamá por tos.", "Tiene tos y un tío con glaucoma.", "de_otra_persona"),
    ("Murphy +, Giordano bilat -", "Murphy positivo y Giordano negativo.", "signo"),
    ("VDRL (-)", "VDRL no reactivo.", "signo"),
    ("VIH (-) en 2020, VIH (+) hoy", "VIH positivo.", "signo"),
    ("Glucosa ↑", "Glucosa elevada.", "signo"),
    ("SatO2 <90%", "Saturación menor al 90 %.", "comparador"),
    ("TFG <60", "Tasa de filtración no mayor de 60.", "comparador"),
    ("TFG 45", "TFG <60.", "cifra_ausente"),
    ("<PACIENTE_1> 54 a", "<PACIENTE_1> de menos de 54 años.", "comparador"),
    ("Se deja enoxa 40 y se da furo.", "Recibe enoxaparina y furosemida.", "ausente"),
]


def reasons(source: str, statement: str) -> set[str]:
    """Names of what doesn't fit."""
    return {f.detail for f in align(annotate(source), annotate(statement)).findings}


@pytest.mark.parametrize(("source", "statement", "reason"), WRONG)
def test_what_does_not_fit(source: str, statement: str, reason: str) -> None:
    assert any(one.startswith(reason) for one in reasons(source, statement))


@pytest.mark.parametrize(("source", "statement", "reason"), RIGHT)
def test_good_wording_is_left_alone(source: str, statement: str, reason: str) -> None:
    assert not any(one.startswith(reason) for one in reasons(source, statement))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Murphy + McBurney -", "+? -"), ("DM2 + HAS", "+?"), ("HAS - DM2", "-?"), ("- TA 120/80\n- FC 80", ""),
        ("L4-L5, 3-5 dias, 2 -3 disparos, post-op", ""), ("T-score -2.5", "minus"), ("Rh+ VIH- O-", "+ - -"),
        ("edema ++/++++", "++"), ("K+ 4, Ca++ 9", ""), ("<PACIENTE_1> 54", ""), ("Hb 11 -> 8", ""), ("80 ± 2", "±"),
        ("no mayor de 60", "<="), ("por debajo de 60", "<"), ("al menos 3", ">="), ("VDRL no fue reactivo", "-"),
    ],
)  # fmt: skip
def test_what_is_a_sign(text: str, expected: str) -> None:
    assert " ".join(one.value + "?" * one.loose for one in signs(fold(text))) == expected


class Credulous:
    """A reader that believes everything."""

    name = "pares"

    def score_pairs(self, pairs: list[tuple[str, str]]) -> list[float]:
        return [0.999] * len(pairs)


FAIR = [
    ("Leucocitos en orina (+), nitritos (-).", "Leucocitos positivos y nitritos negativos en orina."),
    ("Potasio ↓ al ingreso, hoy ↑.", "Potasio elevado hoy."),
    ("Lasègue der (+), izq (-)", "Lasègue izquierdo negativo."),
]


@pytest.mark.parametrize(("source", "statement"), FAIR)
def test_a_sign_without_a_name_of_its_own_contradicts_nothing(source: str, statement: str) -> None:
    verdict = GroundingGuard(Credulous()).verify(source, statement)
    assert not {f.detail for f in verdict.findings} & {"signo", "nivel"}


DECISIVE = ("unidad_dudosa", "signo", "comparador")


@pytest.mark.parametrize(("source", "statement"), [(s, t) for s, t, r in WRONG if r in DECISIVE])
def test_no_reader_outvotes_an_exact_contradiction(source: str, statement: str) -> None:
    assert not GroundingGuard(Credulous()).verify(source, statement).supported
