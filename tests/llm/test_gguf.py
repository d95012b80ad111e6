"""The model in this process: constrained choice, reuse of the prefix, cancellation, concurrency."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from copilot.errors import ModelError
from copilot.llm import GgufChat, build_llm, choose, request_context
from copilot.settings import Settings

QUESTION = [HumanMessage("La presión arterial es 130/80. Sección: ")]


def test_it_chooses_among_the_options_and_nothing_else(small: GgufChat) -> None:
    said = choose(small, QUESTION, ["A", "B", "C"])
    assert set(said) == {"A", "B", "C"}
    assert sum(said.values()) == pytest.approx(1)
    assert all(value > 0 for value in said.values())


def test_options_that_start_alike_are_led_by_the_grammar(small: GgufChat) -> None:
    options = ["exploracion_fisica", "exploracion_previa", "exploracion"]
    said = choose(small, QUESTION, options)
    assert sorted(said.values()) == [0.0, 0.0, 1.0]


def test_the_same_question_gets_the_same_answer(small: GgufChat) -> None:
    first = small.invoke(QUESTION, max_tokens=8).content
    assert small.invoke(QUESTION, max_tokens=8).content == first


def test_after_forgetting_a_call_gives_what_it_gives_as_the_first(small: GgufChat) -> None:
    """To the last digit: whatever was asked before, and whether its prefix was evaluated just now or put back."""
    asked = [SystemMessage("Notas clínicas de consulta externa. " * 40), HumanMessage("TA 130/80, FC 72. Sección: ")]
    other = [SystemMessage("Otra plantilla, con otras reglas. " * 40), HumanMessage("tos y fiebre")]
    small.forget()
    first = choose(small, asked, ["A", "B", "C"]), small.invoke(asked, max_tokens=12).content
    for before in ([], [other], [other, [asked[0], HumanMessage("TA 130/80, FC 72 y dolor")]], [asked]):
        for messages in before:
            choose(small, messages, ["A", "B", "C"])
        small.forget()
        assert (choose(small, asked, ["A", "B", "C"]), small.invoke(asked, max_tokens=12).content) == first


def test_a_static_prefix_is_evaluated_once(small: GgufChat) -> None:
    prefix = SystemMessage("Ejemplos de notas clínicas. " * 120)
    choose(small, [prefix, HumanMessage("tos")], ["A", "B"])
    evaluated: list[int] = []
    original = small._llama.eval

    def counting(tokens: list[int]) -> None:
        evaluated.append(len(tokens))
        original(tokens)

    small._llama.eval = counting
    try:
        choose(small, [prefix, HumanMessage("fiebre")], ["A", "B"])
    finally:
        small._llama.eval = original
    assert sum(evaluated) < 20


def evaluated_by(model: GgufChat, messages: list[SystemMessage | HumanMessage]) -> int:
    """Tokens the model evaluates to choose its next word."""
    counts: list[int] = []
    original = model._llama.eval

    def counting(tokens: list[int]) -> None:
        counts.append(len(tokens))
        original(tokens)

    model._llama.eval = counting
    try:
        choose(model, messages, ["A", "B"])
    finally:
        model._llama.eval = original
    return sum(counts)


def test_turning_to_another_prompt_and_back_evaluates_neither_prefix_again(small: GgufChat) -> None:
    one, other = SystemMessage("Secciones de la nota. " * 60), SystemMessage("Turnos de la charla. " * 60)
    alone = choose(small, [one, HumanMessage("tos")], ["A", "B"])
    choose(small, [other, HumanMessage("tos")], ["A", "B"])
    assert evaluated_by(small, [one, HumanMessage("fiebre")]) < 20
    assert evaluated_by(small, [other, HumanMessage("fiebre")]) < 20
    again = choose(small, [one, HumanMessage("tos")], ["A", "B"])
    assert again["A"] == pytest.approx(alone["A"], abs=1e-3)


def test_a_prefix_prepared_ahead_is_not_evaluated_at_the_first_question(small: GgufChat) -> None:
    system = SystemMessage("Instrucciones que no cambian de una nota a otra. " * 40)
    small.prepare(system)
    assert evaluated_by(small, [system, HumanMessage("disnea")]) < 20


def test_streaming_gives_the_whole_text_in_pieces(small: GgufChat) -> None:
    pieces = [str(chunk.content) for chunk in small.stream(QUESTION, max_tokens=12)]
    assert "".join(pieces) == small.invoke(QUESTION, max_tokens=12).content


def test_a_stop_word_is_never_shown(small: GgufChat) -> None:
    whole = str(small.invoke(QUESTION, max_tokens=24).content)
    word = whole[4:8]
    cut = str(small.invoke(QUESTION, max_tokens=24, stop=[word]).content)
    assert word not in cut
    assert whole.startswith(cut)


def test_a_text_longer_than_the_window_is_refused(small: GgufChat) -> None:
    with pytest.raises(ModelError, match="demasiado largo"):
        small.invoke([HumanMessage("fiebre y tos " * 4000)])


def test_generation_stops_when_cancelled(small: GgufChat) -> None:
    ticket = small.turnstile.new_ticket()
    seen = 0
    with request_context(ticket), pytest.raises(ModelError, match="canceló"):
        for _ in small.stream(QUESTION, max_tokens=400):
            seen += 1
            if seen == 3:
                ticket.cancel()
    assert seen < 10


def test_several_at_once_do_not_mix(small: GgufChat) -> None:
    questions = [f"Número {n}: " for n in range(4)]
    alone = [small.invoke([HumanMessage(q)], max_tokens=6).content for q in questions]
    together: dict[int, object] = {}

    def ask(i: int) -> None:
        together[i] = small.invoke([HumanMessage(questions[i])], max_tokens=6).content

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[i] for i in range(4)] == alone


def test_a_damaged_file_is_an_error_in_spanish(tmp_path: Path) -> None:
    damaged = tmp_path / "roto.gguf"
    damaged.write_bytes(b"GGUF" + bytes(200))
    with pytest.raises(ModelError, match="No se pudo cargar"):
        GgufChat(path=damaged)


def test_a_model_that_is_not_there_says_how_to_get_it(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="copilot models pull"):
        build_llm(settings.model_copy(update={"model_dir": tmp_path}))


def test_an_embedding_model_is_no_language_model(settings: Settings) -> None:
    with pytest.raises(ModelError, match="no es un modelo de lenguaje"):
        build_llm(settings.model_copy(update={"llm": "e5-small"}))


def test_time_runs_out_in_the_queue(small: GgufChat) -> None:
    ticket = small.turnstile.new_ticket()
    ticket.deadline = time.monotonic() - 1
    with request_context(ticket), pytest.raises(ModelError, match="a tiempo"):
        small.invoke(QUESTION, max_tokens=2)
