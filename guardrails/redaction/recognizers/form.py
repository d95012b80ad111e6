# ruff: noqa: E501 - patterns and word lists stay on one line
"""Form fields: «Nombre: …», «Apellidos: …», «Médico tratante: …», «Familiar responsable: …», «Empresa: …» and so on.

A field's value runs to the end of the line, to the next field, or to a wide gap; which fields hold what is
``data/form_fields.csv``. The layout decides, so unknown names are found too.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Any

from guardrails.redaction.lexicon import word_class
from guardrails.redaction.presidio import LocalRecognizer, RecognizerResult
from guardrails.redaction.vocabulary import KIN, NEVER_NAMES, NOT_A_NAME, STAFF_TITLES, TITLES

_PATH = Path(__file__).parents[1] / "data" / "form_fields.csv"
_VALUE = re.compile(r"[ \t]{0,12}\n?[ \t]{0,4}([^\n|;]{1,90})")
_NEXT_FIELD = re.compile(r"\s{3,}|\t|\s+(?:[^\W\d_]+\.?\s){0,3}[^\W\d_]+\.?\s?[:=]|[,(/]|\s-\s|\s(?=\d)|\.\s|\.$")
_NAME = re.compile(r"[^\W\d_][^\W\d_'’.\-]*(?: {1,2}[^\W\d_][^\W\d_'’.\-]*){0,7}")


_PROSE_BEFORE = re.compile(r"(?:historia|clinic[oa]|informe|resumen|estado|actual|datos)(?: clinic[oa])? (?:del |de la |de )$")


_BEFORE_NAMES = STAFF_TITLES | TITLES | KIN | frozenset(
    ["su", "mi", "un", "una", "el", "la", "policia", "chofer", "vigilante", "companero", "companera", "agente", "operador", "oficial", "maestro", "maestra", "profesor", "profesora", "licenciado", "ingeniero", "arquitecto", "vecino", "vecina", "abogado", "abogada", "nana", "tecnica", "tecnico", "q", "f", "b", "qbp"]
)
_COLUMNS = {"edad": "EDAD_90", "px": "NOMBRE_PACIENTE", "pac": "NOMBRE_PACIENTE", "pte": "NOMBRE_PACIENTE", "nombre": "NOMBRE_PACIENTE", "paciente": "NOMBRE_PACIENTE", "medico": "NOMBRE_PERSONAL", "tratante": "NOMBRE_PERSONAL", "responsable": "NOMBRE_PERSONAL", "enf": "NOMBRE_PERSONAL"}
_COLUMNS |= {"trabajo": "EMPLEADOR", "empresa": "EMPLEADOR", "patron": "EMPLEADOR", "lugar de trabajo": "EMPLEADOR", "domicilio": "DIRECCION", "direccion": "DIRECCION", "colonia": "DIRECCION", "municipio": "MUNICIPIO_ESTADO", "localidad": "MUNICIPIO_ESTADO", "unidad": "UNIDAD_MEDICA"}
_OTHER_COLUMNS = frozenset(["cama", "c", "no", "num", "nss", "afiliacion", "dx", "diagnostico", "pendientes", "plan", "hora", "fecha", "sexo", "servicio", "sala", "cirujano", "observaciones", "tx", "tratamiento", "estudio", "resultado", "valor", "unidades", "referencia", "piso", "turno", "agregado", "dieta", "procedimiento", "motivo", "destino", "expediente", "exp", "folio", "curp", "tel", "telefono"])
_NOBODY = frozenset({"libre", "vacia", "desconocido", "desconocida", "sin", "no", "pendiente", "aislado"})


@cache
def _fields() -> tuple[re.Pattern[str], dict[str, str]]:
    with _PATH.open(encoding="utf-8") as handle:
        table = {row["field"]: row["label"] for row in csv.DictReader(handle)}
    heads = sorted((re.escape(one).replace(r"\ ", r"[ \t]{1,3}") for one in table), key=len, reverse=True)
    return re.compile(r"(?<![\w])(" + "|".join(heads) + r")\.?(?: ?\(s\))?(?:[ \t]?(?:completo))?[\"']?[ \t]{0,6}(?:[:=]|\.{3,}:?|_{2,}:?)[\"']?"), table


class FormRecognizer(LocalRecognizer):
    """Values of the fields that hold a name, a workplace or a place."""

    def __init__(self) -> None:
        labels = sorted({*_fields()[1].values(), *_COLUMNS.values()})
        super().__init__(supported_entities=labels, supported_language="es", name="FormRecognizer")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """The value of every known field."""
        folded: str = nlp_artifacts.folded
        pattern, table = _fields()
        results = []
        for match in pattern.finditer(folded):
            if _PROSE_BEFORE.search(folded, max(0, match.start() - 30), match.start()):
                continue  # «Historia del paciente: varón de…» introduces prose
            label = table[re.sub(r"[ \t]+", " ", match[1])]
            span = _name_value(folded, match.end())
            if span is not None and not (span[1] - span[0] < 3 and label.startswith("NOMBRE")):
                results.append(RecognizerResult(label, *span, 0.8))
        return results + _table_results(folded, table)


def _table_results(folded: str, table: dict[str, str]) -> list[RecognizerResult]:
    """Columns of a table drawn with «|» or tabs whose heading is a known field."""
    results: list[RecognizerResult] = []
    columns: dict[int, str] = {}
    at = 0
    for line in folded.split("\n"):
        mark = "|" if line.count("|") >= 2 else "\t" if line.count("\t") >= 2 else ""
        if not mark:
            columns = {}
        else:
            cells = line.split(mark)
            named = [cell.strip() for cell in cells if cell.strip()]
            heads = {index: _COLUMNS.get(cell.strip(), table.get(cell.strip(), "")) for index, cell in enumerate(cells)}
            heads = {index: label for index, label in heads.items() if label}
            titles = sum(cell in _COLUMNS or cell in table or cell in _OTHER_COLUMNS for cell in named)
            if len(named) > 2 and heads and titles >= 2 and 2 * titles >= len(named) and not any(any(one.isdigit() for one in cell) for cell in named):
                columns = heads
            elif not columns and len(named) > 1 and named[0] in table:
                start = at + line.index(mark, line.index(named[0])) + 1
                span = _name_value(folded, start)
                if span is not None and span[1] <= at + len(line) and span[1] - span[0] > 2:
                    results.append(RecognizerResult(table[named[0]], *span, 0.75))
            elif columns:
                begin = at
                for index, cell in enumerate(cells):
                    start = begin + len(cell) - len(cell.lstrip())
                    value = cell.strip()
                    if index in columns and columns[index] == "EDAD_90":
                        if re.fullmatch(r"(?:9\d|1[01]\d)(?: ?(?:a|anos?))?", value):
                            results.append(RecognizerResult("EDAD_90", start, start + len(value), 0.9))
                    elif index in columns and len(value) > 2 and value[0].isalpha() and value.split(" ")[0] not in _NOBODY and (columns[index].startswith("NOMBRE") or _proper(value)):
                        results.append(RecognizerResult(columns[index], start, start + len(cell.strip()), 0.75))
                    begin += len(cell) + 1
        at += len(line) + 1
    return results


def _proper(value: str) -> bool:
    """Whether a cell holds more than everyday words («hogar», «comerciante ambulante», «sin dato»)."""
    return any(one.isdigit() for one in value) or any("c" not in word_class(word) for word in re.findall(r"[^\W\d_]{3,}", value))


def _name_value(folded: str, at: int) -> tuple[int, int] | None:
    value = _VALUE.match(folded, at)
    if value is None:
        return None
    start, end = value.span(1)
    while start < end and not folded[start].isalpha():
        if folded[start].isdigit():
            return None
        start += 1
    title = re.match(r"([^\W\d_]+)\b\.?[ \t]*", folded[start:end])
    while title and title[1] in _BEFORE_NAMES:
        start += title.end()
        title = re.match(r"([^\W\d_]+)\b\.?[ \t]*", folded[start:end])
    stop = _NEXT_FIELD.search(folded, start, end)
    if stop:
        # «García, Juan»: a comma between surname and given name stays inside
        end = stop.start()
    match = _NAME.match(folded, start, end)
    if match is None:
        return None
    words = re.findall(r"[^\W\d_]+", match[0])
    if any(word in NOT_A_NAME for word in words) or all(word in NEVER_NAMES for word in words):
        return None
    more = re.match(r", ?(?:[^\W\d_]\.(?: ?[^\W\d_]\.)?|[^\W\d_]{3,}(?: [^\W\d_]{3,}){0,2}(?=$|\n| {2,}|\t))", folded[match.end() : match.end() + 50])
    return match.start(), match.end() + (more.end() if more else 0)


RECOGNIZERS = (FormRecognizer,)
