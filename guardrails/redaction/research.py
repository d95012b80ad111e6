# ruff: noqa: E501, SIM905 - patterns and word lists stay on one line
"""Realistic invented data in place of surrogates, for exports to research.

``realistic(redaction)`` returns the text with every datum replaced by another of its kind in the same style of writing, so that what a
reader overlooks hides among inventions («hiding in plain sight», Carrell et al., JAMIA 2013). Dates move by one secret number of days
a document, so intervals stay true. Invented identifiers never belong to anybody: NSS of subdelegation 00, telephones whose local part
starts with 0, CURP and RFC of the state «NE» and year 00 dates, mail at ``example.org`` (RFC 2606), CP 00000.
There is no way back from the result; the key lives only as long as the call.
"""

from __future__ import annotations

import datetime
import random
import re
import secrets

from guardrails.redaction.tokenizer import fold
from guardrails.redaction.types import Redaction

_WOMEN = "Adriana Beatriz Carolina Dolores Elena Fabiola Graciela Hortensia Irene Josefina Karina Leticia Marcela Norma Olivia Patricia Rebeca Silvia Teresa Verónica Yolanda Ximena".split()
_MEN = "Alberto Bernardo César Daniel Emilio Fernando Gerardo Héctor Ignacio Javier Leonardo Manuel Nicolás Omar Pablo Ricardo Sergio Tomás Ulises Víctor Wenceslao Raúl".split()
_SURNAMES = "Acosta Barrera Camacho Delgadillo Escobedo Figueroa Galindo Huerta Islas Jaramillo Landeros Mercado Noriega Olvera Palacios Quintero Rentería Saldaña Tovar Urbina Villaseñor Zepeda Arreola Bustos Cárdenas Duarte".split()
_STREETS = "Primavera;Las Fuentes;Los Sauces;Del Bosque;Amapola;Mirasol;Pinar;Arroyo Seco;La Cantera;Los Arcos".split(";")
_SETTLEMENTS = "Nueva Aurora;La Ladera;Los Tepozanes;El Vergel;Jardines de la Loma;Buenos Aires".split(";")
_TOWNS = "Villa Serena;San Bartolo del Llano;Puerto Sereno;Santa Inés del Monte;El Fresnal;Loma Clara".split(";")
_COMPANIES = "Manufacturas del Norte;Comercial Alameda;Servicios Integrales Brisa;Talleres Unidos;Distribuidora Horizonte".split(";")
_UNITS = {"umf": "UMF 900", "hgz": "HGZ 900", "hgr": "HGR 900", "umae": "UMAE 90", "hosp": "Hospital General del Valle", "clin": "Clínica del Valle"}
_MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii".split()


def realistic(redaction: Redaction, original: str, key: bytes | None = None) -> str:
    """The text of a redaction with invented data; ``original`` is the text that was redacted.

    ``key`` (secret bytes) makes several texts of one patient agree with each other; without it a fresh one is drawn.
    """
    forge = _Forge(key or secrets.token_bytes(16))
    parts: list[str] = []
    at = 0
    for span in redaction.spans:
        parts += [original[at : span.start], forge.other(span.type, span.surrogate, original[span.start : span.end])]
        at = span.end
    return "".join([*parts, original[at:]])


class _Forge:
    """Draws by the key and the surrogate, so one person or number stays one person or number."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        shift = random.Random(key + b"dates").randrange(30, 365)  # noqa: S311 - seeded with secret bytes
        self.days = datetime.timedelta(days=shift if key[0] % 2 else -shift)

    def other(self, kind: str, surrogate: str, value: str) -> str:
        """An invented datum of the kind, in the case and the shape of the value."""
        rng = random.Random(self.key + surrogate.encode())  # noqa: S311
        if kind.startswith("NOMBRE_"):
            return _cased(_name(value, rng), value)
        if kind == "FECHA":
            return self._date(value)
        if kind == "EDAD_90":
            return re.sub(r"\d{2,3}", "90", value) if any(one.isdigit() for one in value) else "noventa años"
        if kind == "CORREO":
            return f"contacto{rng.randrange(100, 999)}@example.org"
        if kind == "DIRECCION":
            return _cased(f"Calle {rng.choice(_STREETS)} {rng.randrange(1, 200)}, Col. {rng.choice(_SETTLEMENTS)}", value)
        if kind == "MUNICIPIO_ESTADO":
            return _cased(rng.choice(_TOWNS), value)
        if kind == "EMPLEADOR":
            return _cased(rng.choice(_COMPANIES), value)
        if kind == "UNIDAD_MEDICA":
            head = fold(value).replace(".", "")
            return next((unit for start, unit in _UNITS.items() if head.startswith(start)), "UMF 900")
        if kind == "CP":
            return "00000"
        if kind in ("CURP", "RFC"):
            return _identity(kind, value, rng)
        if kind == "NSS":
            return _digits(value, rng, "00")
        if kind == "TELEFONO" and sum(one.isdigit() for one in value) < 7:
            return "000"
        if kind == "TELEFONO":
            return _digits(value, rng, "550") if any(one.isdigit() for one in value) else "cero cero cero"
        return _digits(value, rng, "0")

    def _date(self, value: str) -> str:
        """The date moved by the secret number of days, written as it was; what can't be read becomes «fecha omitida»."""
        found = re.fullmatch(r"(\d{1,4})(\D{1,6})(\d{1,2}|[^\W\d_]{1,10})(\D{1,9})(\d{2,4})", value.strip())
        if found is None:
            return "fecha omitida"
        first, gap, month_text, gap2, last = found.groups()
        iso = len(first) == 4
        year, day = (int(first), int(last)) if iso else (int(last), int(first))
        year += 0 if year > 99 else (2000 if year <= datetime.date.today().year % 100 else 1900)
        word = fold(month_text)
        month = int(word) if word.isdigit() else _ROMAN.index(word) + 1 if word in _ROMAN else next((i + 1 for i, one in enumerate(_MONTHS) if one[:3] == word[:3]), 0)
        try:
            moved = datetime.date(year, month, day) + self.days
        except ValueError:
            return "fecha omitida"
        if word.isdigit():
            written = f"{moved.month:0{len(month_text)}d}"
        elif word in _ROMAN:
            written = _cased(_ROMAN[moved.month - 1], month_text)
        else:
            written = _cased(_MONTHS[moved.month - 1][: None if len(word) > 4 else 3], month_text)
        short = f"{moved.year % 100:02d}" if len(first if iso else last) == 2 else str(moved.year)
        dayed = f"{moved.day:0{len(last if iso else first)}d}"
        return f"{short}{gap}{written}{gap2}{dayed}" if iso else f"{dayed}{gap}{written}{gap2}{short}"


def _name(value: str, rng: random.Random) -> str:
    """As many words as the real name: a given name for a given name, surnames for the rest; initials stay initials."""
    words = re.findall(r"[^\W\d_]+\.?", value)
    from guardrails.redaction.lexicon import is_given, is_surname

    out: list[str] = []
    for word in words:
        folded = fold(word.rstrip("."))
        if folded in ("de", "del", "la", "las", "los", "y", "vda", "viuda"):
            continue
        given = is_given(folded) and (not is_surname(folded) or not out)
        fresh = rng.choice(_WOMEN if folded.endswith("a") else _MEN) if given else rng.choice(_SURNAMES)
        out.append(fresh[0] + "." if len(folded) == 1 else fresh)
    return " ".join(out) or rng.choice(_SURNAMES)


def _identity(kind: str, value: str, rng: random.Random) -> str:
    """CURP or RFC of nobody: born on the last day of 1900 in «NE»."""
    letters = "".join(rng.choice("XZWK") for _ in range(4))
    made = f"{letters}001231HNE{''.join(rng.choice('XZWK') for _ in range(3))}0{rng.randrange(10)}" if kind == "CURP" else f"{letters}001231{''.join(rng.choice('XZ09') for _ in range(3))}"
    return made.lower() if value.islower() else made


def _digits(value: str, rng: random.Random, head: str) -> str:
    """Other digits and letters in the same places; the first digits are ``head``."""
    out, used = [], 0
    for one in value:
        if one.isdigit():
            out.append(head[used] if used < len(head) else str(rng.randrange(10)))
            used += 1
        elif one.isalpha():
            out.append(rng.choice("XZWK") if one.isupper() else rng.choice("xzwk"))
        else:
            out.append(one)
    return "".join(out)


def _cased(new: str, old: str) -> str:
    letters = [one for one in old if one.isalpha()]
    if letters and all(one.isupper() for one in letters) and len(letters) > 1:
        return new.upper()
    return new.lower() if letters and all(one.islower() for one in letters) else new
