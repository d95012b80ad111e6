"""``copilot examples add|list``: a physician's corrections as new labelled examples."""

from __future__ import annotations

import sys

import typer

from copilot.cli.batch import Row, run_batch
from copilot.errors import InputError

examples_app = typer.Typer(help="Ejemplos corregidos por los médicos.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.add_typer(examples_app, name="examples")


@examples_app.command("add")
def add(
    section: str = typer.Option("", "--section", help="Sección correcta."),
    text: str = typer.Option("", "--text", help="Frase corregida."),
    source: str = typer.Argument("", metavar="IN", help="JSON Lines con id, text y section."),
) -> int:
    """Agrega ejemplos; los datos personales se quitan antes de guardar."""
    from copilot.facade import Copilot

    pilot = Copilot()
    if source:

        def handle(row: Row) -> Row:
            return {"added": pilot.add_example(row["text"], row["section"])}

        return run_batch(source, "-", handle, required=("text", "section"), what="Agregando")
    if not text or not section:
        raise InputError("Indique --text y --section, o un archivo JSON Lines.")
    added = pilot.add_example(text, section)
    print("Agregado." if added else "Ya estaba.", file=sys.stderr)
    return 0


@examples_app.command("list")
def list_examples() -> None:
    """Muestra los ejemplos agregados en esta unidad."""
    from copilot.sections.examples import read_corrections
    from copilot.settings import get_settings

    for one in read_corrections(get_settings()):
        print(f"{one.section}\t{one.text}")
