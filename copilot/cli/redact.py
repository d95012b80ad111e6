# ruff: noqa: E501 - patterns and word lists stay on one line
"""``copilot redact``: JSON Lines in, the same rows with personal data replaced by surrogates out."""

from __future__ import annotations

from enum import StrEnum

import typer

from copilot.cli.batch import Row, run_batch


class PolicyName(StrEnum):
    """Policies of the decision table."""

    clinical = "clinical"
    strict = "strict"


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command("redact", help="Sustituye los datos personales de cada fila (JSON Lines: id, text).")
    def redact(
        source: str = typer.Argument(..., metavar="ENTRADA", help="Archivo JSON Lines, o - para la entrada estándar."),
        output: str = typer.Option("-", "-o", "--output", help="Archivo de salida, o - para la salida estándar."),
        policy: PolicyName = typer.Option(PolicyName.clinical, "--policy", help="clinical o strict (bitácora)."),
    ) -> int:
        from copilot.facade import Copilot
        from copilot.settings import get_settings

        pilot = Copilot(get_settings().model_copy(update={"redaction_policy": policy.value}))

        def handle(row: Row) -> Row:
            redaction = pilot.deidentify(row["text"])
            return {
                "text": redaction.text,
                "spans": [
                    {"start": one.start, "end": one.end, "type": one.type, "score": one.score, "surrogate": one.surrogate}
                    for one in redaction.spans
                ],
            }

        code = run_batch(source, output, handle, required=("text",), what="Desidentificando")
        raise typer.Exit(code)
