"""Runs on disk: ``COPILOT_DATA_DIR/eval/runs/RUN`` with its manifest, Inspect's logs, cached results and events."""

from __future__ import annotations

import datetime
import hashlib
import json
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import copilot
from copilot.errors import UsageError
from copilot.settings import Settings
from eval.scorers.events import Event, event_of

MANIFEST, EVENTS, ITEMS = "run.json", "events.jsonl", "items.jsonl"


@dataclass
class Manifest:
    """What was measured and with what. Where all that differs is the name and the times, so do no figures."""

    run: str
    suites: list[str]
    limit: int | None
    seed: int
    model: dict[str, str]
    """Registry name and SHA-256 of the language model's file; ``none`` without."""
    prompt: dict[str, str]
    """Id, version and SHA-256 of the writing prompt."""
    code: str
    """Commit of the repository, with «+» and the start of a hash of the difference where files differ from it."""
    version: str = copilot.__version__
    started: str = ""
    finished: str = ""
    """Empty while the run is not complete."""
    machine: str = field(default_factory=platform.platform)
    writing_limit: int | None = None
    """Notes at most in the suites that write, which are a hundred times slower than the rest; None: as ``limit``."""
    parts: dict[str, str] = field(default_factory=dict)
    """Prompts, guard, data sets, guidelines and settings, by name (:mod:`eval.identity`); empty: not recorded."""
    mixed: list[str] = field(default_factory=list)
    """What changed between the parts of a run that was resumed all the same (``--force``)."""
    scored_with: str = ""
    """Code that counted the results last: that of the run, or of a later count."""
    failed: dict[str, int] = field(default_factory=dict)
    """Items that raised an error, by suite; they count in no rate and are shown beside them."""

    def limit_of(self, suite: str) -> int | None:
        """Items at most of one suite."""
        if suite in ("alucinacion", "omision") and self.writing_limit is not None:
            return self.writing_limit
        return self.limit

    def title(self) -> str:
        """Model and prompt version, as tables name them."""
        model = self.model.get("name", "")
        prompt = f"{self.prompt.get('id', '')} v{self.prompt.get('version', '')}"
        return f"{'sin modelo' if model == 'none' else model} · {prompt}"


def now() -> str:
    """UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def home(settings: Settings) -> Path:
    """Folder of all runs."""
    return settings.data_dir / "eval" / "runs"


def new_name(settings: Settings) -> str:
    """A free name: date and time, numbered where taken."""
    base = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d-%H%M%S")
    names = [base, *(f"{base}-{n}" for n in range(2, 100))]
    return next(name for name in names if not (home(settings) / name).exists())


def commit() -> str:
    """Short hash of the code, and of the changes to it where there are any; empty outside a repository."""
    root = Path(__file__).resolve().parent.parent

    def git(*words: str) -> str:
        try:
            done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, timeout=20, check=True)  # noqa: S603, S607
        except (OSError, subprocess.SubprocessError):
            return ""
        return done.stdout.strip()

    short = git("rev-parse", "--short", "HEAD")
    changes = git("diff", "HEAD") if short else ""
    return short + (f"+{hashlib.sha256(changes.encode()).hexdigest()[:8]}" if changes else "")


def find(settings: Settings, name: str) -> Path:
    """A run's folder by name, path, or «última». Raises :class:`UsageError` naming the runs there are."""
    direct = Path(name)
    if (direct / MANIFEST).is_file():
        return direct
    there = sorted(p.parent.name for p in home(settings).glob(f"*/{MANIFEST}"))
    if name in ("ultima", "última", "last") and there:
        return home(settings) / there[-1]
    if name in there:
        return home(settings) / name
    known = ", ".join(there[-8:]) or "ninguna"
    raise UsageError(f"No hay una corrida «{name}». Las últimas: {known}.")


def load(folder: Path) -> Manifest:
    """The run's manifest. Raises :class:`UsageError` where it can't be read."""
    try:
        return Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise UsageError(f"La corrida «{folder.name}» no tiene un manifiesto legible.") from None


def save(folder: Path, manifest: Manifest) -> None:
    """Write the manifest whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = folder / f".{MANIFEST}"
    half.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    half.replace(folder / MANIFEST)


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """JSON Lines, whole or not at all."""
    half = path.with_name(f".{path.name}")
    with half.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    half.replace(path)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Rows of a JSON Lines file; none where it isn't there."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def events(folder: Path) -> list[Event]:
    """Events of a run, with the reviewers' verdicts over the automatic ones."""
    from eval.review.verdicts import override

    found = [event_of(row) for row in read_rows(folder / EVENTS)]
    return override(found, folder)


def items(folder: Path) -> list[dict[str, Any]]:
    """One row an item: suite, id, result (redacted), error."""
    return read_rows(folder / ITEMS)
