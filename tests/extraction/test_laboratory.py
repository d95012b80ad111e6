# ruff: noqa: E501  (long patterns and messages are kept on one line)
"""Laboratory values as they are jotted down; doses of electrolytes are not results."""

from __future__ import annotations

import pytest
from clinical_markup import parse

from copilot.extraction import extract

FOUND = [
    '<lab hemoglobina="12.3">Hb 12.3</lab> <lab leucocitos="9.8">leu 9.8</lab> <lab plaquetas="245">plaq 245 mil</lab> <lab hematocrito="36">hto 36</lab>',
    '<lab leucocitos="12500">leucos 12,500</lab>, <lab glucosa="245">glu 245</lab> <lab urea="45">urea 45</lab> <lab creatinina="1.2">creat 1.2</lab>',
    '<lab sodio="138">Na 138</lab> <lab potasio="4.2">K 4.2</lab> <lab cloro="101">Cl 101</lab>',
    '<lab ast="35" alt="40">TGO/TGP 35/40</lab>, <lab bilirrubina_total="1.2">BT 1.2</lab> <lab fosfatasa_alcalina="120">FA 120</lab>',
    '<lab hba1c="8.2">HbA1c 8.2%</lab>',
    '<lab hba1c="7.6">hemoglobina glucosilada de siete punto seis</lab>',
    'EGO <lab ego_nitritos="positivos">nitritos positivos</lab>, <lab ego_leucocitos="25-30">leucocitos 25-30/campo</lab>',
    'gasometría <lab ph="7.32">pH 7.32</lab> <lab pco2="28">pCO2 28</lab> <lab hco3="14">HCO3 14</lab> <lab lactato="2.3">lactato 2.3</lab>',
    '<lab tsh="5.4">TSH 5.4</lab> <lab pcr="12">PCR 12 mg/L</lab> <lab tp="12">tp 12</lab> <lab inr="1.1">INR 1.1</lab>',
    '<lab potasio="3.2">potasio 3.2</lab>, magnesio 1 g IV',
]


@pytest.mark.parametrize("marked", FOUND)
def test_results(marked: str) -> None:
    text, marks = parse(marked)
    found = {(v.name, v.value) for v in extract(text).laboratory}
    assert found == {item for mark in marks for item in mark.attrs.items()}


@pytest.mark.parametrize(
    "text",
    [
        "KCl 20 mEq en 500 ml",
        "vitamina K 10 mg IM",
        "G3 P2 A0 C1",
        "TSH en 6 meses",
        "calcio 500 mg cada 12 horas",
        "hemodiálisis hace 3 años",
        "gluconato de calcio 1 g",
    ],
)
def test_orders_and_dates_are_not_results(text: str) -> None:
    assert extract(text).laboratory == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Hb 9.1 (previa 12.2)", [("hemoglobina", "9.1")]),
        ("LCR: leucos 320, glucosa 30, proteinas 180", []),
        ("se solicita hb, plaquetas y creatinina para la próxima cita en 2 semanas", []),
        ("albúmina 20 y furosemida 40", []),
        ("VIH/VDRL no reactivos", [("vih", "no reactivos"), ("vdrl", "no reactivos")]),
        ("hipokalemia de 2.8", [("potasio", "2.8")]),
        ("ego con 20 leucos nitritos +", [("ego_leucocitos", "20"), ("ego_nitritos", "+")]),
    ],
)
def test_what_counts_as_a_result(text: str, values: list[tuple[str, str]]) -> None:
    assert [(v.name, v.value) for v in extract(text).laboratory] == values
