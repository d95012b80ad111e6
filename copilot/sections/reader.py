"""The section reader: which section every part of a note belongs to, read in the context of the whole note.

An e5 encoder with a low-rank adapter scores each token (12 sections, start of a statement); one Viterbi pass
over the note then decides where the section changes. A change is cheap where a statement ends, dearer inside
one, impossible inside a word. Figures: ``model/CARD.md``.
"""

from __future__ import annotations

import json
import math
import re
import threading
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from copilot.domain import Clause, NoteType, Section, Span
from copilot.encoders import adapted_encoder
from copilot.errors import ModelError
from copilot.sections.windows import token_windows
from copilot.segmentation import segment
from copilot.settings import Settings

MODEL = Path(__file__).with_name("model")

AT_STATEMENT = 0.3
"""Cost (nats) of a change of section where a statement starts."""
START_WEIGHT = 1.5
"""Inside a statement a change costs this much more for every nat by which a start is improbable there."""
AFTER_PAUSE, INSIDE = 0.1, 0.01
"""A start is taken for no less probable than this after a comma or the like, and elsewhere inside a statement."""
SPLIT_AT = 0.6
"""Probability of a start above which an overlong statement is parted without a change of section."""
LONG_STATEMENT = 160
"""Characters; run-on text longer than this is parted where the start head sees statements."""


_SURROGATE_BEFORE = re.compile(r"<(?P<kind>[A-Z]+(?:_[A-Z]+)*)_\d+> $")
_LEANS = re.compile(
    r"(?<![^\W_])(?:no|ni|niegan?|sin|con|de|del|desde|en|por|para|p|x|a|al|el|la|los|las|un|una|su|sus|y|e|o|u|muy|mas|más"
    r"|dx|idx|px|pb|pron[oó]stico|app|apnp|ahf|ago|ef|plan|tx|labs?|rx|usg|tac|se|que|q)[ :.]+$",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\d ?$")
_UNIT = re.compile(
    r"(?:a|años?|m|mes(?:es)?|d|d[ií]as?|sem(?:anas)?|h|hrs?|min|mg|g|gr|kg|ml|cm|mm|sdg|x)\b", re.IGNORECASE
)
_PROGNOSIS = re.compile(r"(?:buen[oa]|mal[oa]|reservad[oa]|favorable|grave) ?$", re.IGNORECASE)
_FOR = re.compile(r"(?:p|para)\b", re.IGNORECASE)
_PAUSE = re.compile(r"[,;:/→+•|)-]\s*$")
_HEADING = re.compile(r"[^\W\d_]+(?:[ ./-]+[^\W\d_]+){0,3}[ .]*:")
"""Up to four words and a colon, nothing else."""


@dataclass(frozen=True)
class Reading:
    """A statement, its section and how sure the reader is."""

    clause: Clause
    section: Section
    probabilities: dict[Section, float]
    """Of the sections for this statement; they sum to 1."""
    log_mean: dict[Section, float] = field(default_factory=dict, repr=False)
    """Mean log-probability over the statement's tokens (what is pooled with other opinions)."""

    @property
    def confidence(self) -> float:
        """Probability of the chosen section."""
        return self.probabilities[self.section]


@dataclass(frozen=True)
class NoteReading:
    """Statements of a note in order, and what kind of note it looks like."""

    statements: tuple[Reading, ...]
    note_type: dict[NoteType, float]


class SectionReader:
    """Loads once; safe under threads (one note at a time)."""

    def __init__(self, settings: Settings, folder: Path = MODEL) -> None:
        import torch
        from safetensors.torch import load_file

        if not (folder / "heads.safetensors").is_file():
            raise ModelError("Falta el lector de secciones del proyecto; reinstale el programa.")
        meta = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        self.sections = [Section(name) for name in meta["sections"]]
        self.types = [NoteType(name) for name in meta["types"]]
        self._encoder, self._tokenizer = adapted_encoder(settings, folder)
        self._heads = {name: value.float() for name, value in load_file(folder / "heads.safetensors").items()}
        self._torch = torch
        self._lock = threading.Lock()

    def _score(self, text: str) -> tuple[list[tuple[int, int]], np.ndarray, np.ndarray, np.ndarray]:
        """Token offsets, log-probabilities [tokens, sections], start probabilities, type probabilities."""
        torch, heads = self._torch, self._heads
        offsets: list[tuple[int, int]] = []
        scores: list[np.ndarray] = []
        starts: list[np.ndarray] = []
        kinds = np.zeros(len(self.types))
        with self._lock, torch.inference_mode():
            for window in token_windows(text, self._tokenizer):
                hidden = self._encoder(input_ids=torch.tensor([window.ids])).last_hidden_state[0]
                logits = torch.log_softmax(hidden @ heads["section.weight"].T + heads["section.bias"], -1)[1:-1]
                start = torch.sigmoid(hidden @ heads["start.weight"].T + heads["start.bias"])[1:-1, 0]
                kind = torch.softmax(hidden.mean(0) @ heads["kind.weight"].T + heads["kind.bias"], -1)
                kinds += kind.numpy()
                known = len(offsets)
                fresh = next((i for i, (s, _) in enumerate(window.offsets) if not known or s >= offsets[-1][1]), None)
                if fresh is None:
                    continue
                # Of an overlap the first half is read in the earlier window, the rest in this one.
                back = min((fresh + 1) // 2, known) if known else 0
                if back:
                    offsets = offsets[:-back]
                    scores[-1], starts[-1] = scores[-1][:-back], starts[-1][:-back]
                offsets += window.offsets[fresh - back :]
                scores.append(logits[fresh - back :].numpy())
                starts.append(start[fresh - back :].numpy())
        if not offsets:
            return [], np.zeros((0, len(self.sections))), np.zeros(0), kinds
        return offsets, np.concatenate(scores), np.concatenate(starts), kinds / max(kinds.sum(), 1e-9)

    def read(self, text: str) -> NoteReading:
        """Statements with sections. Every non-space character is in exactly one statement, in order."""
        clauses = segment(text)
        offsets, scores, starts, kinds = self._score(text)
        if not offsets:
            unknown = {section: 1 / len(self.sections) for section in self.sections}
            flat = dict.fromkeys(self.sections, -math.log(len(self.sections)))
            readings = tuple(Reading(clause, Section.OTRO, unknown, flat) for clause in clauses)
            return NoteReading(readings, {})
        heads = {clause.span.start for clause in clauses}
        opening = _opening_tokens(offsets, heads)
        word = [
            i == 0 or start > offsets[i - 1][1] or not _inside_word(text, start)
            for i, (start, _) in enumerate(offsets)
        ]
        # A word that leans on the next one («no», «sin», «px») is not parted from it.
        word = [
            free and not _leans(text, start)
            for free, (start, _) in zip(word, offsets, strict=True)
        ]
        pause = [bool(_PAUSE.search(text, max(start - 3, 0), start)) for start, _ in offsets]
        path = _viterbi(scores, _switch_costs(opening, word, pause, starts))
        found: list[Reading] = []
        for clause in _parted(text, clauses, offsets, path, starts, word):
            inside = [i for i, (s, e) in enumerate(offsets) if s < clause.span.end and e > clause.span.start]
            if inside:
                logs = scores[inside].mean(0)
                mean = np.exp(scores[inside]).mean(0)
                votes = np.bincount([path[i] for i in inside], minlength=len(self.sections))
                section = self.sections[int(votes.argmax())]
            else:
                mean, section = np.full(len(self.sections), 1 / len(self.sections)), Section.OTRO
                logs = np.log(mean)
            spread = dict(zip(self.sections, (mean / mean.sum()).tolist(), strict=True))
            log_mean = dict(zip(self.sections, logs.tolist(), strict=True))
            found.append(Reading(clause, section, spread, log_mean))
        return NoteReading(_with_headings(text, found), dict(zip(self.types, kinds.tolist(), strict=True)))


def _with_headings(text: str, readings: list[Reading]) -> tuple[Reading, ...]:
    """A bare heading («AHF:») belongs to the statement it opens, whatever stood before it."""
    kept: list[Reading] = []
    heading: Reading | None = None
    for one in readings:
        if heading is not None:
            span = Span(heading.clause.span.start, one.clause.span.end)
            one = replace(one, clause=Clause(span, text[span.start : span.end]))
            heading = None
        if _HEADING.fullmatch(one.clause.text):
            heading = one
        else:
            kept.append(one)
    return tuple([*kept, heading] if heading is not None else kept)


def _leans(text: str, at: int) -> bool:
    """Whether what stands before ``at`` leans on what follows: «no | fuma», «34 | a», «bueno | p la vida», and
    two surrogates of one kind side by side, which may be one name."""
    named = _SURROGATE_BEFORE.search(text, max(at - 40, 0), at)
    if named is not None and text.startswith(f"<{named['kind']}_", at):
        return True
    before = max(at - 14, 0)
    if _LEANS.search(text, before, at):
        return True
    if _AMOUNT.search(text, before, at) and _UNIT.match(text, at):
        return True
    return bool(_PROGNOSIS.search(text, before, at) and _FOR.match(text, at))


def _inside_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and not text[at - 1].isspace() and not text[at].isspace()


def _opening_tokens(offsets: list[tuple[int, int]], heads: set[int]) -> set[int]:
    """Indices of the tokens with which a segmented statement starts."""
    found = set()
    remaining = sorted(heads)
    at = 0
    for i, (start, end) in enumerate(offsets):
        while at < len(remaining) and remaining[at] < end:
            if start <= remaining[at]:
                found.add(i)
            at += 1
    return found


def _switch_costs(opening: set[int], word: list[bool], pause: list[bool], starts: np.ndarray) -> np.ndarray:
    costs = np.full(len(word), math.inf)
    for i, is_word in enumerate(word):
        if i in opening:
            costs[i] = AT_STATEMENT
        elif is_word:
            least = AFTER_PAUSE if pause[i] else INSIDE
            costs[i] = AT_STATEMENT - START_WEIGHT * math.log(max(float(starts[i]), least))
    return costs


def _viterbi(scores: np.ndarray, costs: np.ndarray) -> list[int]:
    """Best label a token, where a change of label before token i costs ``costs[i]``."""
    count, labels = scores.shape
    best = scores[0].astype(np.float64)
    back = np.zeros((count, labels), dtype=np.int32)
    for i in range(1, count):
        top = int(best.argmax())
        switched = best[top] - costs[i]
        stay = best >= switched
        back[i] = np.where(stay, np.arange(labels), top)
        best = np.where(stay, best, switched) + scores[i]
    path = [int(best.argmax())]
    for i in range(count - 1, 0, -1):
        path.append(int(back[i][path[-1]]))
    return path[::-1]


def _parted(
    text: str,
    clauses: list[Clause],
    offsets: list[tuple[int, int]],
    path: list[int],
    starts: np.ndarray,
    word: list[bool],
) -> list[Clause]:
    """Statements parted where the section changes, and overlong ones where a new statement seems to start."""
    parts = []
    for clause in clauses:
        cuts = []
        long = clause.span.end - clause.span.start > LONG_STATEMENT
        for i in range(1, len(offsets)):
            at = offsets[i][0]
            if not (word[i] and clause.span.start < at < clause.span.end):
                continue
            if path[i] != path[i - 1] or (long and starts[i] > SPLIT_AT):
                cuts.append(at)
        bounds = [clause.span.start, *cuts, clause.span.end]
        for start, end in pairwise(bounds):
            piece = text[start:end]
            if piece.strip():
                first = start + len(piece) - len(piece.lstrip())
                last = start + len(piece.rstrip())
                parts.append(Clause(Span(first, last), text[first:last]))
    return parts


@lru_cache(maxsize=2)
def _reader(model_dir: str, embeddings: str) -> Any:
    from copilot.settings import get_settings

    return SectionReader(get_settings().model_copy(update={"embeddings": embeddings, "model_dir": Path(model_dir)}))


def load_reader(settings: Settings) -> SectionReader:
    """The section reader of this process."""
    reader: SectionReader = _reader(str(settings.model_dir), settings.embeddings)
    return reader
