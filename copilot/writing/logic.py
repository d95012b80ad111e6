"""What binds the facts of a statement together, and must bind them the same way in its rewording.

A small model that drops an «x» or turns «al» into «para» keeps every fact and says something else: «se quitó x
bradicardia» is not «se quitó una bradicardia», nor «TAC al mejorar la función renal» «para mejorarla».
"""

from __future__ import annotations

import re

from copilot.folding import fold
from guardrails.grounding.text import stem

_DENIES = re.compile(r"\b(?:(?:no|sin|ni|nieg\w+|nego|negad\w+|tampoco|nunca|jamas|ningun\w*)\b|s/)")
_BINDS = {
    "cause": r"\bpor\b(?!\s+(?:via|ciento|dia|noche|hora|minuto|semana|kilo|kg)\b|\s+la (?:noche|manana|tarde)\b|\s*\d)"
    r"|\bx(?=\s+[a-z])|\b(?:porque|debid\w+|secundari\w+|causa\w*|ocasion\w+)\b",
    "purpose": r"\bpara\b(?!\s+\d)|\bp/(?=\s*[a-z])(?!\s*h\b)",
    "condition": r"\bsi\b|\ben caso de\b",
    "when": r"\bcuando\b|\bal\s+[a-z]+(?:ar|er|ir)\b",
    "until": r"\bhasta\b",
    "after": r"\b(?:tras|despues|posterior\w*)\b",
    "before": r"\b(?:antes|prev[a-z]*)\b",
    "since": r"\b(?:hace|desde)\b",
    "already": r"\bya\b",
    "still": r"\b(?:aun|todavia)\b",
    "only": r"\b(?:solo|solamente|unicamente)\b",
    "almost": r"\bcasi\b",
    "more": r"\bmas\b(?!\s+de\b)",
    "less": r"\bmenos\b",
    "very": r"\bmuy\b",
    "during": r"\bdurante\b(?!\s+\d)",
    "through": r"\bmediante\b",
    "below": r"\bbajo\b",
    "above": r"\bsobre\b",
    "between": r"\bentre\b",
    "every": r"\bcada\b",
    "was": r"\bfue(?:ron)?\b",
    "will": r"\bseran?\b",
    "has": r"\bhan?\b",
    "had": r"\b(?:tuvo|tenia)\b",
    "must": r"\bdebe\b",
    "may": r"\bpuede\b",
}  # fmt: skip
_IF = re.compile(r"\bsi\s+\w")
_QUOTES = re.compile("[\"«»“”]")


def bonds(text: str) -> set[str]:
    """What binds the facts of a text (cause, condition, time) or weighs and places them («ya», «casi», «fue»)."""
    folded = fold(text)
    return {name for name, pattern in _BINDS.items() if re.search(pattern, folded)}


def denies(text: str) -> bool:
    """Whether anything is denied in words."""
    return _DENIES.search(fold(text)) is not None


def _asked(text: str) -> list[str]:
    """The word before each question mark."""
    folded = fold(text)
    before = (re.findall(r"\w+", folded[max(0, hit.start() - 60) : hit.start()]) for hit in re.finditer(r"\?+", folded))
    return [stem(words[-1]) if words else "" for words in before]


def same_doubt(source: str, written: str) -> bool:
    """Whether both texts ask as often, cite somebody's words or neither does, and no «si» became a «sí».

    «Cirrosis» in quotes is what the patient was told.
    """
    if _asked(source) != _asked(written):
        return False
    if bool(_QUOTES.search(source)) != bool(_QUOTES.search(written)):
        return False
    lower = source.lower()
    kept = re.search(r"\bsí\b", lower) or not _IF.search(lower)
    return bool(kept) or not re.search(r"\bsí\b", written.lower())
