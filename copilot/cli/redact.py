# ruff: noqa: E501 - patterns and word lists stay on one line
"""``copilot redact``: JSON Lines in, the same rows with personal data replaced by surrogates (or by inventions) out."""

from __future__ import annotations

import hashlib
import secrets
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
        realistic: bool = typer.Option(
            False, "--realistic", help="Para investigación: datos inventados en lugar de sustitutos; no hay regreso. Filas con el mismo «patient» concuerdan."
        ),
    ) -> int:
        from copilot.facade import Copilot
        from copilot.settings import get_settings

        pilot = Copilot(get_settings().model_copy(update={"redaction_policy": policy.value}))

        run_key = secrets.token_bytes(16)  # dies with this process

        def handle(row: Row) -> Row:
            redaction = pilot.deidentify(row["text"])
            if realistic:
                from guardrails.redaction.research import realistic as invented

                patient = row.get("patient")
                key = hashlib.sha256(run_key + str(patient).encode()).digest() if patient is not None else None
                # No spans: they would tell the inventions from what was overlooked.
                return {"text": invented(redaction, row["text"], key)}
            return {
                "text": redaction.text,
                "spans": [
                    {"start": one.start, "end": one.end, "type": one.type, "score": one.score, "surrogate": one.surrogate}
                    for one in redaction.spans
                ],
            }

        code = run_batch(source, output, handle, required=("text",), what="Desidentificando")
        raise typer.Exit(code)
