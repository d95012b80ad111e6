"""Alerts: what must be seen before signing, and the ordinary notes that must stay silent."""

from __future__ import annotations

import pytest

from copilot.extraction import extract
from copilot.extraction.plausibility import alerts


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("TA 30/180", "valor_imposible"),
        ("FC 800", "valor_imposible"),
        ("T 63.4", "valor_imposible"),
        ("SatO2 150", "valor_imposible"),
        ("peso 1.60 talla 72", "valor_imposible"),
        ("Glasgow 18", "valor_imposible"),
        ("peso 72 kg talla 1.60 IMC 35", "imc_discrepante"),
        ("glucosa 5.6", "unidad_dudosa"),
        ("sodio 1380", "valor_imposible"),
        ("hemoglobina 132", "unidad_dudosa"),
        ("metformina 850 g c/12h", "dosis_inusual"),
        ("levotiroxina 100 mg c/24h", "dosis_inusual"),
        ("losartan 50 mcg", "dosis_inusual"),
        ("alérgica a penicilina. Plan: amoxicilina 500 mg c/8h", "alergia"),
        ("alergia a penicilina. Se indica ampicilina 1 g IV", "alergia"),
        ("alergia a AINE, se indica ketorolaco 30 mg IV", "alergia"),
        ("alérgico a sulfas; TMP/SMX 160/800", "alergia"),
        ("alergia a cefalosporinas. ceftriaxona 1 g IV", "alergia"),
        ("alergia a penicilina; se da ceftriaxona 1 g", "alergia"),
        ("Niega HAS. APP: HAS de 10 años", "contradiccion"),
        ("alergias negadas. Alérgico a sulfas", "contradiccion"),
        ("fractura de tobillo derecho. Férula por fractura de tobillo izquierdo", "lateralidad"),
    ],
)
def test_alert(text: str, kind: str) -> None:
    found = alerts(extract(text), text)
    assert kind in {a.kind for a in found}, found
    for alert in found:
        assert alert.message.endswith(".") and all(text[s.start : s.end] for s in alert.spans)


@pytest.mark.parametrize(
    "text",
    [
        "TA 150/90, a las 2 h TA 130/80 FC 78 FR 18 T 36.4 SatO2 94%",
        "RN peso 3200 g talla 50 cm PC 34 Apgar 8/9",
        "peso 72 kg talla 1.60 m IMC 28.1",
        "Niega HAS. Madre con HAS",
        "alérgico a penicilina, se indica azitromicina 500 mg VO c/24h",
        "alergia a AINE: evitar ketorolaco; paracetamol 1 g VO c/8h",
        "edema de tobillo derecho y de tobillo izquierdo",
        "levotiroxina 100 mcg VO en ayuno, digoxina 0.25 mg VO c/24h, enoxaparina 60 mg SC c/12h",
        "DXT 560, Hb 4.2, K 7.1, pH 6.9, FC 180, T 41, SatO2 62%",
        "fractura de radio derecho. Antecedente de fractura de radio izquierdo hace 10 años",
        "Sin fiebre ayer. Hoy fiebre de 38.5",
        "",
    ],
)
def test_silence(text: str) -> None:
    assert alerts(extract(text), text) == []
