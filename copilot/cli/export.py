"""``copilot export``: one text as a note in a document (unsigned: it says so)."""

from __future__ import annotations

import sys
from pathlib import Path

import typer


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("export")(export)


def export(
    source: str = typer.Argument(..., metavar="TEXTO", help="Archivo .txt, .docx o .pdf; - lee la entrada."),
    output: Path = typer.Option(..., "-o", "--output", help="Documento por escribir (.txt, .md, .docx, .pdf, .json)."),
    form: str = typer.Option("", "--format", help="txt, md, docx, pdf o fhir; sin él, lo dice la extensión."),
    note_type: str = typer.Option("", "--type", help="Tipo de nota; sin él se reconoce."),
    user: str = typer.Option("local", "--user", help="Usuario en cuyo nombre queda la bitácora."),
) -> int:
    """Estructura un texto y lo guarda como documento, marcado como borrador sin firmar."""
    from copilot.errors import UsageError
    from copilot.export import FORMATS
    from copilot.facade import Actor, Copilot
    from copilot.intake import read_text_file
    from copilot.intake_documents import read_document
    from copilot.notes.work import export_text

    chosen = form or {"json": "fhir"}.get(output.suffix[1:].lower(), output.suffix[1:].lower())
    if chosen not in FORMATS or chosen == "copia":
        raise UsageError("El formato puede ser txt, md, docx, pdf o fhir.")
    if source == "-":
        text = sys.stdin.read()
    elif Path(source).suffix.lower() in (".docx", ".pdf"):
        try:
            text = read_document(Path(source).read_bytes())
        except OSError as error:
            raise UsageError(f"No se pudo leer el archivo: {error.strerror}.") from None
    else:
        text = read_text_file(Path(source))
    pilot, actor = Copilot(), Actor(user=user)
    done = pilot.structure(text, note_type or None, actor=actor)
    made, _ = export_text(pilot, text, done, chosen, actor)
    try:
        output.write_bytes(made.data)
    except OSError as error:
        raise UsageError(f"No se pudo escribir «{output}»: {error.strerror}.") from None
    print(f"Se escribió {output} (borrador sin firmar).", file=sys.stderr)
    return 0
