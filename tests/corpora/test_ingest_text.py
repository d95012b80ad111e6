"""Markdown and running text: passages that keep headings, table headers and pages; what is dropped and flagged."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.errors import IngestError
from corpora.ingest.clean import PageCounter, join_hyphens, normalise
from corpora.ingest.flags import find_flags
from corpora.ingest.headings import is_dropped, levels_of, population_of
from corpora.ingest.markdown import parse_markdown
from corpora.ingest.plain import parse_plain
from corpora.ingest.reader import ingest_file

PROTOCOL = """# Protocolo de Atención Integral: Rinitis de Prueba

**Debe ser citado como:** Protocolo de Atención Integral de Rinitis de Prueba. Instituto. México. Mayo, 2024.

## Contenido
1. [Tratamiento](#tratamiento)

## Tratamiento
### Primer nivel
*   **Medidas generales:** evitar el polvo doméstico.
    *   Lavado nasal con 20 mL dos veces al día.

### Cuadro 1. Fármacos

| Fármaco | Dosis | Precauciones |
| :--- | :--- | :--- |
| **Inventamina** | 10 mg cada 24 horas | Embarazo |
| Ficticina | 5-50 g/kg/min | Falla renal |

## Bibliografía
1. Pérez A. Rinitis. Revista. 2020.
"""

PLAIN = """PRONAM
Rinitis de Prueba
Protocolo Nacional de Atención Médica (PRONAM)
Rinitis de Prueba
I.\u200b
INTRODUCCIÓN
La rinitis de prueba es frecuente y molesta, y este texto la describe con palabras
1
propias para la prueba, sin copiar documento alguno.
II.\u200b
TRATAMIENTO
A.\u200b
Lavado nasal. Se hace con 20 mL de solución salina por cada fosa nasal dos veces al día.
2
Tabla 1. Grados de rinitis
Grado
Síntomas por semana
G1
90
G2
60-89
G3
45-59
VII.\u200b
LECTURAS RECOMENDADAS.
Pérez A. Rinitis. Revista. 2020;3:1-9.
"""


@pytest.fixture
def protocol(tmp_path: Path) -> Path:
    path = tmp_path / "pai-rinitis-de-prueba.md"
    path.write_text(PROTOCOL, encoding="utf-8")
    return path


def test_document_identity(protocol: Path) -> None:
    document = ingest_file(protocol)
    assert (document.key, document.family, document.year) == ("PAI-RINITIS-DE-PRUEBA", "PAI", 2024)
    assert document.title == "Rinitis de Prueba"


def test_table_rows_keep_their_column_names(protocol: Path) -> None:
    table = next(p for p in ingest_file(protocol).passages if "Inventamina" in p.text)
    assert "Fármaco: Inventamina | Dosis: 10 mg cada 24 horas | Precauciones: Embarazo" in table.text
    assert "Cuadro 1. Fármacos" in f"{table.heading} {table.text}"


def test_contents_and_bibliography_are_not_passages(protocol: Path) -> None:
    text = " ".join(p.text for p in ingest_file(protocol).passages)
    assert "Pérez A" not in text
    assert "(#tratamiento)" not in text


def test_bare_unit_is_flagged_never_repaired(protocol: Path) -> None:
    document = ingest_file(protocol)
    table = next(p for p in document.passages if "Ficticina" in p.text)
    assert "unidad_sin_prefijo" in table.flags
    assert "5-50 g/kg/min" in table.text
    assert any("sospechosos" in warning for warning in document.warnings)


def test_level_of_care_comes_from_the_heading() -> None:
    assert population_of("Rinitis", ("Tratamiento", "Primer nivel")).level == (1,)
    assert population_of("Rinitis", ("Tratamiento", "Dosis de inicio")).level == ()


def test_running_text_page_number_in_mid_sentence_is_taken_out() -> None:
    blocks = parse_plain(normalise(PLAIN))
    assert "con palabras propias para la prueba" in blocks[0].text
    assert blocks[0].path == ("I. Introducción",)


def test_running_text_headings_pages_and_captions() -> None:
    blocks = parse_plain(normalise(PLAIN))
    washing = next(b for b in blocks if "20 mL" in b.text)
    assert washing.path == ("II. Tratamiento", "A. Lavado nasal")
    assert washing.page == 2
    table = next(b for b in blocks if "60-89" in b.text)
    assert table.path[-1] == "Tabla 1. Grados de rinitis"
    assert "comparador_perdido" in table.flags
    assert not any("Pérez" in b.text for b in blocks)


def test_values_of_a_table_are_not_page_numbers() -> None:
    counter = PageCounter()
    assert counter.take("1")
    assert not counter.take("90")
    assert counter.take("2")


def test_hyphenation_is_repaired_and_real_hyphens_stay() -> None:
    assert join_hyphens("el trata-\nmiento") == "el tratamiento"
    assert join_hyphens("relación costo-\nefectividad") == "relación costo-efectividad"


def test_invisible_characters_and_symbol_fonts() -> None:
    assert normalise("0.5\u200b \uf06dg/kg y \uf0b3 60") == "0.5 µg/kg y ≥ 60"


@pytest.mark.parametrize(
    ("text", "flag"),
    [("infusión 50 a 300 g/kg/min", "unidad_sin_prefijo"), ("lesión >/ 3 mm", "comparador_perdido"),
     ("dosis \ufffd mg", "caracter_ilegible"), ("Ifosfamida 1.8 mg/m2/do", "dosis_inverosimil")],
)  # fmt: skip
def test_suspicious_values(text: str, flag: str) -> None:
    assert flag in find_flags(text)


@pytest.mark.parametrize(
    "text",
    ["infusión 50 a 300 µg/kg/min", "0.8 g/kg/día de proteína", "hemoglobina 11 g/dL", "Grado | G2 | 60-89", "0.1 mcg/kg/min",  # noqa: E501
     "tasa de 30 a 45 mL/min", "ifosfamida 1800 mg/m2"],
)  # fmt: skip
def test_ordinary_values_are_not_suspicious(text: str) -> None:
    assert find_flags(text) == ()


@pytest.mark.parametrize(
    ("heading", "dropped"),
    [("Bibliografía", True), ("8. Referencias", True), ("Directorio", True), ("VII. LECTURAS RECOMENDADAS.", True),
     ("Criterios de referencia", False), ("Tratamiento", False), ("Contenido de sodio de los alimentos", False)],
)  # fmt: skip
def test_dropped_headings(heading: str, dropped: bool) -> None:
    assert is_dropped(heading) is dropped


def test_levels_and_population() -> None:
    assert levels_of("Segundo y tercer nivel") == (2, 3)
    assert levels_of("Primera elección") == ()
    assert population_of("Hipertensión", ("Mujeres embarazadas",)).pregnancy is True
    assert population_of("Leucemia en niñas, niños y adolescentes", ()).age_group == "pediatria"
    assert population_of("Obesidad", ("En adultos",)).age_group == "adulto"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [("vacio.md", b"", "vacío"), ("nota.xyz", b"texto suficiente para no estar vacio, sin formato", "no admitido"),
     ("datos.md", b"\x00\x01\x02" * 50, "binario"), ("solo.md", b"## Bibliograf\xc3\xada\n## Autores\n## Directorio\n" * 3, "clínico")],  # noqa: E501
)  # fmt: skip
def test_useless_files_are_refused_in_spanish(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(IngestError, match=message):
        ingest_file(path)


def test_a_cell_longer_than_a_passage_is_split_under_its_first_line() -> None:
    cell = "Se debe vigilar:<br>" + "<br>".join(
        f"• Punto número {n} de la vigilancia de la rinitis de prueba." for n in range(60)
    )
    markdown = f"## A\n## B\n## C\n| Actividad | Nivel de Exigencia |\n| :--- | :---: |\n| {cell} | I |\n"
    from corpora.ingest.chunk import LIMIT, to_passages

    passages = to_passages(parse_markdown(markdown), key="X", title="Rinitis", year=None, source_hash="")
    assert len(passages) > 1
    assert all(len(p.text) <= LIMIT for p in passages)
    assert all("Se debe vigilar:" in p.text for p in passages)
