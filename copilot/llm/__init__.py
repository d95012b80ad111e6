"""The local language model behind LangChain: factory, constrained choice, fair queue."""

from copilot.llm.factory import build_llm, choose
from copilot.llm.gguf import GgufChat
from copilot.llm.turnstile import Ticket, Turnstile, request_context

__all__ = ["GgufChat", "Ticket", "Turnstile", "build_llm", "choose", "request_context"]
