# ruff: noqa: E501 - patterns and word lists stay on one line
"""Voter card (INE): clave de elector (18 characters: six letters, birth date, entity, sex, three digits), CIC, OCR and
IDMEX. Shape: INE, Manual de la credencial para votar; no public check digit, hence date and entity are looked at."""

from __future__ import annotations

import re

from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule, words

_GAP = r"[ \-\n]{0,2}"


class IneRecognizer(FoldedRecognizer):
    """The clave stands alone; CIC, OCR and broken claves need their word."""

    LABEL = "INE"
    CONTEXT = words("ine", "ife", "elector", "credencial", "cic", "ocr", "idmex")
    RULES = (
        rule("clave", rf"(?<![a-z0-9])[a-zñ]{{6}}{_GAP}[0-9oil]{{6}}{_GAP}[0-9oil]{{2}}{_GAP}[hm]{_GAP}[0-9oil]{{3}}(?![a-z0-9])", 0.95),
        rule("idmex", r"(?<![a-z])idmex ?(?P<v>\d{9,13}(?:<<\d{6,13})?)", 0.95),
        rule(
            "labelled",
            r"(?<![a-z])(?:ine|ife|cic|ocr|(?:clave|credencial)(?: de| para)? ?(?:elector|votar)|folio ine)"
            r"[^\w\n]{0,4}(?:no\.?|num\.?|numero|folio|clave|vigente|es|con)?[^\w\n]{0,4}"
            r"(?P<v>[a-z]{0,6}[ \-]?\d(?:[ \-]?\d){7,13}(?:[ \-]?[hm][ \-]?\d{2,3})?)(?![a-z0-9])",
            0.9,
        ),
    )

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """Clave without context: the entity must be 01–32 or foreign (87, 88)."""
        if rule.name == "clave" and not near:
            compact = re.sub(r"[^a-z0-9]", "", value)
            if not (compact[12:14].isdigit() and (1 <= int(compact[12:14]) <= 32 or compact[12:14] in ("87", "88"))):
                return 0.8
        return rule.score


RECOGNIZERS = (IneRecognizer,)
