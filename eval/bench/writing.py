"""What the checks of writing mode let through: ``python -m eval.bench.writing``.

Writes ``docs/figures/redaccion_guardas.md``. Sixty single sentences as a physician types them, each reworded well twice
and wrongly twice by hand (development set 9 of the grounding guard). Every rewording is judged as writing mode judges
the model's: it is shown only where all checks pass. A wrong one that is shown is a hallucination; a good one that is
sent back costs only its rewording. Intervals: bootstrap over the sources, 95 %.
"""

from __future__ import annotations

import argparse
from collections import Counter
from typing import NamedTuple

from copilot.deep_reader import load_deep_reader
from copilot.domain import Section, Span, Statement
from copilot.settings import get_settings
from copilot.writing import Reason
from copilot.writing.write import judge
from eval.figures import write_fragment
from eval.grounding.train import NOTES, SENTENCES
from eval.rates import Observation, rate
from guardrails.grounding import GroundingGuard
from guardrails.grounding.training.pairs import Pair, read_notes, read_pairs

NAMES = {
    Reason.UNSUPPORTED: "el guardián no la sostiene",
    Reason.FIGURE: "otra cifra",
    Reason.SIGN: "otro signo",
    Reason.OMISSION: "falta un hecho",
    Reason.NEW_WORD: "palabra ajena",
    Reason.REARRANGED: "otro orden u otra unión de los hechos",
}


class Judged(NamedTuple):
    """A rewording and what the checks made of it."""

    pair: Pair
    shown: bool
    reason: Reason


def judged(guard: GroundingGuard) -> list[Judged]:
    """All rewordings of the set through the checks of writing mode."""
    out = []
    for pair in (one for one in read_pairs(read_notes(NOTES)) if one.id.startswith(f"{SENTENCES}-")):
        statement = Statement(pair.source, (Span(0, len(pair.source)),))
        found = judge(guard, Section.PADECIMIENTO_ACTUAL, statement, pair.statement)
        out.append(Judged(pair, found.written, found.reason))
    return out


def table(rows: list[Judged]) -> str:
    """Markdown: what is shown of good and wrong rewordings, and which check sends the others back."""
    groups = {
        "bien redactadas": [one for one in rows if one.pair.supported],
        "con un error": [one for one in rows if not one.pair.supported],
        "… mayor": [one for one in rows if one.pair.severity == "mayor"],
    }
    lines = [f"| | {' | '.join(groups)} |", "| --- |" + " ---: |" * len(groups)]
    lines.append("| redacciones | " + " | ".join(str(len(some)) for some in groups.values()) + " |")
    shown = [rate([Observation(o.pair.note_id, float(o.shown)) for o in some]).text() for some in groups.values()]
    lines.append("| **se muestran** | " + " | ".join(shown) + " |")
    for reason, name in NAMES.items():  # the others can't occur: no surrogates here, and every line differs
        counts = [str(sum(one.reason is reason for one in some)) for some in groups.values()]
        lines.append(f"| devueltas: {name} | " + " | ".join(counts) + " |")
    kinds = Counter(one.pair.kind for one in groups["con un error"] if one.shown)
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
    rows = judged(GroundingGuard(reader))
    text = table(rows)
    print(text)
    if not arguments.print:
        sources = len({one.pair.note_id for one in rows})
        dataset = f"{len(rows)} redacciones de {sources} frases (conjunto 9, desarrollo), juzgadas como se entrega"
        write_fragment("redaccion_guardas", text, dataset=dataset, command="python -m eval.bench.writing")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
