"""``copilot verify``: is each statement supported by its source?"""

from __future__ import annotations

import typer

from copilot.cli.batch import Row, run_batch


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""

    app.command("verify")(verify)


def verify(
    source: str = typer.Argument(..., metavar="IN", help="JSON Lines con id, source y statement, o «-»."),
    output: str = typer.Option("-", "-o", "--output", metavar="OUT", help="Salida JSON Lines; «-»: salida estándar."),
) -> int:
    """Comprueba si cada afirmación se sostiene en su texto fuente."""
    from copilot.facade import Copilot

    pilot = Copilot()

    def handle(row: Row) -> Row:
        verdict = pilot.verify(row["source"], row["statement"])
        return {
            "supported": verdict.supported,
            "score": round(verdict.score, 4),
            "kind": str(verdict.kind),
            "severity": str(verdict.severity),
            "evidence": [list(span) for span in verdict.evidence],
            "evidence_role": str(verdict.role),
        }

    return run_batch(source, output, handle, required=("source", "statement"), what="Verificando")
