"""The small real model (Gemma 3 270M), loaded once."""

from __future__ import annotations

import pytest

from copilot.llm import GgufChat, build_llm
from copilot.settings import Settings


@pytest.fixture(scope="session")
def small(settings: Settings) -> GgufChat:
    model = build_llm(settings.model_copy(update={"llm": "gemma-3-270m"}))
    assert isinstance(model, GgufChat)
    return model
