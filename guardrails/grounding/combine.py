"""Turns an alignment (and, where asked, the reader's probability) into one calibrated probability.

A logistic regression over named features; its coefficients are data (``data/combiner.json``), trained by
``python -m eval.grounding.train`` on the training pairs alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guardrails.grounding.align import Alignment
from guardrails.grounding.annotate import Annotation
from guardrails.grounding.types import ErrorKind

PATH = Path(__file__).parent / "data" / "combiner.json"


def features(alignment: Alignment, statement: Annotation) -> dict[str, float]:
    """Named features of one alignment; weights of reasons capped per kind, shares of unexplained words."""
    out: dict[str, float] = {}
    total = worst = 0.0
    for f in alignment.findings:
        total += f.weight
        worst = max(worst, f.weight)
        key = f"kind:{f.kind.value}" if f.detail != "palabra" else "palabras"
        out[key] = min(out.get(key, 0.0) + f.weight, 4.0)
    out["total"] = min(total, 8.0)
    out["worst"] = worst
    size = max(1, len(statement.mentions) + len(statement.words))
    out["uncovered_share"] = len(alignment.uncovered) / size
    out["matched_share"] = alignment.matched / max(1, alignment.mentions)
    out["specialised"] = float(min(alignment.specialised, 3))
    out["unlinked"] = alignment.unlinked / max(1, alignment.links)
    out["few"] = 1.0 if alignment.mentions + len(statement.quantities) == 0 else 0.0
    return out


def premise_of(source: Annotation, alignment: Alignment, limit: int = 420) -> str:
    """The source excerpt a reader is shown: the aligned segments first, in the order of the text."""
    if len(source.text) <= limit:
        return source.text
    spans = sorted(set(alignment.support) | {f.source for f in alignment.findings if f.source})
    if not spans:
        return source.text[:limit]
    chosen: list[tuple[int, int]] = []
    for start, _ in spans:
        sentence = source.sentences[source.sentence_at(start)]
        if sentence not in chosen:
            chosen.append(sentence)
    text = ""
    for start, end in chosen:
        piece = source.text[start:end].strip()
        if len(text) + len(piece) > limit:
            piece = piece[: max(0, limit - len(text))]
        text += piece + " "
    return text.strip()


@dataclass
class Combiner:
    """Logistic combination with its thresholds; falls back to a plain rule where no trained data is there."""

    weights: Mapping[str, float] = field(default_factory=dict)
    bias: float = 2.2
    reader_weight: float = 0.0
    threshold: float = 0.5
    doubt: tuple[float, float] = (0.03, 0.97)

    @classmethod
    def load(cls, path: Path = PATH) -> Combiner:
        """Read the trained coefficients; without the file, the sum of the reasons decides."""
        if not path.is_file():
            return cls({"total": -1.6, "unlinked": -0.6})
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            data["weights"], data["bias"], data.get("reader_weight", 0.0), data["threshold"], tuple(data["doubt"])
        )

    def _logit(self, values: Mapping[str, float]) -> float:
        return self.bias + sum(self.weights.get(name, 0.0) * value for name, value in values.items())

    def probability(self, values: Mapping[str, float], read: float | None = None) -> float:
        """Calibrated probability that the statement is supported."""
        logit = self._logit(values)
        if read is not None and self.reader_weight:
            p = min(max(read, 1e-4), 1 - 1e-4)
            logit += self.reader_weight * math.log(p / (1 - p))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def in_doubt(self, alignment: Alignment, statement: Annotation) -> bool:
        """Whether alignment leaves the verdict open."""
        p = self.probability(features(alignment, statement))
        return self.doubt[0] < p < self.doubt[1]


__all__ = ["Combiner", "ErrorKind", "features", "premise_of"]
