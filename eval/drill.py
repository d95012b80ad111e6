"""One case of a run as a person wants to see it: its source with marks, and a line for each thing that was judged.

Sources are the project's own test data, or text that the façade has redacted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from copilot.domain import Section
from copilot.errors import UsageError
from copilot.labels import section_label
from eval import runs
from eval.guidelines.gold import holds
from eval.sections import same
from eval.tasks import notes, questions

GOOD, BAD, EXTRA, SAID = "bien", "mal", "sobra", "dicho"
"""Marks of the source."""


class Row(NamedTuple):
    """One thing that was judged."""

    cells: tuple[str, ...]
    bad: bool


@dataclass
class Case:
    """One case, ready to be shown."""

    suite: str
    id: str
    title: str = ""
    source: list[tuple[str, str]] = field(default_factory=list)
    """Pieces of the source with their mark (empty: none), in order."""
    legend: dict[str, str] = field(default_factory=dict)
    """What each mark means here (Spanish)."""
    columns: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    error: str = ""
    """Why the case could not be run; empty where it was."""


def pieces(text: str, spans: Iterable[tuple[int, int, str]]) -> list[tuple[str, str]]:
    """The text cut at the marked spans; where marks overlap the later one shows."""
    mark = [""] * len(text)
    for start, end, name in spans:
        low, high = max(0, start), min(end, len(text))
        mark[low:high] = [name] * max(0, high - low)
    out: list[tuple[str, str]] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or mark[at] != mark[start]:
            out.append((text[start:at], mark[start]))
            start = at
    return out


def case(folder: Path, suite: str, identifier: str) -> Case:
    """One case of a run. Raises :class:`UsageError` where the run has no such case."""
    item = next((one for one in runs.items(folder) if one["suite"] == suite and one["id"] == identifier), None)
    if item is None:
        raise UsageError("La corrida no tiene ese caso.")
    shown = Case(suite, identifier)
    if "result" not in item:
        shown.error = str(item.get("error") or "sin resultado")
        return shown
    try:
        _FILL[suite](shown, item["result"])
    except (KeyError, IndexError):
        shown.error = "El conjunto de prueba cambió desde esta corrida; el caso ya no puede mostrarse."
    return shown


def _structure(shown: Case, result: dict[str, Any]) -> None:
    note = notes.notes()[shown.id]
    said: list[str] = [""] * len(note.text)
    for key, spans in result["sections"].items():
        for start, end in spans:
            said[start:end] = [key] * (end - start)
    shown.title = f"Tipo debido: {note.note_type.replace('_', ' ')}; dicho: {result['note_type'].replace('_', ' ')}"
    shown.columns = ("Enunciado", "Sección debida", "Sección dicha")
    marks = []
    for (start, end), gold in note.statements:
        found = sorted({key for key in said[start:end] if key})
        wrong = not found or any(not same(Section(key), gold, True) for key in found)
        labels = "; ".join(section_label(Section(key)) for key in found) or "perdido"
        shown.rows.append(Row((note.text[start:end].strip(), section_label(gold), labels), wrong))
        if wrong:
            marks.append((start, end, BAD))
    shown.source, shown.legend = pieces(note.text, marks), {BAD: "en otra sección, en todo o en parte"}


def _redaction(shown: Case, result: dict[str, Any]) -> None:
    text, gold, _ = notes.marked_texts()[shown.id]
    covered = {at for start, end, _ in result["spans"] for at in range(start, end)}
    marks = [(s, e, EXTRA) for s, e, _ in result["spans"]]
    shown.columns = ("Dato", "Clase debida", "¿Cubierto?")
    for one in gold:
        start, end, kind = one
        whole = all(at in covered for at in range(start, end) if not text[at].isspace())
        marks.append((start, end, GOOD if whole else BAD))
        shown.rows.append(Row((text[start:end], str(kind), "sí" if whole else "NO"), not whole))
    shown.source = pieces(text, marks)
    shown.legend = {GOOD: "dato personal cubierto", BAD: "dato personal sin cubrir", EXTRA: "cubierto de más"}


def _detector(shown: Case, result: dict[str, Any]) -> None:
    note = notes.notes()[shown.id]
    said = {one["id"]: one for one in result["verdicts"]}
    shown.columns = ("Afirmación", "Etiqueta", "Veredicto del guardián", "Puntaje")
    for claim in note.claims:
        one = said[claim.id]
        label = "fiel" if claim.supported else f"infiel: {claim.kind}, {claim.severity}"
        verdict = "sostenida" if one["supported"] else f"rechazada: {one['kind']}".rstrip(": ")
        cells = (claim.text, label.replace("_", " "), verdict.replace("_", " "), f"{one['score']:.2f}")
        shown.rows.append(Row(cells, one["supported"] != claim.supported))
    shown.source = pieces(note.text, ())


def _writing(shown: Case, result: dict[str, Any]) -> None:
    shown.columns = ("Sección", "Palabras del médico", "Frase del modelo", "Veredicto", "Se muestra")
    marks = []
    for one in result["statements"]:
        for sentence in one["sentences"]:
            verdict = "sostenida"
            if not sentence["supported"]:
                verdict = f"sin sustento: {sentence['kind'] or 'sin clase'} ({sentence['severity'] or 'sin gravedad'})"
                marks += [(s, e, SAID) for s, e in one["spans"]] + [(s, e, BAD) for s, e in sentence["evidence"]]
            if sentence.get("foreign"):
                verdict += "; dato ajeno según el segundo detector: " + ", ".join(map(str, sentence["foreign"]))
            where = section_label(Section(one["section"]))
            shown_as = "la frase" if one["written"] else "lo literal"
            cells = (where, one["source"], sentence["text"], verdict.replace("_", " "), shown_as)
            shown.rows.append(Row(cells, not sentence["supported"]))
    shown.source = pieces(result["source"], marks)
    shown.legend = {SAID: "lo que la frase rechazada reescribe", BAD: "lo que el guardián cotejó"}


def _omission(shown: Case, result: dict[str, Any]) -> None:
    note = notes.notes()[shown.id]
    shown.columns = ("Hecho de la nota", "En el texto del modelo", "En la nota que se muestra")
    marks = []
    for at, fact in enumerate(note.facts):
        raw, final = result["facts"]["raw"][at], result["facts"]["final"][at]
        cells = (note.text[slice(*fact.span)], "sí" if raw else "no", "sí" if final else "NO")
        shown.rows.append(Row(cells, not final))
        if not final:
            marks.append((*fact.span, BAD))
        elif not raw:
            marks.append((*fact.span, EXTRA))
    shown.source = pieces(note.text, marks)
    shown.legend = {BAD: "hecho ausente en la nota que se muestra", EXTRA: "ausente sólo en el texto del modelo"}


def _question(shown: Case, result: dict[str, Any]) -> None:
    gold = questions.gold()[shown.id]
    words = {"answered": "contesta", "abstained": "se abstiene", "refused": "rechaza"}
    due = {"protocolo": "debe contestar", "catalogo": "sólo en catálogo: ofrecer el título", "nada": "debe abstenerse"}
    right = (result["status"] == "answered") == (gold.kind == "protocolo")
    shown.title = f"Se espera: {due.get(gold.kind, gold.kind)}. El copiloto {words.get(result['status'], '')}."
    shown.source = pieces(gold.question, ())
    shown.columns = ("Qué", "Texto", "Guía")
    shown.rows.append(Row(("Respuesta", result["answer"] or "—", ", ".join(gold.accept_keys) or "ninguna"), not right))
    for one in result["citations"]:
        wrong = bool(gold.accept_keys) and one["key"] not in gold.accept_keys
        shown.rows.append(Row(("Cita", one["quote"], one["key"]), wrong))
    for fact in gold.facts:
        shown.rows.append(Row(("Dato exigido", " / ".join(fact), gold.key), not holds(result["answer"], fact)))


def _scope(shown: Case, result: dict[str, Any]) -> None:
    request = questions.requests()[shown.id]
    words = {"answered": "contestada", "abstained": "abstención", "refused": "rechazada"}
    wrong = result["status"] == "answered" if not request.allowed else result["status"] == "refused"
    shown.source = pieces(request.text, ())
    shown.columns = ("Clase de la petición", "Desenlace", "Clase que reconoció")
    status = words.get(result["status"], result["status"])
    shown.rows.append(Row((request.category, status, str(result["category"]).replace("_", " ")), wrong))


_FILL = {
    "estructura": _structure,
    "redaccion_datos": _redaction,
    "detector": _detector,
    "alucinacion": _writing,
    "omision": _omission,
    "guias": _question,
    "abstencion": _question,
    "alcance": _scope,
}
