"""Seconds and peak memory a note, against one evaluation of the same text by bare llama.cpp in the same run.

``python -m eval.bench structure``. The ratio is what can be compared between machines; the seconds are of
this one.
"""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from pathlib import Path

from copilot.facade import Copilot
from copilot.llm import GgufChat
from copilot.sections.labelled import HELD_OUT_VOICES, read_notes
from copilot.settings import get_settings
from eval.figures import write_fragment


def _peak_gib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _seconds(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


def main() -> int:
    """Measure start, notes and the baseline; write the README's table."""
    notes = [n.text for n in read_notes() if n.voice in HELD_OUT_VOICES and 120 <= len(n.text.split()) <= 240][:8]
    with tempfile.TemporaryDirectory() as folder:
        pilot = Copilot(get_settings().model_copy(update={"data_dir": Path(folder)}))
        bank_built = _seconds(lambda: pilot.bank)
        pilot = Copilot(pilot.settings)
        start = _seconds(pilot.warm)
        model = pilot.llm
        assert isinstance(model, GgufChat)
        rows, asked, statements = [], 0, 0
        for text in notes:
            tokens = model._llama.tokenize(text.encode(), add_bos=True)
            with model.turnstile.turn():  # the prompt's prefix may still be evaluated after the start
                model._llama.reset()
                bare = _seconds(lambda tokens=tokens: model._llama.eval(tokens))
                model._llama.reset()
            started = time.perf_counter()
            result = pilot.structure(text)
            took = time.perf_counter() - started
            asked += result.asked
            statements += result.statements
            rows.append((took, bare, len(text.split())))
        peak = _peak_gib()
    seconds = [row[0] for row in rows]
    ratio = statistics.median(row[0] / row[1] for row in rows)
    words = statistics.median(row[2] for row in rows)
    table = "\n".join(
        [
            "| what | median | range |",
            "|---|---|---|",
            f"| a note of {words:.0f} words, text to result, logged | {statistics.median(seconds):.2f} s "
            f"| {min(seconds):.2f}–{max(seconds):.2f} s |",
            f"| the same, relative to one evaluation of the text by bare llama.cpp | {ratio:.2f} × "
            f"| {min(r[0] / r[1] for r in rows):.2f}–{max(r[0] / r[1] for r in rows):.2f} × |",
            f"| statements that needed the language model | {asked / statements:.1%} | {asked} of {statements} |",
            f"| start to ready (models loaded, index there) | {start:.1f} s | first start ever, to build the "
            f"example index: {bank_built:.0f} s more |",
            f"| peak memory of the process, language model included | {peak:.2f} GiB | |",
        ]
    )
    write_fragment("velocidad", table, dataset=f"{len(notes)} held-out notes", command="python -m eval.bench structure")
    print(table)
    return 0
