# ruff: noqa: E501 - patterns and word lists stay on one line
"""What the recognizers may take for personal data and is none: clinical values, eponyms, hours, partial dates."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from guardrails.redaction.normalize import Prepared
from guardrails.redaction.types import Finding
from guardrails.redaction.vocabulary import EPONYM_CUES, NEVER_NAMES

_WORD = re.compile(r"[^\W\d_]+")
_NO_DATE = re.compile(r"\d{1,2}[:.]\d{2}(?: ?h(?:rs?)?)?|\d{1,3} ?[x*+] ?\d{1,3}.*|\d{1,3}|[^\d]{0,3}")
_UNIT_AFTER = re.compile(r"\s?(?:mg|mcg|g/|gr|ml|mmhg|kg|cm|lpm|rpm|%|x'|ui|u/|mm3|mil/|meq|hrs?\b|h\b|dias?\b|semanas?\b|meses\b|sdg)")
_AGE = re.compile(r"\d{1,3}")


_TITLE_BEFORE = re.compile(r"(?<![^\W_])(?:dra?|sra?|srita|don|dona|enf|lic|px|pte|paciente|nombre|mip|r[1-5]|hij[oa]|espos[oa]|mama|papa)[.:]? ?$")


@cache
def eponyms() -> frozenset[str]:
    """Folded surnames that name signs, scales, instruments and stains (``data/eponyms.txt``)."""
    return frozenset((Path(__file__).parent / "data" / "eponyms.txt").read_text(encoding="utf-8").split())


def not_personal(one: Finding, prepared: Prepared, policy: str) -> bool:
    """Whether a candidate is dropped before resolution."""
    value = prepared.folded[one.start : one.end].strip()
    if one.label in ("FECHA", "FECHA_PARCIAL") and one.source == "TrainedRecognizer":
        return _NO_DATE.fullmatch(value) is not None
    if one.source == "TrainedRecognizer" and value in ("cruz", "cruz roja", "la cruz roja", "imss", "seguro social"):
        return True  # bodies that serve everybody tell nothing of one
    if one.label == "EDAD_SUJETO_ASISTENCIA":
        number = _AGE.search(value)
        return number is not None and int(number[0]) >= 90  # the rule EDAD_90 has those
    if one.label.startswith("NOMBRE") and one.source in ("TrainedRecognizer", "NameRecognizer"):
        words = _WORD.findall(value)
        if any(word in eponyms() for word in words) and all(word in eponyms() or word in NEVER_NAMES or len(word) < 3 for word in words):
            return not _TITLE_BEFORE.search(prepared.folded[max(0, one.start - 12) : one.start])
        if not words or all(word in NEVER_NAMES for word in words):
            return True
        before = _WORD.findall(prepared.folded[max(0, one.start - 30) : one.start])[-2:]
        return len(words) <= 2 and bool(before) and (before[-1] in EPONYM_CUES or (before[-1] in ("de", "del") and before[0] in EPONYM_CUES))
    if one.label in ("NSS", "FOLIO", "CEDULA", "MATRICULA", "CURP", "RFC", "INE") and one.source == "TrainedRecognizer" and sum(char.isdigit() for char in value) <= 3:
        return True
    if any(char.isdigit() for char in value) and one.source == "TrainedRecognizer" and not any(char.isalpha() for char in value):
        return _UNIT_AFTER.match(prepared.folded, one.end) is not None
    return False
