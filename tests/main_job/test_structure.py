"""The main job end to end on the real models: nothing lost, nothing invented, nothing leaves the machine."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest

from copilot.domain import Origin, Section
from copilot.errors import InputError
from copilot.facade import Copilot, Structured
from copilot.rows import note_row
from copilot.sections.labelled import HELD_OUT_VOICES, read_notes
from guardrails.audit.reading import Reader

EXAMPLE = (Path(__file__).parents[2] / "docs" / "ejemplo.txt").read_text(encoding="utf-8")
NOTES = [note.text for note in read_notes() if note.voice in HELD_OUT_VOICES][::9]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


@pytest.mark.parametrize("text", [EXAMPLE, EXAMPLE.upper(), EXAMPLE.replace("\n", "\r\n"), *NOTES[:6]])
def test_every_character_is_kept_and_no_word_is_new(pilot: Copilot, text: str) -> None:
    note = pilot.structure(text).note
    covered: set[int] = set()
    for statements in note.sections.values():
        for one in statements:
            assert one.origin is Origin.LITERAL
            assert one.spans
            for start, end in one.spans:
                assert not covered & set(range(start, end)), "a character is in two statements"
                covered |= set(range(start, end))
            assert words(one.text) == words("".join(text[a:b] for a, b in one.spans))
    assert [i for i, c in enumerate(text) if not c.isspace() and i not in covered] == []


def test_the_example_lands_where_a_physician_would_put_it(pilot: Copilot) -> None:
    note = pilot.structure(EXAMPLE).note

    def section_of(phrase: str) -> Section:
        at = EXAMPLE.index(phrase)
        return next(key for key, value in note.sections.items() for s in value for a, b in s.spans if a <= at < b)

    assert section_of("TA 138/84") is Section.EXPLORACION_FISICA
    assert section_of("HbA1c 8.2") is Section.RESULTADOS_ESTUDIOS
    assert section_of("nitrofurantoina") is Section.TRATAMIENTO
    assert section_of("alergica a penicilina") is Section.ANTECEDENTES_PATOLOGICOS
    assert section_of("madre finada") is Section.ANTECEDENTES_HEREDOFAMILIARES
    assert section_of("Px bueno") is Section.PRONOSTICO


def test_the_physician_sees_her_own_words_and_the_log_does_not(pilot: Copilot) -> None:
    result = pilot.structure(EXAMPLE)
    shown = json.dumps(note_row(result.note), ensure_ascii=False)
    assert "Rosalba Quintero" in shown
    assert "Rosalba" not in result.redacted.text
    assert "Rosalba" not in json.dumps(note_row(result.draft), ensure_ascii=False)
    stored = repr(asdict(pilot.log.get(result.entry, reader=Reader("prueba"))))
    assert "<PACIENTE_1>" in stored
    for datum in ("Rosalba", "Quintero", "4782-65-1190", "47826511904", "Saldivar", "5512098"):
        assert datum not in stored


def test_what_is_shown_early_is_in_the_log_first_and_loses_nothing(pilot: Copilot) -> None:
    shown: list[Structured] = []
    kept: list[str] = []

    def look(early: Structured) -> None:
        shown.append(early)
        kept.append(str(pilot.log.get(early.entry, reader=Reader("prueba")).context["outcome"]))

    for text in [*NOTES, "Sigue igual. Pendiente lo de ayer. Se comenta. Ya lo vieron. Que regrese. Dice que sí."]:
        result = pilot.structure(text, on_draft=look)
        if shown:
            break
    assert shown, "no statement of these notes was unclear"
    assert result.asked > 0
    assert kept == ["provisional"]
    assert shown[0].entry != result.entry
    everything = [one.text for value in shown[0].note.sections.values() for one in value]
    assert sorted(words(" ".join(everything))) == sorted(words(text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "vacío"),
        (" \n\t", "vacío"),
        ("\x00\x01PNG\x02" * 20, "binario"),
        ("a" * 3_000_000, "máximo"),
        ("\ufffd" * 50, "codificación"),
    ],
)
def test_text_that_cannot_be_used_gets_a_clear_error(pilot: Copilot, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        pilot.structure(text)


def test_an_unknown_note_type_names_those_there_are(pilot: Copilot) -> None:
    with pytest.raises(InputError, match="historia_clinica"):
        pilot.structure(EXAMPLE, "receta")


@pytest.mark.parametrize("text", ["Juan Pérez López", "ok", "☹", "12", "the patient has a cough and no fever"])
def test_little_or_strange_text_gets_an_honest_note(pilot: Copilot, text: str) -> None:
    note = pilot.structure(text).note
    kept = "".join(s.text for value in note.sections.values() for s in value)
    assert re.sub(r"\s", "", kept) == re.sub(r"\s", "", text)


def test_a_text_in_another_language_is_flagged(pilot: Copilot) -> None:
    english = "The patient is a 54 year old woman who presents with cough and shortness of breath for three days " * 2
    assert any(alert.kind == "idioma" for alert in pilot.structure(english).note.alerts)


def test_a_given_type_is_kept(pilot: Copilot) -> None:
    assert pilot.structure(EXAMPLE, "urgencias").note.note_type == "urgencias"
