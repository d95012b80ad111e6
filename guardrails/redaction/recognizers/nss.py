# ruff: noqa: E501 - patterns and word lists stay on one line
"""NSS of IMSS: 11 digits, the last one Luhn over the others. Source: IMSS, Reglamento de la Ley del Seguro Social en
materia de afiliación; check digit as in python-stdnum ``luhn``."""

from __future__ import annotations

import re

from stdnum import luhn

from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule, words

_NUMBER = r"[0-9oil](?:[ \t.\-/]{0,3}\n?[0-9oil]){7,13}"


class NssRecognizer(FoldedRecognizer):
    """Luhn right: score 1. Grouped as an NSS or near its context words: redacted whatever its digits are."""

    LABEL = "NSS"
    CONTEXT = words(
        "nss", "n ?s ?s", r"n\.s\.s\.?", "seguro social", "seguridad social", "afiliacion", "num(?:ero)? de afil",
        "afil", "af", "imss no", "no imss", "nass", "seg soc", "derechohabiencia", "folio imss",
    )  # fmt: skip
    REACH = 40
    RULES = (
        rule("grouped", r"(?<![\w.])\d{4}[ \-.]\d{2}[ \-.]\d{2}[ \-.]?\d{2}[ \-.]?\d{0,2}[ \-.]?\d(?![\w])", 0.9),
        rule("pairs", r"(?<![\w.])\d{2}[ \-.]\d{2}[ \-.]\d{2}[ \-.]\d{4}[ \-.]\d(?!\w)", 0.95),
        rule("wide", r"(?<![\w.])[o0-9]\d{0,3}(?: ?[ \-./] ?\d{1,4}){3,5}(?!\w|[.,/]\d)", 0.85),
        rule("scanned", r"(?<![\w.])[0-9oil]{4}-[0-9oil]{2}-[0-9oil]{2}-?[0-9oil]{2}-?[0-9oil]{0,2}-[0-9oil](?!\w)|(?<![\w.])[0-9oil]{4}-[0-9oil]{2}-[0-9oil]{4}-[0-9oil](?!\w)", 0.9),
        rule("last digits", r"(?:nss|seguro social|afiliacion)[^\n\d]{1,25}?(?:termina(?:cion)? (?:en )?|ultimos? (?:\w+ )?(?:digitos )?(?:del nss)?,? ?)(?P<v>\d{2,4}(?:-\d)?)(?!\w)", 0.85),
        rule("eleven", r"(?<![\w.,])\d(?:[ \-]?\d){10}(?![\w]|[.,]\d)", 0.6),
        rule("apart", r"(?<![\w.,])\d{10} ?[.\-/] ?\d(?![\w]|[.,]\d)", 0.6),
        rule("split", r"(?<![\w.,])\d{2,9}[ \-]{0,2}\n[ \-]{0,2}\d{2,9}(?![\w]|[.,]\d)", 0.6),
        rule(
            "labelled",
            r"(?<![a-z])(?:n\.? ?s\.? ?s\.?|nass|(?:num(?:ero)?|no|n)?\.? ?(?:de )?(?:seguro|seguridad) social|afil(?:iacion)?"
            r"|num\.? afil\.?)"
            r"[^\w\n]{0,4}(?:no\.?|num\.?|numero|es|del paciente|imss|de ella|de el)?[^\w]{0,4}"
            rf"(?P<v>{_NUMBER})(?![\w])",
            0.95,
        ),
        rule("near", rf"(?<![\w.]){_NUMBER}(?!\w)", 0.9, context=True),
    )

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """Luhn; rules without context need exactly eleven digits."""
        if rule.name == "last digits":
            return rule.score
        if rule.name == "scanned":
            return rule.score if sum(one.isdigit() for one in value) >= 7 else None
        digits = re.sub(r"\D", "", value.replace("o", "0"))
        if rule.name == "wide":
            return (1.0 if luhn.is_valid(digits) else rule.score if near else None) if len(digits) == 11 else None
        if rule.name in ("labelled", "near"):
            if rule.context and not near:
                return None
            return rule.score if len(digits) >= 8 else None
        if len(digits) != 11:
            return rule.score if near and 9 <= len(digits) <= 13 else None
        if luhn.is_valid(digits):
            return 1.0 if rule.name != "split" or near else 0.8
        return None if rule.name == "split" and not near else rule.score


RECOGNIZERS = (NssRecognizer,)
