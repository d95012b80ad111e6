# ruff: noqa: E501 - patterns and word lists stay on one line
"""Speed of redaction: start, seconds for a 500-word note, and stock Presidio in the same run, with what each covers.

``python -m eval.bench.redaction`` writes ``docs/figures/redaccion_velocidad.md``. Pin it to one core: ``taskset -c 0``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

from eval.figures import write_fragment

ROUNDS = 15
_START = "import time; t = time.perf_counter(); from guardrails.redaction import Redactor; Redactor().redact('Paciente de prueba.'); print(time.perf_counter() - t)"


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """Median wall and CPU seconds of a call."""
    walls, works = [], []
    for _ in range(ROUNDS):
        wall, work = time.perf_counter(), time.process_time()
        run()
        walls.append(time.perf_counter() - wall)
        works.append(time.process_time() - work)
    return median(walls), median(works)


def main() -> None:
    """Measure ours and stock Presidio on the same 500 words."""
    import torch

    from eval.redaction import datasets, metrics
    from eval.redaction.stock import StockPresidio
    from guardrails.redaction import Redactor

    torch.set_num_threads(1)
    starts = [float(subprocess.run([sys.executable, "-c", _START], capture_output=True, text=True, check=True).stdout) for _ in range(3)]
    redactor, stock = Redactor(), StockPresidio()
    samples = datasets.mexican("dev")
    note = " ".join(" ".join(one.text for one in samples).split(" ")[:500])
    redactor.redact(note)
    stock.spans(note)
    wall, work = timed(lambda: redactor.redact(note))
    stock_wall, stock_work = timed(lambda: stock.spans(note))
    ours = [metrics.count(one.text, one.spans, [(span.start, span.end, span.type) for span in redactor.redact(one.text).spans]) for one in samples]
    theirs = [metrics.count(one.text, one.spans, stock.spans(one.text)) for one in samples]
    over = metrics.ratio("over_chars", "other_chars")
    table = (
        "| measure | ours | stock Presidio, no language model | bound |\n|---|---|---|---|\n"
        f"| start to the first redaction | {min(starts):.2f} s | {stock.start:.2f} s after the imports | 3 s |\n"
        f"| 500-word note, median wall | {wall:.3f} s | {stock_wall:.3f} s | 0.15 s |\n"
        f"| 500-word note, median CPU | {work:.3f} s | {stock_work:.3f} s | |\n"
        f"| spans wholly covered (Mexican development notes) | {100 * metrics.coverage(ours):.1f} % | {100 * metrics.coverage(theirs):.1f} % | 98 % |\n"
        f"| other characters redacted | {100 * over(ours):.1f} % | {100 * over(theirs):.1f} % | 2 % |"
    )
    print(table)
    write_fragment("redaccion_velocidad", table, dataset="500 words of the Mexican development notes, one thread", command="python -m eval.bench.redaction")


if __name__ == "__main__":
    main()
