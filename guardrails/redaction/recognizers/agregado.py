# ruff: noqa: E501 - patterns and word lists stay on one line
"""Agregado médico of IMSS: quality digit, sex, year of birth, régimen («1M1960OR»). Shape as in public IMSS systems;
no check digit exists."""

from __future__ import annotations

from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule, words


class AgregadoRecognizer(FoldedRecognizer):
    """The whole shape alone is enough; broken shapes need «agregado» before them."""

    LABEL = "AGREGADO"
    CONTEXT = words("agregado", "agr", "agreg")
    RULES = (
        rule("shape", r"(?<![a-z0-9])\d[ \-]?[mf][ \-]?(?:19|20)\d{2}[ \-]?(?:or|pe|es|et|sf|nd|[a-z]{2})(?![a-z0-9])", 0.95),
        rule(
            "labelled",
            r"\bagr(?:eg(?:ado)?)?\.?(?: medico| med\.?)?[^\w\n]{0,4}(?:no\.? |num\.? )?"
            r"(?P<v>\d[ \-]?[a-z][ \-]?\d{2,4}[ \-]?[a-z]{0,2})(?![a-z0-9])",
            0.9,
        ),
    )

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """Blanks inside are accepted with a known régimen or near the context word."""
        if rule.name == "shape" and not near and value[-2:] not in ("or", "pe", "es", "et", "sf", "nd"):
            return 0.8 if " " not in value else None
        return rule.score


RECOGNIZERS = (AgregadoRecognizer,)
