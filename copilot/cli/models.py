"""``copilot models list|check|pull``."""

from __future__ import annotations

import sys

import typer

from copilot.errors import ModelError
from copilot.settings import get_settings

models_app = typer.Typer(help="Modelos: ver, verificar y descargar.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.add_typer(models_app, name="models")


@models_app.command("list")
def list_models() -> None:
    """Muestra los modelos del registro y si están en esta máquina."""
    from rich.console import Console
    from rich.table import Table

    from copilot.models import load_registry

    settings = get_settings()
    table = Table("nombre", "uso", "título", "tamaño", "licencia", "estado")
    for row in load_registry(settings).values():
        here = row.kind == "openai" or row.path(settings).is_file()
        size = f"{row.size / 1e6:,.0f} MB" if row.size else "—"
        table.add_row(row.name, row.role, row.title, size, row.licence, "listo" if here else "sin descargar")
    Console().print(table)


@models_app.command("check")
def check(names: list[str] = typer.Argument(None, help="Modelos; ninguno: todos los descargados.")) -> int:
    """Vuelve a calcular el SHA-256 de los archivos y dice cuáles no son los publicados."""
    from copilot.models import find_model, load_registry
    from copilot.models.registry import sha256_of

    settings = get_settings()
    rows = [find_model(settings, name) for name in names] if names else list(load_registry(settings).values())
    failed = 0
    for row in rows:
        if row.kind == "openai" or (not names and not row.path(settings).is_file()):
            continue
        files = {row.file: row.sha256, **row.companions}
        for name, digest in files.items():
            path = row.folder(settings) / name
            state = "falta" if not path.is_file() else "correcto" if sha256_of(path) == digest else "ALTERADO"
            failed += state != "correcto"
            print(f"{row.name}: {name}: {state}")
    return int(bool(failed))


@models_app.command("pull")
def pull_models(names: list[str] = typer.Argument(None, help="Modelos; ninguno: los de uso normal.")) -> int:
    """Descarga y verifica modelos. Se puede interrumpir y repetir: continúa donde iba."""
    from copilot.embeddings.unpack import unpack
    from copilot.models import find_model, load_registry
    from copilot.models.fetch import pull

    settings = get_settings()
    rows = load_registry(settings)
    chosen = [find_model(settings, name) for name in names] if names else [r for r in rows.values() if r.default]
    failed = 0
    for row in chosen:
        try:
            path = pull(settings, row)
            if row.kind == "encoder":
                unpack(path, row.folder(settings) / "sentence-transformers")
            print(f"{row.name}: listo", file=sys.stderr)
        except ModelError as error:
            failed += 1
            print(f"Error: {error}", file=sys.stderr)
    return int(bool(failed))
