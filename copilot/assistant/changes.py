"""A proposed difference to a note, and how words point to a section or a statement of it."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from copilot.assistant.cues import cue
from copilot.domain import Note, Section, Statement
from copilot.labels import section_label
from corpora.ingest.clean import fold
from corpora.lexicon import expand, stems

SEPARATOR = "\n\n"
"""Between the source of the note and a message that amends it."""
_ALIASES = Path(__file__).parent / "data" / "section_aliases.csv"
REFERENCE = cue("reference")
"""What stands before the words that matter: «lo de la», «la frase del»."""


class UnclearError(Exception):
    """The order can't be carried out without guessing; ``str()`` is the question to ask back (Spanish)."""

    def __init__(self, question: str, options: Sequence[str] = ()) -> None:
        super().__init__(question)
        self.options = tuple(options)


@dataclass(frozen=True)
class Change:
    """One proposed difference."""

    op: str
    """``add``, ``remove``, ``replace`` or ``move``."""
    section: Section
    before: str = ""
    after: str = ""
    to: Section | None = None
    """Where a moved statement goes."""

    def describe(self) -> str:
        """One line for the physician."""
        where = section_label(self.section)
        if self.op == "add":
            return f"+ {where}: {self.after}"
        if self.op == "remove":
            return f"- {where}: {self.before}"
        if self.op == "move" and self.to is not None:
            return f"→ de {where} a {section_label(self.to)}: {self.before}"
        return f"~ {where}: «{self.before}» → «{self.after}»"


@dataclass(frozen=True)
class Proposal:
    """A note as it would be, with what changes. ``source``: the text that its spans now refer to."""

    note: Note
    source: str
    changes: tuple[Change, ...]


@lru_cache(maxsize=1)
def _aliases() -> dict[str, Section]:
    with _ALIASES.open(encoding="utf-8", newline="") as handle:
        return {row["alias"]: Section(row["section"]) for row in csv.DictReader(handle)}


def section_named(words: str) -> Section | None:
    """The section that the words name, or None."""
    plain = re.sub(r"\s+", " ", fold(words)).strip(" .,:;")
    plain = re.sub(r"^(?:(?:todo|lo|la|el|los|las|seccion|apartado|parte|de|del|en) )+", "", plain)
    return _aliases().get(plain)


def without(note: Note, section: Section, statement: Statement) -> dict[Section, tuple[Statement, ...]]:
    """The sections without one statement; a section left empty goes too."""
    sections = {key: tuple(one for one in value if one is not statement) for key, value in note.sections.items()}
    return {key: value for key, value in sections.items() if value or key != section}


def find_statement(note: Note, what: str) -> tuple[Section, Statement]:
    """The one statement that the words point to. Raises :class:`UnclearError` for none or several alike."""
    words = REFERENCE.sub("", what.strip()).strip(" «»\"'.")
    asked = set(stems(words))
    scored: list[tuple[float, Section, Statement]] = []
    for section, statements in note.sections.items():
        for one in statements:
            if fold(words) and re.search(_whole(fold(words)), fold(one.text)):
                score = 2.0 + len(words) / max(1, len(one.text))
            else:
                score = len(asked & reach(one.text)) / len(asked) if asked else 0.0
            if score >= 0.5:
                scored.append((score, section, one))
    if not scored:
        raise UnclearError(f"No encuentro «{words}» en la nota. ¿A qué frase se refiere?")
    scored.sort(key=lambda row: -row[0])
    if len(scored) > 1 and int(scored[0][0]) == int(scored[1][0]) and scored[1][0] >= 0.9 * scored[0][0]:
        raise UnclearError(f"Hay más de una frase sobre «{words}». ¿Cuál?", [one.text for _, _, one in scored[:5]])
    return scored[0][1], scored[0][2]


def _whole(words: str) -> str:
    """The words as they stand; short ones («TA») only whole."""
    return r"(?<!\w)" + re.escape(words) + (r"(?!\w)" if len(words) <= 4 else "")


_KIN = tuple(
    frozenset(words.split())
    for words in (
        "tabaco tabaquismo cigarro cigarros fuma fumar fumador fumadora",
        "alcohol alcoholismo bebe beber bebida etilismo",
        "madre mamá materna",
        "padre papá paterno",
        "murió finada finado falleció fallecida fallecido muerte",
        "operación operada operado operaron cirugía qx quirúrgicos",
    )
)
"""Words that name the same thing in a note and in speech."""


@lru_cache(maxsize=1)
def _kin() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(s for word in words for s in stems(word)) for words in _KIN)


def reach(text: str) -> set[str]:
    """Stems of a statement, and those of the words that speech has for the same."""
    question = expand(text, typos=False)
    found = set(question.stems) | set(question.added)
    for kin in _kin():
        if found & kin:
            found |= kin
    return found
