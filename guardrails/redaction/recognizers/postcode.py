# ruff: noqa: E501 - patterns and word lists stay on one line
"""Postal code: five digits, 01000–99999 (SEPOMEX), only with «C.P.» or inside an address."""

from __future__ import annotations

from guardrails.redaction.recognizers.base import FoldedRecognizer, rule


class PostcodeRecognizer(FoldedRecognizer):
    """«C.P. 01234», «CP:06700», «código postal 44100»."""

    LABEL = "CP"
    RULES = (
        rule("labelled", r"(?<![a-z])(?:c\.? ?p\.?|cod(?:igo)?\.? ?post(?:al)?\.?|zip)[^\w]{0,8}(?:no\.? |num\.? |numero |es )?(?P<v>\d{5}|\d{2} \d{3})(?!\d|[.,]\d)", 0.95),
        rule(
            "after place",
            r"(?<![a-z])(?:col(?:onia)?|fracc(?:ionamiento)?|barrio|calle|av(?:enida)?|mpio|municipio|ciudad|mz|lote|int|manzana)\.? [^\n;]{2,60}?[, ](?P<v>\d{5})(?=$|[\n,.; ](?!\d|mg|ui|u\b|cel))",
            0.6,
        ),
    )


RECOGNIZERS = (PostcodeRecognizer,)
