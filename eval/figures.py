"""Measured figures: each command writes one fragment, and the README shows the fragments between markers.

``docs/figures/NAME.md`` holds a Markdown table with its date, data set and command; the README holds
``<!-- figures:NAME -->`` … ``<!-- /figures:NAME -->``. ``python -m eval.figures`` copies the fragments in;
``python -m eval.figures --check`` exits 1 where the README shows something else.
"""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRAGMENTS = ROOT / "docs" / "figures"


def write_fragment(name: str, table: str, *, dataset: str, command: str) -> Path:
    """Store a measured table (Markdown) with what it was measured on and the command that made it."""
    FRAGMENTS.mkdir(parents=True, exist_ok=True)
    path = FRAGMENTS / f"{name}.md"
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    path.write_text(f"{table.strip()}\n\n*{dataset}; {today}; `{command}`*\n", encoding="utf-8")
    return path


def stitch(readme: str) -> str:
    """The README's text with every marked block replaced by its fragment."""

    def fill(match: re.Match[str]) -> str:
        path = FRAGMENTS / f"{match['name']}.md"
        body = path.read_text(encoding="utf-8").strip() if path.is_file() else "*(not measured yet)*"
        return f"<!-- figures:{match['name']} -->\n{body}\n<!-- /figures:{match['name']} -->"

    pattern = r"<!-- figures:(?P<name>[\w-]+) -->.*?<!-- /figures:(?P=name) -->"
    return re.sub(pattern, fill, readme, flags=re.DOTALL)


def main() -> int:
    """Copy the fragments into the README, or check that they are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    path = ROOT / "README.md"
    old = path.read_text(encoding="utf-8")
    new = stitch(old)
    if arguments.check:
        return int(old != new)
    path.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
