# ruff: noqa: E501 - patterns and word lists stay on one line
"""Counts of one document and rates with bootstrap intervals over documents.

A span is covered when every letter and digit of it lies in some redacted interval, whatever the type. Over-redaction is the
share of the other characters (white space aside) that were redacted. Merged spans follow MEDDOCAN's sub-task 2 (Marimon et al.,
IberLEF 2019, and its evaluation script): types ignored; right is a span found exactly, or exactly so after joining spans between which
lies neither letter nor digit; a span inside a right one is neither wrong nor missed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

Spans = list[tuple[int, int, str]]


@dataclass
class Counts:
    """What one document contributes."""

    spans: Counter[str] = field(default_factory=Counter)
    covered: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[int, int, str]] = field(default_factory=list)
    other_chars: int = 0
    over_chars: int = 0
    redacted_chars: int = 0
    right_chars: int = 0
    strict: tuple[int, int, int] = (0, 0, 0)  # right, found, gold
    merged: tuple[int, int, int] = (0, 0, 0)  # as strict, by MEDDOCAN's merged spans


def merge(spans: Spans, text: str) -> set[tuple[int, int]]:
    """Spans joined over characters that are neither letters nor digits."""
    joined: list[list[int]] = []
    for start, end, _ in sorted(spans):
        if joined and not any(one.isalnum() for one in text[joined[-1][1] : start]):
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return {(start, end) for start, end in joined}


def count(text: str, gold: Spans, redacted: Spans, neutral: Spans | None = None) -> Counts:
    """Compare redacted intervals with the true spans; characters of ``neutral`` spans count neither way."""
    out = Counts()
    hidden = bytearray(len(text))
    for start, end, _ in redacted:
        hidden[start:end] = b"\x01" * (end - start)
    true = bytearray(len(text))
    for start, end, _ in neutral or []:
        true[start:end] = b"\x02" * (end - start)
    for start, end, kind in gold:
        true[start:end] = b"\x01" * (end - start)
        out.spans[kind] += 1
        if all(hidden[at] for at in range(start, end) if text[at].isalnum()):
            out.covered[kind] += 1
        else:
            out.missed.append((start, end, kind))
    for at, one in enumerate(text):
        if one.isspace() or true[at] == 2:
            continue
        out.other_chars += not true[at]
        out.over_chars += bool(hidden[at] and not true[at])
        out.redacted_chars += bool(hidden[at])
        out.right_chars += bool(hidden[at] and true[at])
    return out


def entities(out: Counts, text: str, gold: Spans, found: Spans) -> None:
    """Add strict and merged counts of typed entities."""
    out.strict = (len(set(gold) & set(found)), len(set(found)), len(set(gold)))
    true, said = {one[:2] for one in gold}, {one[:2] for one in found}
    right = (true & said) | (merge(gold, text) & merge(found, text))

    def outside(spans: set[tuple[int, int]]) -> int:
        return sum(not any(start <= one[0] and one[1] <= end for start, end in right) for one in spans)

    out.merged = (len(right), len(right) + outside(said), len(right) + outside(true))


def ratio(top: str, bottom: str) -> Callable[[list[Counts]], float]:
    """A rate over documents from two numeric fields."""
    return lambda docs: sum(getattr(one, top) for one in docs) / max(1, sum(getattr(one, bottom) for one in docs))


def coverage(docs: list[Counts]) -> float:
    """Share of spans wholly covered."""
    return sum(one.covered.total() for one in docs) / max(1, sum(one.spans.total() for one in docs))


def leaks(docs: list[Counts]) -> float:
    """Share of documents with at least one span not wholly covered."""
    return sum(bool(one.missed) for one in docs) / max(1, len(docs))


def f1(name: str) -> Callable[[list[Counts]], float]:
    """F1 over all documents from ``strict`` or ``merged``."""

    def rate(docs: list[Counts]) -> float:
        right, found, gold = (sum(getattr(one, name)[index] for one in docs) for index in range(3))
        return 2 * right / max(1, found + gold)

    return rate


def interval(docs: list[Counts], rate: Callable[[list[Counts]], float], draws: int = 1000) -> tuple[float, float, float]:
    """The rate and its 95 % bootstrap interval over documents (fixed seed)."""
    rng = random.Random(7)  # noqa: S311
    values = sorted(rate(rng.choices(docs, k=len(docs))) for _ in range(draws))
    return rate(docs), values[int(0.025 * draws)], values[int(0.975 * draws)]
