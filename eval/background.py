"""One evaluation at a time in a process of its own, which outlives the page and the server that started it.

The process is ``python -m eval run --resume RUN``; it inherits an open file lock, so whether one is at work is known
without trusting process numbers. How far it is, is read from the results it has kept.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from copilot.errors import UsageError
from copilot.settings import Settings
from eval import runs

LOCK, JOB, OUTPUT = "trabajo.lock", "trabajo.json", "salida.txt"
USER_VARIABLE = "COPILOT_EVAL_USER"
"""Environment variable that tells the run on whose behalf it is logged."""
GRACE_S = 30.0
"""A cancelled run may finish the case it is at; after this it is killed (what it kept stays)."""
NICENESS = 10
"""Physicians first: an evaluation takes what processor time is left."""


@dataclass
class Job:
    """The process of one run, kept beside it."""

    run: str
    pid: int
    started: float
    """Seconds since the epoch."""
    total: dict[str, int] = field(default_factory=dict)
    """Cases of each suite."""
    before: int = 0
    """Cases that an earlier, interrupted process had done."""
    cancelled: bool = False


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    done: int
    total: int
    suite: str
    """The suite at work; empty where all are done."""
    left_s: float | None
    """Seconds that the rest would take at the pace so far; None where that can't be said yet."""


def start(settings: Settings, manifest: runs.Manifest, user: str = "") -> Job:
    """Start, or go on with, the run of this manifest. Raises :class:`UsageError` while another is at work."""
    folder = runs.home(settings) / manifest.run
    with _lock(settings, fcntl.LOCK_EX) as lock:
        if lock is None:
            raise UsageError("Ya hay una evaluación en marcha en este equipo; espere a que termine o cancélela.")
        runs.save(folder, manifest)
        total = totals(manifest)
        environment = os.environ | {
            "COPILOT_DATA_DIR": str(settings.data_dir),
            "COPILOT_MODEL_DIR": str(settings.model_dir),
            USER_VARIABLE: user,
        }
        with (folder / OUTPUT).open("wb") as out:
            process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "eval", "run", "--resume", manifest.run],
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=environment,
                pass_fds=[lock], start_new_session=True,
            )  # fmt: skip
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
        job = Job(manifest.run, process.pid, time.time(), total, sum(_kept(folder, total).values()))
        _save(folder, job)
    threading.Thread(target=process.wait, daemon=True).start()  # so that it leaves no zombie
    return job


def totals(manifest: runs.Manifest) -> dict[str, int]:
    """Cases of each suite of a run."""
    from eval.tasks import SUITES, pick

    return {name: len(pick(SUITES[name].items(), manifest.limit_of(name), manifest.seed)) for name in manifest.suites}


def running(settings: Settings) -> str:
    """Name of the run at work; empty where none is."""
    with _lock(settings, fcntl.LOCK_SH) as lock:
        if lock is not None:
            return ""
    jobs = [job_of(path.parent) for path in runs.home(settings).glob(f"*/{JOB}")]
    return max((one for one in jobs if one), key=lambda one: one.started, default=Job("", 0, 0.0)).run


def cancel(settings: Settings, name: str) -> None:
    """Ask the run's process to end; its results stay and the run can go on later. Nothing where it is not at work."""
    folder = runs.home(settings) / name
    job = job_of(folder)
    if job is None or running(settings) != name:
        return
    job.cancelled = True
    _save(folder, job)
    with suppress(ProcessLookupError):
        os.killpg(job.pid, signal.SIGINT)
    threading.Thread(target=_make_sure, args=(settings, name, job.pid), daemon=True).start()


def _make_sure(settings: Settings, name: str, pid: int) -> None:
    until = time.monotonic() + GRACE_S
    while time.monotonic() < until:
        if running(settings) != name:
            return
        time.sleep(0.5)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def progress(folder: Path) -> Progress:
    """How far the run of this folder is, by the results it has kept."""
    job = job_of(folder) or Job(folder.name, 0, 0.0)
    kept = _kept(folder, job.total)
    done, total = sum(kept.values()), sum(job.total.values())
    at = next((name for name, count in job.total.items() if kept[name] < count), "")
    fresh = done - job.before
    left = (time.time() - job.started) / fresh * (total - done) if fresh >= 3 else None
    return Progress(done, total, at, left)


def trouble(folder: Path) -> str:
    """What the run's process said last where it ended with an error; empty otherwise."""
    try:
        lines = (folder / OUTPUT).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    said = [line for line in lines[-40:] if line.startswith("Error: ")]
    return said[-1].removeprefix("Error: ") if said else ""


def job_of(folder: Path) -> Job | None:
    """The process last started for this run; None where the page never started one."""
    try:
        return Job(**json.loads((folder / JOB).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _kept(folder: Path, total: dict[str, int]) -> dict[str, int]:
    return {name: min(count, sum(1 for _ in folder.glob(f"cache/{name}-*.json"))) for name, count in total.items()}


def _save(folder: Path, job: Job) -> None:
    half = folder / f".{JOB}"
    half.write_text(json.dumps(asdict(job)), encoding="utf-8")
    half.replace(folder / JOB)


@contextmanager
def _lock(settings: Settings, kind: int, tries: Sequence[float] = (0.05, 0.2, 0.0)) -> Iterator[int | None]:
    """The lock as an open file; None where another process keeps it (a mere look at it is waited for)."""
    home = runs.home(settings)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        for pause in tries:
            try:
                fcntl.flock(handle, kind | fcntl.LOCK_NB)
            except OSError:
                time.sleep(pause)
                continue
            yield handle
            return
        yield None
    finally:
        os.close(handle)
