# ruff: noqa: E501 - patterns and word lists stay on one line
"""Passports (Mexican: one letter and eight digits, SRE), driving and military papers, visas, CUIP, CUIS, CLUES of a
person's document: only near their word."""

from __future__ import annotations

from guardrails.redaction.recognizers.base import FoldedRecognizer, rule

_LINK = r"[^\w\n]{0,4}(?:mexicano|mexicana|no\.?|num\.?|numero|de|conducir|manejo|militar|vigente|es|con|folio)?[^\w\n]{0,4}"


class PassportRecognizer(FoldedRecognizer):
    """«pasaporte G12345678», «licencia de conducir B00123456», «cartilla militar C-1234567»."""

    LABEL = "OTRO_ID"
    RULES = (
        rule(
            "labelled",
            rf"(?<![a-z])(?:pasaporte|pasap|passport|licencia|cartilla|visa|fm[23]|cuip|cuis|cartilla sm|smn){_LINK}{_LINK}"
            r"(?P<v>[a-z]{0,3}[ \-]?\d(?:[ \-]?\d){5,12}[a-z]?)(?!\w)",
            0.9,
        ),
        rule("bare", r"(?<![\w])g\d{8}(?!\w)", 0.8),
    )


RECOGNIZERS = (PassportRecognizer,)
