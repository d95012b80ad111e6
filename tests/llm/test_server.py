"""The server kind: what is said where no server answers (a live server is still to be proved)."""

from __future__ import annotations

import pytest
from langchain_core.messages import HumanMessage

from copilot.errors import ModelError
from copilot.llm import build_llm, choose
from copilot.settings import Settings


def test_a_server_that_is_not_there_is_an_error_in_spanish(settings: Settings) -> None:
    address = "http://127.0.0.1:9/v1"
    gone = settings.model_copy(update={"llm": "servidor", "llm_base_url": address, "llm_timeout_s": 2.0})
    with pytest.raises(ModelError, match="no responde"):
        choose(build_llm(gone), [HumanMessage("Hola")], ["A", "B"])


def test_a_server_without_an_address_says_what_is_missing(settings: Settings) -> None:
    with pytest.raises(ModelError, match="COPILOT_LLM_BASE_URL"):
        build_llm(settings.model_copy(update={"llm": "servidor", "llm_base_url": ""}))
