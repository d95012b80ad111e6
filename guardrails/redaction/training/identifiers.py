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
        parts, at = [], 0
        for size in cuts:
            parts.append(number[at : at + size])
            at += size
        return rng.choice(" -- ").join(one for one in parts if one)

    def curp(self) -> str:
        """The shape only; the rules validate."""
        rng = self.rng
        letters = rng.choice(CONSONANTS) + rng.choice("AEIOU") + rng.choice(CONSONANTS) + rng.choice(CONSONANTS)
        tail = "".join(rng.choice(CONSONANTS) for _ in range(3))
        return f"{letters}{self.compact_date()}{rng.choice('HM')}{rng.choice(('DF', 'PL', 'MC', 'VZ', 'JC', 'OC'))}{tail}{rng.choice('0A1B')}{rng.choice(string.digits)}"

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
            f"{day.day} {month} {day.year}", f"{day.day} de {month}",
        ]  # fmt: skip
        return rng.choice(forms)

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
        short = rng.choice(("UMF", "UMF", "UMF", "HGZ", "HGZ", "HGZ/MF", "HGR", "HGSZ", "HGO", "HGP", "UMAE", "UMAA", "HGZ c/UMF", "U.M.F.", "H.G.Z.", "Hospital General de Zona", "Unidad de Medicina Familiar", "clínica"))
        if rng.random() < 0.3:
            return rng.choice(HOSPITALS)
        return f"{short} {number}" + (f" {rng.choice(self.places)}" if rng.random() < 0.15 else "")

    def company(self) -> str:
        """A workplace by name."""
        rng = self.rng
        base = rng.choice(COMPANIES)
        if rng.random() < 0.3:
            base = f"{rng.choice(('Grupo', 'Transportes', 'Maquiladora', 'Constructora', 'Abarrotes', 'Autopartes', 'Textiles', 'Ferretería', 'Taller', 'Restaurante', 'Escuela Primaria', 'Panadería', 'Agrícola', 'Distribuidora', 'Muebles'))} {rng.choice(SETTLEMENTS)}"
        return base + rng.choice(("", "", "", " SA de CV", " S.A. de C.V.", " S de RL"))

    def folio(self) -> str:
        """Record, incapacity or laboratory number."""
        rng = self.rng
        return rng.choice((self.digits(6), self.digits(8), f"{rng.choice('ABCDEFX')}{rng.choice('ABCDEFX')}{self.digits(6)}", f"{self.digits(4)}/{rng.randrange(2018, 2027)}", f"{rng.choice('UHEL')}-{self.digits(5)}", f"{self.digits(3)}-{self.digits(4)}", f"{rng.randrange(18, 27)}-{self.digits(5)}", self.digits(5)))

    def plate(self) -> str:
        """A vehicle plate."""
        rng = self.rng
        letters = "".join(rng.choice(string.ascii_uppercase) for _ in range(3))
        return rng.choice((f"{letters}-{self.digits(3)}-{rng.choice(string.ascii_uppercase)}", f"{letters}-{self.digits(2)}-{self.digits(2)}", f"{letters}{self.digits(4)}", f"{letters} {self.digits(3)}"))

    def ine(self) -> str:
        """Clave de elector."""
        rng = self.rng
        return "".join(rng.choice(CONSONANTS) for _ in range(6)) + self.compact_date() + f"{rng.randrange(1, 33):02d}{rng.choice('HM')}{self.digits(3)}"

    def mail(self, name: str) -> str:
        """An address made of a name."""
        rng = self.rng
        words = [one.strip(".,").lower() for one in name.split() if one.isascii() and len(one) > 2] or ["contacto"]
        return f"{rng.choice(('.', '_', '', ''))}".join(words[:2]) + rng.choice(("", self.digits(2), self.digits(4))) + "@" + rng.choice(("gmail.com", "hotmail.com", "yahoo.com.mx", "imss.gob.mx", "outlook.es", "live.com.mx"))
