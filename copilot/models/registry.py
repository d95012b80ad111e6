"""The model registry: rows of ``models.toml`` and, where a site has one, ``models.toml`` of its data directory."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from copilot.errors import ModelError
from copilot.settings import Settings

BUNDLED = Path(__file__).with_name("models.toml")
_CHUNK = 1 << 22


class Source(BaseModel, frozen=True):
    """Where a file comes from. ``name`` of a package may hold ``{n}``, counted from 1 to ``parts``."""

    type: Literal["package", "hub"]
    name: str = ""
    version: str = ""
    parts: int = 1
    repository: str = ""
    revision: str = "main"


class ModelRow(BaseModel, frozen=True):
    """One model: what it is for, where it comes from, and the hash that decides."""

    name: str
    role: Literal["llm", "embeddings", "dictation", "voice"]
    kind: Literal["gguf", "openai", "encoder", "whisper", "onnx"]
    title: str
    file: str = ""
    sha256: str = ""
    size: int = 0
    """Bytes; 0 where unknown."""
    licence: str = ""
    context: int = 0
    """Context window in tokens."""
    prompt: Literal["chat", "completion"] = "chat"
    strategy: Literal["choose", "write"] = "choose"
    """``choose``: picks among given options only; ``write``: may also reword, behind the grounding guard."""
    default: bool = False
    base_url: str = ""
    """Address of the server (kind ``openai``)."""
    model: str = ""
    """Name of the model on that server."""
    companions: dict[str, str] = {}
    """Files needed beside the weights, with their SHA-256."""
    sources: tuple[Source, ...] = ()

    def folder(self, settings: Settings) -> Path:
        """Folder that holds this model's files."""
        return settings.model_dir / self.name

    def path(self, settings: Settings) -> Path:
        """The weights' file, present or not."""
        return self.folder(settings) / self.file


def load_registry(settings: Settings) -> dict[str, ModelRow]:
    """Rows by name; the site's own file may add rows or replace ours. Raises :class:`ModelError`."""
    rows: dict[str, ModelRow] = {}
    for path in (BUNDLED, settings.data_dir / "models.toml"):
        if not path.is_file():
            continue
        try:
            for name, row in tomllib.loads(path.read_text(encoding="utf-8")).items():
                rows[name] = ModelRow(name=name, **row)
        except (tomllib.TOMLDecodeError, ValidationError, TypeError, UnicodeDecodeError) as error:
            kind = type(error).__name__
            raise ModelError(f"El registro de modelos «{path.name}» está mal escrito ({kind}).") from None
    return rows


def find_model(settings: Settings, name: str) -> ModelRow:
    """The row called ``name``; raises :class:`ModelError` naming the rows that exist."""
    rows = load_registry(settings)
    if name not in rows:
        raise ModelError(f"No hay un modelo «{name}» en el registro. Los que hay: {', '.join(sorted(rows))}.")
    return rows[name]


def sha256_of(path: Path, advance: Callable[[int], object] | None = None) -> str:
    """Hexadecimal SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while piece := handle.read(_CHUNK):
            digest.update(piece)
            if advance:
                advance(len(piece))
    return digest.hexdigest()


def _stamp(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_size} {stat.st_mtime_ns}"


def verify_file(path: Path, sha256: str) -> None:
    """Refuse a file that is missing or whose SHA-256 differs; raises :class:`ModelError`.

    Hashing 1.1 GB takes seconds at every start, so a verified file is remembered by size and time of change
    beside it; ``copilot models check`` hashes anew.
    """
    if not path.is_file():
        raise ModelError(f"Falta el archivo del modelo «{path.name}». Ejecute: copilot models pull")
    if not sha256:
        raise ModelError(f"El registro no dice el SHA-256 de «{path.name}»; sin él no se usa.")
    marker = path.with_name(path.name + ".verified")
    expected = f"{sha256} {_stamp(path)}"
    if marker.is_file() and marker.read_text(encoding="utf-8") == expected:
        return
    if sha256_of(path) != sha256:
        raise ModelError(
            f"El archivo «{path.name}» no es el publicado (su SHA-256 no coincide) y no se usará. "
            "Bórrelo y ejecute: copilot models pull"
        )
    marker.write_text(expected, encoding="utf-8")


def ready_path(settings: Settings, row: ModelRow) -> Path:
    """Path of a model's weights once its files are present and verified."""
    verify_file(row.path(settings), row.sha256)
    for name, digest in row.companions.items():
        verify_file(row.folder(settings) / name, digest)
    return row.path(settings)
