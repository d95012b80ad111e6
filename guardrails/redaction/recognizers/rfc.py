# ruff: noqa: E501 - patterns and word lists stay on one line
"""RFC of persons (13 characters, 10 without homoclave) and companies (12). Format: SAT, Código Fiscal de la Federación
art. 27 and its rules; about 1.5 % of real ones fail the check digit (python-stdnum), so a failure lowers the score only."""

from __future__ import annotations

import datetime
import re

from stdnum.mx import rfc

from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule, words

_GAP = r"[ \t\n.\-]{0,2}"


class RfcRecognizer(FoldedRecognizer):
    """The date inside must exist, unless «RFC» stands before it."""

    LABEL = "RFC"
    CONTEXT = words("rfc", r"r\.f\.c\.?", "registro federal", "contribuyente", "homoclave")
    RULES = (
        rule("with homoclave", rf"(?:(?<![a-z0-9&])|(?<=rfc))[a-zñ&]{{3,4}}{_GAP}[0-9]{{6}}{_GAP}[0-9a-z]{{3}}(?![a-z0-9])", 0.9),
        rule("without homoclave", r"(?<![a-z0-9&])[a-zñ&]{4}[ \-]?[0-9]{6}(?![a-z0-9])", 0.75),
        rule(
            "typed wrong",
            r"(?:\brfc\b|r\.f\.c\.?)[^\n\w]{0,4}(?:es |no )?"
            r"(?P<v>[a-zñ&]{2,5}[ \-]?[0-9oil]{4,7}(?:[ \-]?[a-z0-9]{1,4})?)(?![a-z0-9])",
            0.85,
        ),
    )

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """Check digit by stdnum; without context the six digits must be a date."""
        compact = re.sub(r"[^a-z0-9ñ&]", "", value).upper()
        if len(compact) in (12, 13) and rfc.is_valid(compact, validate_check_digits=True):
            return 1.0
        digits = re.search(r"\d{6}", compact)
        if not near and rule.name != "typed wrong":
            if digits is None or not _is_date(digits[0]):
                return None
            gaps = re.search(r"[ \n\t]", value) is not None
            if gaps and (rule.name == "without homoclave" or not re.search(r"\d", compact[digits.end() :])):
                return None  # «para 120190 mg» and the like
        return rule.score


def _is_date(digits: str) -> bool:
    try:
        datetime.date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return False
    return True


RECOGNIZERS = (RfcRecognizer,)
