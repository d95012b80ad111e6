"""The command line. Each verb is one module with ``register(app)``; exit code 0 ok, 1 some item failed, 2 usage.

A verb's heavy imports stay inside its function: ``copilot --help`` must answer at once.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

import typer

from copilot.errors import CopilotError, UsageError

VERBS = (
    "structure", "redact", "ask", "chat", "verify", "corpus", "audit", "models", "examples", "users", "dictate",
    "backup", "export", "notes",
)  # fmt: skip

app = typer.Typer(
    name="copilot",
    help="Copiloto de documentación clínica: texto libre → nota NOM-004, en esta máquina.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for _verb in VERBS:
    if find_spec(f"copilot.cli.{_verb}") is not None:
        import_module(f"copilot.cli.{_verb}").register(app)


def main() -> int:
    """Run the command line and return its exit code; expected failures print one Spanish line."""
    try:
        result = app(standalone_mode=False)
    except CopilotError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except typer.Exit as exit_:
        return int(exit_.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        print("Cancelado.", file=sys.stderr)
        return 1
    except Exception as error:
        if hasattr(error, "format_message"):  # usage errors of click
            print(f"Error de uso: {error.format_message()}", file=sys.stderr)
            return 2
        # The message of an unexpected error may quote the physician's text: only its type is shown.
        print(f"Error inesperado ({type(error).__name__}). Vuelva a intentarlo o avise a soporte.", file=sys.stderr)
        return 1
    return int(result or 0)
