"""The deep reader: that it knows a false statement from a faithful one, beside the model whose weights it shares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from copilot.deep_reader import MODEL, DeepReader, load_deep_reader
from copilot.llm import GgufChat, build_llm
from copilot.settings import Settings
from tests.grounding.test_note_reader import FAITHFUL, FALSE, NOTE


@pytest.fixture(scope="module")
def llm() -> GgufChat:
    found = build_llm(Settings())
    assert isinstance(found, GgufChat)
    return found


@pytest.fixture(scope="module")
def reader(llm: GgufChat) -> Iterator[DeepReader]:
    found = load_deep_reader(Settings(grounding_reader="profundo"), llm.weights)
    assert found is not None
    yield found
    found.close()


def test_faithful_statements_score_above_false_ones(reader: DeepReader) -> None:
    read = reader.read_statements(NOTE, FAITHFUL + FALSE)
    right, wrong = [r.probability for r in read[: len(FAITHFUL)]], [r.probability for r in read[len(FAITHFUL) :]]
    assert sum(right) / len(right) > 0.6 > 0.4 > sum(wrong) / len(wrong)
    assert all(r.probability + sum(r.kinds.values()) == pytest.approx(1) for r in read)
    side = read[len(FAITHFUL) + 1]
    assert max(side.kinds, key=lambda k: side.kinds[k]) == "lateralidad"


def test_statements_do_not_see_each_other_and_the_source_is_kept(reader: DeepReader) -> None:
    together = reader.read_statements(NOTE, [*FAITHFUL, FALSE[0]])[-1].probability
    alone = reader.read_statements(NOTE, [FALSE[0]])[0].probability
    reader.read_statements("Niño sano de 4 años.", ["Es un niño."])
    again = reader.read_statements(NOTE, [FALSE[0]])[0].probability
    assert together == pytest.approx(alone, abs=0.02)
    assert again == pytest.approx(alone, abs=0.02)


def test_the_model_it_shares_goes_on_choosing_the_same(reader: DeepReader, llm: GgufChat) -> None:
    """Adapter and early stop belong to the reader's own context."""
    from langchain_core.messages import HumanMessage

    question = [HumanMessage("¿Qué color tiene el cielo de día? Una palabra.")]
    before = llm.choose(question, ["azul", "verde"])
    reader.read_statements(NOTE, FALSE)
    assert llm.choose(question, ["azul", "verde"]) == pytest.approx(before, abs=0.02)


def test_an_endless_source_and_statement_get_a_verdict(reader: DeepReader) -> None:
    read = reader.read_statements("fiebre y tos. " * 2_000, ["Tiene fiebre. " * 500, "", "Tose."])
    assert len(read) == 3 and all(0 <= one.probability <= 1 for one in read)
    assert reader.read_statements(NOTE, []) == []


def test_it_is_not_loaded_unless_asked_for_nor_with_a_damaged_adapter(llm: GgufChat, tmp_path: Path) -> None:
    assert load_deep_reader(Settings()) is None
    folder = copytree(MODEL, tmp_path / "reader")
    with (folder / "adapter.gguf").open("r+b") as file:
        file.seek(5_000)
        file.write(b"\0" * 64)
    with pytest.raises(ValueError, match="adapter"):
        DeepReader(llm.weights, folder)
