"""Finds orders hidden in a text: plain words, invisible characters, comments, encodings.

Nothing is removed or obeyed: findings have offsets, so the caller quotes and flags them (design rule 6).
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import urllib.parse
from collections.abc import Iterator

from guardrails.scope.patterns import Rule, rules
from guardrails.scope.types import InjectionFinding
from guardrails.scope.view import INVISIBLE, View, despaced, plain, unleet

SMALL = 20_000
"""Characters up to which the costly views (spaced letters, digits for letters, rot13) are tried."""
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{20,}(?:[\r\n]+[A-Za-z0-9+/_-]{8,})*={0,2}")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:(?:\\x|0x)?[0-9a-fA-F]{2}[ ,:]?){16,}(?![0-9A-Za-z])")
_COMMENT = re.compile(r"<!--(.*?)-->|/\*(.*?)\*/|\[//\]: ?# ?\((.*?)\)", re.DOTALL)
_HIDDEN_STYLE = re.compile(
    r"<(\w+)[^<>]{0,200}(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])"
    r"|color\s*:\s*(?:white|#fff(?:fff)?))[^<>]{0,200}>([^<]{3,2000})",
    re.IGNORECASE,
)
_TAGS = re.compile("[\U000e0020-\U000e007f]{4,}")
_INVISIBLE_RUN = re.compile(INVISIBLE.pattern + "{8,}")
_ESCAPES = re.compile(r"(?:&#x?[0-9a-fA-F]+;|%[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}){6,}")
_WORDS = re.compile(r"[^\W\d_]{2,}")

_HIDDEN = "El texto lleva contenido invisible para quien lo lee; se muestra y no se obedece."
_ENCODED = "El texto lleva un mensaje codificado; se señala y no se obedece."


def _excused(rule: Rule, text: str, match: re.Match[str]) -> bool:
    start, end = match.span()
    if rule.unless and rule.unless.search(text, max(0, start - 20), min(len(text), end + 60)):
        return True
    # A subject before the verb makes it a statement about somebody («la paciente ignora las indicaciones previas»).
    return bool(rule.unless_before and rule.unless_before.search(text[max(0, start - 90) : start]))


def _by_rules(view: View) -> Iterator[InjectionFinding]:
    for rule in rules("injection"):
        for match in rule.pattern.finditer(view.text):
            if match.end() > match.start() and not _excused(rule, view.text, match):
                start, end = match.span()
                while start < end and view.text[start] in " \n.;:,!?¡¿\"'«([*-":
                    start += 1
                if start < end:
                    yield InjectionFinding(*view.back(start, end), rule.kind, rule.reason)


def _texty(raw: bytes) -> str:
    """The bytes as readable text, or ""."""
    for encoding in ("utf-8", "utf-16-le"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        printable = sum(c.isprintable() or c in "\n\t" for c in text)
        if text and printable == len(text) and len(_WORDS.findall(text)) >= 3 and " " in text.strip():
            letters = sum(c.isalpha() or c.isspace() for c in text)
            if letters / len(text) > 0.75:
                return text
    return ""


def decoded(text: str) -> Iterator[tuple[int, int, str]]:
    """Readable messages hidden by an encoding: offsets in ``text`` and the message."""
    for match in _BASE64.finditer(text):
        block = re.sub(r"\s", "", match[0]).rstrip("=").translate(str.maketrans("-_", "+/"))
        try:
            message = _texty(base64.b64decode(block + "=" * (-len(block) % 4), validate=True))
        except (binascii.Error, ValueError):
            continue
        if message:
            yield match.start(), match.end(), message
    for match in _HEX.finditer(text):
        try:
            message = _texty(bytes.fromhex(re.sub(r"\\x|0x|[ ,:]", "", match[0])))
        except ValueError:
            continue
        if message:
            yield match.start(), match.end(), message
    for match in _ESCAPES.finditer(text):
        message = urllib.parse.unquote(html.unescape(match[0]))
        message = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), message)
        if len(_WORDS.findall(message)) >= 1:
            yield match.start(), match.end(), message


def _hidden(text: str) -> Iterator[InjectionFinding]:
    for match in _TAGS.finditer(text):
        yield InjectionFinding(match.start(), match.end(), "texto_oculto", _HIDDEN)
    for match in _INVISIBLE_RUN.finditer(text):
        yield InjectionFinding(match.start(), match.end(), "texto_oculto", _HIDDEN)
    for match in _HIDDEN_STYLE.finditer(text):
        yield InjectionFinding(match.start(2), match.end(2), "texto_oculto", _HIDDEN)
    for match in _COMMENT.finditer(text):
        body = next((group for group in match.groups() if group), "")
        # Word processors leave short marks («StartFragment»); a sentence in a comment is hidden text.
        if len(_WORDS.findall(body)) >= 3:
            yield InjectionFinding(match.start(), match.end(), "texto_oculto", _HIDDEN)
    for start, end, _ in decoded(text):
        yield InjectionFinding(start, end, "texto_codificado", _ENCODED)


def _disguised(view: View) -> Iterator[InjectionFinding]:
    """The same rules over views that undo simple disguises; only for short texts."""
    spaced = despaced(view)
    for other in (spaced, unleet(view)):
        if other is not None and other.text != view.text:
            yield from _by_rules(other)
    turned = View(codecs.encode(view.text, "rot13"), view.origin)
    yield from _by_rules(turned)


def scan(text: str) -> list[InjectionFinding]:
    """Findings in order of appearance, overlapping ones merged into the first."""
    view = plain(text)
    found = [*_by_rules(view), *_hidden(text)]
    if len(text) <= SMALL:
        found += _disguised(view)
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[InjectionFinding] = []
    for one in found:
        if kept and one.start < kept[-1].end:
            if one.end > kept[-1].end:
                kept[-1] = kept[-1]._replace(end=one.end)
            continue
        kept.append(one)
    return kept
