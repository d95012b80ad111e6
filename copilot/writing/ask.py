"""Asks the model to reword the statements of a section: numbered in, numbered out, so that each line has its source.

In process a grammar (GBNF) holds the model to one line a statement; a server's answer is parsed by its numbers, and
a line whose number is missing or comes twice counts as no answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage

from copilot.domain import Section
from copilot.labels import section_label
from copilot.llm import GgufChat
from copilot.prompting import load_prompt

MOST_STATEMENTS, MOST_CHARS = 6, 700
"""A small model loses the thread of longer lists."""
_LINE = re.compile(r"^\s*(\d{1,2})\s*[.)]\s*(.+?)\s*$")


def batches(texts: Sequence[str]) -> list[range]:
    """Positions of the statements that go together into one call, in order."""
    out: list[range] = []
    start, size = 0, 0
    for at, text in enumerate(texts):
        if at > start and (at - start >= MOST_STATEMENTS or size + len(text) > MOST_CHARS):
            out.append(range(start, at))
            start, size = at, 0
        size += len(text)
    return [*out, range(start, len(texts))] if texts else []


def _grammar(count: int) -> str:
    lines = " ".join(f'"{"" if n == 1 else chr(92) + "n"}{n}. " line' for n in range(1, count + 1))
    return f"root ::= {lines}\nline ::= [^\\n]+"


def parse(answer: str, count: int) -> list[str]:
    """The lines by number; "" where a number is missing or comes twice."""
    found: dict[int, list[str]] = {}
    for line in answer.splitlines():
        match = _LINE.match(line)
        if match:
            found.setdefault(int(match[1]), []).append(match[2])
    return [found[n][0] if len(found.get(n, ())) == 1 else "" for n in range(1, count + 1)]


def reword(model: BaseChatModel, section: Section, texts: Sequence[str], prompt: str = "redaccion") -> list[str]:
    """What the model makes of each (redacted) statement; "" where it gave none. Raises :class:`ModelError`."""
    statements = "\n".join(f"{n}. {' '.join(text.split())}" for n, text in enumerate(texts, 1))
    case = load_prompt("redaccion_caso").fill(section=section_label(section), statements=statements)
    messages = [SystemMessage(load_prompt(prompt).text), HumanMessage(case)]
    # A rewording is hardly longer than its source: written-out abbreviations and stops. Three characters a token.
    limit = 40 + sum(len(text) for text in texts) * 2 // 3
    options: dict[str, Any] = {"max_tokens": limit}
    if isinstance(model, GgufChat):
        options["grammar"] = _grammar(len(texts))
    answer = str(model.invoke(messages, **options).text)
    return parse(answer, len(texts))
