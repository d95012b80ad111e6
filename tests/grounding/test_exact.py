"""Exact comparison, words that exclude each other, whose fact it is, usual doses; and what must not raise them."""

from __future__ import annotations

import pytest

from guardrails.grounding import GroundingGuard
from guardrails.grounding.align import align
from guardrails.grounding.annotate import annotate

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


class Credulous:
    """A reader that believes everything."""

    def score_pairs(self, pairs: list[tuple[str, str]]) -> list[float]:
        return [0.999] * len(pairs)


@pytest.mark.parametrize(("source", "statement"), [(s, t) for s, t, r in WRONG if r in ("unidad_dudosa",)])
def test_no_reader_outvotes_an_exact_contradiction(source: str, statement: str) -> None:
    assert not GroundingGuard(Credulous()).verify(source, statement).supported
