# ruff: noqa: E501 - patterns and word lists stay on one line
"""Each kind of datum in the ways notes write it: the whole datum must disappear."""

import pytest

from guardrails.redaction import Redactor

REDACTOR = Redactor()

PERSONAL = [
    ("NSS", "NSS 5082-62-1836-9", "5082-62-1836-9"),
    ("NSS", "afiliación 50826218369", "50826218369"),
    ("NSS", "nss 5082 62 1836 8 (mal tecleado)", "5082 62 1836 8"),
    ("NSS", "N.S.S.: 50 82 62 1836 9", "50 82 62 1836 9"),
    ("AGREGADO", "agregado 1M1960OR vigente", "1M1960OR"),
    ("AGREGADO", "2F 1958 PE", "2F 1958 PE"),
    ("CURP", "HEGG560427MVZRRL04", "HEGG560427MVZRRL04"),
    ("CURP", "curp: hegg-560427-mvzrrl-04", "hegg-560427-mvzrrl-04"),
    ("RFC", "RFC GODE561231GR8", "GODE561231GR8"),
    ("RFC", "rfc gode-561231", "gode-561231"),
    ("CEDULA", "céd. prof. 1234567", "1234567"),
    ("CEDULA", "Cédula profesional: 7654321", "7654321"),
    ("MATRICULA", "mat 99158674", "99158674"),
    ("MATRICULA", "Matrícula: 311 228 904", "311 228 904"),
    ("TELEFONO", "tel 55 1234 5678", "55 1234 5678"),
    ("TELEFONO", "cel. 044 222 345 6781", "044 222 345 6781"),
    ("TELEFONO", "+52 1 33 1450 7726", "+52 1 33 1450 7726"),
    ("TELEFONO", "recados (233) 112-40-55", "(233) 112-40-55"),
    ("CORREO", "escribir a ana.ruiz_7@imss.gob.mx hoy", "ana.ruiz_7@imss.gob.mx"),
    ("FECHA", "operada el 12-ene-24", "12-ene-24"),
    ("FECHA", "nació el 5 de marzo de 2024", "5 de marzo de 2024"),
    ("FECHA", "FN 03/03/1946", "03/03/1946"),
    ("FECHA", "FUM 2024-03-05", "2024-03-05"),
    ("FECHA", "guardia 24-XII-25", "24-XII-25"),
    ("CP", "C.P. 06700", "06700"),
    ("DIRECCION", "vive en Calle Benito Juárez No. 45 int. 3, Col. Centro, Puebla", "Benito Juárez No. 45"),
    ("DIRECCION", "domicilio: Mz. 4 Lt. 12, Fracc. Las Palmas", "Mz. 4 Lt. 12"),
    ("UNIDAD_MEDICA", "referido de UMF 21", "UMF 21"),
    ("UNIDAD_MEDICA", "pasa al HGZ/MF No. 8", "HGZ/MF No. 8"),
    ("EDAD_90", "paciente de 93 años", "93 años"),
    ("PLACA", "vehículo placas ABC-123-A", "ABC-123-A"),
    ("INE", "clave de elector CRDMAN91081221H700", "CRDMAN91081221H700"),
    ("FOLIO", "incapacidad folio XK447120", "XK447120"),
    ("FOLIO", "expediente 25-118273", "25-118273"),
    ("OTRO_ID", "CLABE 012180015478963214", "012180015478963214"),
    ("OTRO_ID", "pasaporte G24518807", "G24518807"),
    ("EMPLEADOR", "trabaja en la empresa Textiles Rivera S.A. de C.V.", "Textiles Rivera"),
    ("NOMBRE_PACIENTE", "Paciente: María del Carmen López Hernández", "María del Carmen López Hernández"),
    ("NOMBRE_FAMILIAR", "acude con su hija Guadalupe Ramírez", "Guadalupe Ramírez"),
    ("NOMBRE_PERSONAL", "Dra. Luna indica alta", "Luna"),
]


@pytest.mark.parametrize(("kind", "text", "datum"), PERSONAL, ids=[f"{kind}-{index}" for index, (kind, *_) in enumerate(PERSONAL)])
def test_datum_disappears(kind: str, text: str, datum: str) -> None:
    redaction = REDACTOR.redact(text)
    assert datum not in redaction.text
    start = text.index(datum)
    hidden = {at for one in redaction.spans for at in range(one.start, one.end)}
    assert all(at in hidden for at in range(start, start + len(datum)) if text[at].isalnum())
    assert kind in {one.type for one in redaction.spans}


NOT_PERSONAL = [
    "TA 130/80 FC 78 FR 18 T 36.4 SatO2 94%",
    "Glu 245 Cr 1.1 Hb 13.4 Leu 12500 Plaq 245000",
    "Murphy positivo, McBurney negativo, Blumberg dudoso",
    "Glasgow 15, sonda Foley 16 Fr, Babinski negativo",
    "enfermedad de Parkinson desde 2019",
    "hace 3 días, desde marzo, a las 10:30 h",
    "8/12 de edad, 3/7 días de tratamiento",
    "metformina 850 mg VO c/12 h, losartán 50 mg c/24 h",
    "femenina de 54 años, masculino de 89 a",
    "niega fiebre, refiere dolor en la mano derecha",
    "madre diabética, padre finado por IAM, esposa sana",
    "G3 P2 C1 A0, 38.4 SDG por Capurro",
    "flores blancas en la boca y dolores de cabeza",
    "reposo, caminar en el campo, dieta de 1500 kcal",
    "insulina NPH 20-0-10 UI",
    "lo trajo la Cruz Roja",
    "clase funcional III, ASA II, Mallampati II",
    "hipertiroidismo secundaria a enfermedad de Graves",
    "patrón respiratorio regular",
    "clínica privada para realización de cirugía",
]


@pytest.mark.parametrize("text", NOT_PERSONAL)
def test_clinical_text_stays(text: str) -> None:
    assert REDACTOR.redact(text).text == text
