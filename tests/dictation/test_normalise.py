"""Numbers and units as clinicians write them; what is not plainly a number stays as it was said."""

from __future__ import annotations

import pytest

from copilot.dictation.normalise import mark_drugs, normalise, write
from copilot.dictation.shapes import Mark, Word


@pytest.mark.parametrize(("spoken", "written"), [
    ("tensión arterial de ciento treinta sobre ochenta", "tensión arterial de 130/80"),
    ("TA 130 sobre 80 milímetros de mercurio.", "TA 130/80 mmHg."),
    ("femenina de 50 y 4 años, frecuencia de 80 y 8", "femenina de 54 años, frecuencia de 88"),
    ("glucosa de 180 y 6, temperatura de 30 y 8.5 grados", "glucosa de 186, temperatura de 38.5 °C"),
    ("paracetamol quinientos miligramos cada ocho horas por tres días",
     "paracetamol 500 mg c/8 h por 3 días"),
    ("metformina ochocientos cincuenta miligramos cada doce horas", "metformina 850 mg c/12 h"),
    ("cada veinticuatro horas", "c/24 h"),
    ("temperatura treinta y ocho punto cinco grados", "temperatura 38.5 °C"),
    ("temperatura de 38,5 grados centígrados", "temperatura de 38.5 °C"),
    ("flexión de noventa grados", "flexión de 90°"),
    ("saturación noventa y dos por ciento", "saturación 92 %"),
    ("saturando al 92%, sin oxígeno", "saturando al 92 %, sin oxígeno"),
    ("glucosa de ciento ochenta y seis miligramos por decilitro", "glucosa de 186 mg/dL"),
    ("hemoglobina doce punto tres gramos por decilitro", "hemoglobina 12.3 g/dL"),
    ("potasio tres punto cinco miliequivalentes por litro", "potasio 3.5 mEq/L"),
    ("digoxina cero punto veinticinco miligramos", "digoxina 0.25 mg"),
    ("cero punto cero cinco miligramos por kilo", "0.05 mg/kg"),
    ("norepinefrina uno punto dos microgramos por kilo por minuto", "norepinefrina 1.2 mcg/kg/min"),
    ("leucocitos doce mil quinientos", "leucocitos 12500"),
    ("plaquetas 250 mil", "plaquetas 250000"),
    ("leucocitos 12,500", "leucocitos 12,500"),
    ("dolor ocho sobre diez", "dolor 8/10"),
    ("frecuencia cardiaca noventa y seis latidos por minuto", "frecuencia cardiaca 96 lpm"),
    ("insulina glargina veinte unidades por la noche", "insulina glargina 20 unidades por la noche"),
    ("solución mil mililitros a ochenta mililitros por hora", "solución 1000 mL a 80 mL/h"),
    ("un gramo de ceftriaxona", "1 g de ceftriaxona"),
    ("un mililitro", "1 mL"),
    ("de tres a cinco días", "de 3 a 5 días"),
    ("ciento veinte ochenta", "120 80"),
    ("entre 120 y 8", "entre 120 y 8"),
    ("dedos 3 y 4, camas 20 y 5", "dedos 3 y 4, camas 20 y 5"),
    ("peso setenta y un kilos, talla ciento sesenta y ocho centímetros", "peso 71 kg, talla 168 cm"),
    ("dos horas de evolución", "2 h de evolución"),
    ("sin fiebre punto y aparte exploración con abdomen blando", "sin fiebre.\nExploración con abdomen blando"),
    ("doscientas cincuenta unidades", "250 unidades"),
])  # fmt: skip
def test_numbers_and_units_are_written_as_in_a_note(spoken: str, written: str) -> None:
    assert normalise(spoken) == written


@pytest.mark.parametrize("text", [
    "uno de los familiares", "un dolor opresivo", "hace una hora", "la segunda semana", "al mediodía punto",
    "cada tercer día", "cada cuando come", "se sobrepone", "dolor sobre la escápula", "por la mañana y por la noche",
])  # fmt: skip
def test_what_is_not_a_number_stays_as_it_was_said(text: str) -> None:
    assert normalise(text) == text


@pytest.mark.parametrize(("spoken", "written"), [
    ("acude a las tres y media", "acude a las 3 y media"),  # 3:30 or 3.5: not ours to say
    ("una tableta y media", "1 tableta y media"),
    ("treinta ocho", "30 8"),
])  # fmt: skip
def test_what_could_be_two_things_is_not_joined(spoken: str, written: str) -> None:
    assert normalise(spoken) == written


@pytest.mark.parametrize(("spoken", "written"), [
    ("ciento veinte, ochenta", "120, 80"),
    ("treinta. Y ocho", "30. Y 8"),
    ("quinientos. Miligramos", "500. Miligramos"),
])
def test_no_number_or_unit_reaches_across_punctuation(spoken: str, written: str) -> None:
    assert normalise(spoken) == written


def test_every_number_dose_drug_and_doubtful_word_is_marked() -> None:
    said = "Se indica metformina ochocientos cincuenta miligramos cada dos horas por"
    heard = [Word(one, 0.95) for one in said.split()]
    heard.append(Word("vecindad", 0.3))
    pieces = mark_drugs(write(heard), lambda text: [(at := text.index("metformina"), at + 10, "")])
    marks = {one.text: one.marks for one in pieces}
    assert marks["metformina"] == (Mark.DRUG,)
    assert marks["850 mg"] == (Mark.DOSE,)
    assert marks["c/2 h"] == (Mark.DOSE,)
    assert marks["vecindad"] == (Mark.UNSURE,)
    assert marks["Se"] == ()


def test_numbers_that_sound_alike_carry_a_hint_and_are_never_changed() -> None:
    (piece,) = write([Word(one) for one in ("cada", "dos", "horas")])
    assert piece.text == "c/2 h"
    assert piece.hint == "¿c/12 h?"
    (piece,) = write([Word(one) for one in ("ciento", "setenta", "sobre", "setenta")])
    assert piece.text == "170/70" and piece.hint == "¿170/60?"


def test_a_doubtful_word_inside_a_number_makes_the_number_doubtful() -> None:
    (piece,) = write([Word("quinientos", 0.4), Word("miligramos", 0.9)])
    assert piece.sure == 0.4
    assert Mark.UNSURE in piece.marks and Mark.DOSE in piece.marks
