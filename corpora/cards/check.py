"""Check the cards: form always, and against the protocols where their folder is given.

    python -m corpora.cards.check                     # form, and the stored trace
    python -m corpora.cards.check --sources DIR       # every figure and drug against the source
    python -m corpora.cards.check --sources DIR --write-trace

Prints a table, then every violation; exit code 1 where there is one.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from corpora.cards.cards import CardError, load_cards
from corpora.cards.form import form_problems
from corpora.cards.trace import SourceReport, check_sources, read_trace, trace_problems, write_trace


def main(arguments: list[str] | None = None) -> int:
    """Run the check; 0 without violations, 1 with, 2 where a file cannot be read."""
    parser = argparse.ArgumentParser(description="Revisa las tarjetas de evidencia.")
    parser.add_argument("--sources", type=Path, help="carpeta con los protocolos de origen")
    parser.add_argument("--write-trace", action="store_true", help="guarda corpora/cards/trace.tsv")
    options = parser.parse_args(arguments)
    try:
        cards = load_cards()
        problems = form_problems(cards)
        report: SourceReport | None = None
        if options.sources is not None:
            report = check_sources(cards, options.sources)
            problems += report.problems
            if options.write_trace and not report.problems:
                write_trace(report.rows)
        stale = report is not None and bool(report.problems)
        problems += [] if stale else trace_problems(cards, read_trace(), report.rows if report else None)
    except (CardError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    summary = f"{len(cards)} tarjetas, {len(problems)} observaciones."
    sys.stdout.write("\n".join([table(Counter(card.key for card in cards), report), *problems, summary, ""]))
    return 1 if problems else 0


def table(counts: Counter[str], report: SourceReport | None) -> str:
    """Cards a protocol, and how many figures and drugs were found in the named section or elsewhere."""
    lines = [
        "| protocolo | tarjetas | datos en su sección | en otra parte del documento | no hallados |",
        "|---|---|---|---|---|",
    ]
    for key, number in sorted(counts.items()):
        found = report.found[key] if report else Counter[str]()
        cells = [str(found[where]) if report else "–" for where in ("section", "document", "nowhere")]
        lines.append(f"| {key} | {number} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
