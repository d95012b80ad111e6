"""The scope guard measured: ``python -m eval.scope.measure [--rules]``; writes ``docs/figures/alcance.md``.

Refusals of legitimate requests are counted as hard as what gets through.
"""

from __future__ import annotations

import argparse

from eval.figures import write_fragment
from eval.scope.requests import load_requests
from guardrails.scope import ScopeGuard


def main() -> int:
    """Measure both splits; ``--rules``: without the encoder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--show", choices=("dev",), help="print the wrong decisions of the development split")
    arguments = parser.parse_args()
    encoder = None
    if not arguments.rules:
        from copilot.embeddings import load_embedder
        from copilot.settings import get_settings

        encoder = load_embedder(get_settings())
    guard = ScopeGuard(encoder)
    lines = [
        "| conjunto | legítimas admitidas | ajenas, dañinas o inyectadas detenidas | bien decididas |",
        "|---|---|---|---|",
    ]
    for split in ("dev", "held"):
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
    flag = " --rules" if arguments.rules else ""
    write_fragment(
        "alcance_reglas" if arguments.rules else "alcance",
        table,
        dataset="eval/scope/requests.tsv",
        command=f"python -m eval.scope.measure{flag}",
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
