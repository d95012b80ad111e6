# ruff: noqa: E501 - patterns and word lists stay on one line
"""The decision table ``data/decision_table.csv``: what is personal data, of which family, under which policy.

One row a fine label: the trained network's labels (MEDDOCAN's annotation guide, 29 types) and those of our recognizers. An
empty family is never redacted; ``clinical`` and ``strict`` say whether a policy redacts the label.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

_PATH = Path(__file__).parent / "data" / "decision_table.csv"

Policy = Literal["clinical", "strict"]
POLICIES: tuple[Policy, ...] = ("clinical", "strict")


@dataclass(frozen=True, slots=True)
class Decision:
    """One row: the family is one of :data:`guardrails.redaction.types.TYPES`, or empty."""

    label: str
    family: str
    meddocan: str
    clinical: bool
    strict: bool
    source: str
    why: str


@cache
def table() -> dict[str, Decision]:
    """All rows by label."""
    with _PATH.open(encoding="utf-8") as handle:
        return {
            row["label"]: Decision(
                row["label"], row["family"], row["meddocan"], row["clinical"] == "1", row["strict"] == "1", row["source"], row["why"]
            )
            for row in csv.DictReader(handle)
        }


def family(label: str, policy: Policy) -> str | None:
    """The family a label is redacted as under a policy, or ``None`` where it stays. Unknown labels count as identifiers."""
    row = table().get(label)
    if row is None:
        return "OTRO_ID"
    wanted = row.strict if policy == "strict" else row.clinical
    return row.family if wanted and row.family else None
