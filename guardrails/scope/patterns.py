"""Rules as data: TOML files of regular expressions over the folded text.

In a pattern a blank stands for any white space and ``{{name}}`` for a list of words of the same file.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).parent / "data"


class Rule(NamedTuple):
    """One named rule. ``needs``: must also match near; ``unless``: excuses it."""

    name: str
    pattern: re.Pattern[str]
    reason: str
    kind: str = ""
    unless: re.Pattern[str] | None = None
    unless_before: re.Pattern[str] | None = None
    needs: re.Pattern[str] | None = None


@lru_cache(maxsize=8)
def load(name: str) -> dict[str, Any]:
    """The file ``data/NAME.toml``."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def compile_pattern(pattern: str, words: dict[str, str]) -> re.Pattern[str]:
    """A pattern with its word lists put in. Raises ``KeyError`` for a list that is not in the file."""
    for _ in range(4):
        pattern = re.sub(r"\{\{(\w+)\}\}", lambda m: "(?:" + words[m[1]].strip() + ")", pattern)
    pattern = re.sub(r"\s*\n\s*", "", pattern.strip())
    return re.compile(pattern.replace(" ?", r"\s*").replace(" ", r"\s+"))


@lru_cache(maxsize=8)
def rules(name: str) -> tuple[Rule, ...]:
    """The compiled rules of ``data/NAME.toml``."""
    data = load(name)
    words = data.get("words", {})

    def maybe(row: dict[str, str], key: str) -> re.Pattern[str] | None:
        return compile_pattern(row[key], words) if row.get(key) else None

    return tuple(
        Rule(
            row["name"],
            compile_pattern(row["pattern"], words),
            row["reason"],
            row.get("kind", ""),
            maybe(row, "unless"),
            maybe(row, "unless_before"),
            maybe(row, "needs"),
        )
        for row in data["rule"]
    )
