"""``copilot backup`` and ``copilot restore``."""

from __future__ import annotations

import sys
from pathlib import Path

import typer


def register(app: typer.Typer) -> None:
    """Add the verbs."""

    @app.command("backup", help="Copia todo lo que cambia, con el servicio andando.")
    def backup(
        into: Path = typer.Argument(..., metavar="CARPETA", help="Dónde dejar la copia (otro disco)."),
        keys: Path = typer.Option(None, "--keys", help="Otra carpeta, para las llaves: guárdelas aparte."),
    ) -> int:
        from copilot.backup import back_up
        from copilot.settings import get_settings

        settings = get_settings()
        folder = back_up(settings, into, keys)
        print(f"Copia: {folder}")
        if keys is None:
            print("Las llaves van en la misma copia: guárdela bajo llave o use --keys.", file=sys.stderr)
        if settings.audit_url or settings.users_url or settings.notes_url:
            print("Hay bases en un servidor: cópielas además con pg_dump.", file=sys.stderr)
        return 0

    @app.command("restore", help="Pone una copia en una carpeta de datos vacía, revisada archivo por archivo.")
    def restore(
        folder: Path = typer.Argument(..., metavar="COPIA", help="La carpeta que hizo «backup»."),
        keys: Path = typer.Option(None, "--keys", help="La carpeta de las llaves, si se guardaron aparte."),
    ) -> int:
        from copilot.backup import restore as put_back
        from copilot.settings import get_settings

        settings = get_settings()
        count = put_back(settings, folder, keys)
        print(f"{count} archivos en {settings.data_dir}. Ahora: copilot audit verify")
        return 0
