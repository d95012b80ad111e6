# ruff: noqa: E501  (long patterns and messages are kept on one line)
"""Vital signs in the styles physicians use; and what only looks like one."""

from __future__ import annotations

import pytest
from clinical_markup import parse

from copilot.extraction import extract

FOUND = [
    '<vital ta="130/80">TA 130/80</vital> <vital fc="78">FC78</vital>x\' <vital fr="18">fr 18</vital> <vital temperatura="36.4">T 36.4</vital> '
    '<vital sato2="94">sat 94</vital>% aa',
    '<vital ta="130/80">T/A: 130-80</vital>, <vital fc="78">fc 78</vital> lpm, <vital temperatura="36.4">temp 36,4</vital>°C',
    '<vital ta="130/80">ta130/80</vital>',
    '<vital ta="130/80">presión de 130 sobre 80</vital>',
    '<vital ta="130/80">presión ciento treinta ochenta</vital> <vital fc="78">frecuencia cardiaca setenta y ocho</vital>',
    '<vital ta="130/80">ciento treinta sobre ochenta milímetros de mercurio</vital>',
    '<vital temperatura="36.5">temperatura treinta y seis punto cinco</vital>',
    '<vital sato2="94">SpO2 94</vital> <vital glucosa_capilar="245">DXT 245</vital>',
    '<vital glucosa_capilar="245">glucemia capilar 245</vital>',
    '<vital peso="72.5">peso 72.5 kg</vital> <vital talla="1.60">talla 1.60</vital> <vital imc="28">IMC 28</vital>',
    '<vital ta="120/70">TA 120/70</vital>, <vital peso="72">72 kg</vital>, <vital talla="1.60">1.60 m</vital>',
    'RN <vital peso="3200">peso 3200 g</vital> <vital talla="50">talla 50 cm</vital> <vital perimetro_cefalico="34">PC 34 cm</vital> '
    '<vital apgar="8/9">Apgar 8/9</vital>',
    '<vital glasgow="15">Glasgow 15</vital>, <vital eva="8">dolor 8/10</vital>',
    'FU <vital fcf="144">FCF 144</vital>',
    '<vital ta="180/110">TA 180/110</vital> y 30 min después <vital ta="150/90">150/90</vital>',
    '<vital ta="142/80">TA acostado 142/80</vital>',
    '<vital ta="30/180">TA 30/180</vital> <vital fc="800">FC 800</vital> <vital temperatura="63.4">T 63.4</vital>',
]


@pytest.mark.parametrize("marked", FOUND)
def test_vital_signs_are_found_where_they_stand(marked: str) -> None:
    text, marks = parse(marked)
    found = extract(text).vitals
    for mark in marks:
        ((name, value),) = mark.attrs.items()
        hits = [
            v
            for v in found
            if v.name == name and v.value == value and v.span.start < mark.end and mark.start < v.span.end
        ]
        assert hits, f"{name}={value} no encontrado en {text!r}: {found}"
    assert len(found) == len(marks) or "FU" in text, found


@pytest.mark.parametrize(
    "text",
    [
        "afebril, eupneico",
        "pérdida de peso de 5 kg en 3 meses",
        "nota del 12/03/2024 y TA <FECHA_1>",
        "fractura T12, disco L4-L5",
        "lesión que mide 3 cm",
        "fiebre de 3 días de evolución",
        "acudir si fiebre >38.5",
        "<TELEFONO_1> <NSS_1>",
        "peso ideal 60 kg",
        "FR 14 UI/ml",
    ],
)
def test_what_is_no_vital_sign_is_left_alone(text: str) -> None:
    assert extract(text).vitals == ()


def test_offsets_are_those_of_the_text_given_with_accents_crlf_and_spoken_numbers() -> None:
    text = "Señora 👵 <PACIENTE_1>\r\npresión de ciento cuarenta sobre noventa\tpulso ochenta y dos"
    for vital in extract(text).vitals:
        assert text[vital.span.start : vital.span.end].startswith(("presión", "pulso"))
    assert [v.value for v in extract(text).vitals] == ["140/90", "82"]


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("ta130/80fc78fr18t36.5sat96%", "fc", "78"),
        ("TA 13080 fc 88", "ta", "130/80"),
        ("T/A 12/8 mmHg", "ta", "12/8"),
        ("presión ciento veinte setenta perdón digo ciento treinta sobre setenta", "ta", "130/70"),
        ("RN apgar 8/9 3,120 g talla 50", "peso", "3120"),
        ("PESO=59,800 TALLA=1.60", "peso", "59.800"),
        ("mide 1 metro con 62", "talla", "1.62"),
    ],
)
def test_unusual_ways(text: str, name: str, value: str) -> None:
    assert [v.value for v in extract(text).vitals if v.name == name] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "meta TA < 130/80, avisar si T > 38 o sat < 90",
        "cérvix 5 cm, 80%, membranas íntegras",
        "tracción cutánea 3 kg",
        "emb 36.6 sdg",
        "Ca 125 de 36.5",
    ],
)
def test_no_sign(text: str) -> None:
    assert extract(text).vitals == ()
