"""``python -m eval``: the offline suites. ``run``, ``score``, ``report``, ``compare``, ``gate``, ``review``.

Exit codes: 0 done (gates kept), 1 a gate is broken or an item failed, 2 wrong usage. Messages in Spanish.
"""

from __future__ import annotations

import sys

from copilot.errors import CopilotError, UsageError
from eval.commands import parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = parser().parse_args(arguments)
    try:
        return int(given.command(given))
    except UsageError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201
        return 2
    except CopilotError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        print("Interrumpido. Siga con: python -m eval run --resume última", file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main())
