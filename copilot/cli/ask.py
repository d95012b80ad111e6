"""``copilot ask``: questions to the guidelines, in batches or one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from copilot.cli.batch import Row, run_batch
from copilot.errors import UsageError

if TYPE_CHECKING:
    from copilot.assistant.types import Answer


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("ask")(ask)


def ask(
    source: str = typer.Argument("", metavar="IN", help="JSON Lines con id y question; «-» es la entrada estándar."),
    output: str = typer.Option("-", "-o", "--output", metavar="OUT", help="Salida JSON Lines; «-»: salida estándar."),
    question: str = typer.Option("", "--question", "-q", help="Una pregunta, para leer la respuesta en pantalla."),
) -> int:
    """Pregunta a las guías: responde con citas, se abstiene o rechaza."""
    from copilot.facade import Copilot

    if bool(source) == bool(question):
        raise UsageError("Indique un archivo de entrada o --question, uno de los dos.")
    pilot = Copilot()
    if question:
        show(pilot.ask(question))
        return 0

    def handle(row: Row) -> dict[str, Any]:
        return pilot.ask(row["question"]).row()

    return run_batch(source, output, handle, required=("question",), what="Preguntando")


def show(answer: Answer) -> None:
    """Print an answer for a person: the text, then its citations."""
    from rich.console import Console
    from rich.text import Text

    console = Console()
    style = {"answered": "", "abstained": "yellow", "refused": "red"}[str(answer.status)]
    console.print(Text(answer.answer, style=style))
    if answer.citations:
        console.print("\n[bold]Fuentes[/bold]")
    for number, one in enumerate(answer.citations, 1):
        grade = " ".join(part for part in (one.grade, one.scale) if part)
        head = f"[{number}] {one.title} ({one.key}{f', {one.year}' if one.year else ''}) · {one.locator}"
        console.print(Text(head + (f" · grado {grade}" if grade else ""), style="bold cyan"))
        console.print(Text("    " + one.quote.replace("\n", "\n    "), style="dim"))
