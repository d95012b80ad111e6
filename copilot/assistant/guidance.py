"""Guidance for a note: passages that bear on its diagnoses, drugs and studies, apart from the patient's facts.

The queries are made of the note's own (redacted) words; a passage is offered only where it bears on the query by
the same model that decides whether to answer a question.
"""

from __future__ import annotations

from dataclasses import dataclass

from copilot.assistant.answering import TITLES, Answerer
from copilot.assistant.evidence import gather
from copilot.assistant.patient import patient_context
from copilot.assistant.types import CatalogueRef, Citation
from copilot.domain import Note

TOPICS = 6
"""Topics of one note that are looked up (about 0.2 s each)."""
_QUERIES = {
    "diagnostico": "tratamiento y metas de {}",
    "medicamento": "{} dosis, vigilancia y contraindicaciones",
    "estudio": "{} seguimiento y estudios de laboratorio",
}


@dataclass(frozen=True)
class Suggestion:
    """One thing of the note and what the guidelines say about it; never part of the note."""

    about: str
    """The note's words (redacted): a diagnosis or a drug."""
    kind: str
    """``diagnostico``, ``medicamento`` or ``estudio``."""
    citations: tuple[Citation, ...] = ()
    catalogue: tuple[CatalogueRef, ...] = ()
    """Guidelines by title, where the corpus has no passage."""


def guidance(answerer: Answerer, redacted: str, note: Note) -> tuple[Suggestion, ...]:
    """Suggestions for a (redacted) note, diagnoses first; each passage is offered once."""
    context = patient_context(redacted, note)
    seen: set[str] = set()
    found: list[Suggestion] = []
    for about, kind in topics(note):
        asked = _QUERIES[kind].format(about)
        hits = answerer.search(asked, context)
        titles = answerer.catalogue.search(about, TITLES)
        judged = answerer.bearing(about, hits, titles, question=False)
        if not hits or not judged.enough:
            refs = tuple(CatalogueRef(t.entry.key, t.entry.title, t.entry.url, t.entry.year) for t in titles[:2])
            if kind == "diagnostico" and refs:
                found.append(Suggestion(about, kind, catalogue=refs))
            continue
        vector = answerer.encoder.queries([judged.expansion.text])[0]
        fresh = [hit for hit in hits[:3] if hit.passage.id not in seen][:2]
        seen.update(hit.passage.id for hit in fresh)
        cited = tuple(
            answerer.citation(gather(hit.passage, judged.probability, judged.expansion, vector, answerer.encoder))
            for hit in fresh
        )
        if cited:
            found.append(Suggestion(about, kind, cited))
    return tuple(found)


def topics(note: Note) -> list[tuple[str, str]]:
    """What is looked up: the patient's own diagnoses, their studies, and drugs in use; at most :data:`TOPICS`."""
    diagnoses = list(
        dict.fromkeys(d.text.strip() for d in note.diagnoses if d.subject == "paciente" and d.certainty != "descartado")
    )
    drugs = list(dict.fromkeys(m.name.strip().lower() for m in note.medications if not m.negated and not m.status))
    rows = [(one, "diagnostico") for one in diagnoses[:3]]
    if diagnoses and not note.laboratory:
        rows.append((diagnoses[0], "estudio"))
    rows += [(one, "medicamento") for one in drugs]
    return rows[:TOPICS]
