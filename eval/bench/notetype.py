"""How often the note type is recognised: ``python -m eval.bench.notetype``.

The labelled notes by voice: tuning voices chose the settings, held-out voices were read by nobody for this purpose.
The section reader, which also has a say in the application, takes no part here.
"""

from __future__ import annotations

import argparse
import random

from copilot.notetype import _vote, recognise
from copilot.sections.labelled import LabelledNote, read_notes, split
from eval.figures import write_fragment


def _interval(right: list[bool]) -> str:
    rng = random.Random(7)
    draws = sorted(sum(rng.choices(right, k=len(right))) / len(right) for _ in range(1000))
    return f"{sum(right) / len(right):.3f} ({draws[24]:.3f}–{draws[974]:.3f})"


def _phrases(note: LabelledNote) -> bool:
    votes, _ = _vote(note.text)
    return max(votes, key=lambda t: votes[t]) is note.note_type


def main() -> None:
    """Measure both sets and write docs/figures/tipo_de_nota.md."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    _, tuning, held = split(read_notes())
    lines = ["| voces | modo | aciertos (IC 95 %) | notas |", "|---|---|---|---|"]
    for name, notes in (("reservadas", held), ("de ajuste", tuning)):
        ways = (
            (
                "palabras y secciones asignadas",
                [recognise(n.text, n.statements).note_type is n.note_type for n in notes],
            ),
            ("palabras, sin secciones", [recognise(n.text).note_type is n.note_type for n in notes]),
            ("solo frases (antes)", [_phrases(n) for n in notes]),
        )
        lines += [f"| {name} | {way} | {_interval(right)} | {len(right)} |" for way, right in ways]
    table = "\n".join(lines)
    write_fragment(
        "tipo_de_nota",
        table,
        dataset=f"copilot/sections/data/notes: {len(held)} notas de voces reservadas, {len(tuning)} de ajuste",
        command="python -m eval.bench.notetype",
    )
    print(table)


if __name__ == "__main__":
    main()
