"""Abbreviations: exact, whole token, never guessed."""

from __future__ import annotations

import pytest

from copilot.domain import Section, Span
from copilot.nom004.abbreviations import expand, find


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("con HAS y DM2", "con hipertensión arterial sistémica y diabetes mellitus tipo 2"),
        ("TA 130/80", "Tensión arterial 130/80"),
        ("ceftriaxona 1 g IV c/12h x 7 d", "ceftriaxona 1 g intravenosa cada 12 horas x 7 días"),
        ("gesta: G2 P1 A0 C1", "gesta: gestas 2 paras 1 abortos 0 cesáreas 1"),
        ("con PA 120/80", "con presión arterial 120/80"),
        ("cefotaxima 2 gr c/12h", "cefotaxima 2 gramos cada 12 horas"),
        ("Mucositis gr 1.", "Mucositis grado 1."),
        ("pasar sol hartmann", "pasar solución hartmann"),
        ("Insulina NPH 10 U", "Insulina de acción intermedia 10 U"),
        ("dar x 7d", "dar x 7 días"),
        ("llenado cap 2 seg", "llenado capilar 2 seg"),
        ("dar 1 cap y fem de 30", "dar 1 cápsula y femenino de 30"),
        ("fuerza en MPI 3/5", "fuerza en miembro pélvico izquierdo 3/5"),
        ("amoxicilina susp 250 mg", "amoxicilina suspensión 250 mg"),
        ("curar por 5 días", "curar por 5 días"),
    ],
)
def test_written_out(text: str, expanded: str) -> None:
    assert expand(text).text == expanded


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("repetir c/20 min", "repetir cada 20 minutos"),
        ("vigilar c/15'", "vigilar cada 15 minutos"),
        ("curación c/3 dias", "curación cada 3 días"),
        ("cita c/2 sem", "cita cada 2 semanas"),
        ("dosis c/1 mes", "dosis cada mes"),
        ("SF c/4-6 HRS", "SF cada 4-6 horas"),
        ("dar c/8 a 12 horas", "dar cada 8 a 12 horas"),
        ("dar c/8hs, luego", "dar cada 8 horas, luego"),
        ("metronidazol c/8 día 3", "metronidazol cada 8 horas día 3"),
        ("CITA C/6 MESES", "CITA cada 6 meses"),
        ("CURAR C/4 DIAS", "CURAR cada 4 días"),
        ("dar c/12.", "dar cada 12 horas."),
        ("dar c/12h.", "dar cada 12 horas."),
        ("dar c/12 hrs. por la noche", "dar cada 12 horas por la noche"),
    ],
)
def test_an_interval_is_of_what_it_counts(text: str, expanded: str) -> None:
    assert expand(text).text == expanded


@pytest.mark.parametrize(
    "text",
    [
        "tomar c/2 tab.",
        "c/5",
        "c/30 seg",
        "c/8-12",
        "c/3er día",
        "losartán c/12.5 mg",
        "NPH c/8 U",
        "herida c/4 puntos",
        "O2 c/4 L/min",
        "c/12 - 7 días",
        "tos c/3 días de evolución",
        "c/5''",
        "c/4 y 6 días",
    ],
)
def test_an_interval_of_nothing_sure_is_left(text: str) -> None:
    assert "cada" not in expand(text).text


@pytest.mark.parametrize(
    "text",
    [
        "código E11.9 y K35.8",
        "<PACIENTE_1> <NSS_1> <HGZ_2>",
        "grado IV, NYHA IV, par craneal",
        "5d 3P 10C",
        "DMX HASTA EFE",
        "formato 4-30-8",
        "los has visto",
        "correo ta@dm.mx",
    ],
)
def test_left_alone(text: str) -> None:
    assert expand(text).edits == ()


@pytest.mark.parametrize(
    ("short", "text"),
    [
        ("PCR", "por PCR"),
        ("IRA", "cursa con IRA"),
        ("EAP", "cuadro de EAP"),
        ("IC", "paciente con IC"),
        ("FA", "antecedente de FA"),
        ("Px", "se comenta Px"),
        ("sol", "genética (sol.)"),
        ("gr", "mucositis de gr bajo"),
        ("MPI", "no edema MPI"),
        ("MPI", "MPI sin edema"),
        ("fem", "fractura fem derecha"),
        ("susp", "metformina 850, susp glibenclamida"),
        ("susp", "metformina susp por IRA"),
    ],
)
def test_ambiguous_ones_are_asked(short: str, text: str) -> None:
    result = expand(text)
    assert result.text == text
    assert [q.short for q in result.questions if q.short == short] and len(result.questions[-1].expansions) > 1


def test_readings_are_ranked_by_what_stands_beside_and_by_section() -> None:
    assert find("PCR 12 mg/L")[0].expansions[0] == "proteína C reactiva"
    assert find("presenta PCR con ritmo de asistolia")[0].expansions[0] == "paro cardiorrespiratorio"
    text = "FA"
    assert find(text, [(Span(0, 2), Section.RESULTADOS_ESTUDIOS)])[0].expansions[0] == "fosfatasa alcalina"
    assert find(text, [(Span(0, 2), Section.DIAGNOSTICOS)])[0].expansions[0] == "fibrilación auricular"


def test_the_physicians_choice_is_used_and_a_strange_one_refused() -> None:
    text = "cursa con IRA"
    assert expand(text, {"IRA": "infección respiratoria aguda"}).text == "cursa con infección respiratoria aguda"
    assert expand(text, {10: "insuficiencia renal aguda"}).text == "cursa con insuficiencia renal aguda"
    with pytest.raises(ValueError, match="no es una lectura"):
        expand(text, {"IRA": "ira"})


def test_edits_point_into_the_text_given() -> None:
    text = "Fem 54 a con HAS, TA 130/80"
    result = expand(text)
    assert result.edits
    for edit in result.edits:
        assert text[edit.span.start : edit.span.end] == edit.old
        assert edit.new in result.text
