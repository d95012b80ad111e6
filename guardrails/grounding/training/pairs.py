# ruff: noqa: E501  (long patterns are kept on one line)
"""Loads the hand-written pairs (``data/pairs_*.tsv``) and the notes they speak of.

Columns: id, note_id, statement, label (1 supported, 0 not), kind, severity, split (train, dev, test). A note belongs to
one split only: what is measured on dev or test was never seen in training. The loader refuses a set that breaks this.
Notes that only serve this guard stand beside the pairs (``data/notes_*.txt``).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from guardrails.grounding.types import ErrorKind

DATA = Path(__file__).resolve().parent.parent / "data"
_HEADER = re.compile(r"^=== (\S+)(?: \|.*)?$", re.MULTILINE)
KEPT_OUT = ("b09", "c12", "d03", "d06")
"""Voices whose pairs serve development whatever their file says: other hands than those of a10–a12 wrote them."""
_TAG = re.compile(r"⟦[A-Z]{2}⟧")


@dataclass(frozen=True)
class Pair:
    """One labelled statement about one source text."""

    id: str
    note_id: str
    source: str
    statement: str
    supported: bool
    kind: str = ""
    severity: str = ""
    split: str = "train"
    origin: str = "hand"
    """``hand``: written by a person; otherwise the rule that made it (injected)."""
    before: str = ""
    """The faithful statement an injected error was made of."""


def read_notes(folder: Path) -> dict[str, str]:
    """Texts of the labelled notes (section marks removed), and of the guard's own notes, by their id."""
    notes: dict[str, str] = {}
    for path in [*sorted(folder.glob("*.txt")), *sorted(DATA.glob("notes_*.txt"))]:
        parts = _HEADER.split(path.read_text(encoding="utf-8"))
        for note_id, body in zip(parts[1::2], parts[2::2], strict=True):
            notes[note_id] = _TAG.sub("", body).strip()
    return notes


def read_pairs(notes: dict[str, str], folder: Path = DATA) -> list[Pair]:
    """All hand-written pairs whose note is known. Raises :class:`ValueError` on a malformed or leaking row."""
    pairs: list[Pair] = []
    split_of: dict[str, str] = {}
    kinds = {k.value for k in ErrorKind}
    for path in sorted(folder.glob("pairs_*.tsv")):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE):
                where = f"{path.name}:{row['id']}"
                if row["label"] not in ("0", "1") or (row["kind"] or "") not in kinds or row["split"] not in ("train", "dev", "test"):
                    raise ValueError(f"{where}: etiqueta, tipo o partición no válidos")
                if (row["label"] == "1") != (not row["kind"]):
                    raise ValueError(f"{where}: el tipo no corresponde a la etiqueta")
                if row["note_id"] not in notes:
                    raise ValueError(f"{where}: nota desconocida")
                if row["note_id"].split("-")[0] in KEPT_OUT and row["split"] == "train":
                    row["split"] = "dev"
                if split_of.setdefault(row["note_id"], row["split"]) != row["split"]:
                    raise ValueError(f"{where}: la nota está en dos particiones")
                pairs.append(
                    Pair(row["id"], row["note_id"], notes[row["note_id"]], row["statement"], row["label"] == "1",
                         row["kind"] or "", row["severity"] or "", row["split"])
                )  # fmt: skip
    return pairs
