"""Store, indexes and search on a small corpus of our own, with the real encoder."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from copilot.embeddings import load_embedder
from copilot.errors import CopilotError, ModelError
from copilot.retrieval import Filters, Retriever
from copilot.retrieval.indexer import Indexer
from copilot.retrieval.lexical import LexicalIndex
from copilot.retrieval.windows import parts, passage_of
from copilot.settings import Settings
from corpora.passages import Passage, Population
from eval.bench.retrieval import load_questions

RHINITIS = """# Protocolo de Atención Integral: Rinitis de Prueba

**Debe ser citado como:** Protocolo de Rinitis de Prueba. México. Mayo, 2022.

## Tratamiento
### Adultos
*   El lavado nasal con 20 mL de agua salina dos veces al día es la primera medida.
*   Cetirizina 10 mg cada 24 horas si hay prurito nasal o estornudos en salva.

### Mujeres embarazadas
*   En la gestación se prefiere el lavado nasal; loratadina 10 mg cada 24 horas si no basta.

### Niñas y niños
*   Cetirizina 2.5 mg cada 12 horas entre los 2 y los 5 años de edad.
"""
HYPERTENSION = """# Protocolo de Atención Integral: Hipertensión de Prueba

**Debe ser citado como:** Protocolo de Hipertensión de Prueba. México. Mayo, 2023.

## Diagnóstico
### Primer nivel
*   Se confirma con presión arterial de 140/90 mmHg o más en dos visitas distintas.

## Tratamiento
### Segundo nivel
*   En la crisis con daño a órganos se reduce la presión arterial 25 % en la primera hora.
*   La meta en el consultorio es menor de 130/80 mmHg.
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data_dir=tmp_path_factory.mktemp("sitio"))
    try:
        load_embedder(settings)
    except ModelError as error:
        pytest.fail(f"run «copilot models pull e5-small» first: {error}")
    return settings


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guias")
    (folder / "pai-rinitis-de-prueba.md").write_text(RHINITIS, encoding="utf-8")
    (folder / "pai-hipertension-de-prueba.md").write_text(HYPERTENSION, encoding="utf-8")
    (folder / "roto.pdf").write_bytes(b"%PDF-1.4 roto")
    return folder


@pytest.fixture(scope="module")
def retriever(settings: Settings, files: Path) -> Retriever:
    indexer = Indexer(settings)
    statuses = {path.name: indexer.add(path).status for path in sorted(files.iterdir())}
    assert statuses == {
        "pai-hipertension-de-prueba.md": "agregado", "pai-rinitis-de-prueba.md": "agregado", "roto.pdf": "error",
    }  # fmt: skip
    indexer.refresh_words()
    return Retriever(settings, auto_cards=False)


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("¿cuánta cetirizina le doy a un adulto?", "10 mg cada 24 horas"),
        ("¿qué le doy a una embarazada con la nariz tapada?", "loratadina"),
        ("¿con cuánto de presión digo que es hipertenso?", "140/90"),
        ("meta de TA en pte con HAS", "130/80"),
        ("dosis de cetirisina en niños", "2.5 mg"),
    ],
)
def test_everyday_words_find_the_fact(retriever: Retriever, question: str, fact: str) -> None:
    text = " ".join(hit.passage.text for hit in retriever.search(question, 3))
    assert fact in text.casefold() or fact in text


def test_the_right_guideline_comes_first(retriever: Retriever) -> None:
    assert retriever.search("pte con has, qué hago", 1)[0].passage.key == "PAI-HIPERTENSION-DE-PRUEBA"


def test_hits_carry_citation_and_stages(retriever: Retriever) -> None:
    hit = retriever.search("crisis hipertensiva, cuánto bajo la presión", 1)[0]
    assert hit.passage.locator
    assert hit.passage.year == 2023
    assert 0 < hit.stages["cosine"] <= 1
    assert hit.stages["bm25"] > 0


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_nothing_asked_nothing_found(retriever: Retriever, question: str) -> None:
    assert retriever.search(question) == []


def test_results_are_the_same_every_time(retriever: Retriever) -> None:
    first = [hit.passage.id for hit in retriever.search("rinitis en niños")]
    assert first == [hit.passage.id for hit in retriever.search("rinitis en niños")]


def test_filters_leave_out_only_who_is_somebody_else() -> None:
    pregnant = Population(sex="F", pregnancy=True)
    child = Population(age_group="pediatria")
    assert not Filters(pregnancy=False).admits("K", pregnant)
    assert not Filters(sex="M").admits("K", pregnant)
    assert not Filters(age_group="adulto").admits("K", child)
    assert not Filters(level=1).admits("K", Population(level=(2, 3)))
    assert not Filters(keys=("OTRA",)).admits("K", child)
    assert Filters(age_group="adulto", sex="M", pregnancy=False, level=1).admits("K", Population())
    assert Filters(age_group="adulto_mayor").admits("K", Population(age_group="adulto"))


def test_filter_reaches_the_search(retriever: Retriever) -> None:
    keys = {hit.passage.key for hit in retriever.search("tratamiento", 5, Filters(keys=("PAI-RINITIS-DE-PRUEBA",)))}
    assert keys == {"PAI-RINITIS-DE-PRUEBA"}


def test_same_file_twice_changes_nothing(settings: Settings, files: Path, retriever: Retriever) -> None:
    before = retriever.store.generation
    assert Indexer(settings).add(files / "pai-rinitis-de-prueba.md").status == "sin cambios"
    assert retriever.store.generation == before


def test_new_version_replaces_and_history_stays(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    indexer = Indexer(settings, _Fixed())
    path = tmp_path / "pai-rinitis-de-prueba.md"
    path.write_text(RHINITIS, encoding="utf-8")
    assert indexer.add(path).status == "agregado"
    path.write_text(RHINITIS.replace("20 mL", "30 mL").replace("2022", "2025"), encoding="utf-8")
    result = indexer.add(path)
    assert result.status == "actualizado"
    assert "historial" in result.message
    assert [d.year for d in indexer.store.documents()] == [2025]
    assert [(d.year, d.state) for d in indexer.store.documents(history=True)] == [
        (2022, "reemplazado"),
        (2025, "activo"),
    ]
    assert not any("20 mL" in p.text for _, p in indexer.store.searchable())
    texts = [p.text for p in indexer.store.passages_of(indexer.store.documents(history=True)[0].number)]
    assert any("20 mL" in text for text in texts)


def test_interrupted_document_is_never_searched(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    path = tmp_path / "pai-rinitis-de-prueba.md"
    path.write_text(RHINITIS, encoding="utf-8")

    class Dies(_Fixed):
        def passages(self, texts: list[str]) -> np.ndarray:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Indexer(settings, Dies()).add(path)
    again = Indexer(settings, _Fixed())
    assert not list(again.store.searchable())
    assert again.add(path).status == "agregado"
    assert len(again.store.documents(history=True)) == 1


def test_official_document_outranks_its_cards(tmp_path: Path) -> None:
    from corpora.passages import Document

    indexer = Indexer(Settings(data_dir=tmp_path), _Fixed())
    card = Passage(
        "ficha-1", "PAI-RINITIS-DE-PRUEBA", "Rinitis", "Tratamiento", "Tratamiento", "Ficha.", origin="ficha"
    )
    indexer.index(Document(card.key, "Rinitis", "PAI", "", 2022, "x.tsv", "h", [card], (), "ficha"))
    assert [p.id for _, p in indexer.store.searchable()] == ["ficha-1"]
    path = tmp_path / "pai-rinitis-de-prueba.md"
    path.write_text(RHINITIS, encoding="utf-8")
    indexer.add(path)
    assert all(p.origin == "oficial" for _, p in indexer.store.searchable())


def test_other_encoder_asks_for_a_rebuild(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    path = tmp_path / "pai-rinitis-de-prueba.md"
    path.write_text(RHINITIS, encoding="utf-8")
    Indexer(settings, _Fixed()).add(path)
    other = Settings(data_dir=tmp_path, embeddings="otro-modelo")
    with pytest.raises(CopilotError, match="corpus build"):
        Retriever(other, _Fixed(), auto_cards=False).search("rinitis")


def test_damaged_word_index_says_what_to_do(tmp_path: Path) -> None:
    index = LexicalIndex.build([Passage("a", "K", "T", "L", "H", "texto de prueba")], 1)
    index.save(tmp_path / "bm25")
    (tmp_path / "bm25" / "pasajes.json").write_text("{", encoding="utf-8")
    with pytest.raises(CopilotError, match="corpus build"):
        LexicalIndex.load(tmp_path / "bm25")


def test_long_passage_has_windows_under_its_heading() -> None:
    text = "\n".join(f"Frase número {n} sobre el lavado nasal con agua salina." for n in range(30))
    rows = parts(Passage("p1", "K", "Rinitis", "L", "Tratamiento › Lavado", text))
    assert len(rows) > 3
    assert all(passage_of(row) == "p1" for row, _ in rows)
    assert all("Lavado" in window for _, window in rows)


def test_passage_survives_its_json_form() -> None:
    one = Passage(
        "i", "K", "T", "L", "H", "x", "tabla", "A", "NICE", "c", 2020, Population("adulto", "F", True, (1, 2)), ("f",)
    )
    assert Passage.from_dict({**one.to_dict(), "campo_nuevo": 1}) == one
    assert dataclasses.is_dataclass(one)


def test_development_questions_are_well_formed() -> None:
    questions = load_questions()
    assert len(questions) >= 60
    assert len({one.id for one in questions}) == len(questions)
    assert all(one.facts and one.keys for one in questions)


class _Fixed:
    """Vectors from the text's characters: enough for tests of the store, without the model."""

    def passages(self, texts: list[str]) -> np.ndarray:
        rows = [
            np.bincount(np.frombuffer(t.encode()[:400], np.uint8) % 16, minlength=16).astype(np.float32) for t in texts
        ]
        return np.stack([row / (np.linalg.norm(row) or 1) for row in rows])

    def queries(self, texts: list[str]) -> np.ndarray:
        return self.passages(texts)
