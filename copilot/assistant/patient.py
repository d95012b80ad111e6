"""What a note says of the patient that narrows a question to the guidelines: age group, sex, pregnancy."""

from __future__ import annotations

import re

from copilot.assistant.cues import cue
from copilot.assistant.types import PatientContext
from copilot.domain import Note
from corpora.ingest.clean import fold

_AGE = re.compile(r"\b(\d{1,3}) ?(?:anos|anios|a\b|años)")
_MONTHS = re.compile(r"\b(\d{1,2}) ?(?:meses|mes)(?: de (?:edad|vida))?\b")
_NEWBORN = re.compile(r"recien nacid|\brn\b|neonat|\d{1,2} ?(?:dias|hrs?|horas) de (?:vida|nacid)")
_FEMALE = re.compile(r"\bfem(?:enin[ao])?\b|\bmujer\b|\bsenora\b|\bnina\b|\bgestante\b|\bembarazada\b|\bla paciente\b")
_MALE = re.compile(r"\bmasc(?:ulino)?\b|\bhombre\b|\bsenor\b|\bnino\b|\bvaron\b")
_PREGNANT = cue("pregnant")


def patient_context(redacted: str, note: Note) -> PatientContext:
    """Context from the redacted text and its note; what isn't said stays open."""
    plain = fold(redacted[:4000])
    head = plain[:400]
    age = ""
    years = _AGE.search(head) or _AGE.search(plain)
    if _NEWBORN.search(head):
        age = "recien_nacido"
    elif years:
        number = int(years[1])
        age = "pediatria" if number < 18 else "adulto_mayor" if number >= 65 else "adulto"
    elif _MONTHS.search(head):
        age = "pediatria"
    pregnant = bool(_PREGNANT.search(plain))
    female, male = bool(_FEMALE.search(head)), bool(_MALE.search(head))
    sex = "F" if pregnant or (female and not male) else "M" if male and not female else ""
    diagnoses = tuple(d.text for d in note.diagnoses if d.subject == "paciente" and d.certainty != "descartado")
    return PatientContext(age, sex, True if pregnant else None, "", diagnoses)
