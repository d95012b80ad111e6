"""Words that a rewording brings in or drops on its own: more than tidy prose and written-out abbreviations need.

The grounding guard knows clinical facts that clash; a finding that the source merely doesn't mention is its weakest
point. Rewording needs no new content words, so any that is neither in the source (by stem or as a corrected
misspelling), nor the sure reading of one of its abbreviations, nor in ``data/neutral.txt``, sends the statement back;
so does a word of the source that nothing in the rewording stands for, unless it only holds a sentence together. A
misspelling is a word that the vocabulary lacks, and its correction one that it holds: «Gustilo» is not «gusto», nor
«diafisaria» «diafrisaria».
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process

from copilot.dictation.spelling import listed
from copilot.extraction.view import View
from copilot.folding import fold
from copilot.nom004.abbreviations import Edit, Expanded, table
from copilot.writing.forms import forms, other_form
from copilot.writing.order import FUNCTION, tokens
from guardrails.grounding.text import stem
from guardrails.redaction.exceptions import eponyms
from guardrails.redaction.vault import EXACT_SURROGATE

_NEUTRAL = Path(__file__).with_name("data") / "neutral.txt"
_WORD = re.compile(r"[a-z]+")
_MARKS = {
    re.compile(r"\+"): ("positivo", "positiva", "positivos", "positivas"),
    re.compile(r"\(-\)|\s-(?!\d)"): ("negativo", "negativa", "negativos", "negativas"),
    re.compile(r"<"): ("menor", "menos", "inferior"),
    re.compile(r">"): ("mayor", "superior"),
    re.compile(r"↑"): ("elevado", "elevada", "aumentado", "aumentada", "alto", "alta"),
    re.compile(r"↓"): ("bajo", "baja", "disminuido", "disminuida"),
    re.compile(r"\d\s?h(?:r?s?|oras?)?\b"): ("hora", "horas"),
    re.compile(r"\d\s?(?:min\b|['’´′](?!['’´′]))"): ("minuto", "minutos"),
    re.compile(r"\baprox"): ("aproximadamente", "aproximado", "aproximada"),
    re.compile(r"\btension\b"): ("arterial",),
    re.compile(r"\d\s?d\b"): ("dia", "dias"),
    re.compile(r"\b\d{1,2}\s?a\b(?!\s*\d)"): ("ano", "anos"),
}
"""Signs and letters behind a figure, and the words that may stand for them (which for which:
:func:`copilot.writing.checks.same_signs` and ``same_times``)."""
CLOSE = 82
"""Similarity (0–100) from which a word counts as the corrected spelling of a source word."""
LONG = 4
"""Letters beyond which the last one of a word may differ in its rewording."""


@lru_cache(maxsize=1)
def neutral() -> frozenset[str]:
    """Stems that carry nothing of their own."""
    lines = _NEUTRAL.read_text(encoding="utf-8").splitlines()
    return frozenset(stem(word) for line in lines if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=1)
def _abbreviations() -> frozenset[str]:
    """Folded abbreviations of the table."""
    return frozenset(map(fold, table()))


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(EXACT_SURROGATE.sub(" ", text)))


def new_words(source: str, whole: Expanded, written: str) -> list[str]:
    """Content words of ``written`` that ``source`` (``whole``: written out) doesn't account for, folded, in order."""
    given, bare = _words(source), fold(EXACT_SURROGATE.sub(" ", source))
    said, meant = _words(written), {*given, *_words(whole.text)}
    known = set(map(stem, meant)) | neutral()
    known |= {stem(word) for mark, words in _MARKS.items() if mark.search(bare) for word in words}
    # «der» → «derecha», «mult» → «múltiples»; whole words («pie», «piel») and prose («con») open nothing.
    heads = tuple(word for word in given if _cut_short(word) and stem(word) not in neutral())
    spelt = [word for word in given if _misspelt(word)]
    bag = set(given)
    gone = {form for word in bag - set(said) for form in forms(word)}
    out = []
    for word in said:
        if word not in meant and other_form(word, bag, gone):
            out.append(word)
            continue
        short = len(word) < 3 and (word not in _abbreviations() or word in given)
        if short or stem(word) in known:
            continue
        if listed(word) and (word.startswith(heads) or _close(word, spelt)):
            continue
        out.append(word)
    return out


def lost_words(source: str, whole: Expanded, written: str) -> list[str]:
    """Words of ``source`` (``whole``: written out) that nothing in ``written`` stands for, folded, in order; those
    aside that only hold a sentence together."""
    said = [word for word in tokens(written) if word.isalpha()]
    stems, known = set(map(stem, said)), [word for word in said if listed(word)]
    spoken = tuple(map(stem, _words(written)))
    out = [edit.old for edit in whole.edits if not _entire(edit, spoken)]
    settled = {word for edit in whole.edits for word in tokens(edit.old)} | FUNCTION
    for word in tokens(source):
        if not word.isalpha() or len(word) < 2 or word in settled or stem(word) in stems:
            continue
        if View(word).norm.strip().isdigit():
            continue  # a figure in words: figures were compared
        if any(one.startswith(word[:-1] if len(word) > LONG else word) for one in said):
            continue
        if _misspelt(word) and _close(word, known):
            continue
        out.append(word)
    return out


def _entire(edit: Edit, said: tuple[str, ...]) -> bool:
    """Whether what is said (stems) holds an abbreviation as it was, or its whole reading: «antiinflamatorio ni
    esteroideo» is none of «AINE»."""
    short, reading = (tuple(map(stem, _words(text))) for text in (edit.old, edit.new))
    return any(said[at : at + len(one)] == one for one in (short, reading) for at in range(len(said) + 1))


def written_out(word: str, whole: Expanded, written: str) -> bool:
    """Whether ``word`` is an abbreviation that was written out in ``whole``, and ``written`` holds it as often, cut
    short or in full."""
    readings = [_words(edit.new) for edit in whole.edits if edit.old == word]
    said = [stem(one) for one in _words(written)]
    times = said.count(stem(fold(word))) + min((said.count(stem(one[0])) for one in readings if one), default=0)
    return bool(readings) and times >= len(readings)


def _cut_short(word: str) -> bool:
    """Whether a folded word may be a longer one broken off: not in the vocabulary, or of an ending few have."""
    return len(word) >= 3 and (not listed(word) or word[-1] not in "aeiouslny")


def _misspelt(word: str) -> bool:
    """Whether a folded word may be another one misspelt: none of the vocabulary, no name of a scale or sign."""
    return len(word) >= 4 and not listed(word) and word not in eponyms()


def _close(word: str, others: list[str]) -> bool:
    return bool(others) and process.extractOne(word, others, scorer=fuzz.ratio, score_cutoff=CLOSE) is not None
