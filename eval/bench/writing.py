"""What the checks of writing mode let through: ``python -m eval.bench.writing``.

Writes ``docs/figures/redaccion_guardas.md``. Two sets of single statements with good and wrong rewordings by hand:
sixty sentences as a physician types them, each reworded well twice and wrongly twice, freely (development set 9 of the
grounding guard), and rewordings made to get past these checks (``eval/datasets/redaccion_trampas``). Every rewording is
judged as writing mode judges the model's: it is shown only where all checks pass. A wrong one that is shown is a
hallucination; a good one that is sent back costs only its rewording. Intervals: bootstrap over the sources, 95 %.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from copilot.deep_reader import load_deep_reader
from copilot.domain import Section, Span, Statement
from copilot.settings import get_settings
from copilot.writing import Reason
from copilot.writing.write import judge
from eval.figures import write_fragment
from eval.grounding.train import NOTES, SENTENCES
from eval.rates import Observation, rate
from guardrails.grounding import GroundingGuard
from guardrails.grounding.training.pairs import read_notes, read_pairs

TRAPS = Path(__file__).resolve().parents[1] / "datasets" / "redaccion_trampas" / "trampas.tsv"

NAMES = {
    Reason.UNSUPPORTED: "el guardián no la sostiene",
    Reason.FIGURE: "otra cifra",
    Reason.SIGN: "otro signo",
    Reason.OMISSION: "falta un hecho",
    Reason.NEW_WORD: "palabra ajena",
    Reason.REARRANGED: "otro orden u otra unión de los hechos",
}


class Example(NamedTuple):
    """A rewording by hand of one statement."""

    group: str
    """What came of the same statement stays together in the resampling."""
    source: str
    line: str
    sound: bool
    kind: str
    major: bool


class Judged(NamedTuple):
    """A rewording and what the checks made of it."""

    example: Example
    reason: Reason

    @property
    def shown(self) -> bool:
        """Whether the physician would see it."""
        return self.reason is Reason.NONE


def free() -> list[Example]:
    """The rewordings of set 9."""
    pairs = (one for one in read_pairs(read_notes(NOTES)) if one.id.startswith(f"{SENTENCES}-"))
    return [
        Example(one.note_id, one.source, one.statement, one.supported, str(one.kind), one.severity == "mayor")
        for one in pairs
    ]


def traps() -> list[Example]:
    """The rewordings that were made to get past the checks."""
    with TRAPS.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Example(r["fuente"], r["fuente"], r["linea"], r["bien"] == "si", r["clase"], major=False) for r in rows]


def judged(guard: GroundingGuard, examples: list[Example]) -> list[Judged]:
    """The rewordings through the checks of writing mode."""
    out = []
    for one in tqdm(examples, unit="redacción"):
        statement = Statement(one.source, (Span(0, len(one.source)),))
        out.append(Judged(one, judge(guard, Section.PADECIMIENTO_ACTUAL, statement, one.line).reason))
    return out


def table(rows: list[Judged], traps: list[Judged]) -> str:
    """Markdown: what is shown of good and wrong rewordings, and which check sends the others back."""
    groups = {
        "bien redactadas": [one for one in rows if one.example.sound],
        "con un error": [one for one in rows if not one.example.sound],
        "… mayor": [one for one in rows if one.example.major],
        "trampas, bien": [one for one in traps if one.example.sound],
        "trampas, con un error": [one for one in traps if not one.example.sound],
    }
    lines = [f"| | {' | '.join(groups)} |", "| --- |" + " ---: |" * len(groups)]
    lines.append("| redacciones | " + " | ".join(str(len(some)) for some in groups.values()) + " |")
    shown = [rate([Observation(o.example.group, float(o.shown)) for o in some]).text() for some in groups.values()]
    lines.append("| **se muestran** | " + " | ".join(shown) + " |")
    for reason, name in NAMES.items():  # the others can't occur: no surrogates here, and every line differs
        counts = [str(sum(one.reason is reason for one in some)) for some in groups.values()]
        lines.append(f"| devueltas: {name} | " + " | ".join(counts) + " |")
    wrong = [*groups["con un error"], *groups["trampas, con un error"]]
    kinds = Counter(one.example.kind for one in wrong if one.shown)
    passed = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()) or "ninguno"
    return "\n".join([*lines, "", f"Errores que se muestran, por clase: {passed}."])


def main() -> int:
    """Measure and write the fragment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--print", action="store_true", help="only print")
    arguments = parser.parse_args()
    reader = load_deep_reader(get_settings())
    if reader is None:
        raise SystemExit("Falta el modelo del lector: copilot models pull")
    guard = GroundingGuard(reader)
    rows, tricks = judged(guard, free()), judged(guard, traps())
    text = table(rows, tricks)
    print(text)
    if not arguments.print:
        sources = len({one.example.group for one in rows})
        dataset = (
            f"{len(rows)} redacciones de {sources} frases (conjunto 9) y {len(tricks)} trampas (redaccion-trampas), de "
            "desarrollo, juzgadas como se entrega"
        )
        write_fragment("redaccion_guardas", text, dataset=dataset, command="python -m eval.bench.writing")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
