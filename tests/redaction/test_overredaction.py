
"""Clinical values are never touched: each line must come back unchanged."""

import pytest

from guardrails.redaction import Redactor

REDACTOR = Redactor()
LINES = [
    "escolaridad: esc. prim completa, madre esc sec trunca",
    "sat 91 aa, FC 118 a 96, glucosa capilar de 112 a 168",
    "actividad uterina 3/10/40, FCF 142, 38.2 SDG",
    "gasometría 7.31/38/71, HCO3 19, lactato 2.1",
    "Rx col lumbar: rectificación; col cervical sin lesión",
    "úlcera cerrada cr 1.6, tfg 46",
    "neumonía adquirida en la comunidad, PSI III",
    "lesión de Hill-Sachs, incisión de Rocky-Davis, síndrome de Stevens-Johnson",
    "Scarff-Bloom-Richardson grado 2, Guillain-Barré, Hughes 3",
    "criterios de Tokio II, Ottawa positivo, Praga C0M1, bolsa de Bogotá",
    "lote de vacuna 0133N011, lote 037G5021, NOM-046, CIE-10 E11.9",
    "PEG-3350 17 g, CA-125 35, HLA-B27 negativo, hoja 4-30-8",
    "Metformina 850 mg c/12 h por 30 días, losartán 50 mg c/24 h",
    "enf de Graves, enf. de Parkinson, sx de Sjögren",
    "peso 90 kg, talla 1.60, IMC 35.1, Barthel 95, Karnofsky 90",
    "DHL 489, TGO 210, leucocitos 12500, plaquetas 245000",
    "cama 12 libre, cama 14 en aislamiento, cubículo 3",
    "la señora viene por resultados; el señor anda en camino",
    "su hija cocina sin sal, la cuñada firmó con huella",
    "come en la calle, refresco diario; vive en cuarto prestado",
    "se envía a clínica del dolor y a clínica de heridas",
    "trabaja en maquila de lunes a sábado, turno vespertino",
    "DM2 desde 2009, HAS desde 2015 en tratamiento con losartán",
    "última mastografía en marzo, papanicolaou en 2021",
    "HAS dx 2010, IAM 2017 con stent, nefrectomía 2018",
    "lesionado por rina en via publica, control en medicina familiar",
    "bolsa 2000 ml, paquete globular 300 ml, suero 1000 cc p/8 h",
]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_clinical_line_stays(line: str) -> None:
    assert REDACTOR.redact(line).text == line
