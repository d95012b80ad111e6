"""Block: what every format's parser produces: one paragraph, list item, table row or graded statement."""

from __future__ import annotations

from dataclasses import dataclass, field

from corpora.passages import Kind


@dataclass(frozen=True, slots=True)
class Block:
    """One unit that is not split unless it is longer than a passage."""

    path: tuple[str, ...]
    """Headings above it, outermost first."""
    text: str
    kind: Kind = "texto"
    page: int | None = None
    grade: str = ""
    scale: str = ""
    citation: str = ""
    flags: tuple[str, ...] = field(default=())
    lead: str = ""
    """What a piece of a split block repeats (the first cell of a long row, the sentence above a list)."""

    @property
    def alone(self) -> bool:
        """A graded statement is a passage of its own: its grade must not spill over its neighbours."""
        return bool(self.grade) and self.kind in ("evidencia", "recomendación", "buena práctica")
