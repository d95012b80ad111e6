"""Runs suites with Inspect: offline, without a model of its own, one item at a time, resumable."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from copilot.errors import CopilotError, UsageError
from copilot.prompting import load_prompt
from copilot.settings import Settings
from eval import runs
from eval.context import Context
from eval.identity import changed, parts
from eval.runs import Manifest
from eval.tasks import SUITES, pick

DEFAULT_PROMPT = "redaccion"


def describe_model(settings: Settings) -> dict[str, str]:
    """Registry name and SHA-256 of the language model in use."""
    if not settings.use_llm:
        return {"name": "none", "sha256": ""}
    from copilot.models import find_model

    row = find_model(settings, settings.llm)
    return {"name": row.name, "sha256": row.sha256}


def describe_prompt(name: str) -> dict[str, str]:
    """Id, version and hash of the writing prompt."""
    prompt = load_prompt(name or DEFAULT_PROMPT)
    return {"name": name or DEFAULT_PROMPT, "id": prompt.id, "version": prompt.version, "hash": prompt.hash}


def describe(settings: Settings, run: str, suites: Sequence[str], prompt: str, seed: int = 7) -> Manifest:
    """The manifest of a run of these suites with what is here today. Raises :class:`CopilotError`."""
    return Manifest(
        run=run,
        suites=[name for name in SUITES if name in suites],
        limit=None,
        seed=seed,
        model=describe_model(settings),
        prompt=describe_prompt(prompt),
        code=runs.commit(),
        parts=parts(settings, suites),
        started=runs.now(),
    )


def resumed(settings: Settings, folder: Path, manifest: Manifest, *, force: bool = False) -> list[str]:
    """Check that a run may go on with what is here today, and return what changed since it began.

    Raises :class:`UsageError` naming the changes; with ``force`` they are recorded in the manifest instead. A run that
    has no result yet just takes today's parts.
    """
    today = describe(settings, manifest.run, manifest.suites, manifest.prompt.get("name", ""))
    differ = changed(manifest, today)
    if not any((folder / "cache").glob("*.json")):
        manifest.model, manifest.prompt = today.model, today.prompt
        manifest.code, manifest.parts = today.code, today.parts
        return []
    if differ and not force:
        raise UsageError(
            "Desde que empezó esta corrida cambió aquello que mide, y sus cifras serían de dos cosas:\n  "
            + "\n  ".join(differ)
            + "\nEmpiece otra corrida, o siga de todos modos con --force (quedará dicho en el informe)."
        )
    manifest.mixed += [one for one in differ if one not in manifest.mixed]
    return differ


@contextmanager
def _private_traces(folder: Path) -> Iterator[None]:
    """Inspect keeps traces under the user's data folder; here they belong to the run, and go nowhere else."""
    # A site-wide hook would send every sample somewhere (Inspect calls what this variable names): not here.
    os.environ.pop("INSPECT_TELEMETRY", None)
    before = os.environ.get("XDG_DATA_HOME")
    os.environ["XDG_DATA_HOME"] = str(folder / "inspect")
    try:
        yield
    finally:
        if before is None:
            del os.environ["XDG_DATA_HOME"]
        else:
            os.environ["XDG_DATA_HOME"] = before


def execute(context: Context, manifest: Manifest) -> None:
    """Run what the manifest names; what an earlier, interrupted call already has is not run again."""
    from eval.solvers import bind

    total = {name: len(pick(SUITES[name].items(), manifest.limit_of(name), manifest.seed)) for name in manifest.suites}
    with tqdm(total=sum(total.values()), desc="Evaluando", unit="caso", file=sys.stderr) as bar:

        def advance(suite: str) -> None:
            bar.set_description(SUITES[suite].title)
            bar.update()

        bind(context, advance)
        try:
            with _private_traces(context.folder):
                _inspect(context.folder, manifest)
        finally:
            bind(None)
        bar.n = sum(total.values())
    collect(context.folder, manifest)
    manifest.finished = runs.now()
    runs.save(context.folder, manifest)


def _inspect(folder: Path, manifest: Manifest) -> None:
    from inspect_ai import eval_set

    from eval.tasks.plumbing import suite_task

    logging.getLogger("inspect_ai").setLevel(logging.ERROR)
    tasks = [suite_task(name, manifest.limit_of(name), manifest.seed) for name in manifest.suites]
    _, logs = eval_set(
        tasks,
        log_dir=str(folder / "logs"),
        # No model is ever asked by Inspect; the façade's own is inside the solver.
        model="none/none",
        display="none",
        score_display=False,
        log_level="error",
        log_format="eval",
        log_buffer=1,
        log_realtime=False,
        log_samples=True,
        fail_on_error=False,
        max_samples=1,
        max_tasks=1,
        retry_attempts=0,
        retry_immediate=False,
        ctl_server=False,
        acp_server=False,
        metadata={"model": manifest.model, "prompt": manifest.prompt, "code": manifest.code},
    )
    states = {log.eval.task: log.status for log in logs}
    if "cancelled" in states.values():
        raise KeyboardInterrupt
    broken = [name for name, status in states.items() if status != "success"]
    if broken or len(states) < len(manifest.suites):
        raise CopilotError(f"No terminó: {', '.join(broken) or 'alguna suite'}. Siga con --resume {manifest.run}.")


def collect(folder: Path, manifest: Manifest) -> None:
    """Items and events of the run's logs, scored (again) with the scorers of today."""
    from inspect_ai.log import list_eval_logs, read_eval_log

    items: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    failed: dict[str, int] = {}
    newest: dict[str, str] = {}
    for info in sorted(list_eval_logs(str(folder / "logs")), key=lambda one: one.mtime or 0):
        newest[info.task] = info.name
    for name in manifest.suites:
        log_name = newest.get(name) or newest.get(name.replace("_", "-"))
        samples = (read_eval_log(log_name).samples or []) if log_name else []
        for sample in sorted(samples, key=lambda one: str(one.id)):
            identifier = str(sample.id)
            if sample.error is not None or not sample.output.completion:
                failed[name] = failed.get(name, 0) + 1
                why = sample.error.message if sample.error else "sin resultado"
                items.append({"suite": name, "id": identifier, "error": why})
                continue
            result = json.loads(sample.output.completion)
            items.append({"suite": name, "id": identifier, "result": result})
            events += [one.row() for one in SUITES[name].score(identifier, result)]
    runs.write_rows(folder / runs.ITEMS, items)
    runs.write_rows(folder / runs.EVENTS, events)
    manifest.failed = failed
    manifest.scored_with = runs.commit()
