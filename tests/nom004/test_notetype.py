# ruff: noqa: E501  (long patterns and messages are kept on one line)
# ruff: noqa: E501  (long patterns and messages are kept on one line)
"""The note type from the text."""

from __future__ import annotations

import pytest

from copilot.domain import NoteType
from copilot.notetype import recognise


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


def test_no_cue_is_said_by_the_score() -> None:
    assert recognise("hola").score == 0.0
