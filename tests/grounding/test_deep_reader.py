"""The deep reader: that it knows a false statement from a faithful one, beside the model whose weights it shares."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree

import pytest
from llama_cpp import Llama

from copilot.deep_reader import BASE, MODEL, DeepReader, load_deep_reader
from copilot.llm import GgufChat, build_llm
from copilot.models.registry import find_model, ready_path
from copilot.parts import Parts
from copilot.settings import Settings
from guardrails.grounding import ErrorKind, GroundingGuard

NOTE = (
    "fem 58 a, dm2 e has de 10 años, acude x tos con flema verde 5 dias y fiebre hasta 38.6, niega disnea. "
    "su mama murio de cancer de mama. ta 150/90 fc 98 sat 94. crepitantes base der. rx con infiltrado basal derecho. "
    "idx nac probable. amoxi/clav 875/125 c/12h x 7 d, paracetamol 500 c/8h prn, suspender naproxeno. cita en 48 h"
)
FAITHFUL = [
    "Mujer de 58 años con diabetes tipo 2 e hipertensión desde hace una década.",
    "No le falta el aire.",
    "Se sospecha neumonía adquirida en la comunidad.",
    "Toma el antibiótico dos veces al día durante una semana.",
    "Debe dejar el naproxeno.",
]
FALSE = [
    "La paciente tuvo cáncer de mama.",
    "Crepitantes en la base izquierda.",
    "Acude por tos con flema verde de 5 días y disnea.",
    "Amoxicilina con clavulanato 875/125 cada 8 horas por 7 días.",
    "Continuar naproxeno.",
]


@pytest.fixture(scope="module")
def llm() -> GgufChat:
    found = build_llm(Settings())
    assert isinstance(found, GgufChat)
    return found


@pytest.fixture(scope="module")
def reader(llm: GgufChat) -> Iterator[DeepReader]:
    found = load_deep_reader(Settings(), llm.weights)
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


def test_several_threads_at_once(reader: DeepReader) -> None:
    expected = [one.probability for one in reader.read_statements(NOTE, FAITHFUL)]
    with ThreadPoolExecutor(3) as pool:
        for found in pool.map(lambda _: reader.read_statements(NOTE, FAITHFUL), range(3)):
            assert [one.probability for one in found] == pytest.approx(expected, abs=0.02)


def test_every_kind_of_error_has_its_answer(reader: DeepReader) -> None:
    (found,) = reader.read_statements(NOTE, FALSE[:1])
    assert set(found.kinds) == {str(kind) for kind in ErrorKind if kind}


def test_a_note_beyond_what_it_takes_is_cut_down_to_what_bears_on_the_statement(reader: DeepReader) -> None:
    padding = ("Sin más datos de interés en la consulta. " * 400)[: reader.longest * 2]
    assert not GroundingGuard(reader).verify(padding + NOTE, FALSE[3]).supported


def test_without_the_model_or_unless_asked_for_the_reader_of_pairs_serves(tmp_path: Path) -> None:
    for settings in (Settings(model_dir=tmp_path), Settings(grounding_reader="pares")):
        assert load_deep_reader(settings) is None
    quick = Parts(Settings(grounding_reader="pares")).grounding.reader
    assert quick is not None and quick.name == "pares"


def test_a_damaged_adapter_is_refused(llm: GgufChat, tmp_path: Path) -> None:
    folder = copytree(MODEL, tmp_path / "reader")
    with (folder / "adapter.gguf").open("r+b") as file:
        file.seek(5_000)
        file.write(b"\0" * 64)
    with pytest.raises(ValueError, match="adapter"):
        DeepReader(llm.weights, folder)


def small() -> tuple[Llama, DeepReader]:
    settings = Settings()
    path = ready_path(settings, find_model(settings, BASE))
    llama = Llama(model_path=str(path), n_ctx=32, use_mmap=False, verbose=False)
    return llama, DeepReader(llama)


def test_a_model_closed_before_its_reader_takes_it_along() -> None:
    """Freed the other way round llama.cpp would end the process; what is asked afterwards is refused."""
    llama, reader = small()
    reader.read_statements("Tos y fiebre.", ["Tose."])
    llama.close()
    for call in (
        lambda: reader.read_statements("Tos y fiebre.", ["Tose."]),
        lambda: reader.read_statements("Tos.", []),
    ):
        with pytest.raises(RuntimeError, match="cerrado"):
            call()
    reader.close()


def test_a_process_that_closes_nothing_ends_well() -> None:
    """Model and reader dropped together, in whatever order they are collected."""
    code = (
        "import gc\nfrom tests.grounding.test_deep_reader import small\n"
        "llama, reader = small()\nreader.read_statements('Tos y fiebre.', ['Tose.'])\n"
        "del llama, reader\ngc.collect()\nlast = small()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
