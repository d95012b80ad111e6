"""Writing mode judged line by line by two readers: ``python -m eval.review.guarded [write [N]|check|sheets]``.

On notes that nothing was fitted with (``eval/datasets/notas_redaccion``; ``--set`` for those that were read since).
``write`` rewords them through the façade and keeps every statement with the model's line (``lineas.tsv``) and what they
were written with (``corrida.json``) in ``revision/SET``; ``check`` puts the kept lines through the checks as they are
today, without the model; ``sheets`` writes what each reader fills in, in an order of their own and without saying what
the guard thinks (``hoja_a.tsv``, ``hoja_b.tsv``); with no word, the filled sheets (``lectura_a.tsv``,
``lectura_b.tsv``, and ``conciliada.tsv`` for what they settled) become ``docs/figures/redaccion_revisada.md``, or
``redaccion_leida.md`` for a set of development. A line counts as bad where the readers differ and nothing was settled.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from copilot.deep_reader import load_deep_reader
from copilot.domain import Section, Span, Statement
from copilot.errors import UsageError
from copilot.settings import get_settings
from copilot.writing import Reason
from copilot.writing.checks import broken_off
from copilot.writing.write import judge
from eval import runs
from eval.context import EVALUATOR, Context
from eval.datasets.sets import DataSet, sets
from eval.figures import write_fragment
from eval.rates import Observation, Rate, rate
from eval.review.kappa import Agreement, agreement
from eval.review.sheets import NO, YES
from eval.review.verdicts import Verdict
from eval.tasks.execute import describe_model, describe_prompt
from guardrails.grounding import ErrorKind, GroundingGuard, Severity

FOLDER = Path(__file__).resolve().parents[1] / "datasets" / "notas_redaccion" / "revision"
FRESH = "notas-redaccion"
LINES = ("id", "nota", "seccion", "fuente", "linea", "motivo")
SHEET = ("id", "fuente", "linea", "hechos", "omitidos", "omite_mayor", "inventa", "clase", "gravedad")
READERS = ("a", "b")


class Line(NamedTuple):
    """One statement of a note and what the model made of it."""

    id: str
    note: str
    source: str
    text: str
    """The model's line; "" where it gave none or wasn't asked."""
    reason: Reason

    @property
    def rated(self) -> bool:
        """Whether there is something to judge: a line that differs from its source."""
        return bool(self.text) and self.text != self.source

    @property
    def shown(self) -> bool:
        """Whether the physician sees the model's line."""
        return self.reason is Reason.NONE


class Reading(NamedTuple):
    """What one reader says of one line."""

    facts: int
    omitted: int
    omits_major: bool
    invents: bool
    kind: str
    severity: str


Readings = Mapping[str, Reading]


def write(paths: list[Path], folder: Path) -> int:
    """Reword these notes through the façade; returns the number of statements kept in ``folder``."""
    rows, settings = [], get_settings()
    folder.mkdir(parents=True, exist_ok=True)
    made = {"model": describe_model(settings), "prompt": describe_prompt(""), "code": runs.commit(), "when": runs.now()}
    _describe(folder, made)
    with tempfile.TemporaryDirectory() as log:
        context = Context(settings, Path(log))
        for path in tqdm(paths, unit="nota"):
            context.fresh()
            found = context.pilot.structure(path.read_text(encoding="utf-8"), actor=EVALUATOR, write=True)
            assert found.writing is not None
            for number, one in enumerate(found.writing.rewordings):
                named = (f"{path.stem}-e{number}", path.stem, str(one.section))
                said = (*named, one.source.text, one.raw, str(one.reason))
                rows.append(dict(zip(LINES, (" ".join(text.split()) for text in said), strict=True)))
            _store(folder / "lineas.tsv", LINES, rows)  # what is there when it is interrupted can be judged
    return len(rows)


def check(folder: Path) -> int:
    """Judge the kept lines anew, as the checks are today; returns how many changed."""
    guard = GroundingGuard(load_deep_reader(get_settings()))
    rows = _rows(folder / "lineas.tsv")
    changed = 0
    for row in tqdm(rows):
        one = _line(row)
        if not one.text:
            continue
        statement = Statement(one.source, (Span(0, len(one.source)),))
        section = Section(row["seccion"])
        reason = Reason.ADMINISTRATIVE if broken_off(one.source) else judge(guard, section, statement, one.text).reason
        changed += reason is not one.reason
        row["motivo"] = str(reason)
    _store(folder / "lineas.tsv", LINES, rows)
    made = json.loads((folder / "corrida.json").read_text(encoding="utf-8"))
    made["checked"] = {"code": runs.commit(), "when": runs.now()}
    _describe(folder, made)
    return changed


def _describe(folder: Path, made: Mapping[str, object]) -> None:
    """Keep what the lines were written and checked with."""
    (folder / "corrida.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


def evenly(paths: list[Path], count: int) -> list[Path]:
    """So many of the notes (at least one, at most all), evenly taken."""
    count = max(1, min(count, len(paths)))
    return [paths[at * len(paths) // count] for at in range(count)]


def sheets(folder: Path) -> list[Path]:
    """Write the empty sheets of both readers. Raises :class:`UsageError` before anything was written."""
    out = []
    for reader in READERS:
        rows = [{"id": one.id, "fuente": one.source, "linea": one.text} for one in lines(folder) if one.rated]
        random.Random(reader).shuffle(rows)  # noqa: S311 - an order, not a secret
        out.append(_store(folder / f"hoja_{reader}.tsv", SHEET, rows))
    return out


def _store(path: Path, fields: tuple[str, ...], rows: Iterable[Mapping[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(
            handle, fields, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(rows)
    return path


def _rows(path: Path) -> list[dict[str, str]]:
    """Rows of a sheet; a cell that an editor cut off at the end of a line is empty."""
    if not path.is_file():
        raise UsageError(f"Falta {path.name}: «eval.review.guarded write», luego «sheets», y las hojas llenas.")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE, restval=""))


def lines(folder: Path) -> list[Line]:
    """The statements of the last ``write``. Raises :class:`UsageError` where there is none."""
    return [_line(row) for row in _rows(folder / "lineas.tsv")]


def _line(row: Mapping[str, str]) -> Line:
    return Line(row["id"], row["nota"], row["fuente"], row["linea"], Reason(row["motivo"]))


def readings(path: Path, known: Mapping[str, Line], *, whole: bool = True) -> dict[str, Reading]:
    """A filled sheet by line. Raises :class:`UsageError`, naming the row, for one that says nothing usable, stands for
    other text than was written last, or comes twice; and, with ``whole``, where one of ``known`` is missing.
    """
    out: dict[str, Reading] = {}
    for row in _rows(path):
        name = row.get("id", "")
        line = known.get(name)
        if line is None or name in out or (row["fuente"], row["linea"]) != (line.source, line.text):
            raise UsageError(f"{path.name}: el renglón «{name}» no es de la última redacción, o está dos veces.")
        out[name] = _reading(row, f"{path.name}: el renglón «{name}»")
    missing = [one for one in known if one not in out]
    if whole and missing:
        raise UsageError(f"{path.name}: faltan {len(missing)} renglones, el primero «{missing[0]}».")
    return out


def _reading(row: Mapping[str, str], where: str) -> Reading:
    said = {name: row.get(name, "").strip().lower() for name in SHEET[3:]}
    if not (said["hechos"].isdigit() and said["omitidos"].isdigit()):
        raise UsageError(f"{where} no dice cuántos hechos hay y cuántos se omiten.")
    if not {said["omite_mayor"], said["inventa"]} <= YES | NO:
        raise UsageError(f"{where} no dice «si» o «no» en omite_mayor e inventa.")
    if said["clase"] not in set(ErrorKind) or said["gravedad"] not in set(Severity):
        raise UsageError(f"{where} tiene una clase o gravedad que no existe.")
    facts, omitted = int(said["hechos"]), int(said["omitidos"])
    major, invents = said["omite_mayor"] in YES, said["inventa"] in YES
    if omitted > facts or (major and not omitted) or invents != bool(said["gravedad"]):
        raise UsageError(f"{where} se contradice.")
    return Reading(facts, omitted, major, invents, said["clase"], said["gravedad"])


def judged(given: Readings, other: Readings, settled: Readings) -> dict[str, Reading]:
    """What counts for each line: the settled reading, else the worse of the two in what it invents (none, minor, major)
    and, apart from that, the worse in what it omits."""
    out = {}
    for name, one in given.items():
        two = other[name]
        invents = max(one, two, key=lambda r: (r.invents, r.severity == Severity.MAJOR))
        omits = max(one, two, key=lambda r: (r.omits_major, r.omitted / max(1, r.facts)))
        worse = invents._replace(facts=omits.facts, omitted=omits.omitted, omits_major=omits.omits_major)
        out[name] = settled.get(name, worse)
    return out


def agreed(given: Readings, other: Readings, settled: Readings) -> Agreement | None:
    """Agreement of both readers on what is invented."""
    return agreement(
        [
            Verdict(name, who, one.invents, one.kind, one.severity, settled=said is settled)
            for who, said in (("a", given), ("b", other), ("conciliada", settled))
            for name, one in said.items()
        ]
    )


def _share(rows: Iterable[tuple[Line, bool]]) -> str:
    return rate([Observation(one.note, float(bad)) for one, bad in rows]).text()


def _omitted(rows: Iterable[Line], said: Readings) -> str:
    """Facts left out, of the facts of the sources."""
    counted: Rate = rate(
        [
            Observation(one.note, float(n < said[one.id].omitted))
            for one in rows
            for n in range(said[one.id].facts)
        ]
    )  # fmt: skip
    return counted.text()


def table(every: list[Line], said: Readings, both: Agreement | None) -> str:
    """Markdown: the model alone beside what of it the physician sees."""
    rated = [one for one in every if one.rated]
    shown = [one for one in rated if one.shown]
    invents = {name for name, one in said.items() if one.invents}
    major = {name for name, one in said.items() if one.severity == Severity.MAJOR}
    omits = {name for name, one in said.items() if one.omits_major}
    back = [one for one in rated if not one.shown]
    sound = sum(one.id not in invents and not said[one.id].omitted for one in back)
    silent = sum(one.reason is Reason.NO_ANSWER for one in every)

    def row(name: str, bad: set[str]) -> str:
        cells = (_share((one, one.id in bad) for one in some) for some in (rated, shown))
        return f"| {name} | {' | '.join(cells)} |"

    whole = (
        _share((one, one.id in invents and one.rated) for one in every),
        _share((one, one.id in invents and one.shown) for one in every),
    )
    out = [
        "| | el modelo solo | lo suyo que se muestra |",
        "| --- | --- | --- |",
        f"| renglones redactados (sin los iguales a su fuente) | {len(rated)} | {len(shown)} |",
        row("renglones con algo inventado", invents),
        row("renglones con algo inventado de gravedad mayor", major),
        f"| renglones con algo inventado, de los {len(every)} de las notas | {' | '.join(whole)} |",
        f"| hechos omitidos, de los de su fuente | {_omitted(rated, said)} | {_omitted(shown, said)} |",
        row("renglones que omiten algo de gravedad mayor", omits),
        "",
        f"Vuelven a las palabras del médico {len(back)} de {len(rated)} renglones ({sound} sin error según las "
        f"lecturas) y {silent} sin respuesta; de {len(invents)} con algo inventado, "
        f"{sum(one.id in invents for one in back)} no se muestran.",
    ]
    if both is not None:
        out.append(
            f"Dos lecturas a ciegas de {both.units} renglones: iguales en «inventa» {both.raw:.3f}, "
            f"kappa {both.kappa:.2f} ({both.low:.2f}–{both.high:.2f}); diferencias sin conciliar: {both.open}, "
            "que cuentan como error."
        )
    return "\n".join(out)


def main() -> int:
    """Write lines, write sheets, or count the filled ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", nargs="?", choices=("write", "check", "sheets"))
    parser.add_argument("count", nargs="?", type=int, default=99, help="notes to write (all of the set)")
    parser.add_argument("--set", default=FRESH, choices=[name for name in sets() if name.startswith(FRESH)])
    given = parser.parse_args()
    chosen = sets()[given.set]
    folder = FOLDER / chosen.name
    if given.action == "write":
        kept = write(evenly(chosen.files(), given.count), folder)
        sys.stdout.write(f"{kept} enunciados en {folder.name}/lineas.tsv\n")
    elif given.action == "check":
        sys.stdout.write(f"{check(folder)} renglones con otro motivo en {folder.name}/lineas.tsv\n")
    elif given.action == "sheets":
        sys.stdout.write("".join(f"{path.name}\n" for path in sheets(folder)))
    else:
        _publish(chosen, folder)
    return 0


def _publish(chosen: DataSet, folder: Path) -> None:
    """Count the filled sheets, print the table and store it."""
    every = lines(folder)
    known = {one.id: one for one in every if one.rated}
    first, second = (readings(folder / f"lectura_{reader}.tsv", known) for reader in READERS)
    path = folder / "conciliada.tsv"
    settled = readings(path, known, whole=False) if path.is_file() else {}
    text = table(every, judged(first, second, settled), agreed(first, second, settled))
    sys.stdout.write(text + "\n")
    made = json.loads((folder / "corrida.json").read_text(encoding="utf-8"))
    checked = made.get("checked", made)
    dataset = (
        f"{len({one.note for one in every})} notas de {chosen.name} ({chosen.use}); modelo {made['model']['name']}, "
        f"plantilla {made['prompt']['id']} v{made['prompt']['version']}, redactado {made['when'][:10]} "
        f"(código {made['code']}), comprobado {checked['when'][:10]} (código {checked['code']}); "
        "intervalos por nota, regla de tres donde no hay errores"
    )
    name = "redaccion_revisada" if chosen.held else "redaccion_leida"
    write_fragment(name, text, dataset=dataset, command=f"python -m eval.review.guarded --set {chosen.name}")


if __name__ == "__main__":
    sys.exit(main())
