"""The commands of ``python -m eval`` and their arguments. Each is short: the work is in the rooms it calls."""

from __future__ import annotations

import argparse
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from copilot.errors import UsageError
from copilot.settings import Settings, get_settings
from eval import runs
from eval.context import Context, evaluation_settings, logged


def say(text: str) -> None:
    """Print one line for the person at the terminal."""
    sys.stdout.write(text + "\n")


def parser() -> ArgumentParser:
    """The argument parser of all commands."""
    top = ArgumentParser(prog="python -m eval", description="Evaluación del copiloto, sin red y en esta máquina.")
    verbs = top.add_subparsers(required=True, metavar="ORDEN")

    run = verbs.add_parser("run", help="corre las suites (todas si no se nombra ninguna)")
    run.add_argument("suites", nargs="*", metavar="SUITE")
    run.add_argument("--limit", type=_positive, help="a lo más N casos de cada suite")
    run.add_argument(
        "--writing-limit", type=_positive, help="a lo más N notas en las suites que redactan (las lentas)"
    )
    run.add_argument("--seed", type=int, default=7, help="semilla de la muestra")
    run.add_argument("--model", default="", help="fila del registro de modelos; «none»: sin modelo de lenguaje")
    run.add_argument("--prompt", default="", help="plantilla de redacción de prompts/")
    run.add_argument("--resume", default="", metavar="CORRIDA", help="sigue una corrida interrumpida («última»)")
    run.add_argument(
        "--force", action="store_true", help="con --resume: sigue aunque haya cambiado lo que se mide (queda dicho)"
    )
    run.add_argument("--no-report", action="store_true", help="sin informe al terminar")
    run.set_defaults(command=do_run)

    score = verbs.add_parser("score", help="vuelve a contar una corrida con los evaluadores de hoy")
    score.add_argument("run", metavar="CORRIDA")
    score.set_defaults(command=do_score)

    report = verbs.add_parser("report", help="informe HTML y resumen Markdown")
    report.add_argument(
        "run", nargs="+", metavar="CORRIDA", help="se informa la primera; las demás, por modelo"
    )
    report.add_argument("-o", "--output", type=Path, help="carpeta de salida; por omisión, la de la corrida")
    report.add_argument(
        "--fragment", action="store_true", help="docs/figures/evaluacion.md: cada suite, de la primera que la tenga"
    )
    report.set_defaults(command=do_report)

    compare = verbs.add_parser("compare", help="diferencias pareadas de dos corridas")
    compare.add_argument("first", metavar="CORRIDA1")
    compare.add_argument("second", metavar="CORRIDA2")
    compare.add_argument("-o", "--output", type=Path, help="escribe también un HTML en este archivo")
    compare.set_defaults(command=do_compare)

    gate = verbs.add_parser("gate", help="sale con 1 si se rompe un umbral de eval/gates.toml")
    gate.add_argument("run", metavar="CORRIDA")
    gate.add_argument("--gates", type=Path, help="otro archivo de umbrales")
    gate.add_argument("--profile", default="completo", help="tabla del archivo: completo o rapido")
    gate.set_defaults(command=do_gate)

    review = verbs.add_parser("review", help="revisión humana: hojas ciegas, veredictos, kappa")
    review.add_argument("action", choices=("sample", "read", "agreement"))
    review.add_argument("run", metavar="CORRIDA")
    review.add_argument("sheets", nargs="*", type=Path, metavar="HOJA", help="hojas llenas (read)")
    review.add_argument("--size", type=_positive, default=60, help="frases de la muestra")
    review.add_argument("--seed", type=int, default=7)
    review.add_argument("--rater", default="", help="nombre o iniciales de quien llenó la hoja (read)")
    review.add_argument("--settled", action="store_true", help="la hoja es la conciliada por los dos")
    review.set_defaults(command=do_review)
    return top


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("debe ser al menos 1")
    return value


def _opened(settings: Settings, name: str) -> tuple[Path, runs.Manifest]:
    folder = runs.find(settings, name)
    return folder, runs.load(folder)


def do_run(given: Namespace) -> int:
    """Run suites, or go on with a run that broke off; writes its report."""
    from eval.tasks import SUITES
    from eval.tasks.execute import describe, execute, resumed

    site = get_settings()
    if given.resume:
        folder, manifest = _opened(site, given.resume)
        name = manifest.model["name"]
    else:
        unknown = [name for name in given.suites if name not in SUITES]
        if unknown:
            raise UsageError(f"No hay una suite «{unknown[0]}». Las que hay: {', '.join(SUITES)}.")
        name = given.model
    settings = evaluation_settings(site, name)
    if given.resume:
        for line in resumed(settings, folder, manifest, force=given.force):
            say(f"Atención, cambió desde el principio: {line}")
    else:
        folder = runs.home(site) / runs.new_name(site)
        manifest = describe(settings, folder.name, given.suites or list(SUITES), given.prompt, given.seed)
        manifest.limit, manifest.writing_limit = given.limit, given.writing_limit
    runs.save(folder, manifest)
    say(f"Corrida {folder.name} ({folder})")
    with logged(site, manifest):
        execute(Context(settings, folder, manifest.prompt.get("name", "")), manifest)
    if not given.no_report:
        _report(settings, folder, [], folder)
    if manifest.failed:
        say("Casos con error: " + ", ".join(f"{k} {v}" for k, v in manifest.failed.items()))
    return 1 if manifest.failed else 0


def do_score(given: Namespace) -> int:
    """Count a run's stored results again."""
    from eval.tasks.execute import collect

    folder, manifest = _opened(get_settings(), given.run)
    collect(folder, manifest)
    runs.save(folder, manifest)
    say(f"Corrida {folder.name} contada de nuevo.")
    return 0


def _report(settings: Settings, folder: Path, others: list[Path], output: Path) -> None:
    from eval.report.build import write_report

    page, summary = write_report(folder, others, output)
    say(summary.read_text(encoding="utf-8"))
    say(f"Informe: {page}")


def do_report(given: Namespace) -> int:
    """Write the HTML report and the Markdown summary."""
    settings = get_settings()
    folder, *others = [runs.find(settings, name) for name in given.run]
    _report(settings, folder, others, given.output or folder)
    if given.fragment:
        from eval.report.markdown import fragment

        say(f"Fragmento: {fragment([folder, *others])}")
    return 0


def do_compare(given: Namespace) -> int:
    """Print the paired differences of two runs."""
    from eval.report.compare import compare, compare_page, table, warnings

    settings = get_settings()
    first, second = runs.find(settings, given.first), runs.find(settings, given.second)
    rows = compare(first, second)
    for line in warnings(first, second):
        say(line)
    say(table(rows, first, second))
    if given.output:
        given.output.write_text(compare_page(rows, first, second), encoding="utf-8")
        say(f"Informe: {given.output}")
    return 0


def do_gate(given: Namespace) -> int:
    """Check a run against the thresholds."""
    from eval.report.gate import check, load_gates

    folder = runs.find(get_settings(), given.run)
    verdicts = check(folder, load_gates(given.gates, given.profile))
    if not verdicts:
        say("Ningún umbral de este perfil se aplica a las suites de la corrida: no prueba nada.")
        return 1
    for one in verdicts:
        say(one.text())
    broken = [one for one in verdicts if not one.kept]
    say(f"{len(verdicts) - len(broken)} de {len(verdicts)} umbrales se cumplen.")
    return 1 if broken else 0


def do_review(given: Namespace) -> int:
    """Write blind sheets, read filled ones back, or show the raters' agreement."""
    from eval.review import sheets

    folder = runs.find(get_settings(), given.run)
    if given.action == "sample":
        for path in sheets.write(folder, given.size, given.seed):
            say(str(path))
    elif given.action == "read":
        if not given.sheets:
            raise UsageError("Diga qué hojas llenas leer.")
        for path in given.sheets:
            say(f"{path.name}: {sheets.read(folder, path, given.rater, given.settled)} veredictos")
    say(sheets.agreement_text(folder))
    return 0
