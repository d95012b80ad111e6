"""Writing mode judged line by line by two readers: ``python -m eval.review.guarded [write|sheets]``.

On 24 notes that nothing was fitted with (``eval/datasets/notas_redaccion``). ``write`` rewords them through the façade
and keeps every statement with the model's line (``lineas.tsv``); ``sheets`` writes what each reader fills in, in an
order of their own and without saying what the guard thinks (``hoja_a.tsv``, ``hoja_b.tsv``); with no word, the filled
sheets (``lectura_a.tsv``, ``lectura_b.tsv``, and ``conciliada.tsv`` for what they settled) become
``docs/figures/redaccion_revisada.md``. A line counts as bad where the readers differ and nothing was settled.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from copilot.errors import UsageError
from copilot.settings import get_settings
from copilot.writing import Reason
from eval.context import EVALUATOR, Context
from eval.figures import write_fragment
from eval.rates import Observation, Rate, rate
from eval.review.kappa import Agreement, agreement
from eval.review.verdicts import Verdict

NOTES = Path(__file__).resolve().parents[1] / "datasets" / "notas_redaccion"
FOLDER = NOTES / "revision"
LINES = ("id", "nota", "seccion", "fuente", "linea", "motivo")
SHEET = ("id", "fuente", "linea", "hechos", "omitidos", "omite_mayor", "inventa", "clase", "gravedad")
READERS = ("a", "b")
_NOT_ASKED = (Reason.ADMINISTRATIVE, Reason.ORDER)


class Line(NamedTuple):
    """One statement of a note and what the model made of it."""

    id: str
    note: str
    source: str
    text: str
    """The model's line; "" where it gave none or wasn't asked."""
    reason: Reason

    @property
    def asked(self) -> bool:
        """Whether the model was asked about it."""
        return self.reason not in _NOT_ASKED

    @property
    def rated(self) -> bool:
        """Whether there is something to judge: a line that differs from its source."""
        return self.asked and bool(self.text) and self.text != self.source

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


def write() -> int:
    """Reword the notes through the façade; returns the number of statements kept."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        context = Context(get_settings(), Path(folder))
        for path in sorted(NOTES.glob("f*.txt")):
            context.fresh()
            found = context.pilot.structure(path.read_text(encoding="utf-8"), actor=EVALUATOR, write=True)
            assert found.writing is not None
            for number, one in enumerate(found.writing.rewordings):
                named = (f"{path.stem}-e{number}", path.stem, str(one.section))
                said = (*named, one.source.text, one.raw, str(one.reason))
                rows.append(dict(zip(LINES, (" ".join(text.split()) for text in said), strict=True)))
            sys.stderr.write(f"{path.stem}: {found.writing.written} escritas, {found.writing.kept} devueltas\n")
    FOLDER.mkdir(exist_ok=True)
    _store(FOLDER / "lineas.tsv", LINES, rows)
    return len(rows)


def sheets() -> list[Path]:
    """Write the empty sheets of both readers. Raises :class:`UsageError` before anything was written."""
    out = []
    for reader in READERS:
        rows = [{"id": one.id, "fuente": one.source, "linea": one.text} for one in lines() if one.rated]
        random.Random(reader).shuffle(rows)  # noqa: S311 - an order, not a secret
        out.append(_store(FOLDER / f"hoja_{reader}.tsv", SHEET, rows))
    return out


def _store(path: Path, fields: tuple[str, ...], rows: Iterable[Mapping[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, fields, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None)
        writer.writeheader()
        writer.writerows(rows)
    return path


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise UsageError(f"Falta {path.name}: «eval.review.guarded write», luego «sheets», y las hojas llenas.")
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))


def lines(folder: Path = FOLDER) -> list[Line]:
    """The statements of the last ``write``. Raises :class:`UsageError` where there is none."""
    return [
        Line(r["id"], r["nota"], r["fuente"], r["linea"], Reason(r["motivo"])) for r in _rows(folder / "lineas.tsv")
    ]


def readings(path: Path, wanted: Iterable[str] = ()) -> dict[str, Reading]:
    """A filled sheet by line. Raises :class:`UsageError` for a row that says nothing usable or that is missing."""
    out: dict[str, Reading] = {}
    for row in _rows(path):
        try:
            facts, omitted = int(row["hechos"]), int(row["omitidos"])
            major, invents = ({"si": True, "no": False}[row[name]] for name in ("omite_mayor", "inventa"))
        except (KeyError, ValueError):
            raise UsageError(f"{path.name}: el renglón «{row.get('id')}» no está lleno.") from None
        if not 0 <= omitted <= facts or invents != bool(row["gravedad"]) or (major and not omitted):
            raise UsageError(f"{path.name}: el renglón «{row['id']}» se contradice.")
        out[row["id"]] = Reading(facts, omitted, major, invents, row["clase"], row["gravedad"])
    missing = [one for one in wanted if one not in out]
    if missing:
        raise UsageError(f"{path.name}: faltan {len(missing)} renglones, el primero «{missing[0]}».")
    return out


Readings = Mapping[str, Reading]


def judged(given: Readings, other: Readings, settled: Readings) -> dict[str, Reading]:
    """What counts for each line: the settled reading, else the worse of the two."""
    out = {}
    for name, one in given.items():
        two = other[name]
        worse = one if one.invents else two
        out[name] = settled.get(name) or Reading(
            max(one.facts, two.facts), max(one.omitted, two.omitted), one.omits_major or two.omits_major,
            one.invents or two.invents, worse.kind,
            "mayor" if "mayor" in (one.severity, two.severity) else worse.severity,
        )  # fmt: skip
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


def share(rows: Iterable[Line], value: Callable[[Line], float], weight: Callable[[Line], float] | None = None) -> Rate:
    """Rate over lines, its interval by resampling notes; with ``weight``, ``value`` is out of that many facts."""
    if weight is None:
        return rate([Observation(one.note, value(one)) for one in rows])
    facts = [(one.note, n < value(one)) for one in rows for n in range(int(weight(one)))]
    return rate([Observation(note, float(bad)) for note, bad in facts])


def table(every: list[Line], said: Readings, both: Agreement | None) -> str:
    """Markdown: the model alone beside what the physician sees."""
    asked = [one for one in every if one.asked and one.text]
    rated = [one for one in every if one.rated]
    shown = [one for one in rated if one.shown]

    def invents(one: Line) -> float:
        return float(one.id in said and said[one.id].invents)

    def major(one: Line) -> float:
        return float(one.id in said and said[one.id].severity == "mayor")

    def omitted(one: Line) -> float:
        return said[one.id].omitted

    def facts(one: Line) -> float:
        return said[one.id].facts

    def omits_major(one: Line) -> float:
        return float(said[one.id].omits_major)

    def shown_invents(one: Line) -> float:
        return float(one.shown) * invents(one)

    def row(name: str, alone: Rate, guarded: Rate) -> str:
        return f"| {name} | {alone.text()} | {guarded.text()} |"

    back = [one for one in rated if not one.shown]
    caught = [one for one in rated if invents(one)]
    out = [
        "| | modelo solo | lo que se muestra |",
        "| --- | --- | --- |",
        f"| renglones escritos (los iguales a su fuente aparte) | {len(rated)} | {len(shown)} |",
        row("renglones con algo inventado", share(rated, invents), share(shown, invents)),
        row("… de gravedad mayor", share(rated, major), share(shown, major)),
        row("hechos omitidos, de los de su fuente", share(rated, omitted, facts), share(shown, omitted, facts)),
        row("renglones que omiten algo de gravedad mayor", share(rated, omits_major), share(shown, omits_major)),
        row("… de todos los renglones de la nota", share(asked, invents), share(every, shown_invents)),
        "",
        f"Devueltos a las palabras del médico: {len(back)} de {len(rated)}"
        f" ({sum(not invents(one) and not omitted(one) for one in back)} sin error según las lecturas);"
        f" de {len(caught)} renglones con algo inventado, {sum(not one.shown for one in caught)} no se muestran.",
    ]  # fmt: skip
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
    parser.add_argument("action", nargs="?", choices=("write", "sheets"))
    action = parser.parse_args().action
    if action == "write":
        sys.stdout.write(f"{write()} enunciados en {FOLDER / 'lineas.tsv'}\n")
        return 0
    if action == "sheets":
        sys.stdout.write("".join(f"{path}\n" for path in sheets()))
        return 0
    every = lines()
    wanted = [one.id for one in every if one.rated]
    first, second = (readings(FOLDER / f"lectura_{reader}.tsv", wanted) for reader in READERS)
    path = FOLDER / "conciliada.tsv"
    settled = readings(path) if path.is_file() else {}
    text = table(every, judged(first, second, settled), agreed(first, second, settled))
    dataset = f"{len({one.note for one in every})} notas de `eval/datasets/notas_redaccion`, {len(wanted)} renglones"
    sys.stdout.write(text + "\n")
    write_fragment("redaccion_revisada", text, dataset=dataset, command="python -m eval.review.guarded")
    return 0


if __name__ == "__main__":
    sys.exit(main())
