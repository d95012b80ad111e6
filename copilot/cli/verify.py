"""``copilot verify``: is each statement supported by its source?"""

from __future__ import annotations

import typer

from copilot.cli.batch import Row, run_batch


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""

    @app.command("verify")
    def verify(
        source: str = typer.Argument(..., metavar="ENTRADA", help="JSON Lines con id, source y statement; «-»: entrada estándar."),
        output: str = typer.Option("-", "-o", "--output", metavar="SALIDA", help="JSON Lines de salida; «-»: salida estándar."),
        reader: bool = typer.Option(True, "--reader/--no-reader", help="Consultar al lector entrenado en los casos dudosos."),
    ) -> None:
        """Comprueba si cada afirmación se sostiene en su texto fuente."""
        from copilot.readers import load_reader
        from guardrails.grounding import GroundingGuard

        guard = GroundingGuard(load_reader() if reader else None)

        def handle(row: Row) -> Row:
            verdict = guard.verify(row["source"], row["statement"])
            return {
                "supported": verdict.supported,
                "score": round(verdict.score, 4),
                "kind": verdict.kind.value,
                "severity": verdict.severity.value,
                "evidence": [list(span) for span in verdict.evidence],
            }

        raise typer.Exit(run_batch(source, output, handle, required=("source", "statement"), what="Verificando"))
