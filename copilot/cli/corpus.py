"""``copilot corpus``: add official documents, build the indexes, list and search."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from copilot.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    corpus = typer.Typer(help="Corpus de guías: agregar documentos, construir, listar y buscar.", no_args_is_help=True)
    app.add_typer(corpus, name="corpus")
    corpus.command("add")(add)
    corpus.command("build")(build)
    corpus.command("list")(list_)
    corpus.command("search")(search)
    corpus.command("catalogue")(catalogue)


def add(
    files: Annotated[list[Path], typer.Argument(help="PDF, HTML, Markdown, DOCX o texto; también carpetas.")],
    ocr: Annotated[bool, typer.Option("--ocr", help="Leer con Tesseract los PDF escaneados (lento).")] = False,
) -> int:
    """Agrega guías oficiales al corpus; un archivo dañado se informa y los demás siguen."""
    import sys

    from tqdm import tqdm

    from copilot.retrieval.indexer import Indexer
    from copilot.settings import get_settings
    from corpora.ingest.reader import SUFFIXES

    paths: list[Path] = []
    for one in files:
        if one.is_dir():
            paths.extend(sorted(p for p in one.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES))
        else:
            paths.append(one)
    settings = get_settings()
    indexer = Indexer(settings)
    failed = 0
    changed: list[dict[str, Any]] = []
    with tqdm(total=len(paths), unit="guía", desc="Agregando", file=sys.stderr) as bar:
        for path in paths:
            bar.set_postfix_str(path.name[:40])
            with tqdm(total=0, unit="vector", leave=False, file=sys.stderr, position=1) as inner:

                def step(done: int, total: int, inner: Any = inner) -> None:
                    inner.total = total
                    inner.n = done
                    inner.refresh()

                result = indexer.add(path, ocr=ocr, progress=step)
            bar.update(1)
            if result.status == "error":
                failed += 1
                tqdm.write(f"✗ {result.name}: {result.message}.", file=sys.stderr)
                continue
            changed.append({"key": result.key, "status": result.status, "passages": result.passages})
            note = f" ({'; '.join(result.warnings)})" if result.warnings else ""
            detail = f"; {result.message}" if result.message else ""
            tqdm.write(f"✓ {result.name}: {result.key}, {result.status}, {result.passages} pasajes{note}{detail}.")
    indexer.refresh_words()
    changed = [one for one in changed if one["status"] != "sin cambios"]
    if changed or failed:
        _log(settings, "add", "ok" if not failed else "partial", documents=changed, failed=failed)
    if failed:
        print(f"{failed} de {len(paths)} archivos no se pudieron agregar.", file=sys.stderr)
    return 1 if failed else 0


def _log(settings: Settings, verb: str, outcome: str, **detail: Any) -> None:
    """Put the change of the corpus into the audit log (document keys and counts, no text)."""
    from copilot.auditing import record_event
    from guardrails.audit import Action

    record_event(settings, Action.CORPUS_CHANGE, outcome, verb=verb, **detail)


def build(
    force: Annotated[bool, typer.Option("--force", help="Volver a calcular todos los vectores.")] = False,
) -> int:
    """Construye o completa los índices; la primera vez incluye las fichas de evidencia del proyecto."""
    import sys

    from tqdm import tqdm

    from copilot.retrieval.indexer import Indexer
    from copilot.settings import get_settings

    settings = get_settings()
    with tqdm(total=0, unit="vector", desc="Construyendo", file=sys.stderr) as bar:

        def step(done: int, total: int) -> None:
            bar.total = total
            bar.n = done
            bar.refresh()

        counts = Indexer(settings).build(force=force, progress=step)
    _log(settings, "build", "ok", **counts)
    print(
        f"{counts['documentos']} documentos, {counts['pasajes']} pasajes, {counts['vectores']} vectores; "
        f"{counts['fichas']} fichas nuevas."
    )
    return 0


def list_(
    history: Annotated[bool, typer.Option("--history", help="También las versiones reemplazadas.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Una línea JSON por documento.")] = False,
) -> int:
    """Lista los documentos del corpus."""
    import json
    from dataclasses import asdict

    from copilot.retrieval.indexer import corpus_folder
    from copilot.retrieval.store import CorpusStore
    from copilot.settings import get_settings

    documents = CorpusStore(corpus_folder(get_settings())).documents(history=history)
    if as_json:
        for one in documents:
            print(json.dumps(asdict(one), ensure_ascii=False))
        return 0
    if not documents:
        print("El corpus está vacío. Ejecute «copilot corpus build» o «copilot corpus add ARCHIVO…».")
        return 0
    for one in documents:
        state = "" if one.state == "activo" else f" [{one.state} el {(one.replaced_at or '')[:10]}]"
        kind = "fichas" if one.origin == "ficha" else "oficial"
        print(f"{one.key}\t{one.year or 's/a'}\t{kind}\t{one.passages} pasajes\t{one.title}\t{one.source_name}{state}")
    return 0


def search(
    question: Annotated[str, typer.Argument(help="Pregunta en palabras de todos los días.")],
    k: Annotated[int, typer.Option("-k", min=1, max=50, help="Pasajes que se muestran.")] = 5,
    age: Annotated[str, typer.Option(help="adulto, adulto_mayor, pediatria o recien_nacido.")] = "",
    sex: Annotated[str, typer.Option(help="F o M.")] = "",
    pregnant: Annotated[
        bool | None, typer.Option("--embarazo/--sin-embarazo", help="Paciente embarazada o no.")
    ] = None,
    level: Annotated[int, typer.Option(min=0, max=3, help="Nivel de atención; 0: todos.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Una línea JSON por pasaje.")] = False,
) -> int:
    """Busca pasajes del corpus."""
    import json

    from copilot.errors import UsageError
    from copilot.retrieval import Filters, Retriever
    from copilot.settings import get_settings
    from corpora.passages import AGE_GROUPS

    if age and age not in AGE_GROUPS:
        raise UsageError(f"Edad «{age}» desconocida; use una de: {', '.join(AGE_GROUPS)}.")
    if sex and sex not in ("F", "M"):
        raise UsageError("El sexo es F o M.")
    filters = Filters(age if age else None, sex or None, pregnant, level or None)  # type: ignore[arg-type]
    hits = Retriever(get_settings()).search(question, k, filters)
    if as_json:
        for hit in hits:
            print(json.dumps({"score": hit.score, "stages": hit.stages, **hit.passage.to_dict()}, ensure_ascii=False))
        return 0
    if not hits:
        print("Sin resultados.")
    for number, hit in enumerate(hits, 1):
        one = hit.passage
        grade = f" · {' '.join(p for p in (one.grade, one.scale) if p)}" if one.grade else ""
        print(
            f"{number}. [{one.key}{', ' + str(one.year) if one.year else ''}] {one.locator}{grade}  ({hit.score:.2f})"
        )
        print("   " + one.text.replace("\n", "\n   ") + "\n")
    return 0


def catalogue(
    topic: Annotated[str, typer.Argument(help="Tema, en palabras de todos los días.")],
    k: Annotated[int, typer.Option("-k", min=1, max=50, help="Títulos que se muestran.")] = 5,
) -> int:
    """Busca en el catálogo de guías (títulos, sin su texto)."""
    from copilot.retrieval.catalogue import load_catalogue
    from copilot.settings import get_settings

    for hit in load_catalogue(get_settings()).search(topic, k):
        one = hit.entry
        print(f"{one.key}\t{one.year or 's/a'}\t{one.title}\t{one.url or 'sin dirección conocida'}")
    return 0
