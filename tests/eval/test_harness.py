"""The harness through Inspect with suites of a few lines: it goes on where it broke off; nothing slips into a log."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from copilot.errors import CopilotError
from copilot.settings import Settings
from eval import runs
from eval.__main__ import main
from eval.context import Context, timed
from eval.scorers.events import Event
from eval.tasks import SUITES, Item, Suite, pick
from eval.tasks.execute import execute

CALLS: list[str] = []
BROKEN: set[str] = set()


def _run(context: Context, identifier: str) -> dict[str, object]:
    CALLS.append(identifier)
    if identifier in BROKEN:
        raise ValueError("María Pérez, NSS 12987634016")
    return {"wrong": identifier == "c"}


def _score(identifier: str, result: dict[str, object]) -> list[Event]:
    # As in the real suites, not every item counts in every measure.
    measure = "estructura.texto_perdido" if identifier == "a" else "estructura.tipo_equivocado"
    return [Event(measure, identifier, identifier, float(bool(result["wrong"])))]


TINY = Suite("estructura", "Prueba", lambda: [Item(name, "x") for name in "abcd"], _run, _score)


@pytest.fixture
def context(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Context:
    CALLS.clear()
    BROKEN.clear()
    monkeypatch.setitem(SUITES, "estructura", TINY)
    return Context(settings, tmp_path / "corrida")


def manifest(context: Context) -> runs.Manifest:
    one = runs.Manifest(
        run="corrida",
        suites=["estructura"],
        limit=None,
        seed=7,
        model={"name": "none", "sha256": ""},
        prompt={"id": "redaccion", "version": "1", "hash": ""},
        code="",
    )
    runs.save(context.folder, one)
    return one


def test_a_run_counts_every_item_once_without_any_socket(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise AssertionError("una evaluación abrió una conexión")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    one = manifest(context)
    execute(context, one)
    assert sorted(CALLS) == list("abcd") and one.finished and not one.failed
    assert [(e.unit, e.value) for e in runs.events(context.folder)] == [("a", 0), ("b", 0), ("c", 1), ("d", 0)]


def test_a_run_that_is_resumed_does_not_ask_again_and_gives_the_same_figures(context: Context) -> None:
    one = manifest(context)
    execute(context, one)
    first = runs.events(context.folder)
    CALLS.clear()
    for log in (context.folder / "logs").iterdir():
        log.unlink()  # as after a power cut before Inspect wrote its log
    execute(context, one)
    assert CALLS == [] and runs.events(context.folder) == first


class Remembering:
    """A model whose answer depends on what it was asked before, as a key-value cache makes it."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def forget(self) -> None:
        self.heard.clear()

    def say(self, text: str) -> str:
        self.heard.append(text)
        return " ".join(self.heard)


class Pilot:
    """A façade with that model."""

    def __init__(self) -> None:
        self.llm = Remembering()


def _said(context: Context, identifier: str) -> dict[str, object]:
    said = [context.pilot.llm.say(f"{identifier}{n}") for n in (1, 2)]  # type: ignore[union-attr]
    return {"wrong": False, "said": said}


def test_a_run_broken_off_in_the_middle_gives_the_same_items(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SUITES, "estructura", replace(TINY, run=_said))

    def items(one: Context) -> list[tuple[str, object]]:
        execute(one, manifest(one))
        return [(row["id"], row["result"]["said"]) for row in runs.items(one.folder)]

    context.__dict__["pilot"] = Pilot()
    whole = items(context)
    assert whole[1] == ("b", ["b1", "b1 b2"]), "within a case the model may remember"
    again = Context(context.settings, tmp_path / "reanudada")
    again.__dict__["pilot"] = Pilot()
    kept = sorted((context.folder / "cache").glob("estructura-*.json"))[::2]
    (again.folder / "cache").mkdir(parents=True)
    for path in kept:
        (again.folder / "cache" / path.name).write_bytes(path.read_bytes())
    again.pilot.llm.say("otra nota")  # type: ignore[union-attr]
    assert items(again) == whole


def test_the_peak_memory_of_a_case_is_its_own() -> None:
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("sólo en Linux")
    small = timed(lambda: {"n": 1})["cost"]
    large = timed(lambda: {"n": len(bytearray(b"x") * 300_000_000)})["cost"]
    after = timed(lambda: {"n": 1})["cost"]
    assert large["peak_mib"] > small["peak_mib"] + 200 > 200
    assert after["peak_mib"] < large["peak_mib"] - 200, "the curve goes down again"


def test_elsewhere_memory_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.context._forget_peak", lambda: False)
    assert set(timed(lambda: {"n": 1})["cost"]) == {"seconds"}


def test_suites_that_share_a_result_make_it_once(context: Context) -> None:
    def shared() -> dict[str, object]:
        CALLS.append("nota")
        return {"text": "tos"}

    def suite(name: str) -> dict[str, object]:
        return context.cached(name, "n1", lambda: context.cached("redaccion", "n1", shared))

    first, second = suite("alucinacion"), suite("omision")
    assert CALLS == ["nota"] and first == second and first["cost"]


def test_an_item_that_fails_is_shown_and_its_message_kept_out_of_the_logs(context: Context) -> None:
    BROKEN.add("b")
    one = manifest(context)
    execute(context, one)
    assert one.failed == {"estructura": 1} and len(runs.events(context.folder)) == 3
    for path in context.folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"12987634016" not in data and "Pérez".encode() not in data, path.name
    assert "ValueError" in (context.folder / runs.ITEMS).read_text(encoding="utf-8")


def test_a_sample_is_the_same_for_the_same_seed_and_takes_from_every_kind() -> None:
    items = [Item(f"{kind}{n}", kind) for kind in "xyz" for n in range(20)]
    first = pick(items, 6, 7)
    assert first == pick(items, 6, 7) and first != pick(items, 6, 8)
    assert sorted(one.stratum for one in first) == list("xxyyzz")
    assert pick(items, None, 7) == pick(items, 600, 7) == items


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["run", "inventada"], 2),
        (["report", "no-hay"], 2),
        (["gate", "no-hay"], 2),
        (["run", "--resume", "no-hay"], 2),
        (["run", "--prompt", "no-hay", "alcance"], 1),
        (["run", "--model", "no-hay", "alcance"], 1),
    ],
)
def test_wrong_usage_says_so_in_spanish(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == code
    assert capsys.readouterr().err.startswith("Error: ")


def test_a_model_that_may_only_choose_is_not_let_to_write(settings: Settings) -> None:
    from copilot.facade import Copilot

    small = settings.model_copy(update={"llm": "gemma-3-270m"})
    with pytest.raises(CopilotError, match="sólo puede elegir"):
        Copilot(small).structure("Tos de tres días.", write=True)
    with pytest.raises(CopilotError, match="necesita el modelo"):
        Copilot(settings.model_copy(update={"use_llm": False})).structure("Tos de tres días.", write=True)
