"""One model, many requests: fair, bounded, cancellable."""

from __future__ import annotations

import threading
import time

import pytest

from copilot.errors import ModelError
from copilot.llm import Turnstile, request_context


def test_requests_are_served_in_order_and_told_their_place() -> None:
    gate = Turnstile(timeout_s=10, capacity=10)
    served: list[int] = []
    places: dict[int, list[int]] = {1: [], 2: []}

    def ask(number: int) -> None:
        with request_context(gate.new_ticket(places[number].append)), gate.turn():
            served.append(number)

    with gate.turn():
        first = threading.Thread(target=ask, args=(1,))
        first.start()
        while len(gate) < 2:
            time.sleep(0.01)
        second = threading.Thread(target=ask, args=(2,))
        second.start()
        while len(gate) < 3:
            time.sleep(0.01)
        time.sleep(0.3)
    first.join()
    second.join()
    assert served == [1, 2]
    assert places[1][0] == 1
    assert places[2][0] == 2
    assert places[1][-1] == places[2][-1] == 0
    assert len(gate) == 0


def test_one_too_many_is_refused_at_once() -> None:
    gate = Turnstile(timeout_s=5, capacity=0)
    with gate.turn(), pytest.raises(ModelError, match="demasiadas"), gate.turn():
        pass
    assert len(gate) == 0


def test_waiting_ends_with_its_time() -> None:
    gate = Turnstile(timeout_s=0.3, capacity=5)
    errors: list[str] = []

    def ask() -> None:
        try:
            with gate.turn():
                pass
        except ModelError as error:
            errors.append(str(error))

    with gate.turn():
        waiting = threading.Thread(target=ask)
        waiting.start()
        waiting.join(timeout=5)
    assert errors
    assert "a tiempo" in errors[0]
    assert len(gate) == 0


def test_a_cancelled_request_leaves_the_queue() -> None:
    gate = Turnstile(timeout_s=10, capacity=5)
    ticket = gate.new_ticket()
    errors: list[str] = []

    def ask() -> None:
        try:
            with request_context(ticket), gate.turn():
                pass
        except ModelError as error:
            errors.append(str(error))

    with gate.turn():
        waiting = threading.Thread(target=ask)
        waiting.start()
        while len(gate) < 2:
            time.sleep(0.01)
        ticket.cancel()
        waiting.join(timeout=5)
        assert len(gate) == 1
    assert errors == ["La solicitud se canceló."]


def test_an_error_inside_a_turn_frees_the_model() -> None:
    gate = Turnstile(timeout_s=1, capacity=1)
    with pytest.raises(ZeroDivisionError), gate.turn():
        _ = 1 / 0
    with gate.turn():
        pass
