# ruff: noqa: E501 - patterns and word lists stay on one line
"""CLABE (18 digits, control digit with weights 3, 7, 1: Banco de México, Asociación de Bancos) and bank cards (Luhn)."""

from __future__ import annotations

import re

from stdnum import luhn

from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule, words


def clabe_is_valid(digits: str) -> bool:
    """Whether 18 digits carry the right control digit."""
    if len(digits) != 18 or not digits.isdigit():
        return False
    total = sum(int(one) * weight % 10 for one, weight in zip(digits[:17], (3, 7, 1) * 6, strict=False))
    return (10 - total % 10) % 10 == int(digits[17])


class ClabeRecognizer(FoldedRecognizer):
    """CLABE, account and card numbers."""

    LABEL = "OTRO_ID"
    CONTEXT = words("clabe", "cuenta", "interbancaria", "deposito", "banco", "bbva", "banorte", "santander", "tarjeta", "cta")
    RULES = (
        rule("clabe", r"(?<![\w.,])\d(?:[ \-]?\d){17}(?![\w]|[.,]\d)", 0.8),
        rule("card", r"(?<![\w.,])\d{4}(?:[ \-]?\d{4}){2}[ \-]?\d{3,4}(?![\w]|[.,]\d)", 0.8),
        rule("account", r"(?<![\w.,])\d(?:[ \-]?\d){7,19}(?![\w]|[.,]\d)", 0.7, context=True),
    )

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """Control digit or context."""
        digits = re.sub(r"\D", "", value)
        if rule.name == "clabe" and clabe_is_valid(digits):
            return 1.0
        if rule.name == "card" and luhn.is_valid(digits):
            return 0.95
        if rule.name == "clabe":
            return 0.95 if near else 0.9
        if near:
            return rule.score
        return None


RECOGNIZERS = (ClabeRecognizer,)
