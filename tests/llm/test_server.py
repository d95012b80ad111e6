"""The server kind, against llama-cpp-python's own server with the same file, on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from langchain_core.messages import HumanMessage

from copilot.errors import ModelError
from copilot.llm import build_llm, choose
from copilot.models import find_model, ready_path
from copilot.settings import Settings


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    """A server that holds the small model, as a site would start it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = ready_path(settings, find_model(settings, "gemma-3-270m"))
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(path), "--port", str(port), "--n_ctx", "2048"]
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}
    server = subprocess.Popen(
        [*command, "--chat_format", "gemma"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    url = f"http://127.0.0.1:{port}/v1"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{url}/models", timeout=1)
            break
        except (urllib.error.URLError, OSError):
            assert server.poll() is None, "the server did not start"
            time.sleep(0.25)
    yield url
    server.terminate()
    server.wait(timeout=20)


@pytest.fixture(scope="module")
def served(settings: Settings, address: str) -> Settings:
    return settings.model_copy(update={"llm": "servidor", "llm_base_url": address, "llm_timeout_s": 60.0})


def test_it_answers_through_the_same_interface(served: Settings) -> None:
    assert str(build_llm(served).invoke([HumanMessage("Hola")], max_tokens=5).text)


def test_it_is_held_to_the_options_by_a_schema(served: Settings) -> None:
    options = ["exploracion_fisica", "tratamiento", "otro"]
    said = choose(build_llm(served), [HumanMessage("TA 130/80. ¿Qué sección es?")], options)
    assert sorted(said.values()) == [0.0, 0.0, 1.0]


def test_a_server_that_is_not_there_is_an_error_in_spanish(settings: Settings) -> None:
    address = "http://127.0.0.1:9/v1"
    gone = settings.model_copy(update={"llm": "servidor", "llm_base_url": address, "llm_timeout_s": 2.0})
    with pytest.raises(ModelError, match="no responde"):
        choose(build_llm(gone), [HumanMessage("Hola")], ["A", "B"])


def test_a_server_without_an_address_says_what_is_missing(settings: Settings) -> None:
    with pytest.raises(ModelError, match="COPILOT_LLM_BASE_URL"):
        build_llm(settings.model_copy(update={"llm": "servidor", "llm_base_url": ""}))
