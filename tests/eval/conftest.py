"""A finished run made by hand: what reports, gates and review are tried on without running a model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eval import runs
from eval.scorers.events import Event
from eval.tasks import SUITES
from eval.tasks.notes import notes

SOURCE = "<PACIENTE_1> con dolor en rodilla derecha. Metformina 850 mg c/12 h."


def sentence(text: str, *, supported: bool, severity: str = "") -> dict[str, Any]:
    kind = "" if supported else "lateralidad"
    return {
        "text": text,
        "supported": supported,
        "score": 0.9 if supported else 0.1,
        "kind": kind,
        "severity": severity,
        "evidence": [[26, 41]],
        "foreign": [],
    }


def statement(raw: str, shown: bool, said: dict[str, Any]) -> dict[str, Any]:
    return {
        "section": "padecimiento_actual",
        "spans": [[0, 42]],
        "source": SOURCE[:42],
        "raw": raw,
        "sentences": [said],
        "reason": "" if shown else "sin_sustento",
        "written": shown,
        "asked": True,
    }


def written_note(identifier: str, wrong: int) -> dict[str, Any]:
    """A written note: six sentences, of which the guard stopped ``wrong``."""
    facts = notes()[identifier].facts
    good = sentence("Paciente con dolor en la rodilla derecha.", supported=True)
    bad = sentence("Dolor en la rodilla <b>izquierda</b>.", supported=False, severity="mayor")
    statements = [statement(bad["text"], False, bad) for _ in range(wrong)]
    statements += [statement(good["text"], True, good) for _ in range(6 - wrong)]
    return {
        "statements": statements,
        "source": SOURCE,
        "facts": {
            "source": [True] * len(facts),
            "cut": [at == 0 for at in range(len(facts))],
            "raw": [at > 1 for at in range(len(facts))],
            "final": [True] * len(facts),
        },
        "lost_data": 0,
        "words": 90 + 5 * wrong,
        "cost": {"seconds": 20.0 + wrong, "peak_mib": 4000},
    }


def detected(identifier: str) -> dict[str, Any]:
    """A guard that sees four errors in five and accepts what is faithful."""
    verdicts = [
        {
            "id": claim.id,
            "supported": claim.supported or at % 5 == 0,
            "score": 0.8 if claim.supported else 0.3,
            "kind": str(claim.kind),
            "severity": str(claim.severity),
            "read": False,
        }
        for at, claim in enumerate(notes()[identifier].claims)
    ]
    return {"verdicts": verdicts, "words": 100, "cost": {"seconds": 0.2, "peak_mib": 900}}


def make_run(folder: Path, wrong: list[int]) -> Path:
    """Write a finished run over the first notes, ``wrong`` stopped sentences in each."""
    names = list(notes())[: len(wrong)]
    items: list[dict[str, Any]] = []
    for identifier, count in zip(names, wrong, strict=True):
        items.append({"suite": "alucinacion", "id": identifier, "result": written_note(identifier, count)})
        items.append({"suite": "omision", "id": identifier, "result": written_note(identifier, count)})
        items.append({"suite": "detector", "id": identifier, "result": detected(identifier)})
    events: list[Event] = [e for one in items for e in SUITES[one["suite"]].score(one["id"], one["result"])]
    manifest = runs.Manifest(
        run=folder.name,
        suites=["detector", "alucinacion", "omision"],
        limit=None,
        seed=7,
        model={"name": "modelo-de-prueba", "sha256": "ab" * 32},
        prompt={"name": "redaccion", "id": "redaccion", "version": "1", "hash": "cd" * 32},
        code="abc1234",
        started=runs.now(),
        finished=runs.now(),
    )
    runs.save(folder, manifest)
    runs.write_rows(folder / runs.ITEMS, items)
    runs.write_rows(folder / runs.EVENTS, [one.row() for one in events])
    return folder


_WRONG = [1, 0, 2, 1, 1, 0, 1, 3, 1, 1]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Ten written notes, some with a sentence that the guard stopped."""
    return make_run(tmp_path / "primera", _WRONG)


@pytest.fixture(scope="session")
def read_only_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run for tests that only look."""
    return make_run(tmp_path_factory.mktemp("corridas") / "primera", _WRONG)


@pytest.fixture
def worse(tmp_path: Path) -> Path:
    """The same notes by a model that makes more errors."""
    return make_run(tmp_path / "segunda", [4, 3, 5, 4, 4, 3, 4, 6, 4, 4])
