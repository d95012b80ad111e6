# ruff: noqa: E501 - patterns and word lists stay on one line
"""CURP: 18 characters with a check digit. Format and check digit: RENAPO, Instructivo normativo para la asignación de
la CURP (DOF 18-10-2021, anexo); the check digit by python-stdnum."""

from __future__ import annotations

import re

from stdnum.mx import curp

from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule, words

_GAP = r"[ \t\n.\-]{0,2}"
_SAID = (
    r"(?:be|ce|de|e|efe|ge|hache|i|jota|ka|ele|eme|ene|ene|o|pe|cu|erre|ere|ese|te|u|uve|ve|doble u|doble ve|equis|ye|i griega|zeta|[a-z]|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince"
    r"|dieci[a-z]{3,6}|veint[a-z]{1,9}|(?:treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)(?: y [a-z]{3,6})?|\d{1,6})"
)


class CurpRecognizer(FoldedRecognizer):
    """Valid: score 1. Right shape and wrong digit (typing error): 0.9. Near «CURP», anything alike: 0.85."""

    LABEL = "CURP"
    CONTEXT = words("curp", "clave unica", "registro de poblacion")
    RULES = (
        rule(
            "shape",
            rf"(?:(?<![a-z0-9])|(?<=curp))[a-zñ]{{4}}{_GAP}[0-9oil]{{2}}{_GAP}[0-9oil]{{2}}{_GAP}[0-9oil]{{2}}{_GAP}[hmx]{_GAP}[a-z]{{2}}"
            rf"{_GAP}[a-zñ]{{3}}{_GAP}[0-9a-z]{_GAP}[0-9oil]?(?![a-z0-9])",
            0.9,
        ),
        rule("spaced", r"(?<![a-z0-9])(?:[a-z0-9][ .\-]){17}[a-z0-9](?![a-z0-9])", 0.9, context=True),
        rule("letter by letter", r"(?<![a-z0-9])(?:[a-z][ .\-]){4}(?:[0-9o][ .\-]){6}[hmx][ .\-](?:[a-z][ .\-]){5}[a-z0-9][ .\-][0-9](?![a-z0-9])", 0.95),
        rule("field", r"(?:\bcurp\b|clave unica)[^\w]{0,4}(?:es |no |num )?[^\w]{0,3}(?P<v>[a-z0-9](?:[ \t\n./()_|\-]{0,3}[a-z0-9]){15,17})(?![a-z0-9])", 0.9),
        rule("said", rf"(?:\bcurp\b|clave unica)[^\w]{{0,4}}(?:es )?(?P<v>{_SAID}(?:[ ,.\-]{{1,2}}{_SAID}){{7,24}})(?![a-z0-9])", 0.9),
        rule(
            "typed wrong",
            r"(?:\bcurp\b|clave unica)[^\n\w]{0,4}(?:es |no |num )?[^\n\w]{0,3}"
            r"(?P<v>[a-z]{2,5}[ \-]?[0-9oil]{4,7}[ \-]?[a-z0-9]{3,9}(?:[ \-][a-z0-9]{1,3})?)\b",
            0.85,
        ),
    )

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """Check digit and date by stdnum."""
        compact = re.sub(r"[^a-z0-9ñ]", "", value).upper()
        if curp.is_valid(compact):
            return 1.0
        if rule.name == "shape" and any(not one.isalnum() for one in value) and not near and not compact[4:10].isdigit():
            return None
        if rule.name == "field" and not (sum(one.isdigit() for one in value) >= 6 and sum(one.isalpha() for one in value) >= 6):
            return None
        if rule.name == "said":
            return rule.score
        if not any(one.isdigit() for one in value):
            return None
        return super().validate(value, rule, near)


RECOGNIZERS = (CurpRecognizer,)
