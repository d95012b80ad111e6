"""Audit log: durable appends, proofs and verification at several sizes, and survival of ``kill -9``.

``python -m eval.bench.audit`` measures and writes ``docs/figures/audit.md``; ``--sizes 1000,…`` chooses the sizes.
``python -m eval.bench.audit --kills 500`` kills two concurrent writers at random points, again and again, and writes
``docs/figures/audit-kills.md``. Both run in a temporary folder (``--folder``: on the disk to be judged).
"""

from __future__ import annotations

import argparse
import os
import random
import select
import signal
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple, cast

from eval.figures import write_fragment
from guardrails.audit import (
    Action,
    AuditEntry,
    AuditLog,
    Guards,
    ModelRef,
    PassageRef,
    PromptRef,
    Role,
    StatementVerdict,
)
from guardrails.audit.encode import encode
from guardrails.audit.note import Signer
from guardrails.audit.verify import trusted_keys, verify_store

NOTE = (
    "<PACIENTE_1> de 54 años, hipertensa en control con losartán 50 mg cada 12 horas. Acude por cefalea occipital de "
    "tres días, pulsátil, sin fosfenos ni acúfenos. Niega dolor torácico y disnea. A la exploración TA 158/94, FC 82, "
    "FR 18, temperatura 36.4, peso 71 kg, talla 1.56 m. Campos pulmonares ventilados, ruidos cardiacos rítmicos, sin "
    "edema. Química sanguínea de la semana pasada con glucosa de 104, creatinina 0.8, potasio 4.3. Se ajusta losartán, "
    "dieta baja en sodio, cita en dos semanas con registro de presión en casa y datos de alarma explicados. "
)


def entry() -> AuditEntry:
    """The result entry of a note of ordinary length with its guard decisions."""
    statements = [one.strip() + "." for one in NOTE.split(". ") if one.strip()]
    return AuditEntry(
        action=Action.STRUCTURE,
        role=Role.PHYSICIAN,
        user="dra.perez",
        session="0123456789abcdef",
        encounter="2026-000123",
        unit="UMF 1",
        outcome="ok",
        note_type="evolucion",
        version="0.1.0",
        input=NOTE,
        original_input=NOTE,
        output={
            "sections": {"padecimiento_actual": [{"text": one, "spans": [[0, 40]]} for one in statements]}
        },
        prompts=[PromptRef(id="section-choice", hash="a" * 64)],
        model=ModelRef(name="qwen2.5-coder-1.5b", file_hash="c" * 64),
        decoding={"temperature": 0, "seed": 7},
        passages=[PassageRef(key="GPC-IMSS-076-08", id=f"p{n}", score=0.7 - n / 100) for n in range(3)],
        guards=Guards(
            redaction={"NOMBRE_PACIENTE": 1, "NSS": 1},
            scope="permitido",
            grounding=[
                StatementVerdict(statement=n, supported=True, score=0.97) for n in range(len(statements))
            ],
        ),
        latency_ms=8123.4,
    )


class Speed(NamedTuple):
    """Interleaved measurements: medians in milliseconds, ratios of medians with their interval, ratio of means."""

    bare_ms: float
    append_ms: float
    ratio: float
    low: float
    high: float
    mean_ratio: float

    @property
    def overhead(self) -> float:
        """What an append costs beyond a bare commit, in bare commits."""
        return self.ratio - 1


def speed(log: AuditLog, folder: Path, rounds: int = 400) -> Speed:
    """Durable appends against bare durable commits of as many bytes, taken in turns on the same disk.

    The ratio is that of the medians, with a bootstrap interval (95 %) over the paired turns.
    """
    one = entry()
    encoded = encode(one, log.keys.pseudonyms)
    payload = b"".join((encoded.context, encoded.content, encoded.decision)).decode()
    bare = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, body TEXT)")
    pairs = []
    for turn in range(rounds + 20):
        start = time.perf_counter()
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("INSERT INTO bare (body) VALUES (?)", (payload,))
        bare.execute("COMMIT")
        middle = time.perf_counter()
        log.append(one)
        end = time.perf_counter()
        if turn >= 20:
            pairs.append((middle - start, end - middle))
    bare.close()
    draw = random.Random(7)
    ratios = []
    for _ in range(1000):
        sample = draw.choices(pairs, k=len(pairs))
        ratios.append(_median(sample, 1) / _median(sample, 0))
    ratios.sort()
    low, high = ratios[25], ratios[974]
    first, second = _median(pairs, 0), _median(pairs, 1)
    mean_ratio = sum(two for _, two in pairs) / sum(one for one, _ in pairs)  # write-ahead log checkpoints included
    return Speed(first * 1000, second * 1000, second / first, low, high, mean_ratio)


def _median(pairs: list[tuple[float, float]], place: int) -> float:
    return statistics.median(pair[place] for pair in pairs)


class _SparseSigner:
    """Signs only what the verification looks at: filling a log is not what is measured."""

    def __init__(self, signer: Signer, last: int) -> None:
        self.verifier, self._signer, self._last = signer.verifier, signer, last

    def sign(self, text: bytes) -> bytes:
        """A signature for every 4096th entry and the last, zeros for the others."""
        index = int(text.split(b"\n")[1]) - 1
        return self._signer.sign(text) if index % 4096 == 0 or index == self._last else bytes(64)


def fill(log: AuditLog, size: int, batch: int = 5000) -> None:
    """Bring the log to ``size`` entries, many a transaction (only the measured appends are durable one by one)."""
    signer = log.keys.signer
    encoded = encode(entry(), log.keys.pseudonyms)
    while (missing := size - log.size) > 0:
        count = min(batch, missing)
        log.keys.signer = cast(Signer, _SparseSigner(signer, log.size + count - 1))
        with log.store.write() as cursor:
            for _ in range(count):
                log.insert(cursor, encoded)
    log.keys.signer = signer


def proofs_ms(log: AuditLog, count: int = 200) -> float:
    """Median time of one inclusion and one consistency proof, read from the store."""
    size, times = log.size, []
    draw = random.Random(7)
    for _ in range(count):
        index = draw.randrange(size)
        start = time.perf_counter()
        log.inclusion(index, size)
        log.consistency(index + 1, size)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def measure(folder: Path, sizes: list[int]) -> str:
    """The table of figures as Markdown."""
    lines = [
        "| entries | bare commit (ms) | append (ms) | appends/s | append ÷ bare (95 % CI) | overhead in bare commits | "
        "append ÷ bare (means) | proofs (ms) | verification (s) |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    with AuditLog.open(f"sqlite:///{folder / 'log.sqlite'}", folder / "keys") as log:
        for size in sizes:
            fill(log, size)
            one = speed(log, folder)
            proof = proofs_ms(log)
            start = time.perf_counter()
            result = verify_store(log.store, trusted=trusted_keys(log.keys_dir))
            seconds = time.perf_counter() - start
            assert result.ok, result.findings
            row = (
                f"| {size:,} | {one.bare_ms:.2f} | {one.append_ms:.2f} | {1000 / one.append_ms:.0f} | "
                f"{one.ratio:.2f} ({one.low:.2f}–{one.high:.2f}) | {one.overhead:.2f} | {one.mean_ratio:.2f} | "
                f"{proof:.2f} | {seconds:.1f} |"
            )
            print(row, flush=True)
            lines.append(row)
    return "\n".join(lines)


class Survival(NamedTuple):
    """What a series of kills left."""

    rounds: int
    acknowledged: int
    lost: int
    altered: int
    size: int


def kill_rounds(url: str, keys_dir: Path, rounds: int, *, writers: int = 2, seed: int = 7) -> Survival:
    """Start writers, kill them with SIGKILL after a random moment, check every acknowledged entry; repeat.

    An entry is acknowledged once ``append`` has returned and its leaf hash went through a pipe. ``lost`` counts
    acknowledged entries that are gone or differ, ``altered`` the findings of the verifications in between.
    """
    draw = random.Random(seed)
    AuditLog.open(url, keys_dir).close()
    acknowledged: dict[int, str] = {}
    altered = lost = 0
    for number in range(1, rounds + 1):
        pipes = [_writer(url, keys_dir) for _ in range(writers)]
        if number % 5:  # every fifth round dies while it opens the log
            select.select([pipe for _, pipe in pipes], [], [], 10)
        time.sleep(draw.random() * 0.06)
        for pid, _ in pipes:
            os.kill(pid, signal.SIGKILL)
        fresh: dict[int, str] = {}
        for pid, pipe in pipes:
            with os.fdopen(pipe, "rb") as stream:
                whole = stream.read().rpartition(b"\n")[0].decode()
            os.waitpid(pid, 0)
            for line in whole.split("\n") if whole else []:
                index, _, hashed = line.partition(" ")
                lost += int(index) in fresh or int(index) in acknowledged  # a fork of the log
                fresh[int(index)] = hashed
        acknowledged |= fresh
        with AuditLog.open(url, keys_dir) as log:  # refuses an end that its signature does not cover
            if fresh:
                rows = log.store.rows(("idx", "nodes"), min(fresh), max(fresh) + 1)
                found = {row[0]: bytes(row[1])[:32].hex() for row in rows}
                lost += sum(found.get(index) != hashed for index, hashed in fresh.items())
            if number % 50 == 0 or number == rounds:
                altered += verify_store(log.store, trusted=trusted_keys(keys_dir)).count
                rows = log.store.rows(("idx", "nodes"), 0, log.size)
                stored = {row[0]: bytes(row[1])[:32].hex() for row in rows}
                lost += sum(stored.get(index) != hashed for index, hashed in acknowledged.items())
            size = log.size
    return Survival(rounds, len(acknowledged), lost, altered, size)


def _writer(url: str, keys_dir: Path) -> tuple[int, int]:
    """A forked process that appends until it is killed; its process id and the pipe of its receipts."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    try:
        with AuditLog.open(url, keys_dir, timeout_s=30) as log:
            one = entry()
            while True:
                receipt = log.append(one)
                os.write(writing, f"{receipt.index} {receipt.leaf_hash.hex()}\n".encode())
    finally:
        os._exit(1)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000,1000000")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--dry", action="store_true", help="print only, write no figures")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        if options.kills:
            start = time.perf_counter()
            found = kill_rounds(f"sqlite:///{folder / 'log.sqlite'}", folder / "keys", options.kills)
            table = (
                "| kills (two writers each) | entries acknowledged | acknowledged and lost | "
                "findings of verification | entries stored |\n| ---: | ---: | ---: | ---: | ---: |\n"
                f"| {found.rounds} | {found.acknowledged:,} | {found.lost} | {found.altered} | {found.size:,} |"
            )
            print(table, f"\n{time.perf_counter() - start:.0f} s")
            if not options.dry:
                command = f"python -m eval.bench.audit --kills {options.kills}"
                write_fragment(
                    "audit-kills", table, dataset="SIGKILL at random moments, SQLite", command=command
                )
            return int(found.lost > 0 or found.altered > 0)
        sizes = [int(one) for one in options.sizes.split(",")]
        table = measure(folder, sizes)
        if not options.dry:
            load = f"2 shared cores, load average {os.getloadavg()[1]:.1f}"
            dataset = f"one ordinary note's result entry, repeated; SQLite WAL, synchronous=FULL; {load}"
            write_fragment(
                "audit", table, dataset=dataset, command=f"python -m eval.bench.audit --sizes {options.sizes}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
