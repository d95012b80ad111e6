"""``copilot structure``: free text to a NOM-004 note, in batches or for a person at a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from copilot.cli.batch import Row, run_batch
from copilot.errors import UsageError

if TYPE_CHECKING:
    from copilot.facade import Structured


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("structure")(structure)


def structure(
    source: str = typer.Argument("", metavar="IN", help="JSON Lines con id y text; «-» es la entrada estándar."),
    output: str = typer.Option("-", "-o", "--output", metavar="OUT", help="Salida JSON Lines; «-»: salida estándar."),
    text: str = typer.Option("", "--text", help="Texto de una nota; «-» lo lee de la entrada estándar."),
    note_type: str = typer.Option("", "--type", help="Tipo de nota; sin él se reconoce."),
    write: bool = typer.Option(
        False, "--write", help="El modelo redacta cada frase; lo que el guardián no sostiene queda literal."
    ),
) -> int:
    """Convierte texto libre en una nota NOM-004 con la fuente de cada frase."""
    from copilot.facade import Copilot
    from copilot.rows import note_row

    if bool(source) == bool(text):
        raise UsageError("Indique un archivo de entrada o --text, uno de los dos.")
    pilot = Copilot()
    if text:
        given = sys.stdin.read() if text == "-" else text
        show(pilot.structure(given, note_type or None, write=write), given)
        return 0

    def handle(row: Row) -> dict[str, Any]:
        kind = row.get("note_type") or note_type or None
        return note_row(pilot.structure(row["text"], kind, write=write).note)

    return run_batch(source, output, handle, required=("text",), what="Estructurando")


def show(result: Structured, source: str) -> None:
    """Print a note for a person: sections, source marks, tables, what is missing."""
    from rich.console import Console
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    from copilot.labels import kept_label, section_label, type_label, vital_label

    console = Console()
    note = result.note
    console.print(Panel(f"[bold]{type_label(note.note_type)}[/bold]  ·  borrador, no firmado", style="cyan"))
    for section, statements in note.sections.items():
        console.print(f"\n[bold cyan]{section_label(section)}[/bold cyan]")
        for one in statements:
            line = Text("  " + " ".join(one.text.split()))
            marks = ", ".join(f"{s.start}–{s.end}" for s in one.spans)
            if one.origin == "written":
                line.append("  (redactado)", style="italic magenta")
            elif one.kept:
                line.append(f"  (literal: {kept_label(one.kept)})", style="italic yellow")
            line.append(f"  [{marks}]", style="dim")
            console.print(line)
    if note.vitals:
        table = Table("signo", "valor", "unidad", "fuente", title="Signos vitales")
        for vital in note.vitals:
            table.add_row(vital_label(vital.name), vital.value, vital.unit, source[slice(*vital.span)])
        console.print(table)
    if note.medications:
        table = Table("medicamento", "dosis", "vía", "periodicidad", "duración", "falta", title="Medicamentos")
        for drug in note.medications:
            dose = " ".join(part for part in (drug.dose, drug.unit) if part)
            table.add_row(drug.name, dose, drug.route, drug.frequency, drug.duration, ", ".join(drug.missing))
        console.print(table)
    for alert in note.alerts:
        console.print(Text("⚠ " + alert.message, style="bold red" if alert.severity == "grave" else "yellow"))
    if note.missing:
        console.print("\n[bold]Falta según la NOM-004-SSA3-2012[/bold]")
        for element in note.missing:
            mark = "•" if element.mandatory else "◦ (si aplica)"
            console.print(Text(f"  {mark} {element.label} — numeral {element.numeral}"))
