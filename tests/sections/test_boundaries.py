"""Where the section reader may part a statement."""

from __future__ import annotations

from copilot.sections.reader import load_reader
from copilot.settings import get_settings


def test_a_name_in_two_surrogates_is_not_parted():
    text = (
        "Sra de 33 años, chocó hace 40 minutos, viene con su hermano <FAMILIAR_1> que iba de copiloto y salió ileso. "
        "Choque lateral lado conductor en <DIRECCION_1> y <FAMILIAR_3> <FAMILIAR_2>, moto contra auto no, dos autos, "
        "ella manejaba, sí traía cinturón, bolsa no abrió. No perdió conocimiento."
    )
    found = load_reader(get_settings()).read(text)
    assert not [one for one in found.statements if one.clause.text.startswith("<FAMILIAR_2>")]
