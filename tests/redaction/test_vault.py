# ruff: noqa: E501 - patterns and word lists stay on one line
"""Surrogates: stable, exact to undo, and never confused with invented ones."""

import pickle

import pytest

from guardrails.redaction import Redactor, Vault

REDACTOR = Redactor()
NOTE = (
    "Fem 54a María Luna Pérez NSS 5082-62-1836-9. Acude con su hijo Roberto Díaz. María Luna Pérez refiere poliuria x 3 dias. "
    "TA 130/80. Glu 245. Metformina 850 mg VO c/12h. Dr. Hernández mat 99158674"
)


def test_unchanged_text_comes_back_letter_by_letter() -> None:
    vault = Vault()
    redaction = REDACTOR.redact(NOTE, vault)
    assert "Luna" not in redaction.text
    assert "Hernández" not in redaction.text
    assert vault.restore(redaction.text) == NOTE


def test_offsets_map_both_ways() -> None:
    redaction = REDACTOR.redact(NOTE)
    at = redaction.text.index("poliuria")
    start, end = redaction.to_original(at, at + len("poliuria"))
    assert NOTE[start:end] == "poliuria"
    assert redaction.to_redacted(start, end) == (at, at + len("poliuria"))
    for span in redaction.spans:
        first = redaction.to_redacted(span.start, span.end)
        assert redaction.text[slice(*first)] == span.surrogate
        assert redaction.to_original(first[0] + 1, first[0] + 2) == (span.start, span.end)
    assert redaction.to_original(0, len(redaction.text)) == (0, len(NOTE))


def test_same_person_gets_the_same_surrogate() -> None:
    vault = Vault()
    redaction = REDACTOR.redact("Paciente: Juan Carlos Ramírez Soto. Se explica a RAMIREZ SOTO JUAN CARLOS.", vault)
    names = {one.surrogate for one in redaction.spans if one.type == "NOMBRE_PACIENTE"}
    assert len(names) == 1
    again = REDACTOR.redact("Paciente: Juan Carlos Ramírez Soto", vault)
    assert {one.surrogate for one in again.spans} == names


@pytest.mark.parametrize("written", ["<paciente_1>", "< PACIENTE_1 >", "PACIENTE_1", "&lt;PACIENTE_1&gt;", "[PACIENTE_1]", "<Paciente 1>"])
def test_restored_however_the_model_wrote_it(written: str) -> None:
    vault = Vault()
    REDACTOR.redact("Paciente: Juan Carlos Ramírez Soto", vault)
    assert vault.restore(f"Se cita a {written}.") == "Se cita a Juan Carlos Ramírez Soto."


def test_invented_surrogate_is_caught_and_left() -> None:
    vault = Vault()
    REDACTOR.redact("Paciente: Juan Carlos Ramírez Soto", vault)
    text = "<PACIENTE_1> y <MEDICO_7>, NSS <nss_3>"
    assert vault.unknown_surrogates(text) == ["<MEDICO_7>", "<NSS_3>"]
    assert "<MEDICO_7>" in vault.restore(text)


def test_surrogate_typed_by_the_user_is_never_handed_out() -> None:
    vault = Vault()
    redaction = REDACTOR.redact("Modelo: <PACIENTE_1>. Paciente: Juan Carlos Ramírez Soto", vault)
    assert "<PACIENTE_2>" in redaction.text
    assert vault.restore("<PACIENTE_1>") == "<PACIENTE_1>"


def test_vault_cannot_be_stored_or_shown() -> None:
    vault = Vault()
    REDACTOR.redact(NOTE, vault)
    assert "Luna" not in repr(vault)
    with pytest.raises(TypeError):
        pickle.dumps(vault)


def test_redacting_twice_changes_nothing() -> None:
    once = REDACTOR.redact(NOTE).text
    assert REDACTOR.redact(once).text == once
