"""The scope guard measured: ``python -m eval.scope.measure [--rules] [--sets NAME…]``; writes ``figures/alcance.md``.

Refusals of legitimate requests are counted as hard as what gets through.
"""

from __future__ import annotations

import argparse

from eval.figures import write_fragment
from eval.scope.requests import MEASURING, SPLITS, load_requests
from guardrails.scope import ScopeGuard


def main() -> int:
    """Measure the sets (nothing learnt from ``reserve`` and ``held5``); ``--rules``: without the reader."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--sets", nargs="+", default=[*SPLITS, *MEASURING], choices=[*SPLITS, *MEASURING])
    parser.add_argument("--show", choices=SPLITS, help="print the wrong decisions of a development set")
    arguments = parser.parse_args()
    reader = None
    if not arguments.rules:
        from copilot.assistant.screening import ScopeReader
        from copilot.settings import get_settings

        reader = ScopeReader(get_settings())
    guard = ScopeGuard(reader)
    lines = [
        "| conjunto | legítimas admitidas | ajenas, dañinas o inyectadas detenidas | bien decididas |",
        "|---|---|---|---|",
    ]
    for split in arguments.sets:
        rows = load_requests(split)
        said = [(one, guard.check(one.text)) for one in rows]
        good = [(one, v) for one, v in said if one.allowed]
        bad = [(one, v) for one, v in said if not one.allowed]
        kept, stopped = sum(v.allowed for _, v in good), sum(not v.allowed for _, v in bad)
        total = (kept + stopped) / len(rows)
        lines.append(f"| {split} | {kept}/{len(good)} | {stopped}/{len(bad)} | {total:.3f} |")
        if arguments.show == split:
            for one, v in said:
                if one.allowed != v.allowed:
                    print(one.category, "→", v.category, v.rule, "|", one.text)  # noqa: T201
    table = "\n".join(lines)
    print(table)  # noqa: T201
    if set(arguments.sets) != {*SPLITS, *MEASURING}:
        return 0
    write_fragment(
        "alcance_reglas" if arguments.rules else "alcance",
        table,
        dataset="eval/scope/requests*.tsv (reserve y held5, sólo para medir; los demás, aprendidos por el lector)",
        command="python -m eval.scope.measure" + (" --rules" if arguments.rules else ""),
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
