# ruff: noqa: E501 - patterns and word lists stay on one line
"""Invented identifiers, dates, addresses and units with the errors and groupings of real notes."""

from __future__ import annotations

import datetime
import random
import string

from stdnum import luhn

from guardrails.redaction.training.words import (
    COMPANIES,
    CONSONANTS,
    HOSPITALS,
    MONTHS,
    SETTLEMENTS,
    SHORT_MONTHS,
    STATES,
    STREETS,
)

ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
_UNITS = ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiuno", "veintidós", "veintitrés", "veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve"]
_TENS = ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"]
_TRADES = ("Confecciones", "Tortillería", "Papelería", "Estética", "Taller", "Refaccionaria", "Carnicería", "Bordados", "Purificadora", "Lavandería", "Tlapalería", "Salón", "Cocina económica", "Farmacia", "Abarrotes", "Vidriería", "maquila", "Ladrillera", "Empaques", "Minisúper")


def _said(number: int) -> str:
    """A number up to 99 in words."""
    if number < 30:
        return _UNITS[number]
    tens, unit = divmod(number, 10)
    return _TENS[tens - 3] + (f" y {_UNITS[unit]}" if unit else "")


def _said_year(year: int) -> str:
    century, rest = ("dos mil", year - 2000) if year >= 2000 else ("mil novecientos", year - 1900)
    return f"{century} {_said(rest)}" if rest else century


def _given(rng: random.Random) -> str:
    """A given name as shops carry it."""
    return rng.choice(("Lizbeth", "Yadira", "Don Beto", "Lupita", "El Güero", "Karina", "San Judas", "La Espiga", "El Porvenir", "Martínez", "Hermanos Soto", "Doña Mary", "JR", "del Centro", "La Michoacana"))


class Identifiers:
    """Draws everything that is no name."""

    def __init__(self, rng: random.Random, places: list[str]) -> None:
        self.rng = rng
        self.places = places

    def digits(self, count: int) -> str:
        """A run of random digits."""
        return "".join(self.rng.choice(string.digits) for _ in range(count))

    def nss(self) -> str:
        """Mostly valid, grouped in any way; some with a wrong digit or one missing."""
        rng = self.rng
        base = self.digits(10)
        number = base + luhn.calc_check_digit(base)
        if rng.random() < 0.2:
            number = number[:-1] + rng.choice(string.digits)
        if rng.random() < 0.05:
            number = number[:-1]
        cuts = rng.choice(((11,), (4, 2, 2, 2, 1), (4, 2, 4, 1), (2, 2, 2, 4, 1), (10, 1), (4, 2, 2, 3), (5, 6), (11,), (11,)))
        if rng.random() < 0.06:
            return rng.choice((" ", ".", "-")).join(number)
        parts, at = [], 0
        for size in cuts:
            parts.append(number[at : at + size])
            at += size
        return rng.choice((" ", "-", "-", " ", ".", " - ", "/", "-\n" if rng.random() < 0.3 else "-")).join(one for one in parts if one)

    def curp(self) -> str:
        """The shape only; the rules validate."""
        rng = self.rng
        letters = rng.choice(CONSONANTS) + rng.choice("AEIOU") + rng.choice(CONSONANTS) + rng.choice(CONSONANTS)
        tail = "".join(rng.choice(CONSONANTS) for _ in range(3))
        gap = rng.choice((" ", "-", "/")) if rng.random() < 0.12 else ""
        return gap.join((letters, self.compact_date(), f"{rng.choice('HM')}{rng.choice(('DF', 'PL', 'MC', 'VZ', 'JC', 'OC'))}{tail}", f"{rng.choice('0A1B')}{rng.choice(string.digits)}"))

    def rfc(self) -> str:
        """With or without homoclave."""
        rng = self.rng
        letters = "".join(rng.choice(CONSONANTS + "AEIOU") for _ in range(4))
        return f"{letters}{rng.choice(('', '', '-', ' '))}{self.compact_date()}" + (
            "" if rng.random() < 0.25 else "".join(rng.choice(string.digits + "ABCDEFGH") for _ in range(3))
        )

    def compact_date(self) -> str:
        """Six digits of a birth date."""
        return self.day().strftime("%y%m%d")

    def day(self) -> datetime.date:
        """A date between 1925 and 2026."""
        return datetime.date(1925, 1, 1) + datetime.timedelta(days=self.rng.randrange(37000))

    def aggregate(self) -> str:
        """Agregado médico."""
        rng = self.rng
        gap = rng.choice(("", "", "", " ", "-"))
        return gap.join((f"{rng.randrange(1, 9)}{rng.choice('MF')}", str(rng.randrange(1928, 2026)), rng.choice(("OR", "OR", "PE", "ES", "SF", "ND"))))

    def phone(self) -> str:
        """Ten digits grouped in any way, with prefixes and extensions."""
        rng = self.rng
        lada = rng.choice(("55", "33", "81", "222", "246", "999", "664", "477", "951", "744", "961", "229", "871", "667", "614", "56"))
        rest = self.digits(10 - len(lada))
        half = len(rest) // 2
        forms = [
            f"{lada}{rest}", f"{lada} {rest[:half]} {rest[half:]}", f"{lada}-{rest[:half]}-{rest[half:]}", f"({lada}) {rest[:half]}-{rest[half:]}",
            f"{lada} {rest[:2]} {rest[2:4]} {rest[4:6]} {rest[6:]}".strip(), f"+52 {lada} {rest[:half]} {rest[half:]}", f"01 {lada} {rest}",
            f"044{lada}{rest}", f"045 {lada} {rest[:half]}{rest[half:]}", f"+52 1 {lada}{rest}", f"{lada}.{rest[:half]}.{rest[half:]}", f"{rest[:half]}-{rest[half:]}",
        ]  # fmt: skip
        number = rng.choice(forms)
        return number + (f" ext. {self.digits(rng.randrange(3, 5))}" if rng.random() < 0.08 else "")

    def date(self) -> str:
        """A full date in one of the usual styles."""
        rng, day = self.rng, self.day()
        month, short = MONTHS[day.month - 1], SHORT_MONTHS[day.month - 1]
        forms = [
            day.strftime("%d/%m/%Y"), day.strftime("%d/%m/%y"), day.strftime("%d-%m-%Y"), day.strftime("%d.%m.%y"), day.strftime("%Y-%m-%d"),
            f"{day.day}/{day.month}/{day.year}", f"{day.day} de {month} de {day.year}", f"{day.day} de {month} del {day.year}", f"{day.day}-{short}-{day:%y}",
            f"{day.day}/{short.upper()}/{day.year}", f"{day:%d}{short.upper()}{day:%y}", f"{day.day} {short} {day.year}", f"{day.day}-{day.month}-{day:%y}",
            f"{day.day} {month} {day.year}", f"{day.day} de {month}", f"{day.day}/{short}/{day:%y}", day.strftime("%Y.%m.%d"), day.strftime("%Y/%m/%d"),
            f"{day.day}-{ROMAN[day.month - 1]}-{day:%y}", f"{day:%d}/{ROMAN[day.month - 1]}/{day.year}", f"{day.day}.{day.month}.{day:%y}", f"{short} {day.day}, {day.year}",
            f"{_said(day.day)} de {month} de {_said_year(day.year)}", f"{day.day} de {month} del año {day.year}", f"{day.day}-{month}-{day.year}",
        ]  # fmt: skip
        return rng.choice(forms)

    def said_phone(self) -> str:
        """A number as dictation writes it: two digits at a time, or one."""
        pairs = self.rng.random() < 0.6
        digits = "55" + self.digits(8)
        return " ".join(_said(int(digits[at : at + 2])) if digits[at] != "0" else f"cero {_said(int(digits[at + 1]))}" for at in range(0, 10, 2)) if pairs else " ".join(_said(int(one)) for one in digits)

    def bare_street(self) -> str:
        """Street and number without the word «calle»; Yucatán's crossings; numbered streets of Puebla."""
        rng = self.rng
        draw = rng.random()
        if draw < 0.2:
            return f"{rng.randrange(10, 140)}{rng.choice(('', '-A', 'B'))} {rng.choice(('x', 'por', '#' + self.digits(3) + ' x', 'núm. ' + self.digits(3) + ' por'))} {rng.randrange(10, 99)} y {rng.randrange(10, 99)}, {rng.choice(SETTLEMENTS)}"
        if draw < 0.35:
            return f"{rng.randrange(2, 40)} {rng.choice(('norte', 'sur', 'Oriente', 'Poniente', 'Norte'))} {rng.randrange(100, 9999)} {self.settlement()}"
        if draw < 0.5:
            return f"{rng.choice(SETTLEMENTS)}, manzana {rng.randrange(1, 40)} lote {rng.randrange(1, 40)}"
        if draw < 0.6:
            return f"{rng.choice(SETTLEMENTS)} {rng.choice(('edif', 'edificio', 'andador', 'retorno'))} {rng.randrange(1, 40)} {rng.choice(('depto', 'casa', 'int'))} {rng.randrange(1, 400)}"
        return f"{rng.choice(STREETS)} {rng.choice(('', '#', 'no. ', 'número '))}{rng.randrange(1, 2999)}{rng.choice(('', '', ' interior 4', ' int 3', ' altos', f' esquina {rng.choice(STREETS)}'))}{rng.choice(('', ' ' + self.settlement(), ', ' + self.settlement()))}"

    def place(self) -> str:
        """A municipality or a state."""
        rng = self.rng
        return rng.choice(STATES) if rng.random() < 0.25 else rng.choice(self.places)

    def street(self) -> str:
        """Street, number, inner number."""
        rng = self.rng
        kind = rng.choice(("Calle", "calle", "C.", "Av.", "Av", "Avenida", "Priv.", "Privada", "Cda.", "Cerrada", "Blvd.", "Calz.", "Andador", "Prol.", "Callejón", "Carr.", "Circuito", "And.", ""))
        name = rng.choice(STREETS)
        number = rng.choice((f"{rng.randrange(1, 999)}", f"No. {rng.randrange(1, 999)}", f"#{rng.randrange(1, 999)}", f"núm. {rng.randrange(1, 2999)}", "s/n", f"{rng.randrange(1, 300)}-{rng.choice('AB12')}", f"num {rng.randrange(1, 99)}"))
        inner = rng.choice(("", "", "", f" int. {rng.randrange(1, 40)}", f" Depto. {rng.randrange(1, 40)}", f" depto {rng.randrange(1, 9)}0{rng.randrange(1, 9)}", f" Mz {rng.randrange(1, 40)} Lt {rng.randrange(1, 40)}", f", edif. {rng.choice('ABC')}-{rng.randrange(1, 9)}", f" {rng.randrange(1, 5)}o piso"))
        return f"{kind} {name} {number}{inner}".strip()

    def settlement(self) -> str:
        """Colonia and the like."""
        rng = self.rng
        kind = rng.choice(("Col.", "col.", "colonia", "Colonia", "Fracc.", "Fraccionamiento", "Barrio", "Bo.", "Unidad Hab.", "U.H.", "Infonavit", "Ejido", "Ranchería", "Ra.", "Pueblo", "Ampl.", "Rancho", "col"))
        return f"{kind} {rng.choice(SETTLEMENTS)}"

    def address(self) -> str:
        """A whole address as one span."""
        rng = self.rng
        draw = rng.random()
        if draw < 0.45:
            return f"{self.street()}{rng.choice((', ', ' ', ', '))}{self.settlement()}"
        if draw < 0.65:
            return self.street()
        if draw < 0.75:
            return self.settlement()
        if draw < 0.85:
            return f"Mz. {rng.randrange(1, 90)} Lt. {rng.randrange(1, 60)}, {self.settlement()}"
        if draw < 0.92:
            return f"domicilio conocido{rng.choice((', ', ' s/n, ', ' '))}{self.settlement()}"
        return f"{rng.choice(('Carr.', 'carretera'))} {rng.choice(self.places)}-{rng.choice(self.places)} km {rng.randrange(1, 99)}{rng.choice(('', '.5'))}"

    def unit(self) -> str:
        """An IMSS unit or another hospital."""
        rng = self.rng
        number = rng.choice(("No. ", "", "", "# ", "núm. ", "Núm. ")) + str(rng.randrange(1, 250))
        short = rng.choice(("UMF", "UMF", "UMF", "HGZ", "HGZ", "HGZ/MF", "HGR", "HGSZ", "HGO", "HGP", "UMAE", "UMAA", "HGZ c/UMF", "HGSMF", "HGSZ/MF", "HGRO", "HGZMF", "CMF", "UMFH", "HRS", "umf", "hgz", "hgr", "U.M.F.", "H.G.Z.", "Hospital General de Zona", "Unidad de Medicina Familiar", "clínica"))
        if rng.random() < 0.3:
            return rng.choice(HOSPITALS)
        if rng.random() < 0.12:
            return rng.choice((f"unidad {rng.randrange(1, 250)}", f"clínica {rng.randrange(1, 99)}", f"la {rng.randrange(10, 250)} de {rng.choice(self.places)}", f"UMR {rng.choice(self.places)}", f"IMSS Bienestar {rng.choice(self.places)}", f"Centro de Salud de {rng.choice(self.places)}", f"Hospital General de {rng.choice(self.places)}", f"UMAE {rng.choice(self.places)}", f"Sanatorio {rng.choice(SETTLEMENTS)}"))
        return f"{short} {number}" + (f" {rng.choice(self.places)}" if rng.random() < 0.15 else "")

    def company(self) -> str:
        """A workplace by name."""
        rng = self.rng
        base = rng.choice(COMPANIES)
        if rng.random() < 0.25:
            base = f"{rng.choice(_TRADES)} {rng.choice((_given(rng), _given(rng), rng.choice(SETTLEMENTS)))}"
        elif rng.random() < 0.3:
            base = f"{rng.choice(('Grupo', 'Transportes', 'Maquiladora', 'Constructora', 'Abarrotes', 'Autopartes', 'Textiles', 'Ferretería', 'Taller', 'Restaurante', 'Escuela Primaria', 'Panadería', 'Agrícola', 'Distribuidora', 'Muebles'))} {rng.choice(SETTLEMENTS)}"
        return base + rng.choice(("", "", "", " SA de CV", " S.A. de C.V.", " S de RL"))

    def folio(self) -> str:
        """Record, incapacity or laboratory number."""
        rng = self.rng
        return rng.choice((self.digits(6), self.digits(8), f"{rng.choice('ABCDEFX')}{rng.choice('ABCDEFX')}{self.digits(6)}", f"{self.digits(4)}/{rng.randrange(2018, 2027)}", f"{rng.choice('UHEL')}-{self.digits(5)}", f"{self.digits(3)}-{self.digits(4)}", f"{rng.randrange(18, 27)}-{self.digits(5)}", self.digits(5), f"{rng.choice('ABPQ')}{rng.choice('ABJK')} {self.digits(3)} {self.digits(3)}", f"{self.digits(5)}-{rng.choice(('ENF', 'RT', 'MAT'))}-{rng.randrange(18, 27)}", f"{rng.choice('PQBC')}{rng.randrange(18, 27)}-{self.digits(5)}", f"{rng.choice('AQP')}{rng.choice('XJK')}{self.digits(6)}"))

    def plate(self) -> str:
        """A vehicle plate."""
        rng = self.rng
        letters = "".join(rng.choice(string.ascii_uppercase) for _ in range(3))
        return rng.choice((f"{letters}-{self.digits(3)}-{rng.choice(string.ascii_uppercase)}", f"{letters}-{self.digits(2)}-{self.digits(2)}", f"{letters}{self.digits(4)}", f"{letters} {self.digits(3)}", f"{letters} {self.digits(2)} {self.digits(2)}", f"{self.digits(1)}{letters[:3]}{self.digits(1)}", f"{letters[0]}{self.digits(2)}-{letters[:3]}", f"{self.digits(3)}-{letters}"))

    def ine(self) -> str:
        """Clave de elector."""
        rng = self.rng
        return "".join(rng.choice(CONSONANTS) for _ in range(6)) + self.compact_date() + f"{rng.randrange(1, 33):02d}{rng.choice('HM')}{self.digits(3)}"

    def mail(self, name: str) -> str:
        """An address made of a name."""
        rng = self.rng
        words = [one.strip(".,").lower() for one in name.split() if one.isascii() and len(one) > 2] or ["contacto"]
        return f"{rng.choice(('.', '_', '', ''))}".join(words[:2]) + rng.choice(("", self.digits(2), self.digits(4))) + "@" + rng.choice(("gmail.com", "hotmail.com", "yahoo.com.mx", "imss.gob.mx", "outlook.es", "live.com.mx"))
