"""The reader of notes: what it must not let pass, and that reading together changes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from copilot.note_reader import LONGEST, MODEL, NoteReader, load_note_reader
from copilot.settings import Settings
from guardrails.grounding import ErrorKind, GroundingGuard

NOTE = (
    "fem 58 a, dm2 e has de 10 años, acude x tos con flema verde 5 dias y fiebre hasta 38.6, niega disnea. "
    "su mama murio de cancer de mama. ta 150/90 fc 98 sat 94. crepitantes base der. rx con infiltrado basal derecho. "
    "idx nac probable. amoxi/clav 875/125 c/12h x 7 d, paracetamol 500 c/8h prn, suspender naproxeno. cita en 48 h"
)
FAITHFUL = [
    "Mujer de 58 años con diabetes tipo 2 e hipertensión desde hace una década.",
    "No le falta el aire.",
    "Se sospecha neumonía adquirida en la comunidad.",
    "Toma el antibiótico dos veces al día durante una semana.",
    "Debe dejar el naproxeno.",
]
FALSE = [
    "La paciente tuvo cáncer de mama.",
    "Crepitantes en la base izquierda.",
    "Acude por tos con flema verde de 5 días y disnea.",
    "Amoxicilina con clavulanato 875/125 cada 8 horas por 7 días.",
    "Continuar naproxeno.",
]


@pytest.fixture(scope="module")
def reader() -> NoteReader:
    found = load_note_reader()
    assert found is not None, "falta el modelo pequeño: copilot models pull gemma-3-270m"
    return found


def test_what_the_note_says_scores_above_what_it_does_not(reader: NoteReader) -> None:
    """Ranking over one note: nearly every faithful statement stands above nearly every false one."""
    right, wrong = (reader.score_statements(NOTE, rows) for rows in (FAITHFUL, FALSE))
    ordered = sum(a > b for a in right for b in wrong) / (len(right) * len(wrong))
    assert ordered >= 0.8


def test_it_also_names_the_kind_of_error(reader: NoteReader) -> None:
    """Shares of the kinds and of support make one; of a wrong side the side is named first."""
    found = reader.read_statements(NOTE, FALSE)
    assert [one.probability for one in found] == pytest.approx(reader.score_statements(NOTE, FALSE), abs=0.02)
    for one in found:
        assert set(one.kinds) == {str(kind) for kind in ErrorKind if kind}
        assert one.probability + sum(one.kinds.values()) == pytest.approx(1)
    assert max(found[1].kinds, key=lambda k: found[1].kinds[k]) == "lateralidad"


def test_statements_do_not_see_each_other(reader: NoteReader) -> None:
    """Judged alone, among others or in another order, a statement gets the same odds (up to rounding of the cache)."""
    together = reader.log_odds(NOTE, FAITHFUL + FALSE)
    backwards = reader.log_odds(NOTE, (FAITHFUL + FALSE)[::-1])[::-1]
    alone = [reader.log_odds(NOTE, [one])[0] for one in FAITHFUL + FALSE]
    assert together == pytest.approx(alone, abs=0.35)
    assert together == pytest.approx(backwards, abs=0.35)


def test_two_notes_read_in_turn_are_not_mixed(reader: NoteReader) -> None:
    other = "masc 30 a, esguince de tobillo izq, sin fractura, ibuprofeno 400 c/8h x 3 d."
    first = reader.log_odds(NOTE, FAITHFUL[:2])
    reader.log_odds(other, ["El esguince es del tobillo izquierdo."])
    assert reader.log_odds(NOTE, FAITHFUL[:2]) == pytest.approx(first, abs=0.05)


def test_several_threads_at_once(reader: NoteReader) -> None:
    expected = reader.log_odds(NOTE, FAITHFUL)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: reader.log_odds(NOTE, FAITHFUL), range(6)))
    assert all(one == pytest.approx(expected, abs=0.05) for one in found)


def test_many_and_long_statements_and_an_endless_source(reader: NoteReader) -> None:
    """More statements than fit in one pass, one as long as a page, and a source beyond the limit."""
    odds = reader.log_odds(NOTE * 30, [*FAITHFUL * 12, "fiebre y tos " * 400])
    assert len(odds) == 61
    assert all(one == one for one in odds)
    padding = ("Sin más datos de interés en la consulta. " * 400)[: LONGEST * 2]
    verdict = GroundingGuard(reader).verify(padding + NOTE, FALSE[3])
    assert not verdict.supported


def test_nothing_to_judge_is_nothing(reader: NoteReader) -> None:
    assert reader.score_statements(NOTE, []) == []


def test_without_its_model_the_guard_does_without_it(tmp_path: Path) -> None:
    assert load_note_reader(Settings(model_dir=tmp_path)) is None
    assert load_note_reader(Settings(grounding_reader="pares")) is None


def test_a_damaged_adapter_is_refused(tmp_path: Path) -> None:
    from copilot.models.registry import find_model, ready_path

    settings = Settings()
    (tmp_path / "meta.json").write_bytes((MODEL / "meta.json").read_bytes())
    adapter = bytearray((MODEL / "adapter.gguf").read_bytes())
    adapter[len(adapter) // 2] ^= 255
    (tmp_path / "adapter.gguf").write_bytes(adapter)
    with pytest.raises(ValueError, match="adaptador"):
        NoteReader(ready_path(settings, find_model(settings, "gemma-3-270m")), tmp_path)
