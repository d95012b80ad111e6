"""Opaque blobs: base64, hexadecimal, data URIs. They may hold anything, so a long one is redacted whole."""

from __future__ import annotations

import re

from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule


class BlobRecognizer(FoldedRecognizer):
    """Runs of 24 or more characters of an encoding alphabet that no word or table line has."""

    LABEL = "OTRO_ID"
    RULES = (
        rule("data uri", r"data:[a-z]{2,20}/[a-z0-9.+\-]{2,40};base64,[a-z0-9+/=\n]{8,}", 0.9),
        rule("base64", r"(?<![a-z0-9+/])[a-z0-9+/]{20,}={0,2}(?:\n[a-z0-9+/]{20,}={0,2})*(?![a-z0-9+/=])", 0.8),
        rule("padded", r"(?<![a-z0-9+/])[a-z0-9+/]{8,}={1,2}(?![a-z0-9+/=])", 0.8),
    )

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """Letters and digits mixed, and not a list of words with slashes."""
        if rule.name == "data uri":
            return rule.score
        if rule.name == "base64" and max(len(one) for one in re.split(r"[+/=]", value)) < 16:
            return None
        digits = sum(one.isdigit() for one in value)
        letters = sum(one.isalpha() for one in value)
        if rule.name == "padded":
            return rule.score if digits and letters >= 6 and len(value) >= 12 else None
        if digits < 2 or letters < 8 or re.fullmatch(r"[a-z]+(?:/[a-z0-9]+)+", value):
            return rule.score if len(value) >= 60 and "/" not in value and letters > 40 else None
        return rule.score


RECOGNIZERS = (BlobRecognizer,)
