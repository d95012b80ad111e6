"""GPC tables: graded rows out of three columns, and what must not become a recommendation."""

from __future__ import annotations

import pytest

from corpora.ingest.gpc import looks_like_gpc, parse_gpc
from corpora.ingest.grades import kind_from_grade, parse_cells, parse_strip

METHODS = """
La gradación se muestra como en el ejemplo siguiente:

Evidencia / Recomendación                                            Nivel / Grado

E. El reposo absoluto no mejora la evolución de                         2++
la enfermedad imaginaria                                           (GIB, 2007)

Los sistemas de gradación se describen en el Anexo 6.

                                                                       8
                                                     Diagnóstico de Rinitis de Prueba

        Tabla de referencia de símbolos empleados en esta Guía:

               E     Evidencia
               R     Recomendación
"""

TABLE = """
        4.1 Prevención
        4.1.1 Medidas generales

Evidencia / Recomendación                                        Nivel / Grado

                  El lavado nasal con solución salina reduce
      E           los síntomas en adultos con rinitis leve en                Ib
                  comparación con no lavar.                           (Shekelle, 1999)
                                                                       Prado, 2011

      R           Indicar lavado nasal con 20 mL de solución                  A
                  salina en cada fosa nasal, dos veces al              (Shekelle, 1999)
                  día, y continuar durante todo el periodo
                                                                             9
                                                     Diagnóstico de Rinitis de Prueba

Evidencia / Recomendación                                        Nivel / Grado

                  de exposición al polen.                                Prado, 2011

      /R          Explicar la técnica con un espejo.              Punto de Buena Práctica


5. Definiciones Operativas

Rinitis: inflamación de la mucosa nasal.

6. Bibliografía

Prado M. Lavado nasal. 2011.
"""


@pytest.fixture(scope="module")
def blocks():
    return parse_gpc(METHODS + TABLE)


def test_table_is_recognised() -> None:
    assert looks_like_gpc(TABLE)
    assert not looks_like_gpc("Guía de evidencias sin tabla alguna")


def test_sample_rows_of_the_methods_chapter_are_not_recommendations(blocks) -> None:
    assert not any("enfermedad imaginaria" in block.text for block in blocks)


def test_rows_keep_kind_grade_scale_and_citation(blocks) -> None:
    graded = [(b.kind, b.grade, b.scale, b.citation) for b in blocks if b.kind != "texto"]
    assert graded == [
        ("evidencia", "Ib", "Shekelle, 1999", "Prado, 2011"),
        ("recomendación", "A", "Shekelle, 1999", "Prado, 2011"),
        ("buena práctica", "Punto de Buena Práctica", "", ""),
    ]


def test_row_that_crosses_a_page_is_one_statement_without_page_number_or_running_title(blocks) -> None:
    row = next(block for block in blocks if block.kind == "recomendación")
    assert row.text.endswith("durante todo el periodo de exposición al polen.")
    assert "Rinitis de Prueba" not in row.text
    assert " 9 " not in row.text


def test_citation_never_runs_into_the_statement(blocks) -> None:
    assert not any("Prado" in block.text for block in blocks)


def test_row_knows_its_headings(blocks) -> None:
    assert blocks[0].path == ("4.1 Prevención", "4.1.1 Medidas generales")


def test_table_ends_at_definitions_and_bibliography_is_dropped(blocks) -> None:
    assert blocks[-1].path == ("Definiciones Operativas",)
    assert not any("Lavado nasal. 2011" in block.text for block in blocks)


@pytest.mark.parametrize(
    ("strip", "expected"),
    [
        ("1++ NICE Gómez E, 2017", ("1++", "NICE", "Gómez E, 2017")),
        ("Muy baja GRADE Ruiz KK, 2020", ("Muy baja", "GRADE", "Ruiz KK, 2020")),
        ("Fuerte a favor GRADE", ("Fuerte a favor", "GRADE", "")),
        ("SIGN D Torres M, 2015", ("D", "SIGN", "Torres M, 2015")),
        ("IIa ACC/AHA/ESC León K, 2018", ("IIa", "ACC/AHA/ESC", "León K, 2018")),
        ("PBP", ("PBP", "", "")),
        ("D NICE Soto F, 2021Rey D, 2021", ("D", "NICE", "Soto F, 2021; Rey D, 2021")),
    ],
)
def test_strip_of_the_current_site(strip: str, expected: tuple[str, str, str]) -> None:
    grading = parse_strip(strip)
    assert (grading.grade, grading.scale, grading.citation) == expected


@pytest.mark.parametrize(
    ("grade", "kind"),
    [("III", "evidencia"), ("2+", "evidencia"), ("Baja Calidad", "evidencia"), ("B", "recomendación"),
     ("Fuerte a favor", "recomendación"), ("PBP", "buena práctica"), ("✓", "buena práctica"), ("", "texto")],
)  # fmt: skip
def test_without_marker_the_grade_tells_the_kind(grade: str, kind: str) -> None:
    assert kind_from_grade(grade) == kind


def test_stacked_quality_is_one_grade() -> None:
    grading = parse_cells(["Baja", "Calidad", "GRADE", "OMS, 2010"])
    assert (grading.grade, grading.scale, grading.citation) == ("Baja Calidad", "GRADE", "OMS, 2010")
