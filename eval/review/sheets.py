"""Blind review sheets: a sample of written sentences with their source, filled in by two raters apart.

``sample`` writes, per rater, a CSV for a spreadsheet and an HTML page for the browser (it saves JSON Lines); both
orders differ, and neither says what the automatic judge thinks nor whether the sentence passed. ``read`` takes
filled sheets back; ``agreement`` prints Cohen's kappa with its interval.
"""

from __future__ import annotations

import csv
import hashlib
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from copilot.errors import UsageError
from eval import runs
from eval.review.kappa import agreement
from eval.review.verdicts import FILE, Verdict, load
from guardrails.grounding import ErrorKind, Severity

KEY = "muestra.jsonl"
RATERS = ("a", "b")
FIELDS = ("renglon", "fuente", "frase", "sostenida", "clase", "gravedad", "comentario")
YES = {"si", "sí", "s", "1", "x", "true"}
NO = {"no", "n", "0", "false"}


def candidates(folder: Path) -> list[dict[str, Any]]:
    """Every sentence the model wrote in the run, with its source statement and the note (redacted)."""
    found = []
    for item in runs.items(folder):
        if item["suite"] != "alucinacion" or "result" not in item:
            continue
        for at, statement in enumerate(item["result"]["statements"]):
            for number, sentence in enumerate(statement["sentences"]):
                found.append(
                    {
                        "unit": f"{item['id']}-e{at}-o{number}",
                        "note": item["result"]["source"],
                        "text": sentence["text"],
                        "flagged": not sentence["supported"],
                    }
                )
    return found


def draw(rows: list[dict[str, Any]], size: int, seed: int) -> list[dict[str, Any]]:
    """At most ``size`` sentences, up to half of them flagged ones; each carries how many of the run it stands for."""
    rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
    flagged = [row for row in rows if row["flagged"]]
    passed = [row for row in rows if not row["flagged"]]
    first = min(len(flagged), max(size // 2, size - len(passed)))
    second = min(len(passed), size - first)
    out = []
    for rows_, count in ((flagged, first), (passed, second)):
        for row in rng.sample(rows_, count):
            out.append(row | {"weight": round(len(rows_) / count, 4)})
    return sorted(out, key=lambda row: str(row["unit"]))


def write(folder: Path, size: int, seed: int) -> list[Path]:
    """Write the sheets of both raters and the key; returns the sheets. Raises :class:`UsageError` without sentences."""
    rows = candidates(folder)
    if not rows:
        raise UsageError("La corrida no tiene frases escritas: corra la suite «alucinacion».")
    drawn = draw(rows, size, seed)
    target = folder / "revision"
    target.mkdir(exist_ok=True, mode=0o700)
    sheet = hashlib.sha256(f"{folder.name} {size} {seed}".encode()).hexdigest()[:8]
    out, key = [], []
    for rater in RATERS:
        order = list(drawn)
        random.Random(f"{seed}{rater}").shuffle(order)  # noqa: S311
        numbered = list(enumerate(order, 1))
        key += [
            {"sheet": f"{sheet}-{rater}", "row": n, "unit": row["unit"], "weight": row["weight"]} for n, row in numbered
        ]
        out += [_csv(target / f"hoja_{sheet}-{rater}.csv", numbered), _page(target, f"{sheet}-{rater}", numbered)]
    kept = [row for row in runs.read_rows(target / KEY) if not str(row["sheet"]).startswith(sheet)]
    runs.write_rows(target / KEY, kept + key)
    return out


def _csv(path: Path, rows: list[tuple[int, dict[str, Any]]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, FIELDS)
        writer.writeheader()
        for number, row in rows:
            writer.writerow({"renglon": number, "fuente": _safe(row["note"]), "frase": _safe(row["text"])})
    return path


def _safe(text: str) -> str:
    """Text that a spreadsheet doesn't take for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _page(target: Path, sheet: str, rows: list[tuple[int, dict[str, Any]]]) -> Path:
    from eval.report.build import environment

    path = target / f"hoja_{sheet}.html"
    template = environment().get_template("revision.html")
    kinds = [str(one) for one in ErrorKind if one]
    path.write_text(template.render(sheet=sheet, rows=rows, kinds=kinds), encoding="utf-8")
    return path


def read(folder: Path, path: Path, rater: str, settled: bool) -> int:
    """Keep a filled sheet's verdicts in the run; returns how many. Rows left empty are skipped.

    Raises :class:`UsageError` for a sheet of another run, and for a row that says nothing usable, naming it.
    """
    if not path.is_file():
        raise UsageError(f"No existe la hoja «{path.name}».")
    sheet = path.stem.removeprefix("hoja_").split(" ")[0]
    if not key_of(folder, sheet):
        raise UsageError(f"La hoja «{path.name}» no es de esta corrida (conserve el nombre del archivo).")
    return keep(folder, sheet, _rows(path), rater or sheet.rsplit("-", 1)[1], settled)


def key_of(folder: Path, sheet: str) -> dict[int, dict[str, Any]]:
    """Unit and weight of each row of a sheet; nothing where the run has no such sheet."""
    return {int(row["row"]): row for row in runs.read_rows(folder / "revision" / KEY) if row["sheet"] == sheet}


def keep(folder: Path, sheet: str, rows: Iterable[dict[str, str]], who: str, settled: bool) -> int:
    """Keep the verdicts of some rows of a sheet (fields: :data:`FIELDS`); returns how many said something.

    Raises :class:`UsageError` for a row that says nothing usable, naming it; then none is kept.
    """
    key = key_of(folder, sheet)
    new = []
    for row in rows:
        verdict = _verdict(row, key, who, sheet, settled)
        if verdict is not None:
            new.append(verdict)
    units = {one.unit for one in new}
    # A sheet read again replaces the same rater's earlier verdicts; nobody else's are touched.
    old = [v for v in load(folder) if not (v.unit in units and v.rater == who and v.settled == settled)]
    runs.write_rows(folder / FILE, [one.row() for one in [*old, *new]])
    return len(new)


def _rows(path: Path) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".csv":
        return list(csv.DictReader(text.splitlines()))
    try:
        return [{k: str(v) for k, v in json.loads(line).items()} for line in text.splitlines() if line.strip()]
    except (json.JSONDecodeError, AttributeError):
        raise UsageError(f"La hoja «{path.name}» no es CSV ni JSON Lines.") from None


def _verdict(
    row: dict[str, str], key: dict[int, dict[str, Any]], who: str, sheet: str, settled: bool
) -> Verdict | None:
    said = (row.get("sostenida") or "").strip().lower()
    if not said:
        return None
    number = row.get("renglon") or ""
    if not number.isdigit() or int(number) not in key:
        raise UsageError(f"El renglón «{number}» no está en la muestra.")
    kind, severity = ((row.get(name) or "").strip().lower() for name in ("clase", "gravedad"))
    bad = said in NO
    if said not in YES | NO or kind not in set(ErrorKind) or severity not in set(Severity):
        raise UsageError(f"El renglón {number} tiene un veredicto, clase o gravedad que no existe.")
    if bad and not severity:
        raise UsageError(f"El renglón {number} dice «no» sin gravedad (mayor o menor).")
    found = key[int(number)]
    return Verdict(
        unit=found["unit"],
        rater=who,
        bad=bad,
        kind=kind if bad else "",
        severity=severity if bad else "",
        comment=(row.get("comentario") or "").strip(),
        sheet=sheet,
        given=runs.now(),
        weight=float(found["weight"]),
        settled=settled,
    )


def agreement_text(folder: Path) -> str:
    """Spanish line on the two raters' agreement."""
    found = agreement(load(folder))
    if found is None:
        return "Acuerdo: hacen falta frases juzgadas por dos personas."
    more = "".join(
        f"; {name}, en {one.units} que ambas dieron por no sostenidas: "
        f"kappa {one.kappa:.3f} ({one.low:.3f}–{one.high:.3f})"
        for name, one in (("gravedad", found.severity), ("clase", found.kind))
        if one is not None
    )
    return (
        f"Acuerdo de {found.raters[0]} y {found.raters[1]}: {found.raw:.3f} en {found.units} frases; "
        f"kappa de Cohen {found.kappa:.3f} (IC 95 % por nota {found.low:.3f}–{found.high:.3f}); "
        f"en desacuerdo y sin conciliar: {found.open}{more}"
    )
