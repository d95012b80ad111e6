"""The catalogue measured: is a right title among the first five? ``python -m eval.guidelines.catalogue``.

Sets: ``catalogue_dev*.tsv`` and ``catalogue_held*.tsv`` but the last (the phrases of topics were written with most of
them in view, so these figures are kind) and the gold questions of kind ``catalogo``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from copilot.embeddings import load_embedder
from copilot.retrieval.catalogue import load_catalogue
from copilot.settings import get_settings
from corpora.catalogue.table import CatalogueEntry
from corpora.ingest.clean import fold
from eval.figures import write_fragment
from eval.guidelines.answers import interval
from eval.guidelines.gold import load_gold

FOLDER = Path(__file__).resolve().parent
SETS = (
    "catalogue_dev", "catalogue_dev2", "catalogue_dev3", "catalogue_held", "catalogue_held2", "catalogue_held3",
    "catalogue_held4",
)  # fmt: skip
Right = Callable[[CatalogueEntry], bool]


def _of_keys(keys: list[str]) -> Right:
    return lambda entry: bool({entry.key, *entry.earlier_keys} & set(keys))


def _of_title(pattern: str) -> Right:
    return lambda entry: re.search(pattern, fold(entry.title)) is not None


def sets() -> dict[str, list[tuple[str, Right]]]:
    """Questions with what a right entry is, by the name of their set."""
    found: dict[str, list[tuple[str, Right]]] = {}
    for name in SETS:
        lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]
        make = _of_title if name == "catalogue_dev" else lambda text: _of_keys(text.split())
        found[name] = [(question, make(right)) for question, right in (line.split("\t")[:2] for line in lines)]
    for split in ("dev", "held"):
        rows = load_gold(split, "catalogo")
        found[f"questions_gold {split}"] = [(one.question, _of_keys(one.accept_keys)) for one in rows]
    return found


def main() -> int:
    """Measure every set and write ``docs/figures/catalogo.md``."""
    settings = get_settings()
    catalogue = load_catalogue(settings, load_embedder(settings))  # type: ignore[arg-type]
    lines = ["| conjunto | preguntas | primero | entre cinco | IC 95 % |", "|---|---|---|---|---|"]
    for name, rows in sets().items():
        said = [[right(hit.entry) for hit in catalogue.search(question, 5)] for question, right in rows]
        among = [float(any(one)) for one in said]
        first = sum(bool(one and one[0]) for one in said) / len(said)
        low, high = interval(among)
        mean = sum(among) / len(among)
        lines.append(f"| {name} | {len(rows)} | {first:.3f} | {mean:.3f} | {low:.3f}–{high:.3f} |")
        print(lines[-1], flush=True)  # noqa: T201
    write_fragment(
        "catalogo", "\n".join(lines), dataset="eval/guidelines/catalogue_*.tsv, questions_gold.jsonl (catalogo)",
        command="python -m eval.guidelines.catalogue",
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
