"""Words that a rewording brings in or drops on its own: more than tidy prose and written-out abbreviations need.

The grounding guard knows clinical facts that clash; a finding that the source merely doesn't mention is its weakest
point. Rewording needs no new content words, so any that is neither in the source (by stem or as a corrected
misspelling), nor the sure reading of one of its abbreviations, nor in ``data/neutral.txt``, sends the statement back;
so does a long word of the source that nothing in the rewording stands for. A misspelling is a word that the vocabulary
lacks, and its correction one that it holds: «Gustilo» is not «gusto», nor «diafisaria» «diafrisaria».
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process

from copilot.dictation.spelling import listed
from copilot.folding import fold
from copilot.nom004.abbreviations import Edit, table
from copilot.writing.spelled import spelled
from guardrails.grounding.text import stem
from guardrails.redaction.exceptions import eponyms
from guardrails.redaction.vault import EXACT_SURROGATE

_NEUTRAL = Path(__file__).with_name("data") / "neutral.txt"
_GENDER = re.compile(r"(?<=[a-zñ]{3})(?P<vowel>[oa])s?$")
_PRESENT = re.compile(r"(?<=[a-zñ]{3})(?:an?|en?)$")
_PAST = re.compile(r"(?<=[a-zñ]{3})(?:i?o|aron|ieron|aban?|ian?)$")
_WORD = re.compile(r"[a-zñ]+")
_MARKS = {
    re.compile(r"\+"): ("positivo", "positiva", "positivos", "positivas"),
    re.compile(r"\(-\)|\s-(?!\d)"): ("negativo", "negativa", "negativos", "negativas"),
    re.compile(r"<"): ("menor", "menos", "inferior"),
    re.compile(r">"): ("mayor", "superior"),
    re.compile(r"↑"): ("elevado", "elevada", "aumentado", "aumentada", "alto", "alta"),
    re.compile(r"↓"): ("bajo", "baja", "disminuido", "disminuida"),
    re.compile(r"\d\s?h(?:r?s?|oras?)?\b", re.I): ("hora", "horas"),
    re.compile(r"\d\s?(?:min\b|['’´′](?!['’´′]))", re.I): ("minuto", "minutos"),
    re.compile(r"\b\d{1,2}\s?a\b(?!\s*\d)"): ("ano", "anos"),
}
"""Signs and letters behind a figure, and the words that may stand for them (which for which:
:func:`copilot.writing.checks.same_signs` and ``same_times``)."""
CLOSE = 82
"""Similarity (0–100) from which a word counts as the corrected spelling of a source word."""
LONG = 5
"""Letters from which a word of the source must be found again."""


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


def new_words(source: str, written: str) -> list[str]:
    """Content words of ``written`` that ``source`` doesn't account for, folded, in order."""
    given, bare = _words(source), EXACT_SURROGATE.sub(" ", source)
    known = {stem(word) for word in [*given, *_words(spelled(source).text)]} | neutral()
    known |= {stem(word) for mark, words in _MARKS.items() if mark.search(bare) for word in words}
    # «der» → «derecha», «mult» → «múltiples»; whole words («pie», «piel») and prose («con») open nothing.
    heads = tuple(word for word in given if _cut_short(word) and stem(word) not in neutral())
    spelt = [word for word in given if _misspelt(word)]
    out = []
    for word in _words(written):
        if word not in given and (_regendered(word, given) or _singled(word, given) or _retensed(word, given)):
            out.append(word)
            continue
        short = len(word) < 3 and (word not in _abbreviations() or word in given)
        if short or stem(word) in known:
            continue
        if listed(word) and (word.startswith(heads) or _close(word, spelt)):
            continue
        out.append(word)
    return out


def _regendered(word: str, given: list[str]) -> bool:
    """Whether a word of the source changed its gender: «conocida» to «conocido» makes another patient of hers."""
    end = _GENDER.search(word)
    if end is None:
        return False
    swapped = word[: end.start()] + ("a" if end["vowel"] == "o" else "o")
    return swapped in given or f"{swapped}s" in given


def _singled(word: str, given: list[str]) -> bool:
    """Whether the source says more than one of it: «pupilas» are not «pupila»."""
    return len(word) > 3 and (f"{word}s" in given or f"{word}es" in given)


def _retensed(word: str, given: list[str]) -> bool:
    """Whether a verb of the source changed its time: who «toma» aspirin hasn't merely «tomado» it, nor the reverse."""
    for here, there in ((_PRESENT, _PAST), (_PAST, _PRESENT)):
        end = here.search(word)
        if end and any(one.startswith(word[: end.start()]) and there.fullmatch(one, end.start()) for one in given):
            return True
    return False


def lost_words(source: str, written: str) -> list[str]:
    """Long content words of ``source`` that nothing in ``written`` stands for, folded, in order."""
    said = _words(written)
    stems = {stem(word) for word in said} | neutral()
    out = [edit.old for edit in spelled(source).edits if not _whole(edit, said)]
    for word in _words(source):
        if len(word) < LONG or stem(word) in stems or word in _abbreviations():
            continue
        if any(one.startswith(word) for one in said):
            continue
        if _misspelt(word) and _close(word, [one for one in said if listed(one)]):
            continue
        out.append(word)
    return out


def _whole(edit: Edit, said: list[str]) -> bool:
    """Whether what is said holds an abbreviation as it was, or its whole reading: «antiinflamatorio ni esteroideo» is
    none of «AINE»."""
    short, reading = (tuple(map(stem, _words(text))) for text in (edit.old, edit.new))
    stems = tuple(map(stem, said))
    return any(stems[at : at + len(one)] == one for one in (short, reading) for at in range(len(stems) + 1))


def written_out(word: str, source: str, written: str) -> bool:
    """Whether ``word`` is an abbreviation of ``source`` that ``written`` holds as often, cut short or in full."""
    readings = [_words(edit.new) for edit in spelled(source).edits if edit.old == word]
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
