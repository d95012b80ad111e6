"""Where the section reader may part a statement."""

from __future__ import annotations

import pytest

from copilot.sections.reader import _leans, load_reader
from copilot.settings import get_settings


def test_a_name_in_two_surrogates_is_not_parted() -> None:
    text = (
        "Sra de 33 años, chocó hace 40 minutos, viene con su hermano <FAMILIAR_1> que iba de copiloto y salió ileso. "
        "Choque lateral lado conductor en <DIRECCION_1> y <FAMILIAR_3> <FAMILIAR_2>, moto contra auto no, dos autos, "
        "ella manejaba, sí traía cinturón, bolsa no abrió. No perdió conocimiento."
    )
    found = load_reader(get_settings()).read(text)
    assert not [one for one in found.statements if one.clause.text.startswith("<FAMILIAR_2>")]


@pytest.mark.parametrize(
    ("before", "after", "leans"),
    [
        ("en <FAMILIAR_3> ", "<FAMILIAR_1>, moto", True),
        ("firma <MEDICO_TRATANTE_1> ", "<MEDICO_TRATANTE_2>", True),
        ("atiende <MEDICO_1> ", "<FECHA_1> consulta", False),
        ("TA > ", "<140 meta", False),
        ("niega <FAMILIAR_3>. ", "<FAMILIAR_1> refiere", False),
    ],
)
def test_only_surrogates_of_one_kind_side_by_side_lean_on_each_other(before: str, after: str, leans: bool) -> None:
    assert _leans(before + after, len(before)) is leans
