"""Latency of a question to the guidelines by stages: ``python -m eval.bench.asking`` (official documents added).

Through the façade, so that redaction and the log are in the figures. «Primera cita»: until the first cited passage
is in the log and may be shown.
"""

from __future__ import annotations

import time

import numpy as np

from copilot.facade import Actor, Copilot
from eval.figures import write_fragment
from eval.guidelines.gold import load_gold

QUESTIONS = 30


def main() -> int:
    """Measure and write ``docs/figures/preguntas_latencia.md``."""
    pilot = Copilot()
    answerer = pilot.answerer
    answerer.warm()
    pilot.ask("meta de presión arterial")
    took: dict[str, list[float]] = {
        name: [] for name in ("alcance", "pasajes", "catálogo", "¿responde?", "primera cita", "respuesta completa")
    }

    def timed(name: str, started: float) -> float:
        now = time.perf_counter()
        took[name].append(now - started)
        return now

    for one in [q for q in load_gold("dev") if q.kind == "protocolo"][:QUESTIONS]:
        at = time.perf_counter()
        answerer.scope.check(one.question)
        at = timed("alcance", at)
        hits = answerer.search(one.question)
        at = timed("pasajes", at)
        titles = answerer.catalogue.search(one.question, 60)
        at = timed("catálogo", at)
        answerer.bearing(one.question, hits, titles)
        timed("¿responde?", at)
        at = time.perf_counter()
        first = True
        for _ in pilot.ask_stream(one.question, actor=Actor()):
            if first:
                timed("primera cita", at)
                first = False
        timed("respuesta completa", at)
    lines = ["| etapa | mediana (s) | percentil 95 (s) |", "|---|---|---|"]
    for name, values in took.items():
        lines.append(f"| {name} | {np.median(values):.3f} | {np.percentile(values, 95):.3f} |")
        print(lines[-1])
    write_fragment(
        "preguntas_latencia", "\n".join(lines), dataset=f"{QUESTIONS} preguntas de desarrollo sobre protocolos",
        command="python -m eval.bench.asking",
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
