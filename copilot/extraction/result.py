"""The result of an extraction."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.domain import Diagnosis, LabValue, Medication, Statement, Vital
from copilot.extraction.allergies import Allergy
from copilot.extraction.context import Finding


@dataclass(frozen=True)
class Extraction:
    """Everything found in one text; every span is an offset pair into that text."""

    vitals: tuple[Vital, ...] = ()
    laboratory: tuple[LabValue, ...] = ()
    medications: tuple[Medication, ...] = ()
    allergens: tuple[Allergy, ...] = ()
    """Stated allergies with drug classes; ``allergies`` gives them as statements of the note."""
    allergies: tuple[Statement, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    contexts: tuple[Finding, ...] = ()
    """Symptoms, signs and diseases with negation, subject, certainty, laterality and temporality."""
