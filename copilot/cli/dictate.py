"""``copilot dictate``: one recording → text on this machine, with what must be looked at again marked."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typer


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command("dictate", help="Pasa una grabación a texto en este equipo; el audio no se guarda.")
    def dictate(
        source: Path = typer.Argument(..., metavar="AUDIO", help="WAV, MP3, M4A, OGG, WEBM o FLAC."),
        as_json: bool = typer.Option(False, "--json", help="Con cada pieza, su confianza y por qué revisarla."),
    ) -> int:
        from copilot.dictation.shapes import Heard
        from copilot.dictation.work import Dictation, Partial, heard_row
        from copilot.errors import UsageError
        from copilot.facade import Copilot

        if not source.is_file():
            raise UsageError(f"No existe el archivo «{source.name}».")
        work = Dictation(Copilot())
        for one in work.hear(work.read(source.read_bytes())):
            if isinstance(one, Partial):
                print(f"\r{one.until_s:.0f} de {one.heard.seconds:.0f} s", end="", file=sys.stderr)
            elif isinstance(one, Heard):
                print(file=sys.stderr)
                if as_json:
                    print(json.dumps(heard_row(one), ensure_ascii=False))
                    return 0
                print(one.text)
                doubtful = [p.text + (f" {p.hint}" if p.hint else "") for p in one.pieces if p.marks]
                if doubtful:
                    print("Revise: " + "; ".join(doubtful), file=sys.stderr)
        return 0
