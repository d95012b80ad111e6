"""Denials of single words, ordinals, swapped facts, persons and pending studies; and what must not raise them."""

from __future__ import annotations

import pytest

from copilot.nom004.abbreviations import expand
from guardrails.grounding.align import align
from guardrails.grounding.annotate import annotate
from guardrails.grounding.premise import premise_of


def reasons(source: str, statement: str) -> set[str]:
    """Names of what doesn't fit, without their second part."""
    return {f.detail.split(":")[0] for f in align(annotate(source), annotate(statement)).findings}


@pytest.mark.parametrize(
    ("source", "statement", "reason"),
    [
        ("Herida contaminada, no se sutura; vacuna.", "Sutura de la herida contaminada.", "palabra_afirmada"),
        ("Aviso al MP, no se emite certificado.", "Se emite certificado y se avisa al MP.", "palabra_afirmada"),
        ("EGO s/proteinas.", "El EGO muestra proteinas.", "palabra_afirmada"),
        ("Se retiró oxígeno el tercer día.", "Se retiró oxígeno el primer día.", "ordinal"),
        ("Continúa ampicilina día tres de siete.", "Ampicilina día siete de tres.", "ordinal"),
        ("EPI en 2022; DIU retirado 2024.", "DIU retirado en 2022 y EPI en 2024.", "cruce"),
        ("Glasgow 15 aquí, saturación 94.", "Saturación de 15 con Glasgow de 94.", "cruce"),
        ("EEG pendiente lo solicitado.", "El EEG no muestra actividad epiléptica.", "pendiente_dado"),
        ("Se informa a su hijo Omar.", "Se informa a la directora.", "persona_ausente"),
        ("Firma el hijo.", "Firma la esposa.", "actor"),
    ],
)
def test_what_does_not_fit(source: str, statement: str, reason: str) -> None:
    assert reason in reasons(source, statement)


@pytest.mark.parametrize(
    ("source", "statement", "reason"),
    [
        ("Ya no ha tenido cefalea.", "La cefalea desapareció.", "palabra_afirmada"),
        ("RM: espondilodiscitis L4-L5.", "Espondilodiscitis lumbar.", "polaridad"),
        ("Todavía no canaliza gases.", "No ha expulsado gases.", "polaridad"),
        ("Amilasa normal, no ictericia.", "No hay ictericia y la amilasa se reporta normal.", "polaridad"),
        ("Nitrofurantoína 7 d, cultivo negativo.", "Tomó nitrofurantoína y el cultivo fue negativo.", "polaridad"),
        ("Afasia motora, comprende órdenes.", "No puede hablar por afasia motora.", "polaridad"),
        ("Retiró oxígeno el 3er día.", "Sin oxígeno desde el tercer día.", "ordinal"),
        ("masc 19 a, cayó de la moto hace 1 hr.", "Motociclista de 19 años que se cayó.", "cifra_de_otro"),
        ("DIU retirado 2024, EPI 2022.", "EPI en 2022 y DIU retirado en 2024.", "cruce"),
        ("Sin diarrea.", "El paciente no tiene diarrea.", "opuesto"),
        ("Sin disuria ni descarga uretral.", "No presenta disuria ni descarga uretral.", "palabra_afirmada"),
        ("Alergias: no refiere\nTabaquismo: positivo.", "Tabaquismo positivo.", "palabra_afirmada"),
        ("Referida de su UMF.", "Referida de su Unidad de Medicina Familiar.", "persona_generica"),
        ("RAFI de tobillo.", "Reducción abierta con fijación interna de tobillo.", "persona_generica"),
        ("Paracetamol 1 g VO.", "Paracetamol 1 g por vía oral.", "ausente"),
    ],
)
def test_good_wording_is_left_alone(source: str, statement: str, reason: str) -> None:
    assert reason not in reasons(source, statement)


@pytest.mark.parametrize(
    "short", ["VIH", "INR", "CPK", "RHA", "CPN", "BAAR", "SAOS", "TDAH", "TARV", "ACV", "FALC", "IRCT", "CCT"]
)
def test_an_abbreviation_and_what_it_stands_for_are_one_thing(short: str) -> None:
    written = expand(f"tiene {short} hoy").text
    assert short not in written
    found = reasons(f"tiene {short} hoy", written) | reasons(written, f"tiene {short} hoy")
    assert not {"ausente", "palabra"} & found


def test_the_excerpt_holds_what_the_statement_speaks_of() -> None:
    filler = "Paciente tranquila, cooperadora, sin datos nuevos que agregar en este turno de la guardia. " * 6
    source = annotate(filler + "Se retiró la sonda el jueves. " + filler + "La glucosa fue de 212 en ayuno.")
    statement = annotate("Sonda retirada el jueves con glucosa de 212.")
    excerpt = premise_of(source, statement, align(source, statement))
    assert "sonda el jueves" in excerpt
    assert "212" in excerpt
    assert len(excerpt) < 600
