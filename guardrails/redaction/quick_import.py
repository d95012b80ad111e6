"""Keep a library from importing optional heavy companions at start."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from types import ModuleType


class _Refusal(MetaPathFinder):
    """Refuses some modules where the importing code belongs to one package (other threads import as they like)."""

    def __init__(self, names: Sequence[str], importer: str) -> None:
        self.names, self.importer = names, importer

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """Raise ``ImportError`` for a refused module."""
        if fullname not in self.names:
            return
        frame = sys._getframe(1)
        while frame is not None:
            name = frame.f_globals.get("__name__", "")
            if not name.startswith("importlib"):
                if name.split(".")[0] == self.importer:
                    raise ImportError(f"{fullname} is not needed here")
                return
            frame = frame.f_back  # type: ignore[assignment]


@contextmanager
def without(*names: str, importer: str) -> Iterator[None]:
    """While open, imports of ``names`` by ``importer`` fail as if they weren't installed."""
    refusal = _Refusal(names, importer)
    sys.meta_path.insert(0, refusal)
    try:
        yield
    finally:
        sys.meta_path.remove(refusal)
