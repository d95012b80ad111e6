# ruff: noqa: E501 - patterns and word lists stay on one line
"""From text to the encoder's input and back: words, their pieces and features, windows, tags, spans."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from guardrails.redaction.lexicon import word_class
from guardrails.redaction.shape import FEATURES
from guardrails.redaction.tokenizer import fields, fold, token_offsets
from guardrails.redaction.wordpieces import BOS, EOS, WordPieces

WINDOW = 288  # pieces the encoder sees at once; a multiple of 32 is read a third faster
MARGIN = 24  # pieces of a window's edge that the neighbouring window reads better


@dataclass
class Words:
    """The words of a text: character offsets, pieces of each, features of each."""

    offsets: list[tuple[int, int]]
    pieces: list[list[int]]
    features: list[tuple[int, int, int]]


def _bucket(text: str, size: int) -> int:
    return zlib.crc32(text.encode("utf-8", "replace")) % size


def _shape(word: str) -> str:
    """«Xxx», «dddd»…: kinds of characters, runs of letters cut at four, of digits at twelve."""
    if word.isalpha():
        if word.islower() or (word.isupper() and len(word) > 1):
            return ("x" if word.islower() else "X") * min(4, len(word))
        if word.istitle():
            return "X" + "x" * min(4, len(word) - 1)
    elif word.isdigit():
        return "d" * min(12, len(word))
    out = ""
    for one in word:
        kind = "X" if one.isupper() else "x" if one.isalpha() else "d" if one.isdigit() else one
        if out[-4:] != kind * 4 or (kind == "d" and out[-12:] != "d" * 12):
            out += kind
    return out


def read_words(text: str, vocabulary: WordPieces) -> Words:
    """Cut a text; line breaks are words of their own."""
    offsets = token_offsets(text)
    words = [text[start:end] if text[start] != "\n" else "\n" for start, end in offsets]
    pieces: list[list[int]] = []
    features: list[tuple[int, int, int]] = []
    cuts: dict[tuple[str, bool], list[int]] = {}
    buckets: dict[tuple[str, str], tuple[int, int, int]] = {}
    before = 0
    for (start, end), word, field in zip(offsets, words, fields(words), strict=True):
        key = (word, start > before or start == 0)
        cut = cuts.get(key)
        if cut is None:
            cut = cuts[key] = vocabulary.cut(*key)[:12]
        pieces.append(cut)
        feature = buckets.get((word, field))
        if feature is None:
            kind = word_class(fold(word)) if word[0].isalpha() else "-"
            feature = buckets[word, field] = (_bucket(kind, FEATURES[0]), _bucket(field, FEATURES[1]), _bucket(_shape(word), FEATURES[2]))
        features.append(feature)
        before = end
    return Words(offsets, pieces, features)


def windows(words: Words, size: int = WINDOW, margin: int = MARGIN) -> list[tuple[int, int]]:
    """Overlapping intervals of words of at most ``size`` pieces; neighbours share about ``2 · margin`` pieces."""
    lengths = [len(one) for one in words.pieces]
    out: list[tuple[int, int]] = []
    start = 0
    while start < len(lengths):
        end, used = start, 0
        while end < len(lengths) and used + lengths[end] <= size - 2:
            used += lengths[end]
            end += 1
        end = max(end, start + 1)
        out.append((start, end))
        if end == len(lengths):
            break
        back, seen = end, 0
        while back > start + 1 and seen < 2 * margin:
            back -= 1
            seen += lengths[back]
        start = back
    return out


def tensors(words: Words, start: int, end: int) -> tuple[list[int], list[tuple[int, int, int]], list[int], list[int]]:
    """Pieces, features of each piece, first and last piece of each word of a window."""
    pieces, features, first, last = [BOS], [(0, 0, 0)], [], []
    for index in range(start, end):
        first.append(len(pieces))
        pieces += words.pieces[index]
        features += [words.features[index]] * len(words.pieces[index])
        last.append(len(pieces) - 1)
    pieces.append(EOS)
    features.append((0, 0, 0))
    return pieces, features, first, last


_CLEAR = 4  # words outside in a row that end the surroundings of an illegal tag


def decode(scores: np.ndarray, bias: float = 0.0) -> list[tuple[int, int, int, float]]:
    """Best sequence of tags in which every «inside» follows its own «begin»: ``(first word, end word, label, probability)``.

    ``scores`` [words, 1 + 2·labels] are logarithms of probabilities: tag 0 outside, 1+2k begin of label k, 2+2k inside it.
    ``bias`` is taken off «outside»: more is found, less is right.
    """
    gain = scores.copy()
    gain[:, 0] -= bias
    tags: list[int] = gain.argmax(1).tolist()
    at = 0
    while at < len(tags):
        tag = tags[at]
        if tag == 0 or tag % 2 or (at and tags[at - 1] in (tag, tag - 1)):
            at += 1
            continue
        # An «inside» without its «begin»: the best legal sequence of its surroundings, up to words that are clearly outside.
        start, end = at, at + 1
        while start and any(tags[max(0, start - _CLEAR) : start]):
            start -= 1
        start = max(0, start - _CLEAR)
        while end < len(tags) and any(tags[end : end + _CLEAR]):
            end += 1
        end = min(len(tags), end + _CLEAR)
        tags[start:end] = _legal(gain[start:end])
        at = end
    return _spans(tags, scores)


def _legal(gain: np.ndarray) -> list[int]:
    """The legal sequence of tags of largest sum (Viterbi)."""
    count = len(gain)
    labels = (gain.shape[1] - 1) // 2
    begin, inside = 1 + 2 * np.arange(labels), 2 + 2 * np.arange(labels)
    total = gain[0].copy()
    total[inside] = -1e9
    free = np.empty(count, dtype=np.int32)  # best tag of the word before for «outside» and every «begin»
    stay = np.empty((count, labels), dtype=bool)  # «inside» comes from «inside» (true) or from «begin»
    for index in range(1, count):
        free[index] = int(total.argmax())
        best = total[free[index]]
        stay[index] = total[inside] >= total[begin]
        follow = np.maximum(total[inside], total[begin])
        total = gain[index] + best
        total[inside] = gain[index][inside] + follow
    tag = int(total.argmax())
    tags = [0] * count
    for index in range(count - 1, -1, -1):
        tags[index] = tag
        if index:
            if tag and tag % 2 == 0:
                tag = tag if stay[index][tag // 2 - 1] else tag - 1
            else:
                tag = int(free[index])
    return tags


def _spans(tags: Sequence[int], scores: np.ndarray) -> list[tuple[int, int, int, float]]:
    out: list[tuple[int, int, int, float]] = []
    sure = 1 - np.exp(scores[:, 0])
    index = 0
    while index < len(tags):
        tag = tags[index]
        if tag == 0:
            index += 1
            continue
        end = index + 1
        while end < len(tags) and tags[end] == tag + 1:
            end += 1
        label = (tag - 1) // 2
        out.append((index, end, label, float(sure[index:end].mean())))
        index = end
    return out
