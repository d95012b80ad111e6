# ruff: noqa: E501  (long patterns and messages are kept on one line)
# ruff: noqa: E501  (long patterns and messages are kept on one line)
"""What the norm demands and the note lacks: each element removed must be missed, and a full note must pass."""

from __future__ import annotations

import pytest

from copilot.domain import NoteType, Section, Span
from copilot.extraction import extract
from copilot.nom004 import check, elements, note_type_label
from copilot.nom004.norm import norm_types

URGENCIAS = """<FECHA_1> 10:30 h. <PACIENTE_1>, femenino de 54 años.
Acude por dolor abdominal de 12 horas, refiere náusea.
Consciente, orientada. TA 130/80 FC 90 FR 20 T 37. Abdomen con rebote.
Leucocitos 15.2.
Dx: apendicitis aguda.
Plan: ceftriaxona 1 g IV c/12h.
Pronóstico: reservado.
Elaboró: <PERSONAL_1>, céd. prof. <CEDULA_1>. Firma."""

POSTOPERATORIA = """<FECHA_1> 12:00 h. <PACIENTE_1>, masculino de 40 años, cama 3, expediente 12.
Diagnóstico preoperatorio: hernia inguinal derecha. Operación planeada: plastía inguinal.
Operación realizada: plastía inguinal con malla. Diagnóstico postoperatorio: el mismo.
Técnica: incisión oblicua, disección por planos, cierre. Hallazgos: saco indirecto.
Cuenta de gasas y compresas completa. Sin incidentes ni accidentes. Sangrado 20 ml, sin transfusiones.
Ayudante: <PERSONAL_2>. Anestesiólogo: <PERSONAL_3>. Pasa a recuperación estable.
Plan: paracetamol 1 g IV c/8h. Pronóstico bueno. Cirujano: <PERSONAL_1>, cédula <CEDULA_1>. Firma."""


def _missing(note_type: str, text: str) -> set[str]:
    return {m.element for m in check(note_type, text, [], extract(text)) if m.mandatory}


def test_complete_notes_lack_nothing_mandatory() -> None:
    assert _missing("urgencias", URGENCIAS) == set()
    assert _missing("postoperatoria", POSTOPERATORIA) == set()


@pytest.mark.parametrize(
    ("removed", "element"),
    [
        ("<FECHA_1> 10:30 h. ", "fecha_hora_servicio"),
        ("Pronóstico: reservado.", "pronostico"),
        ("Dx: apendicitis aguda.", "diagnosticos_o_problemas"),
        ("Plan: ceftriaxona 1 g IV c/12h.", "tratamiento"),
        ("TA 130/80 FC 90 FR 20 T 37. ", "signos_vitales"),
        (" Firma.", "firma"),
        ("<PACIENTE_1>, ", "paciente_nombre_completo"),
        ("femenino", "paciente_sexo"),
        (" de 54 años", "paciente_edad"),
        ("<PERSONAL_1>", "autor_nombre_completo"),
        ("céd. prof. <CEDULA_1>", "autor_cedula_profesional"),
    ],
)
def test_a_removed_element_is_missed_in_urgencias(removed: str, element: str) -> None:
    assert removed in URGENCIAS
    assert element in _missing("urgencias", URGENCIAS.replace(removed, ""))


@pytest.mark.parametrize(
    ("removed", "element"),
    [
        ("Cuenta de gasas y compresas completa. ", "conteo_gasas_compresas_instrumental"),
        ("Operación planeada: plastía inguinal.", "operacion_planeada"),
        ("Hallazgos: saco indirecto.", "hallazgos_transoperatorios"),
        ("Diagnóstico postoperatorio: el mismo.", "diagnostico_postoperatorio"),
        ("Sin incidentes ni accidentes. ", "incidentes_accidentes"),
        ("Pasa a recuperación estable.", "estado_postquirurgico_inmediato"),
        ("Ayudante: <PERSONAL_2>. Anestesiólogo: <PERSONAL_3>. ", "equipo_quirurgico"),
    ],
)
def test_a_removed_element_is_missed_after_surgery(removed: str, element: str) -> None:
    text = POSTOPERATORIA.replace(removed, "").replace("Cirujano: ", "Realizó: ")
    assert element in _missing("postoperatoria", text)


def test_if_applicable_is_told_apart_and_only_raised_where_it_applies() -> None:
    found = {
        m.element: m.mandatory for m in check("urgencias", URGENCIAS.replace("Leucocitos 15.2.\n", ""), [], extract(""))
    }
    assert found["resultados_estudios"] is False
    alive = {m.element for m in check("egreso", "Egreso por mejoría", [], extract("Egreso por mejoría"))}
    assert "necropsia" not in alive
    dead = "Defunción a las 10:00 por choque séptico"
    assert "necropsia" in {m.element for m in check("egreso", dead, [], extract(dead))}


def test_drug_lines_without_dose_route_or_frequency_are_flagged() -> None:
    text = "Plan: paracetamol 500 mg cada 8 horas, ceftriaxona IV c/12h, omeprazol 20 mg VO. Suspender enalapril. Alergia a penicilina."
    found = {m.element: m.label for m in check("evolucion", text, [], extract(text)) if m.numeral == "6.2.6"}
    assert "paracetamol" in found["medicamento_via"] and "ceftriaxona" not in found["medicamento_via"]
    assert "ceftriaxona" in found["medicamento_dosis"] and "omeprazol" in found["medicamento_periodicidad"]
    assert not any("enalapril" in label or "penicilina" in label for label in found.values())


def test_assigned_sections_decide_over_words() -> None:
    text = "bien sin molestias seguir igual"
    sections = [(Span(0, 19), Section.EVOLUCION), (Span(20, len(text)), Section.TRATAMIENTO)]
    found = {m.element for m in check("evolucion", text, sections, extract(text, sections))}
    assert "evolucion_cuadro_clinico" not in found and "tratamiento_indicaciones" not in found
    assert {"diagnosticos_o_problemas", "pronostico"} <= found


def test_what_the_application_supplies_is_not_missed() -> None:
    given = {"firma", "autor_nombre_completo", "autor_cedula_profesional"}
    assert not given & {m.element for m in check("evolucion", "control", [], extract("control"), provided=given)}


def test_the_table_covers_all_note_types_and_keeps_its_marks() -> None:
    assert len(norm_types()) == 25
    for note_type in NoteType:
        found = elements(note_type)
        assert len(found) >= 15 and note_type_label(note_type)
        assert all(e.numeral and e.label and e.verification in ("V1", "V2", "P", "NV") for e in found)
    unsettled = [e for t in norm_types() for e in elements(t) if not e.settled]
    assert unsettled, "the marks of unverified rows must not be lost"


def test_unknown_note_type() -> None:
    with pytest.raises(KeyError):
        elements("telegrama")
