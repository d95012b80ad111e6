"""Measured figures: each command writes one fragment, and README and guides show the fragments between markers.

``docs/figures/NAME.md`` holds a Markdown table with its date, data set and command; README and ``docs/*.md`` hold
``<!-- figures:NAME -->`` … ``<!-- /figures:NAME -->``. ``python -m eval.figures`` copies the fragments in;
``python -m eval.figures --check`` exits 1, naming the page, where one shows something else. What stands between markers
whose fragment was never measured stays.
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


def pages() -> list[Path]:
    """The pages that may hold markers."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def stitch(page: str) -> str:
    """The page's text with every marked block replaced by its fragment, where that was measured."""

    def fill(match: re.Match[str]) -> str:
        path = FRAGMENTS / f"{match['name']}.md"
        if not path.is_file():
            return match[0]
        body = path.read_text(encoding="utf-8").strip()
        return f"<!-- figures:{match['name']} -->\n{body}\n<!-- /figures:{match['name']} -->"

    pattern = r"<!-- figures:(?P<name>[\w-]+) -->.*?<!-- /figures:(?P=name) -->"
    return re.sub(pattern, fill, page, flags=re.DOTALL)


def main() -> int:
    """Copy the fragments into the pages, or check that they are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    stale = 0
    for path in pages():
        old = path.read_text(encoding="utf-8")
        new = stitch(old)
        if old == new:
            continue
        if arguments.check:
            print(f"{path.relative_to(ROOT)}: run «make figures»", file=sys.stderr)  # noqa: T201
            stale = 1
        else:
            path.write_text(new, encoding="utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main())
