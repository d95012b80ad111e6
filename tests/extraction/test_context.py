"""Negation, subject, certainty, laterality and temporality."""

from __future__ import annotations

import pytest

from copilot.domain import Section, Span
from copilot.extraction import contexts, extract
from copilot.extraction.context import Context


def _of(text: str, words: str) -> Context:
    return next(f.context for f in contexts(text) if f.text.lower() == words)


@pytest.mark.parametrize(
    ("text", "words", "negated"),
    [
        ("Niega DM, HAS, cardiopatías y alergias", "has", True),
        ("Niega fiebre. Refiere tos", "tos", False),
        ("sin fiebre, tos ni disnea", "tos", True),
        ("sin fiebre, con tos", "tos", False),
        ("abdomen sin datos de irritación peritoneal, dolor abdominal en FID", "dolor abdominal", False),
        ("Murphy negativo, Giordano positivo", "murphy", True),
        ("Murphy negativo, Giordano positivo", "giordano", False),
        ("tabaquismo interrogado y negado", "tabaquismo", True),
        ("no solo fiebre", "fiebre", False),
        ("la tos no cede", "tos", False),
        ("sin disnea sin fiebre pero con edema", "edema", False),
    ],
)
def test_negation(text: str, words: str, negated: bool) -> None:
    assert _of(text, words).negated is negated


@pytest.mark.parametrize(
    ("text", "words", "subject"),
    [
        ("AHF: madre con DM2, padre finado por IAM. APP: HAS", "dm2", "familiar"),
        ("AHF: madre con DM2, padre finado por IAM. APP: HAS", "has", "paciente"),
        ("traído por su madre por fiebre", "fiebre", "paciente"),
        ("Madre refiere diarrea desde ayer", "diarrea", "paciente"),
        ("hermana con asma", "asma", "familiar"),
    ],
)
def test_subject(text: str, words: str, subject: str) -> None:
    assert _of(text, words).subject == subject


@pytest.mark.parametrize(
    ("text", "words", "certainty"),
    [
        ("Probable apendicitis vs IVU", "apendicitis", "probable"),
        ("Se descarta neumonía", "neumonía", "descartado"),
        ("No se descarta TEP", "tep", "probable"),
        ("neumonía basal derecha", "neumonía", "confirmado"),
    ],
)
def test_certainty(text: str, words: str, certainty: str) -> None:
    assert _of(text, words).certainty == certainty


def test_laterality_and_hypotheses() -> None:
    assert _of("edema de tobillo izquierdo", "edema").laterality == "izquierda"
    assert _of("Giordano bilateral positivo", "giordano").laterality == "bilateral"
    assert _of("acudir a urgencias si presenta fiebre", "fiebre").temporality == "hipotetico"


def test_a_negation_does_not_cross_into_the_next_section_of_run_on_text() -> None:
    text = "no gaseosas dm2 descontrolada"
    cut = text.index("dm2")
    found = extract(text, [(Span(0, cut), Section.PADECIMIENTO_ACTUAL), (Span(cut, len(text)), Section.DIAGNOSTICOS)])
    assert [(d.text, d.certainty) for d in found.diagnoses] == [("dm2 descontrolada", "confirmado")]
