# ruff: noqa: E501 - comments beside values
"""Build ``data/lexicon.tsv`` from the name lists of faker-persona-mx (MIT) and counted everyday words.

``python -m guardrails.redaction.training.build_lexicon FOLDER…`` counts lower-case words in ``*.txt`` below the
folders given (clinical texts); a word seen three times in lower case outside names is an everyday word.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

from guardrails.redaction.training.everyday import EVERYDAY

EXTRA = Path(__file__).parent / "lexicon_extra.tsv"  # word, letters gained, letters lost: Maya and Nahua surnames, nicknames, words seen in notes
TARGET = Path(__file__).parents[1] / "data" / "lexicon.tsv"


def _fold(text: str) -> str:
    from guardrails.redaction.tokenizer import fold

    return fold(text)


def name_lists() -> Path:
    """Folder of the CSV files of faker-persona-mx (extra ``train``)."""
    spec = find_spec("faker_persona_mx")
    if spec is None or spec.origin is None:
        raise SystemExit("Falta faker-persona-mx: instale el extra «train».")
    return Path(spec.origin).parent / "data" / "datasets"


def _column(path: Path, column: str) -> list[str]:
    with path.open(encoding="utf-8") as handle:
        return [row[column] for row in csv.DictReader(handle) if row[column]]


def main() -> None:
    """Write the lexicon."""
    folder = name_lists()
    letters: dict[str, set[str]] = {}

    def add(word: str, letter: str) -> None:
        folded = _fold(word)
        if len(folded) >= 3 and folded.isalpha():
            letters.setdefault(folded, set()).add(letter)

    for word in _column(folder / "nombres.csv", "tokens"):
        add(word, "g")
    for word in _column(folder / "apellidos_paternos.csv", "tokens"):
        add(word, "s")
    for row in ("ciudad", "estado"):
        for place in _column(folder / "ladas_mexico.csv", row):
            for word in re.findall(r"[^\W\d_]+", place):
                if len(word) > 3:
                    add(word, "m")
    counts: Counter[str] = Counter()
    for root in sys.argv[1:]:
        for path in Path(root).rglob("*.txt"):
            counts.update(re.findall(r"(?<![^\W_])[a-záéíóúñü]{3,}(?![^\W_])", path.read_text(encoding="utf-8")))
    everyday = {_fold(word) for word, times in counts.items() if times >= 3} | {_fold(one) for one in EVERYDAY}
    for word in everyday:
        if word in letters or len(word) > 3:
            add(word, "c")
    for line in EXTRA.read_text(encoding="utf-8").splitlines():
        word, gained, lost = line.split("\t")
        letters[word] = (letters.get(word, set()) | set(gained)) - set(lost)
    with TARGET.open("w", encoding="utf-8") as out:
        for word in sorted(letters):
            out.write(f"{word}\t{''.join(sorted(letters[word]))}\n")


if __name__ == "__main__":
    main()
