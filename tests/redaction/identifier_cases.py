# ruff: noqa: E501 - layouts stay on one line
"""Identifiers in layouts and contexts drawn at random: what ``test_identifier_fuzz.py`` redacts."""

import random
import string
from collections.abc import Callable, Iterator
from typing import NamedTuple

from stdnum import luhn

from guardrails.redaction.training.identifiers import Identifiers

PLACES = ["Apizaco", "Tehuacán", "Mérida", "Uruapan", "Nogales"]


class Case(NamedTuple):
    """A line with one identifier of a kind in it."""

    kind: str
    text: str
    value: str


LABELS = {
    "NSS": ("NSS", "N.S.S.", "nss", "Núm. de seguridad social", "afiliación", "num afil", "seguro social"),
    "CURP": ("CURP", "curp", "C.U.R.P.", "clave única"),
    "RFC": ("RFC", "R.F.C.", "rfc con homoclave"),
    "INE": ("INE", "clave de elector", "credencial para votar"),
    "AGREGADO": ("agregado", "agr.", "Agregado médico"),
    "CLABE": ("CLABE", "cuenta clabe", "clabe interbancaria"),
    "TELEFONO": ("tel", "Teléfono", "cel.", "celular", "whatsapp", "tel. de recados"),
    "CORREO": ("correo", "e-mail", "mail"),
    "CEDULA": ("céd. prof.", "cédula profesional", "Ced.", "D.G.P."),
    "MATRICULA": ("matrícula", "mat.", "MAT"),
    "FOLIO": ("folio", "expediente", "exp.", "no. de orden"),
    "PASAPORTE": ("pasaporte", "Pasaporte núm."),
    "PLACA": ("placas", "placa", "vehículo placas"),
    "CP": ("C.P.", "CP", "código postal"),
    "FECHA": ("fecha de nacimiento", "F. nac.", "ingreso", "FUM", "operada el", "cita"),
    "UNIDAD": ("adscripción", "referido de", "unidad", "enviada a"),
}
LABELLED = (
    "{label}: {v}", "{label} {v}", "{label}:{v}", "{label} : {v}", "{label}= {v}", "{label}\n{v}", "{label}: {v}, vigente", "dice que su {label} es {v}", "({label} {v})",
    "| {label} | {v} |", "{label}\t{v}", "{label} - {v}", "{label} ..... {v}", "«{label} {v}»", "{label} num. {v}", "* {label}: {v} *", "{label} {v}; TA 120/80", "Glu 110. {label} {v}. Hb 13",
)  # fmt: skip
BARE = (
    "paciente con {v} acude", "{v}", "px {v} TA 130/80", "Datos | {v} | 54 a | F", "(al reverso de la hoja: {v})", "se anota {v} en la libreta", "{v}/F/54", "fem 54 a, {v}, DM2", "«{v}»", "> {v}",
    "hoja pegada:\n{v}\nsin más datos", "según vigencia {v} correcto",
)  # fmt: skip
ALONE = {"NSS", "CURP", "RFC", "INE", "AGREGADO", "CLABE", "CORREO", "FECHA", "UNIDAD"}  # known by form alone


def _makers(rng: random.Random) -> dict[str, Callable[[], str]]:
    ids = Identifiers(rng, PLACES)

    def nss() -> str:
        base = ids.digits(10)
        number = base + luhn.calc_check_digit(base)
        cuts = rng.choice(((11,), (4, 2, 2, 2, 1), (4, 2, 4, 1), (2, 2, 2, 4, 1), (10, 1), (4, 2, 2, 3)))
        parts, at = [], 0
        for size in cuts:
            parts.append(number[at : at + size])
            at += size
        return rng.choice((" ", "-", ".", " ", "-")).join(parts)

    def clabe() -> str:
        base = ids.digits(17)
        total = sum(int(one) * weight % 10 for one, weight in zip(base, (3, 7, 1) * 6, strict=False))
        number = base + str((10 - total % 10) % 10)
        return number if rng.random() < 0.5 else f"{number[:3]} {number[3:6]} {number[6:17]} {number[17]}"

    def rfc() -> str:
        letters = "".join(rng.choice(string.ascii_uppercase) for _ in range(rng.choice((3, 4, 4, 4))))
        gap = rng.choice(("", "", "-", " "))
        return f"{letters}{gap}{ids.compact_date()}{gap}" + "".join(rng.choice(string.digits + "ABCDEFGH") for _ in range(2)) + rng.choice("0123456789A")

    def phone() -> str:
        value = ids.phone()
        while sum(one.isdigit() for one in value) < 10:
            value = ids.phone()
        return value

    return {
        "NSS": nss, "CURP": lambda: ids.curp().replace("/", "-"), "RFC": rfc, "INE": ids.ine, "AGREGADO": ids.aggregate, "CLABE": clabe, "TELEFONO": phone,
        "CORREO": lambda: ids.mail("Lucía Tzec Poot"), "CEDULA": lambda: ids.digits(rng.choice((7, 8))), "MATRICULA": lambda: ids.digits(rng.choice((7, 8, 9))),
        "FOLIO": ids.folio, "PASAPORTE": lambda: rng.choice("GNC") + ids.digits(8), "PLACA": ids.plate, "CP": lambda: ids.digits(5), "FECHA": ids.date,
        "UNIDAD": lambda: f"{rng.choice(('UMF', 'HGZ', 'HGR', 'HGZ/MF', 'HGSZ', 'umf', 'hgz', 'U.M.F.'))} {rng.choice(('', 'No. ', '#', 'núm. '))}{rng.randrange(1, 250)}",
    }  # fmt: skip


def _typed(kind: str, value: str, rng: random.Random) -> str:
    """Small letters, and for numbers what a scanner makes of 0 and 1."""
    draw = rng.random()
    if draw < 0.2 and kind not in ("CORREO",):
        return value.lower()
    if draw < 0.3 and kind in ("NSS", "TELEFONO") and value[:1].isdigit():
        return value.replace("0", "O", 1) if rng.random() < 0.5 else value.replace("1", "l", 1)
    return value


def cases(seed: int, each: int) -> Iterator[Case]:
    """``each`` lines of every kind."""
    rng = random.Random(seed)
    for kind, make in _makers(rng).items():
        for _ in range(each):
            value = _typed(kind, make(), rng)
            template = rng.choice(BARE) if kind in ALONE and rng.random() < 0.4 else rng.choice(LABELLED)
            yield Case(kind, template.format(label=rng.choice(LABELS[kind]), v=value), value)
