"""Section assignment measured: ``python -m eval.sections [--set held|tuning] [--spaccc FOLDER] [--no-llm]``.

The share of labelled non-space characters in the right section, with administrative text (ficha, otro)
counted together as well, per note; intervals by bootstrap over notes. Facts kept: by construction every
character is in the note, and this is checked again here.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
from tqdm import tqdm

from copilot.domain import Section
from copilot.facade import Copilot
from copilot.sections.assign import assign_sections
from copilot.sections.labelled import LabelledNote, read_notes, split
from copilot.sections.train import SPACCC_HELD, spaccc_cases, spanish_cases
from eval.figures import write_fragment

ADMIN = frozenset({Section.FICHA_IDENTIFICACION, Section.OTRO})


def same(a: Section, b: Section, together: bool) -> bool:
    """Whether two sections count as equal (administrative ones are one where ``together``)."""
    return a == b or (together and a in ADMIN and b in ADMIN)


def bootstrap(values: np.ndarray, weights: np.ndarray, rounds: int = 2000, seed: int = 1) -> tuple[float, float, float]:
    """Weighted mean and its 95 % interval, resampling notes."""
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, len(values), (rounds, len(values)))
    means = (values[picks] * weights[picks]).sum(1) / weights[picks].sum(1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float((values * weights).sum() / weights.sum()), float(low), float(high)


def measure(
    pilot: Copilot, notes: list[LabelledNote], with_model: bool
) -> tuple[list[dict[str, float]], Counter[tuple[str, str]]]:
    """Per note: right characters (strict, admin together), all characters, statements, asked, seconds."""
    rows, confused = [], Counter[tuple[str, str]]()
    for note in tqdm(notes, desc="Secciones", file=sys.stderr):
        started = time.perf_counter()
        model = pilot.llm if with_model else None
        bank = pilot.bank if model else None
        result = assign_sections(note.text, pilot.reader, pilot.classifier, model, bank, note.note_type)
        took = time.perf_counter() - started
        said: dict[int, Section] = {}
        for one in result.statements:
            said.update(dict.fromkeys(range(*one.clause.span), one.section))
        assert all(i in said for i, c in enumerate(note.text) if not c.isspace()), "text was lost"
        row = {"strict": 0.0, "together": 0.0, "chars": 0.0, "statements": len(result.statements)}
        row |= {"asked": result.asked, "seconds": took, "sentences": 0.0, "marked": len(note.statements)}
        for (start, end), section in note.statements:
            votes = Counter(said[i] for i in range(start, end) if not note.text[i].isspace())
            row["sentences"] += same(votes.most_common(1)[0][0], section, True)
            for i in range(start, end):
                if not note.text[i].isspace():
                    row["chars"] += 1
                    row["strict"] += same(said[i], section, False)
                    right = same(said[i], section, True)
                    row["together"] += right
                    if not right:
                        confused[(str(section), str(said[i]))] += 1
        rows.append(row)
    return rows, confused


def table(name: str, rows: list[dict[str, float]]) -> str:
    """One line of the figures' table."""
    chars = np.array([row["chars"] for row in rows])
    cells = []
    for key in ("strict", "together"):
        mean, low, high = bootstrap(np.array([row[key] for row in rows]) / chars, chars)
        cells.append(f"{mean:.3f} ({low:.3f}–{high:.3f})")
    marked = np.array([row["marked"] for row in rows])
    mean, low, high = bootstrap(np.array([row["sentences"] for row in rows]) / marked, marked)
    cells.append(f"{mean:.3f} ({low:.3f}–{high:.3f})")
    asked = sum(row["asked"] for row in rows) / max(sum(row["statements"] for row in rows), 1)
    return f"| {name} | {len(rows)} | {' | '.join(cells)} | {asked:.1%} |"


def main() -> int:
    """Measure and print; ``--write`` stores the README's fragment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=["held", "tuning"], default="held")
    parser.add_argument("--spanish", type=Path)
    parser.add_argument("--spaccc", type=Path, help="folder with the texts of the held-out Spanish case reports")
    parser.add_argument("--no-llm", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    pilot = Copilot()
    _, tuning, held = split(read_notes())
    sets = {f"Mexican notes, {arguments.set} voices": held if arguments.set == "held" else tuning}
    if arguments.spanish:
        sets["Spanish cases, tuning documents"] = spanish_cases(arguments.spanish)[40:]
    if arguments.spaccc:
        sets["Spanish cases, held out"] = spaccc_cases(arguments.spaccc, SPACCC_HELD)
    lines = [
        "| set | notes | characters in the right section | administrative together "
        "| statements, administrative together | asked of the model |",
        "|---|---|---|---|---|---|",
    ]
    for name, notes in sets.items():
        for with_model in (False,) if arguments.no_llm else (False, True):
            rows, confused = measure(pilot, notes, with_model)
            label = "reader, classifier and language model" if with_model else "reader and classifier"
            lines.append(table(f"{name}; {label}", rows))
            for (right, said), count in confused.most_common(12):
                sys.stderr.write(f"  {count:6d}  {right} → {said}\n")
    text = "\n".join(lines)
    sys.stdout.write(text + "\n")
    if arguments.write:
        command = "python -m eval.sections" + (" --spaccc FOLDER" if arguments.spaccc else "")
        command += " --no-llm" if arguments.no_llm else ""
        dataset = "hand-labelled notes of copilot/sections/data, 95 % intervals by bootstrap over notes"
        write_fragment("secciones", text, dataset=dataset, command=command)
    return 0


if __name__ == "__main__":
    sys.exit(main())
