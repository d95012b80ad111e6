"""Copies of everything that changes at a site, taken while it works, and putting one back.

A copy is a folder: the data directory's files, databases through SQLite's own copy (consistent while others write),
and ``copia.json`` with the SHA-256 of each. The keys may go to a folder of their own: without them notes can't be read
and the log can't be continued, so they belong in another place than the data.

The order matters: the head of the log that the keys remember is copied before the log. The other way round a copy
would look like a log that lost its end.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import copilot
from copilot.errors import CopilotError, UsageError
from copilot.settings import Settings

LIST = "copia.json"
KEYS = "keys"
LEFT_OUT = frozenset({"cache", "tmp"})
"""Folders that are made anew when missing."""
_SIDE = ("-wal", "-shm", "-journal")


class BackupError(CopilotError):
    """A copy could not be made or does not hold."""


def _files(root: Path) -> Iterator[Path]:
    """Relative paths of what is copied: keys first, then the rest in order."""
    found = [
        path.relative_to(root)
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink() and not path.name.endswith((*_SIDE, ".lock"))
    ]
    kept = [one for one in found if one.parts[0] not in LEFT_OUT]
    yield from sorted(kept, key=lambda one: one.parts[0] != KEYS)


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as handle:
        return handle.read(16) == b"SQLite format 3\0"


def _copy(source: Path, target: Path) -> str:
    """Copy one file and return its SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if _is_sqlite(source):
        address = f"{source.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    else:
        shutil.copyfile(source, target)
    target.chmod(0o600)
    return hashlib.sha256(target.read_bytes()).hexdigest()


def back_up(
    settings: Settings, into: Path, keys: Path | None = None, tell: Callable[[str], None] = lambda _: None
) -> Path:
    """Copy the site to a new folder below ``into`` (and its keys to one below ``keys``); returns the folder.

    Raises :class:`BackupError`, and :class:`UsageError` for a target inside the data directory. Databases on a server
    (PostgreSQL) are not part of it: ``pg_dump`` copies those.
    """
    root = settings.data_dir.resolve()
    for one in (into, keys):
        if one is not None and (one.resolve() == root or root in one.resolve().parents):
            raise UsageError("La copia no puede quedar dentro de la carpeta de datos.")
    if not root.is_dir():
        raise UsageError("Todavía no hay datos que copiar.")
    name = f"copia-{datetime.datetime.now(datetime.UTC):%Y%m%d-%H%M%S}"
    folder, apart = into / name, (keys / f"{name}-llaves" if keys is not None else None)
    if folder.exists() or (apart is not None and apart.exists()):
        raise UsageError(f"Ya existe «{name}»; espere un segundo.")
    sums: dict[str, str] = {}
    try:
        folder.mkdir(parents=True, mode=0o700)
        for one in _files(root):
            aside = apart is not None and one.parts[0] == KEYS
            sums[one.as_posix()] = _copy(root / one, (apart if aside and apart is not None else folder) / one)
            tell(one.as_posix())
        about = {"version": copilot.__version__, "made": name.removeprefix("copia-"), "files": sums}
        for place in filter(None, (folder, apart)):
            (place / LIST).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"No se pudo hacer la copia ({type(error).__name__}); revise espacio y permisos.") from None
    return folder


def restore(settings: Settings, folder: Path, keys: Path | None = None) -> int:
    """Put a copy back into an empty data directory; every file is checked first. Returns how many files.

    Raises :class:`BackupError` where a file is missing or altered, :class:`UsageError` where the target holds data.
    """
    root = settings.data_dir
    if root.is_dir() and any(root.iterdir()):
        raise UsageError(f"«{root}» no está vacía. Restaure en una carpeta nueva (COPILOT_DATA_DIR) y compare.")
    try:
        sums = dict(json.loads((folder / LIST).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(f"«{folder.name}» no es una copia de este programa.") from None
    found: dict[str, Path] = {}
    for name, digest in sums.items():
        places = [place / name for place in (folder, keys) if place is not None and (place / name).is_file()]
        if ".." in Path(name).parts or Path(name).is_absolute():
            raise BackupError("La lista de la copia nombra archivos de otro lugar.")
        if not places:
            hint = " Diga dónde están las llaves (--keys)." if name.startswith(f"{KEYS}/") and keys is None else ""
            raise BackupError(f"A la copia le falta «{name}».{hint}")
        if hashlib.sha256(places[0].read_bytes()).hexdigest() != digest:
            raise BackupError(f"«{name}» no es como se copió; no se restaura nada.")
        found[name] = places[0]
    try:
        for name, path in found.items():
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(path, target)
            target.chmod(0o600)
    except OSError as error:
        raise BackupError(f"No se pudo restaurar ({type(error).__name__}); revise espacio y permisos.") from None
    return len(found)
