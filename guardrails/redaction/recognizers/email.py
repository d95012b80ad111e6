# ruff: noqa: E501 - patterns and word lists stay on one line
"""E-mail addresses (RFC 5322, simplified). The domain's ending is looked up in the public-suffix snapshot that tldextract
ships; nothing is fetched. An address of an unknown ending is redacted too, with a lower score."""

from __future__ import annotations

from functools import cache

import tldextract

from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule


@cache
def _suffixes() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, fallback_to_snapshot=True)


class OfflineEmailRecognizer(FoldedRecognizer):
    """Also dictated or spaced forms: «ana punto ruiz arroba gmail punto com», «ana @ gmail . com»."""

    LABEL = "CORREO"
    RULES = (
        rule("plain", r"(?<![\w.+\-])[a-zñ0-9_][\w.+\-ñ]{0,63}@[a-z0-9][a-z0-9\-]{0,62}(?:\.[a-z0-9\-]{1,62}){1,5}(?![a-z0-9])", 0.9),
        rule("spaced", r"(?<![\w.+\-])[a-z0-9_][\w.+\-]{1,63} ?@ ?[a-z0-9\-]{2,62}(?: ?\.[a-z]{2,10}| ?\. ?(?:com|mx|org|net|edu|gob|es|gov)){1,3}(?![a-z0-9])", 0.85),
        rule("broken", r"(?<![\w.+\-])[a-z0-9_][\w.+\-]{1,63}@[a-z0-9\-]{2,62}(?![a-z0-9])", 0.8),
        rule(
            "at in words",
            r"(?<![\w.])[a-z0-9_][\w.\-]{1,40}(?: (?:punto|guion(?: bajo)?) [\w\-]{1,30}){0,3} ?[\[(]?(?:arroba|\bat\b)[\])]? ?[a-z0-9\-]{2,30}(?: ?(?:punto|\.|dot) ?(?:com|mx|org|net|edu|gob|es|gov|imss|unam)|\.[a-z]{2,10}){1,4}\b",
            0.9,
        ),
    )

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """A known public suffix makes it certain."""
        if rule.name == "spaced" and not _suffixes()(value.rpartition("@")[2].replace(" ", "")).suffix:
            return None
        if rule.name == "plain":
            return 1.0 if _suffixes()(value.rpartition("@")[2]).suffix else rule.score
        return rule.score


RECOGNIZERS = (OfflineEmailRecognizer,)
