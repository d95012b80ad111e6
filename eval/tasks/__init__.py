"""The suites by name, in the order in which they run (quick ones first)."""

from __future__ import annotations

from eval.tasks import notes, questions, writing
from eval.tasks.suite import Item, Result, Suite, pick

_ORDER = (
    "redaccion_datos",
    "alcance",
    "abstencion",
    "guias",
    "detector",
    "estructura",
    "alucinacion",
    "omision",
)
_ALL = {one.name: one for one in (*notes.SUITES, *questions.SUITES, *writing.SUITES)}
SUITES: dict[str, Suite] = {name: _ALL[name] for name in _ORDER}

__all__ = ["SUITES", "Item", "Result", "Suite", "pick"]
