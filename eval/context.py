"""What one evaluation run works with: the façade under its settings, and the run's own cache of results."""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from copilot.auditing import record_event
from copilot.facade import Actor, Copilot, spanish_errors
from copilot.settings import Settings
from eval.background import USER_VARIABLE
from eval.runs import Manifest
from guardrails.audit import Action, AuditLog, Role

EVALUATOR = Actor(user="evaluacion", role=Role.EVALUATOR, session="evaluacion")
"""On whose behalf every request of an evaluation goes to its log."""


def evaluation_settings(settings: Settings, model: str = "") -> Settings:
    """The site's settings with another model. ``model``: row of the registry; ``none``: without language model."""
    if model == "none":
        return settings.model_copy(update={"use_llm": False})
    return settings.model_copy(update={"llm": model, "use_llm": True}) if model else settings


def evaluation_log(settings: Settings) -> AuditLog:
    """The log of evaluations: requests are logged like any other, with keys and a file of their own.

    So the site's log holds what physicians did, and test sets don't swamp it.
    """
    folder = settings.ensure_data_dir() / "eval"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return AuditLog.open(f"sqlite:///{folder / 'log.sqlite'}", folder / "keys", f"imss-copilot/{settings.unit}/eval")


@contextmanager
def logged(settings: Settings, manifest: Manifest) -> Iterator[None]:
    """Put a run into the site's log: its start before anything is run, its end with what became of it.

    Raises :class:`copilot.facade.LogError` where the log can't be written: then nothing is run.
    """
    user = os.environ.get(USER_VARIABLE, "")
    about = {
        "run": manifest.run,
        "suites": manifest.suites,
        "limit": manifest.limit,
        "model": manifest.model,
        "prompt": {name: manifest.prompt.get(name, "") for name in ("id", "version", "hash")},
        "code": manifest.code,
    }

    def note(outcome: str, **more: object) -> None:
        with spanish_errors():
            record_event(settings, Action.EVALUATION, outcome, user, **about, **more)

    note("started")
    try:
        yield
    except KeyboardInterrupt:
        note("cancelled")
        raise
    except BaseException as error:
        note("failed", error=type(error).__name__)
        raise
    note("ok", failed=manifest.failed)


@dataclass
class Context:
    """One run's façade, prompt and cache. ``folder`` is the run's own directory."""

    settings: Settings
    folder: Path
    prompt: str = ""
    """Name of the writing prompt; empty: the default."""
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @cached_property
    def pilot(self) -> Copilot:
        """The façade: what physicians get, on the evaluation's own log."""
        pilot = Copilot(self.settings)
        with spanish_errors():
            pilot.log = evaluation_log(self.settings)
        return pilot

    def fresh(self) -> None:
        """Make every loaded model forget what came before, so that a result doesn't depend on the item before it.

        Without this a resumed run could differ from one made in one go. A model on a server keeps its own cache.
        """
        pilot = self.__dict__.get("pilot")
        if pilot is None:
            return
        guard = pilot.__dict__.get("grounding")
        for part in (pilot.__dict__.get("llm"), guard, getattr(guard, "reader", None)):
            forget = getattr(part, "forget", None)
            if forget is not None:
                forget()

    def cached(self, kind: str, key: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """A result that two suites share (a written note, an answer), kept in the run so that it is made once.

        What is kept must hold no personal data.
        """
        digest = hashlib.sha256(f"{kind}\0{key}".encode()).hexdigest()[:24]
        path = self.folder / "cache" / f"{kind}-{digest}.json"
        with self._lock:
            if path.is_file():
                kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
                return kept
            self.fresh()
            made = timed(make)
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_suffix(".half")
            half.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
            half.replace(path)
            return made


def timed(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The result with its ``cost``: wall seconds and, on Linux, the peak memory of the process meanwhile (MiB)."""
    measured = _forget_peak()
    started = time.perf_counter()
    made = make()
    cost: dict[str, float] = {"seconds": round(time.perf_counter() - started, 3)}
    peak = _peak_mib() if measured else None
    if peak is not None:
        cost["peak_mib"] = peak
    return made if "cost" in made else made | {"cost": cost}


def _forget_peak() -> bool:
    """Set the process's peak memory back to what it holds now; False where the system can't (not Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def _peak_mib() -> int | None:
    """Peak resident memory since it was set back, in MiB; None where the system doesn't say."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return round(int(found[1]) / 1024) if found else None
