"""Every labelled snippet of ``eval/datasets/extraction/dev2.jsonl`` is read wholly and with nothing added.

The snippets are how people write: run-on, upper case, dictated, misspelt, brand names. A miss here is a step back.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from copilot.domain import Section, Span
from copilot.extraction import extract
from copilot.folding import fold
from eval.bench.extraction import _number, _squash

_FILE = Path(__file__).parents[2] / "eval" / "datasets" / "extraction" / "dev2.jsonl"
_ROWS = [json.loads(line) for line in _FILE.read_text(encoding="utf-8").splitlines()]


def _values(pairs: list[tuple[str, str]]) -> Counter[tuple[str, str]]:
    return Counter((name, "/".join(_number(part) for part in value.split("/"))) for name, value in pairs)


@pytest.mark.parametrize("row", _ROWS, ids=[row["id"] for row in _ROWS])
def test_snippet(row: dict[str, Any]) -> None:
    text = row["text"]
    found = extract(text, [(Span(a, b), Section(k)) for a, b, k in row["sections"]] or None)
    assert _values([(v.name, v.value) for v in found.vitals]) == _values([tuple(v) for v in row["vitals"]])
    assert _values([(v.name, v.value) for v in found.laboratory]) == _values([tuple(v) for v in row["laboratory"]])
    drugs = Counter((fold(m.name), *map(_squash, (m.dose, m.route, m.frequency))) for m in found.medications)
    assert drugs == Counter((fold(m[0]), *map(_squash, m[1:4])) for m in row["medications"])
    assert Counter(fold(a.substance) or "-" for a in found.allergens) == Counter(map(fold, row["allergies"]))
    said = Counter((fold(d.text), d.certainty, d.subject) for d in found.diagnoses)
    assert said == Counter((fold(p), certainty, subject) for p, certainty, subject in row["diagnoses"])
    for fact in (*found.vitals, *found.laboratory, *found.medications, *found.diagnoses):
        assert 0 <= fact.span.start < fact.span.end <= len(text)
