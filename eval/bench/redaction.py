# ruff: noqa: E501 - patterns and word lists stay on one line
"""Speed of redaction: start, seconds for a 500-word note, and stock Presidio's pattern recognizers beside it.

``python -m eval.bench.redaction`` writes ``docs/figures/redaccion_velocidad.md``.
"""

from __future__ import annotations

import time

from eval.figures import write_fragment


def main() -> None:
    """Measure on one core (run it pinned: ``taskset -c 0``)."""
    begin = time.perf_counter()
    from guardrails.redaction import Redactor

    redactor = Redactor()
    start = time.perf_counter() - begin
    from eval.redaction.datasets import mexican

    words: list[str] = []
    for sample in mexican("dev"):
        words += sample.text.split(" ")
    note = " ".join(words[:500])
    redactor.redact(note)
    times, cpu = [], []
    for _ in range(15):
        wall, process = time.perf_counter(), time.process_time()
        redactor.redact(note)
        times.append(time.perf_counter() - wall)
        cpu.append(time.process_time() - process)
    from presidio_analyzer.predefined_recognizers import DateRecognizer, EmailRecognizer, PhoneRecognizer, UrlRecognizer

    stock = [DateRecognizer(), EmailRecognizer(), PhoneRecognizer(), UrlRecognizer()]
    process = time.process_time()
    for _ in range(5):
        for one in stock:
            one.analyze(note, one.supported_entities, None)  # type: ignore[arg-type]  # they use no NLP artefacts
    patterns = (time.process_time() - process) / 5
    times.sort()
    cpu.sort()
    table = (
        "| measure | value | bound |\n|---|---|---|\n"
        f"| start (import, model, recognizers) | {start:.2f} s | 3 s |\n"
        f"| 500-word note, median wall | {times[7]:.3f} s | 0.15 s |\n"
        f"| 500-word note, median CPU | {cpu[7]:.3f} s | |\n"
        f"| stock Presidio date, e-mail, phone, URL patterns alone, CPU | {patterns:.3f} s | |"
    )
    print(table)
    write_fragment("redaccion_velocidad", table, dataset="500 words of the Mexican development notes", command="python -m eval.bench.redaction")


if __name__ == "__main__":
    main()
