"""``python -m eval.bench [NAME …]``: run the benchmarks (none named: all of them)."""

from __future__ import annotations

import sys
from importlib import import_module

BENCHES = ("structure", "redaction", "grounding", "writing", "extraction", "retrieval", "audit")


def main() -> int:
    """Run each benchmark in its own turn; the worst exit code is returned."""
    names = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    sys.argv = sys.argv[:1]
    return max(int(import_module(f"eval.bench.{name}").main() or 0) for name in names)


if __name__ == "__main__":
    sys.exit(main())
