"""How retrieval grows: corpora of generated passages with random vectors; latency, memory, build time."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

DIMENSION = 384
QUESTIONS = 40

_SUBJECTS = [
    "paciente",
    "lactante",
    "gestante",
    "adulto",
    "anciano",
    "recién",
    "nacido",
    "escolar",
    "cirujano",
    "diabético",
    "hipertenso",
]
_VERBS = ["requiere", "recibe", "presenta", "inicia", "suspende", "tolera", "amerita", "evita", "repite", "valora"]
_THINGS = [
    "metformina",
    "losartán",
    "insulina",
    "amoxicilina",
    "paracetamol",
    "enalapril",
    "salbutamol",
    "prednisona",
    "omeprazol",
    "hierro",
    "vacuna",
    "biopsia",
    "ultrasonido",
    "electrocardiograma",
    "creatinina",
    "hemoglobina",
    "referencia",
    "hidratación",
    "dieta",
    "ejercicio",
    "rehabilitación",
    "vigilancia",
]


class RandomVectors:
    """Stands in for the encoder: what is measured is the index, not the model (about 0.03 s a question more)."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(11)

    def passages(self, texts: list[str]) -> np.ndarray:
        """Random unit vectors [n, 384]."""
        rows = self._random.standard_normal((len(texts), DIMENSION)).astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def queries(self, texts: list[str]) -> np.ndarray:
        """Random unit vectors [n, 384]."""
        return self.passages(texts)


def _sentence(random: np.random.Generator) -> str:
    subject, verb, thing = random.choice(_SUBJECTS), random.choice(_VERBS), random.choice(_THINGS)
    dose, hours, case = random.integers(1, 900), random.integers(2, 24), random.integers(1, 9999)
    return f"El {subject} {verb} {thing} {dose} mg cada {hours} horas, caso {case}."


def run(size: int) -> dict[str, float]:
    """Build and query one corpus in this process; returns the figures."""
    import resource

    from copilot.retrieval import Retriever
    from copilot.retrieval.indexer import Indexer
    from copilot.settings import Settings
    from corpora.passages import Document, Passage

    random = np.random.default_rng(5)
    with tempfile.TemporaryDirectory(prefix="copilot-escala-") as folder:
        settings = Settings(data_dir=Path(folder))
        indexer = Indexer(settings, RandomVectors())
        started = time.perf_counter()
        for number in range(max(1, size // 1000)):
            passages = [
                Passage(f"p{number}-{n}", f"GPC-{number}", f"Guía {number}", f"Sección {n}", f"Sección {n % 40}",
                        " ".join(_sentence(random) for _ in range(4)))
                for n in range(min(size, 1000))
            ]  # fmt: skip
            indexer.index(Document(f"GPC-{number}", f"Guía {number}", "GPC", "", 2020, "x", str(number), passages))
        embedded = time.perf_counter() - started
        started = time.perf_counter()
        indexer.refresh_words()
        words = time.perf_counter() - started
        retriever = Retriever(settings, RandomVectors(), auto_cards=False)
        retriever.search("dosis de metformina en gestante")
        took = []
        for _ in range(QUESTIONS):
            first, second, who = random.choice(_THINGS), random.choice(_THINGS), random.choice(_SUBJECTS)
            question = f"¿{first} y {second} en {who} {random.integers(1, 900)} mg?"
            started = time.perf_counter()
            retriever.search(question)
            took.append(1000 * (time.perf_counter() - started))
        disk = sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file()) / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return {
        "size": size, "build": embedded, "words": words, "p50": float(np.median(took)), "p95": float(np.quantile(took, 0.95)),  # noqa: E501
        "memory": peak, "disk": disk,
    }  # fmt: skip


def scale(sizes: list[int], *, write: bool) -> None:
    """Each size in a process of its own (peak memory is a process's); writes ``recuperacion_escala``."""
    lines = [
        "| pasajes | búsqueda p50 (ms) | p95 (ms) | vectores (s) | palabras (s) | memoria (MB) | disco (MB) |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for size in sizes:
        command = [
            sys.executable,
            "-c",
            f"import json; from eval.bench.retrieval_scale import run; print(json.dumps(run({size})))",
        ]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
        one = json.loads(answer.stdout.strip().splitlines()[-1])
        lines.append(
            f"| {size:,} | {one['p50']:.0f} | {one['p95']:.0f} | {one['build']:.1f} | {one['words']:.1f} | "
            f"{one['memory']:.0f} | {one['disk']:.0f} |"
        )
        print(lines[-1], flush=True)
    if write:
        from eval.figures import write_fragment

        write_fragment(
            "recuperacion_escala", "\n".join(lines),
            dataset="pasajes generados con vectores al azar (sin el codificador: unos 30 ms más por pregunta)",
            command="python -m eval.bench.retrieval scale",
        )  # fmt: skip
