"""Prompt templates: versioned files of ``prompts/`` with a header; loading gives the text and its hash.

A file starts with a TOML header between lines of ``+++`` (id, version, language, purpose); the rest is the
template, filled with ``{name}`` fields. The hash goes to the audit log, so a changed prompt shows.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from langchain_core.prompts import PromptTemplate

from copilot.errors import CopilotError

PROMPTS = Path(__file__).resolve().parent.parent / "prompts"


@dataclass(frozen=True)
class Prompt:
    """A template: its identity, its text, and the SHA-256 (hex) of the text."""

    id: str
    version: str
    language: str
    purpose: str
    text: str
    hash: str

    def fill(self, **fields: str) -> str:
        """The template with its fields. Raises ``KeyError`` naming a field that is missing.

        Braces inside the values stay as they are: a note can't inject a field.
        """
        return PromptTemplate.from_template(self.text).format(**fields)


@lru_cache(maxsize=64)
def load_prompt(name: str) -> Prompt:
    """The template ``prompts/NAME.md``. Raises :class:`CopilotError` where it is missing or malformed."""
    path = PROMPTS / f"{name}.md"
    if not path.is_file():
        raise CopilotError(f"Falta la plantilla «{name}».")
    parts = path.read_text(encoding="utf-8").split("+++\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise CopilotError(f"La plantilla «{name}» no tiene encabezado.")
    try:
        header = tomllib.loads(parts[1])
        text = parts[2].strip()
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
        return Prompt(header["id"], str(header["version"]), header["language"], header["purpose"], text, digest)
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise CopilotError(f"El encabezado de la plantilla «{name}» está incompleto ({error}).") from None
