"""Extraction with provenance: what the physician wrote, as typed facts with offsets into the text.

Rules over a normalised view of the text (:class:`copilot.extraction.view.View`); vocabularies are data files.
Deterministic: no model, no I/O but reading its own tables once. Figures: docs/figures/extraction.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from copilot.domain import Section, Span, Statement
from copilot.extraction.allergies import Allergy, allergies
from copilot.extraction.context import Context, ContextReader, Finding, contexts
from copilot.extraction.diagnoses import diagnoses
from copilot.extraction.laboratory import laboratory
from copilot.extraction.medications import medications
from copilot.extraction.result import Extraction
from copilot.extraction.view import View
from copilot.extraction.vitals import vitals

__all__ = ["Allergy", "Context", "Extraction", "Finding", "contexts", "extract"]


def extract(text: str, sections: Sequence[tuple[Span, Section]] | None = None) -> Extraction:
    """Vital signs, laboratory, medications, allergies, diagnoses and findings of ``text``.

    Args:
        text: a clinical text, de-identified or not; surrogates such as ``<PACIENTE_1>`` are left alone.
        sections: spans of the text with their section, where known: a drug within antecedentes is usual medication,
            the items of ``diagnosticos`` are diagnoses. Without them, headings in the text serve.

    Returns:
        Facts in order of the text. Nothing raises on strange input; an empty text gives an empty result.
    """
    if not text.strip():
        return Extraction()
    assigned = tuple(sections or ())
    view = View(text)
    reader = ContextReader(view, assigned)
    signs = vitals(view)
    labs = laboratory(view, signs)
    allergens = allergies(view, reader)
    stated = [a.span for a in allergens if not a.negated]
    drugs = medications(view, reader, [*(v.span for v in labs), *(v.span for v in signs)], stated)
    return Extraction(
        vitals=signs,
        laboratory=labs,
        medications=drugs,
        allergens=allergens,
        allergies=tuple(Statement(text[a.span.start : a.span.end], (a.span,)) for a in allergens),
        diagnoses=diagnoses(
            view,
            reader,
            assigned,
            [m.span for m in drugs if m.dose or m.frequency],
            [*(v.span for v in signs), *(v.span for v in labs)],
            [a.span for a in allergens],
        ),
        contexts=tuple(contexts(view, assigned)),
    )
