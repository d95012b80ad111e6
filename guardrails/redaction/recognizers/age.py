# ruff: noqa: E501 - patterns and word lists stay on one line
"""Ages: over 89 is personal data (DESIGN table, as in the HIPAA Safe Harbor list, 45 CFR 164.514(b)(2)); below only under
the strict policy (label EDAD)."""

from __future__ import annotations

import re
from typing import Any

from guardrails.redaction.presidio import RecognizerResult
from guardrails.redaction.recognizers.base import FoldedRecognizer, rule

_TENS = r"(?:noventa|ciento|cien)(?: y \w{3,6}| (?:uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez))?"


_VITAL_BEFORE = re.compile(r"(?<![a-z])(?:sat\w*|spo2|so2|o2|fc|fr|fcf|ta|pam|glu\w*|dxtx|dx|capilar(?:es)?|hgt|baja de|menor (?:de|a)|mayor (?:de|a)|peso|kg|pulso|lpm|imc|puntos|escala|barthel|karnofsky)(?: de| a| en| entre|:|=)? ?[<>]?[ /\d]{0,8}$")
_NUMBER_AFTER = re.compile(r" ?(?:los |las )?\d")


class OldAgeRecognizer(FoldedRecognizer):
    """90 to 120 years: «92 años», «97a», «edad: 95», «fem de 91», «noventa y tres años»."""

    LABEL = "EDAD_90"
    RULES = (
        rule("years", r"(?<![\w.,/\-])(?P<v>(?:9\d|1[01]\d|120)(?: ?(?:anos?|a(?:(?=[ ,.;:/)\n])|$)|anios|aos|ans|aa(?= )))(?: de edad)?)(?![a-z])", 0.95),
        rule("labelled", r"(?<![a-z])(?:edad|ed)\.?[^\w\n]{0,3}(?P<v>(?:9\d|1[01]\d|120)(?: ?(?:anos?|a))?)(?![\w%]|[./,]\d)", 0.95),
        rule("sex", r"(?<![a-z])(?:fem(?:enin[oa])?|masc?(?:ulino)?|mujer|hombre|senora?|abuelit[oa]|ancian[oa]|viejit[oa]|pac(?:iente)?|px|pte)\.?(?: de)? (?P<v>(?:9\d|1[01]\d)(?: ?(?:anos?|a))?)(?![\w%]|[./,]\d| ?(?:mmhg|kg|lpm|mg|cm|latidos|%))", 0.85),
        rule("turned", r"(?<![a-z])(?:cumpli\w*|cumple|tiene(?: ya)?|ya tiene|sus|llega a los) (?P<v>(?:9\d|1[01]\d)(?: (?:y (?:tantos|pico)|cumplidos|abriles|primaveras))?)(?=[,;\n]|\. |\.$| (?:y|anos|pero|el|la|en)\b|$)", 0.7),
        rule("died", r"(?<![a-z])(?:finad[oa]|fallec\w+|muri\w+|vivio|murio)(?![a-z])[^.;\n]{0,40}? (?:a los|hasta los|de) (?P<v>9\d|1[01]\d)(?=[,;\n]|\. |\.$| (?:de|por|en|tras|con|y)\b|$)", 0.7),
        rule("beyond", r"(?<![\w.,/])(?:9\d|1[01]\d) (?:y (?:tantos|pico)|cumplidos|abriles|primaveras|anitos|aprox)(?: anos)?(?!\w)|(?<![a-z])(?:nonagenari|centenari)[oa]s?(?![a-z])", 0.8),
        rule("in words", rf"(?<![a-z])(?P<v>{_TENS} anos?(?: de edad)?)(?![a-z])", 0.9),
    )

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """«sat 91 aa» (room air), «FC 118 a 96» and «glucosa de 112 a 168» are no ages."""
        folded: str = nlp_artifacts.folded
        return [
            one
            for one in super().analyze(text, entities, nlp_artifacts)
            if not _VITAL_BEFORE.search(folded, max(0, one.start - 24), one.start)
            and not (folded[one.end - 1] == "a" and not folded[one.start : one.end].endswith("anos a") and _NUMBER_AFTER.match(folded, one.end))
        ]


class AgeRecognizer(FoldedRecognizer):
    """Any age, redacted under the strict policy only."""

    LABEL = "EDAD"
    RULES = (rule("years", r"(?<![\w.,/\-])[1-8]?\d ?(?:anos?|meses)(?: de edad)(?![a-z])", 0.6),)


RECOGNIZERS = (OldAgeRecognizer, AgeRecognizer)
