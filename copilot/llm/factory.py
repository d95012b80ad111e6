"""One factory builds the language model from the registry; everything else sees LangChain's chat interface."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from copilot.errors import ModelError
from copilot.llm.gguf import GgufChat
from copilot.models import ModelRow, find_model, ready_path
from copilot.settings import Settings

_LOOPBACK = ("127.", "localhost", "[::1]")
_built: dict[tuple[str, str], BaseChatModel] = {}
_building = threading.Lock()


def _server(row: ModelRow, settings: Settings) -> BaseChatModel:
    from langchain_openai.chat_models.base import BaseChatOpenAI
    from pydantic import SecretStr

    address = settings.llm_base_url or row.base_url
    if not address:
        raise ModelError("Falta la dirección del servidor del modelo (COPILOT_LLM_BASE_URL).")
    # Not ChatOpenAI: it renames max_tokens to max_completion_tokens, which local servers ignore (and then never stop).
    return BaseChatOpenAI(
        base_url=address,
        api_key=SecretStr(settings.llm_api_key or "local"),
        model=settings.llm_server_model or row.model or row.name,
        temperature=0,
        timeout=settings.llm_timeout_s,
        max_retries=1,
        max_tokens=512,
        # Plain chat completions: what llama-server, vLLM and Ollama all speak.
        use_responses_api=False,
    )


def build_llm(settings: Settings) -> BaseChatModel:
    """The language model of these settings, loaded once a process. Raises :class:`ModelError`."""
    row = find_model(settings, settings.llm)
    if row.role != "llm":
        raise ModelError(f"«{row.name}» no es un modelo de lenguaje.")
    key = (row.name, str(settings.model_dir if row.kind == "gguf" else settings.llm_base_url or row.base_url))
    with _building:
        if key not in _built:
            if row.kind == "openai":
                _built[key] = _server(row, settings)
            else:
                _built[key] = GgufChat(
                    path=ready_path(settings, row),
                    context=row.context,
                    threads=settings.llm_threads,
                    chat=row.prompt == "chat",
                    timeout_s=settings.llm_timeout_s,
                    capacity=settings.llm_queue,
                )
        return _built[key]


def choose(model: BaseChatModel, messages: Sequence[BaseMessage], options: Sequence[str]) -> dict[str, float]:
    """The model picks one of the options; probabilities sum to 1.

    In process by the logits under a grammar (GBNF); on a server by a JSON schema with an enumeration, where
    the picked option gets probability 1. Raises :class:`ModelError` where a server answers something else.
    """
    if isinstance(model, GgufChat):
        return model.choose(messages, options)
    import json

    from openai import APIStatusError

    schema = {
        "type": "object",
        "properties": {"opcion": {"type": "string", "enum": list(options)}},
        "required": ["opcion"],
        "additionalProperties": False,
    }
    # llama-server, vLLM and Ollama know the first form; llama-cpp-python's server only the second.
    forms: list[dict[str, Any]] = [
        {"type": "json_schema", "json_schema": {"name": "eleccion", "strict": True, "schema": schema}},
        {"type": "json_object", "schema": schema},
    ]
    try:
        try:
            answer = model.bind(response_format=forms[0], max_tokens=64).invoke(list(messages))
        except APIStatusError as error:
            if error.status_code not in (400, 422, 500):
                raise
            answer = model.bind(response_format=forms[1], max_tokens=64).invoke(list(messages))
        said = json.loads(str(answer.text))["opcion"]
    except (json.JSONDecodeError, KeyError, TypeError):
        raise ModelError("El servidor del modelo no respetó las opciones dadas.") from None
    except Exception as error:  # the client library's own family of network errors
        raise ModelError(f"El servidor del modelo no responde ({type(error).__name__}).") from None
    if said not in options:
        raise ModelError("El servidor del modelo no respetó las opciones dadas.")
    return {one: float(one == said) for one in options}
