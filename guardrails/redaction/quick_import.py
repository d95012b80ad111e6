"""Keep a library from importing heavy companions that it never uses here."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class _Empty(type):
    """A class whose every attribute makes a decorator that changes nothing (spaCy registers functions so)."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: lambda decorated: decorated


class _Hollow(ModuleType):
    """A module in which every name is an empty class."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _Empty(name, (), {})
        setattr(self, name, made)
        return made


class _StandIn(MetaPathFinder, Loader):
    """Refuses some packages and gives hollow ones for others where one package asks; other code imports as it likes."""

    def __init__(self, refused: Sequence[str], hollow: Sequence[str], importer: str) -> None:
        self.refused, self.hollow, self.importer = refused, hollow, importer

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A hollow module's spec, or ``None`` to import as usual. Raises ``ImportError`` for a refused module."""
        package = fullname.split(".")[0]
        if package not in (*self.refused, *self.hollow):
            return None
        frame = sys._getframe(1)
        while frame is not None:
            name = frame.f_globals.get("__name__", "")
            if not name.startswith("importlib"):
                if name.split(".")[0] != self.importer:
                    return None
                if package in self.refused:
                    raise ImportError(f"{fullname} is not needed here")
                return ModuleSpec(fullname, self, is_package=True)
            frame = frame.f_back  # type: ignore[assignment]
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Nothing but the name."""
        return _Hollow(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


@contextmanager
def without(*refused: str, hollow: Sequence[str] = (), importer: str) -> Iterator[None]:
    """While open, ``importer`` finds ``refused`` packages missing and ``hollow`` ones empty; afterwards not.

    ``hollow`` is for what it names in annotations and calls in code that is never run. What was imported so
    stays with who imported it: the next to ask for ``importer`` gets it whole. Where it was imported already, nothing
    is done.
    """
    if importer in sys.modules:
        yield
        return
    hollow = [one for one in hollow if one not in sys.modules]
    stand_in = _StandIn(refused, hollow, importer)
    sys.meta_path.insert(0, stand_in)
    try:
        yield
    finally:
        sys.meta_path.remove(stand_in)
        for name, module in list(sys.modules.items()):
            if isinstance(module, _Hollow) or name.split(".")[0] == importer:
                del sys.modules[name]
