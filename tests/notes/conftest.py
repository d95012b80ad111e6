"""A short note as it was proposed, and a shelf in a new data directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.domain import Note, NoteType, Section, Span, Statement
from copilot.notes import Proposal, Shelf, open_shelf
from copilot.settings import Settings

SOURCE = (
    "Fem 30a Ximena Orozco Villaseñor. Disuria de 3 días, sin fiebre. TA 110/70. Dx: IVU. "
    "Nitrofurantoína 100 mg VO c/12h."
)
PLACES = (
    ("Fem 30a Ximena Orozco Villaseñor.", Section.FICHA_IDENTIFICACION),
    ("Disuria de 3 días, sin fiebre.", Section.PADECIMIENTO_ACTUAL),
    ("TA 110/70.", Section.EXPLORACION_FISICA),
    ("Dx: IVU.", Section.DIAGNOSTICOS),
    ("Nitrofurantoína 100 mg VO c/12h.", Section.TRATAMIENTO),
)


def proposal(source: str = SOURCE, places: tuple[tuple[str, Section], ...] = PLACES) -> Proposal:
    """The statements of ``places`` as a proposed note."""
    sections: dict[Section, tuple[Statement, ...]] = {}
    for words, section in places:
        start = source.index(words)
        one = Statement(words, (Span(start, start + len(words)),))
        sections[section] = (*sections.get(section, ()), one)
    return Proposal(source, Note(NoteType.EVOLUCION, sections), "7-abc")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return open_shelf(Settings(data_dir=tmp_path / "datos"))
