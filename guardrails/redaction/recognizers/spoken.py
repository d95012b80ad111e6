# ruff: noqa: E501 - patterns and word lists stay on one line
"""Digits said in words, as dictation writes them: «cinco cinco uno dos treinta y cuatro…». Eight or more number words in a
row are an identifier or a telephone, never a dose."""

from __future__ import annotations

import re

from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule

_ONE = (
    r"(?:cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci(?:seis|siete|ocho|nueve)"
    r"|veinte|veinti(?:uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)|(?:treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)"
    r"(?: y (?:uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve))?|doble (?:cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)|cien(?:to)?|(?:dos|tres|cuatro|quinien|seis|sete|novecien|ocho|nove)(?:cientos|tos)|\d{1,4})"
)


class SpokenRecognizer(FoldedRecognizer):
    """Five or more number words in a row of which most are words; the context decides the type."""

    LABEL = "TELEFONO"
    RULES = (rule("run", rf"(?<!\w){_ONE}(?:(?:,? | ?- ?|\n|, y |,? guion )(?:y )?{_ONE}){{4,24}}(?!\w)", 0.85),)
    CONTEXT = re.compile(r"(?:tel|cel|numero|nss|afiliacion|matricula|cedula|folio|marcar|llamar)")

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """At least five of the items are words; short runs need context."""
        items = re.findall(r"(?:doble )?[a-z]+(?: y [a-z]+)?|\d+", value)
        spoken = sum(not one[0].isdigit() for one in items)
        if spoken < 4 or (len(items) < 7 and not near):
            return None
        return rule.score


RECOGNIZERS = (SpokenRecognizer,)
