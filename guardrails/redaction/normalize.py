# ruff: noqa: E501 - patterns and word lists stay on one line
"""A cleaned copy of the text for the recognizers, with the way back to the original offsets.

Undone here: zero-width and direction marks, full-width and mathematical letters and digits, Cyrillic and Greek
look-alikes, decomposed accents, HTML tags and entities, odd spaces. The original is never changed: findings are
mapped back and the original interval is what gets redacted. Look-alikes: Unicode Technical Standard 39 (confusables).
"""

from __future__ import annotations

import html
import re
import unicodedata
from array import array
from dataclasses import dataclass

from guardrails.redaction.tokenizer import fold

_DROPPED = {0x00AD, 0x034F, 0x061C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)}
_LOOKALIKES = dict(
    zip(
        "АВЕКМНОРСТУХІЈЅԁаеорсухіјѕһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοıᴏ",
        "ABEKMHOPCTYXIJSdaeopcyxijshqwABEZHIKMNOPTYXoio",
        strict=True,
    )
)
_DASHES = dict.fromkeys("‐‑‒–—―−﹣－", "-")
_TAG = re.compile(
    r"<(/?)(b|i|u|em|strong|span|font|a|small|sup|sub|p|div|br|li|ul|ol|td|tr|th|table|tbody|thead|h[1-6]|html|body|"
    r"head|title|meta|label|input|section|pre|code)\b[^<>]{0,300}>",
    re.IGNORECASE,
)
_INLINE = {"b", "i", "u", "em", "strong", "span", "font", "a", "small", "sup", "sub"}
_ENTITY = re.compile(r"&(#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});", re.IGNORECASE)
_SUSPECT = re.compile(r"[^\x09\x0a\x20-\x25\x27-\x3b\x3d-\x7e¡¿áéíóúüñÁÉÍÓÚÜÑ°º«»]")


@dataclass(frozen=True)
class Prepared:
    """``text`` (cleaned), ``folded`` (lower case, no accents, same length) and the original interval of each character."""

    text: str
    folded: str
    starts: array[int]
    ends: array[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original interval of a non-empty interval of the cleaned text."""
        return self.starts[start], self.ends[end - 1]


def _fold_same_length(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_FOLDED)


class _Folded(dict[int, str]):
    """One character in lower case without its accent, filled as characters come."""

    def __missing__(self, code: int) -> str:
        one = chr(code)
        new = one.lower() if one.isascii() else fold(one)
        self[code] = new = new if len(new) == 1 else one
        return new


_FOLDED = _Folded()


def _clean(one: str) -> str:
    """The replacement of a single character: itself, nothing, or its plain form."""
    if one in _LOOKALIKES:
        return _LOOKALIKES[one]
    if one in _DASHES:
        return "-"
    code = ord(one)
    if 0xD800 <= code <= 0xDFFF:
        return "?"  # a lone half of a pair: broken input, no text
    if code in _DROPPED:
        return ""
    if one == "\r" or (one.isspace() and one not in "\n\t "):
        return "\n" if one in "\u2028\u2029\x0b\x0c\x85" else " "
    if unicodedata.category(one) == "Nd":
        return str(unicodedata.digit(one))
    if 0xFB00 <= code <= 0xFB06 or 0xFF01 <= code <= 0xFF5E or 0x1D400 <= code <= 0x1D7FF or 0x2460 <= code <= 0x24FF:
        return unicodedata.normalize("NFKC", one)
    return one


class _Plain(dict[int, str]):
    """One character for one character, filled as characters come."""

    def __missing__(self, code: int) -> str:
        new = self[code] = _clean(chr(code))
        return new


_PLAIN = _Plain()


def prepare(text: str) -> Prepared:
    """Clean a text; linear in its length."""
    clean = text if _SUSPECT.search(text) is None else text.translate(_PLAIN)
    same = clean is text or (
        len(clean) == len(text)
        and all(len(_PLAIN[ord(one)]) == 1 for one in set(text))
        and not any(unicodedata.combining(one) for one in set(text))
        and not ("<" in text and _TAG.search(text))
        and not ("&" in text and _ENTITY.search(text))
    )
    if same:  # nothing lost, nothing joined: each character keeps its place
        span = array("l", range(len(text) + 1))
        return Prepared(clean, _fold_same_length(clean), span[:-1], span[1:])
    out: list[str] = []
    starts, ends = array("l"), array("l")

    def put(new: str, start: int, end: int) -> None:
        for one in new:
            out.append(one)
            starts.append(start)
            ends.append(end)

    at = 0
    tags = {match.start(): match for match in _TAG.finditer(text)} if "<" in text else {}
    entities = {match.start(): match for match in _ENTITY.finditer(text)} if "&" in text else {}
    while at < len(text):
        if at in tags:
            match = tags[at]
            if match[2].lower() not in _INLINE:
                put("\n", at, match.end())
            at = match.end()
            continue
        if at in entities:
            match = entities[at]
            put("".join(_clean(one) for one in html.unescape(match[0])), at, match.end())
            at = match.end()
            continue
        one = text[at]
        if out and unicodedata.combining(one):
            joined = unicodedata.normalize("NFC", out[-1] + one)
            if len(joined) == 1:
                out[-1] = joined
            ends[-1] = at + 1
        else:
            put(_clean(one), at, at + 1)
        at += 1
    clean = "".join(out)
    return Prepared(clean, _fold_same_length(clean), starts, ends)
