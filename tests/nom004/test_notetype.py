# ruff: noqa: E501  (long patterns and messages are kept on one line)
# ruff: noqa: E501  (long patterns and messages are kept on one line)
"""The note type from the text."""

from __future__ import annotations

import pytest

from copilot.domain import NoteType
from copilot.notetype import likely_type, recognise
from copilot.sections.labelled import TUNING_VOICES, read_notes


@pytest.mark.parametrize(
    ("text", "note_type"),
    [
        (
            "HISTORIA CLINICA. Ficha de identificación: femenino de 40 a. AHF: madre DM2. APNP: casa propia. APP: negados. PA: tos",
            "historia_clinica",
        ),
        (
            "Acude a control de HAS, se refiere asintomático, TA 130/80. Continúa mismo manejo, cita en 1 mes",
            "evolucion",
        ),
        ("NOTA DE URGENCIAS masc 20 a traído por ambulancia tras caída hace 1 h. Triage amarillo", "urgencias"),
        (
            "Interconsulta a cardiología. Se nos solicita valoración por soplo. Sugerencias: ecocardiograma",
            "interconsulta",
        ),
        (
            "Nota de referencia. Motivo de envío: valoración por cirugía. Unidad que envía UMF, se envía a HGZ",
            "referencia",
        ),
        ("Nota preoperatoria. Dx: colelitiasis. Plan quirúrgico: colecistectomía. ASA II, ayuno 8 h", "preoperatoria"),
        (
            "Cirugía realizada: apendicectomía. Hallazgos: apéndice perforada. Sangrado 50 ml. Cuenta de gasas completa",
            "postoperatoria",
        ),
        ("Fecha de ingreso 2/3. Durante su estancia recibió antibiótico. Egresa por mejoría a domicilio", "egreso"),
    ],
)
def test_recognised(text: str, note_type: str) -> None:
    guess = recognise(text)
    assert guess.note_type is NoteType(note_type), guess
    assert all(cue in text for cue in guess.cues)


@pytest.mark.parametrize(
    ("text", "note_type"),
    [
        (
            "masc 58a acude a urg por dolor opresivo retroesternal de 3 hrs, ta 160/90 fc 104, ekg con st elevado v1-v4, "
            "asa 300 clopidogrel 300, traslado a hemodinamia",
            "urgencias",
        ),
        (
            "fem 40 a urgencias por caida de escalera dolor de tobillo, rx sin fractura, vendaje, alta a casa",
            "urgencias",
        ),
        ("viene a su control de dm e hipertension trae labs glucosa 140 sigue igual cita en 2 meses", "evolucion"),
        (
            "se hizo apendicectomia, apendice perforada, sangrado 50, gasas completas, pasa a recuperacion",
            "postoperatoria",
        ),
        (
            "ingreso por neumonia, 5 dias de ceftriaxona, mejoro, se va a su casa con amoxi, cita abierta a urgencias",
            "egreso",
        ),
    ],
)
def test_run_on_notes(text: str, note_type: str) -> None:
    assert recognise(text).note_type is NoteType(note_type)


def test_voices_never_trained_on() -> None:
    tuning = [n for n in read_notes() if n.voice in TUNING_VOICES]
    right = sum(recognise(n.text, n.statements).note_type is n.note_type for n in tuning)
    assert right >= 0.85 * len(tuning)


def test_the_readers_word_counts_beside_the_words() -> None:
    guess = recognise("viene a su control de dm e hipertension trae labs glucosa 140 sigue igual cita en 2 meses")
    assert likely_type(guess, {}) is guess.note_type
    assert likely_type(recognise("hola"), {NoteType.EGRESO: 1.0}) is NoteType.EGRESO


def test_no_cue_is_said_by_the_score() -> None:
    assert recognise("hola").score == 0.0
