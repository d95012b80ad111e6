"""Read MEDDOCAN (BRAT standoff): the text and its spans ``(start, end, type)``."""

from __future__ import annotations

from pathlib import Path

Spans = list[tuple[int, int, str]]


def read_document(path: Path) -> tuple[str, Spans]:
    """Text and entity spans of one ``.txt`` with its ``.ann`` beside it."""
    text = path.read_bytes().decode("utf-8")
    spans: Spans = []
    for line in path.with_suffix(".ann").read_text(encoding="utf-8").splitlines():
        if not line.startswith("T"):
            continue
        _, middle, _ = line.split("\t", 2)
        kind, start, end = middle.split(" ")
        spans.append((int(start), int(end), kind))
    return text, sorted(spans)


def read_folder(folder: Path) -> list[tuple[str, str, Spans]]:
    """``(name, text, spans)`` of every document of a folder, by name."""
    return [(path.stem, *read_document(path)) for path in sorted(folder.glob("*.txt"))]
