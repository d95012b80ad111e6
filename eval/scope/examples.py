"""What the reader of requests learns from: hand-written requests by set, and other hands' spelling of them."""

from __future__ import annotations

import json
import random
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from copilot.folding import strip_accents
from eval.guidelines.gold import load_gold
from eval.scope.requests import CATEGORIES, SPLITS, load_requests

FOLDER = Path(__file__).resolve().parent
GUIDELINES = FOLDER.parent / "guidelines"
TOPICS = FOLDER.parents[1] / "corpora" / "catalogue" / "topics.tsv"
PRESENTATIONS = TOPICS.with_name("presentations.tsv")
ASKED = TOPICS.with_name("asked.tsv")
WRITTEN = (*SPLITS, "training")
"""Sets written for this reader; one request in ten of them is left out and measured."""


TABLES = (
    "catalogue_dev", "catalogue_dev2", "catalogue_dev3", "catalogue_held", "catalogue_held2", "catalogue_held3",
    "catalogue_held4", "bearing_dev", "bearing_dev4", "clinical_dev3", "nothing_dev3", "nothing_held2", "nothing_held3",
    "nothing_held4",
)  # fmt: skip
"""Guideline questions that may be looked at, in tables whose first column is the question."""


class Example(NamedTuple):
    """One request with its category (:data:`eval.scope.requests.CATEGORIES`)."""

    text: str
    category: str


def lines(path: Path) -> list[str]:
    """The lines of a data file without comments."""
    return [one for one in path.read_text(encoding="utf-8").splitlines() if one.strip() and not one.startswith("#")]


def guideline_questions() -> dict[str, list[str]]:
    """The clinical questions of the guideline sets that may be looked at, by the name of their set."""
    asked = {
        "questions_gold": [one.question for one in load_gold()],
        "absent_dev": lines(GUIDELINES / "absent_dev.txt"),
    }
    for name in ("questions_dev", "questions_dev2", "questions_held2", "questions_held3", "questions_held4"):
        asked[name] = [json.loads(line)["question"] for line in lines(GUIDELINES / f"{name}.jsonl")]
    for name in TABLES:
        asked[name] = [line.split("\t")[0] for line in lines(GUIDELINES / f"{name}.tsv")[1:]]
    return asked


def by_set() -> dict[str, list[Example]]:
    """The requests to learn from: :data:`WRITTEN`, ``everyday``, ``guidelines``, ``presentations`` and ``asked``.

    Neither the sets that only measure nor the reserved guideline questions (``held5``) are among them. A question of
    the work around (shifts, refrigerators) counts as clinical: it is let through and finds nothing in the corpus.
    Raises :class:`ValueError` for a row with an unknown category.
    """
    sets = {name: [Example(one.text, one.category) for one in load_requests(name)] for name in SPLITS}
    sets["training"] = []
    for line in lines(FOLDER / "training.tsv")[1:]:
        category, text = line.split("\t")
        if category not in CATEGORIES:
            raise ValueError(f"training.tsv: categoría «{category}» desconocida")
        sets["training"].append(Example(text, category))
    sets["everyday"] = [Example(one, "fuera") for one in lines(FOLDER / "everyday.txt")]
    asked = list(chain(*guideline_questions().values()))
    # How physicians name the topics of the catalogue: one phrase a guideline.
    asked += [line.split("\t")[1].split(";")[-1].strip() for line in lines(TOPICS)[1:]]
    sets["guidelines"] = [Example(one, "clinica") for one in asked if one]
    arrivals = [line.split("\t")[1].split(";")[0].strip() for line in lines(PRESENTATIONS)[1:]]
    sets["presentations"] = [Example(one, "clinica") for one in arrivals if one]
    # One of the things said about each guideline, so that clinical requests don't drown the others.
    sets["asked"] = [Example(one[number % len(one)], "clinica") for number, one in enumerate(asked_phrases())]
    return sets


def asked_phrases() -> list[list[str]]:
    """What is said about each guideline of the catalogue: a list for each row of ``asked.tsv``."""
    rows = ([part.strip() for part in line.split("\t")[1].split(";")] for line in lines(ASKED)[1:])
    return [[part for part in row if part] for row in rows]


def disguise(text: str, rng: random.Random) -> str:
    """The same request as another hand would type it: case, accents, marks, a slip of a finger."""
    roll = rng.random()
    if roll < 0.35:
        text = text.lower()
    elif roll < 0.40:
        text = text.upper()
    if rng.random() < 0.4:
        text = strip_accents(text)
    if rng.random() < 0.35:
        text = text.replace("¿", "").replace("?", "" if rng.random() < 0.6 else "?").replace(",", "")
    if rng.random() < 0.15 and len(text) > 12:
        at = rng.randrange(1, len(text) - 2)
        if text[at].isalpha() and text[at + 1].isalpha():
            text = (
                text[:at] + text[at + 1] + text[at] + text[at + 2 :]
                if rng.random() < 0.5
                else text[:at] + text[at + 1 :]
            )
    if rng.random() < 0.12:
        text = (
            rng.choice(("oye, ", "buenas, ", "doctor, ", "una pregunta: ", "por favor ", "disculpa, ", "rápido: "))
            + text
        )
    return text


def mixtures(rows: list[Example], count: int, rng: random.Random) -> list[Example]:
    """Two requests in one: the worse of the two decides."""
    made = []
    own = [r for r in rows if r.category in CATEGORIES[:2]]
    for _ in range(count):
        first = rng.choice(own)
        kind = rng.choice(("own", "danina", "inyeccion", "inyeccion"))
        second = rng.choice(own if kind == "own" else [r for r in rows if r.category == kind])
        parts = [first.text.rstrip(), second.text]
        if rng.random() < 0.3:
            parts.reverse()
        link = rng.choice((" ", ". ", "; ", "\n", " y además "))
        made.append(Example(link.join(parts), first.category if kind == "own" else kind))
    return made
