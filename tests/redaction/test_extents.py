# ruff: noqa: E501 - patterns and word lists stay on one line
"""A place is hidden with what belongs to it, and no further; the quick pass does the same sums as the slow one."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from guardrails.redaction import Redactor, encoder, network, reading, weights
from guardrails.redaction.forward import Forward

REDACTOR = Redactor()


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Vive en calle Hidalgo 14, col. Centro, atrás de la capilla, portón verde. Niega alergias.", ("Hidalgo", "capilla", "portón")),
        ("Trabaja en el mercado de abastos de Guadalajara. Niega tabaquismo.", ("mercado", "Guadalajara")),
        ("57 años, trailero de fletes el correcaminos de huimanguillo desde hace 3 años", ("correcaminos", "huimanguillo")),
        ("Lo mandaron a la 48 pero su clínica es otra.", ("48",)),
        ("Se recibe el domingo 12 de mayo de 2024 a las 9.", ("domingo", "12 de mayo")),
        ("DPCA desde ene 2025, biopsia ago 2024.", ("ene 2025", "ago 2024")),
        ("CURP B A O J 8 5 0 6 1 4 H N L R L S 0 5", ("8 5", "R L S")),
        ("CURP be, a, o, jota, ochenta y cinco cero seis catorce, hache ene ele erre ele ese cero cinco", ("ochenta y cinco", "erre")),
        ("teléfono del familiar cincuenta y cinco treinta y uno veintidós cuarenta y ocho noventa", ("cincuenta", "noventa")),
        ("Recibió radioterapia entre marzo y abril de 2000 en otra unidad.", ("marzo", "2000")),
        ("Colirio de dorzolamida (Trusopt®, Farmalux Ibérica, Barcelona, España) cada 12 h.", ("Farmalux", "Barcelona")),
        ("Validó: Q.F.B. Lázaro Tun, céd. 6182934", ("Lázaro", "Tun")),
        ("Cumplió 94 y tantos en enero", ("94",)),
    ],
)  # fmt: skip
def test_whole_datum_disappears(text: str, gone: tuple[str, ...]) -> None:
    redacted = REDACTOR.redact(text).text
    assert not [one for one in gone if one in redacted]


@pytest.mark.parametrize(
    "text",
    [
        "Dolor atrás de la rodilla, cerca de la inserción del tendón.",
        "EVA 3/10, cita en 3/12, soplo 2/VI, Rx con 2/5 hallazgos.",
        "Citas los lunes y jueves 16:00 h; ejercicio 5/7 días.",
        "Se deja en el hospital general, turno vespertino.",
    ],
)
def test_prose_stays(text: str) -> None:
    assert REDACTOR.redact(text).text == text


def test_the_pass_without_modules_does_the_same_sums() -> None:
    facts, state = weights.read(network.MODEL_DIR)
    words = reading.read_words("Paciente Juana Gómez Santiz, vive en Tenejapa.\nNSS 1234", network.Reader().vocabulary)
    window = tuple(torch.from_numpy(np.array(one)) for one in reading.tensors(words, 0, len(words.offsets)))
    with torch.inference_mode():
        slow = encoder.load(network.MODEL_DIR)(*(one.unsqueeze(0) for one in window))
        quick = Forward(facts, state, torch.float32, 288)([window])[0]  # type: ignore[list-item]
    assert all(torch.allclose(one[0], other, atol=1e-4) for one, other in zip(slow, quick, strict=True))


def test_an_inside_without_its_begin_joins_the_entity_before() -> None:
    scores = np.log(np.array([[0.1, 0.8, 0.1], [0.6, 0.0001, 0.3999], [0.1, 0.0001, 0.8999], [0.98, 0.01, 0.01]]))
    assert [one[:3] for one in reading.decode(scores)] == [(0, 3, 0)]


def test_start_leaves_spacy_alone() -> None:
    code = "import sys, guardrails.redaction.redactor; assert 'spacy' not in sys.modules and 'transformers' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_who_asks_for_presidio_gets_it_whole() -> None:
    from presidio_analyzer import AnalyzerEngine

    from guardrails.redaction import presidio

    assert AnalyzerEngine is not presidio.AnalyzerEngine
    assert isinstance(vars(sys.modules["presidio_analyzer.nlp_engine.spacy_nlp_engine"])["Doc"], type)
    assert vars(sys.modules["presidio_analyzer.nlp_engine.spacy_nlp_engine"])["Doc"].__module__.startswith("spacy")
