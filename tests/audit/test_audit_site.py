"""What the site logs beside requests and results: exports, signatures, configuration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copilot.auditing import differences, open_log, record_configuration, record_event
from copilot.domain import Note, NoteType, Section, Span, Statement
from copilot.facade import Actor, Copilot, LogError, Structured
from copilot.settings import Settings
from guardrails.audit import Action, AuditLog, Filters, Reader

READER = Reader("comisionada.lopez")
TEXT = "Rosa Mendoza López, NSS 12345678903. Cefalea de tres días. Paracetamol 500 mg cada 8 horas."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A new data directory, without the language model."""
    return Settings(data_dir=tmp_path / "sitio", unit="UMF 1", use_llm=False)


@pytest.fixture
def log(settings: Settings) -> Iterator[AuditLog]:
    """The site's log."""
    with open_log(settings) as one:
        yield one


def found(log: AuditLog, action: Action) -> list[Any]:
    return log.search(Filters(action=action.value), reader=READER, newest_first=False)


def test_the_configuration_is_logged_when_it_changes(log: AuditLog, settings: Settings) -> None:
    assert record_configuration(log, settings)
    assert not record_configuration(log, settings)  # the next start finds all as before
    strict = settings.model_copy(update={"redaction_policy": "strict"})
    assert record_configuration(log, strict)
    assert not record_configuration(log, strict)
    assert record_configuration(log, settings)
    entries = found(log, Action.SETTINGS_CHANGE)
    assert [one.content["detail"]["changed"] for one in entries[1:]] == [["redaction_policy"]] * 2
    assert entries[1].content["detail"]["before"]["redaction_policy"] == "clinical"


def test_a_change_of_model_is_logged_with_its_hash(log: AuditLog, settings: Settings) -> None:
    record_configuration(log, settings)
    assert record_configuration(log, settings.model_copy(update={"use_llm": True}))
    without, with_model = (one.content["detail"]["now"] for one in found(log, Action.MODEL_CHANGE))
    assert without == {"name": "", "sha256": ""}
    assert with_model["name"] == settings.llm and len(with_model["sha256"]) == 64


def test_no_secret_and_no_path_of_the_settings_is_logged(log: AuditLog, settings: Settings) -> None:
    secret = settings.model_copy(update={"llm_api_key": "clave-secreta", "llm_base_url": "http://u:clave@h/v1"})
    record_configuration(log, secret)
    stored = repr(list(log.store.rows(("idx", "context", "content", "decision"), 0, 99)))
    assert "clave" not in stored and str(settings.data_dir) not in stored


def test_events_of_the_command_line(settings: Settings) -> None:
    identifier = record_event(settings, Action.CORPUS_CHANGE, user="admin", added=3)
    with open_log(settings) as log:
        one = log.get(identifier, reader=READER)
    assert one.action == "corpus_change" and one.content is not None and one.content["detail"] == {"added": 3}


@pytest.mark.parametrize(
    ("proposed", "signed", "expected"),
    [
        ({"a": ["uno"]}, {"a": ["uno"]}, []),
        ({"a": ["uno"]}, {"a": ["dos"]}, [("replace", "a", "uno", "dos")]),
        ({"a": ["uno", "dos"]}, {"a": ["dos"]}, [("remove", "a", "uno", "")]),
        ({"a": ["uno"]}, {"a": ["uno", "tres"]}, [("add", "a", "", "tres")]),
        ({"a": ["uno"], "b": []}, {"a": [], "b": ["uno"]}, [("move", "a", "uno", "b")]),
        ({}, {"b": ["uno"]}, [("add", "b", "", "uno")]),
        ({"a": ["uno", "uno"]}, {"a": ["uno"]}, [("remove", "a", "uno", "")]),
        ({"a": ["uno"]}, {}, [("remove", "a", "uno", "")]),
    ],
)
def test_what_the_physician_changed(
    proposed: dict[str, list[str]], signed: dict[str, list[str]], expected: list[tuple[str, ...]]
) -> None:
    assert [(one.op, one.section, one.before, one.after) for one in differences(proposed, signed)] == expected


@pytest.fixture
def structured(settings: Settings) -> Iterator[tuple[Copilot, Structured]]:
    """A note of two statements, as the façade gives it."""
    pilot = Copilot(settings)
    vault = pilot.new_vault()
    redacted = pilot.redact(TEXT, vault)
    statement = Statement("Rosa Mendoza López, cefalea de tres días.", (Span(0, 10),))
    note = Note(
        NoteType.EVOLUCION,
        {Section.EVOLUCION: (statement,), Section.TRATAMIENTO: (Statement("Paracetamol.", (Span(60, 72),)),)},
    )
    yield pilot, Structured(note, "2-00000000", 0, 2, redacted, vault, note)
    pilot.log.close()


def test_an_export_is_logged_before_it_leaves(structured: tuple[Copilot, Structured]) -> None:
    pilot, note = structured
    pilot.log_export(note, "fhir", actor=Actor(user="dra.perez", encounter="c-1"))
    (one,) = found(pilot.log, Action.EXPORT)
    assert one.content["detail"] == {"form": "fhir", "of": "2-00000000"}
    assert one.context["note_type"] == "evolucion" and one.context["encounter"]


def test_without_a_log_nothing_is_exported(structured: tuple[Copilot, Structured]) -> None:
    pilot, note = structured
    assert pilot.log.store.path is not None
    pilot.log.store.path.unlink()
    for call in (
        lambda: pilot.log_export(note, "texto"),
        lambda: pilot.log_discard(note),
        lambda: pilot.log_signature(note, {}),
    ):
        with pytest.raises(LogError):
            call()


def test_a_signature_keeps_what_changed_without_personal_data(structured: tuple[Copilot, Structured]) -> None:
    pilot, note = structured
    pilot.log_signature(
        note, {"evolucion": ["Rosa Mendoza López, cefalea de cuatro días."], "tratamiento": ["Paracetamol."]}
    )
    (one,) = found(pilot.log, Action.SIGN)
    (change,) = one.content["changes"]
    assert change["op"] == "replace" and change["section"] == "evolucion"
    assert "tres" in change["before"] and "cuatro" in change["after"]
    assert "Rosa" not in str(one.content) and "<" in change["after"]


def test_a_discarded_draft_is_logged_with_its_reason_redacted(structured: tuple[Copilot, Structured]) -> None:
    pilot, note = structured
    pilot.log_discard(note, reason="No era la paciente Rosa Mendoza López")
    (one,) = found(pilot.log, Action.DISCARD)
    assert one.context["outcome"] == "discarded" and "Rosa" not in str(one.content)
