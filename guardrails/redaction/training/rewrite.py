# ruff: noqa: E501 - patterns and word lists stay on one line
"""Other values in the marked places of a hand-labelled note: same kind, same style of writing, other persons and numbers."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable

from guardrails.redaction.lexicon import word_class
from guardrails.redaction.tokenizer import fold
from guardrails.redaction.training.identifiers import Identifiers
from guardrails.redaction.training.meddocan import Spans
from guardrails.redaction.training.persons import Persons
from guardrails.redaction.training.words import STATES
from guardrails.redaction.vocabulary import PARTICLES

_WORD = re.compile(r"[^\W\d_]+")
_KEPT = PARTICLES | {"ma", "gpe", "fco", "fdo", "jse", "sor", "fray", "jr", "sr", "sra", "don", "dona", "dr", "dra", "lic", "ing", "hijo"}
_KEEP = {"EMPLEADOR": 0.4, "UNIDAD_MEDICA": 0.35, "DIRECCION": 0.3, "MUNICIPIO_ESTADO": 0.2, "OTRO_ID": 0.2, "CORREO": 0.1}


def recased(new: str, old: str) -> str:
    """The new value in capitals or small letters where the old one is written so."""
    letters = [one for one in old if one.isalpha()]
    if len(letters) > 1 and all(one.isupper() for one in letters):
        return new.upper()
    if letters and all(one.islower() for one in letters):
        return new.lower()
    return new


def jitter(value: str, rng: random.Random) -> str:
    """The same shape with other digits; letters of short codes change too."""
    code = sum(one.isalpha() for one in value) <= 8 or any(one.isdigit() for one in value)
    out = []
    for word in re.findall(r"[^\W\d_]+|\d+|.", value, re.DOTALL):
        if word.isdigit():
            out.append("".join(rng.choice(string.digits) for _ in word))
        elif word.isalpha() and code and len(word) <= 6:
            pool = string.ascii_uppercase if word.isupper() else string.ascii_lowercase
            out.append("".join(rng.choice(pool) for _ in word))
        else:
            out.append(word)
    return "".join(out)


class Rewriter:
    """Draws other values by type; one name of a note becomes one other name wherever it stands in that note."""

    def __init__(self, rng: random.Random, persons: Persons, ids: Identifiers) -> None:
        self.rng, self.persons, self.ids = rng, persons, ids
        self.makers: dict[str, Callable[[], str]] = {
            "NSS": ids.nss, "AGREGADO": ids.aggregate, "CURP": ids.curp, "RFC": ids.rfc, "TELEFONO": ids.phone, "DIRECCION": lambda: ids.address() if rng.random() < 0.5 else ids.bare_street(),
            "MUNICIPIO_ESTADO": ids.place, "FECHA": ids.date, "EMPLEADOR": ids.company, "UNIDAD_MEDICA": ids.unit, "PLACA": ids.plate, "INE": ids.ine, "FOLIO": ids.folio,
            "CORREO": lambda: ids.mail(persons.full()),
        }  # fmt: skip

    def rewrite(self, text: str, spans: Spans) -> tuple[str, Spans]:
        """The text with other values; spans follow."""
        known: dict[str, str] = {}
        whole: dict[str, str] = {}
        parts: list[str] = []
        moved: Spans = []
        at = length = 0
        for start, end, label in sorted(spans):
            if start < at:
                continue
            old = text[start:end]
            new = whole.get(old)
            if new is None:
                new = self._name(old, label, known) if label.startswith("NOMBRE") else self._value(old, label)
                whole[old] = new
            parts += [text[at:start], new]
            length += start - at
            moved.append((length, length + len(new), label))
            length += len(new)
            at = end
        return "".join([*parts, text[at:]]), moved

    def _name(self, value: str, label: str, known: dict[str, str]) -> str:
        rng, persons = self.rng, self.persons
        words = _WORD.findall(value)
        draw = rng.random()
        if draw < 0.1:
            return value
        if draw < 0.28:
            fresh = persons.staff() if label == "NOMBRE_PERSONAL" else persons.full() if len(words) > 1 else persons.short()
            return recased(fresh, value)
        first = True

        def other(match: re.Match[str]) -> str:
            nonlocal first
            word, folded = match[0], fold(match[0])
            if folded in _KEPT:
                return word
            if len(word) == 1:
                return rng.choice("ABCDEFGHIJLMNOPRSTVZ") if word.isupper() else word
            if folded not in known:
                known[folded] = self._word(folded, first and len(words) > 1)
            first = False
            new = known[folded]
            return new.upper() if word.isupper() else new.lower() if word.islower() else new

        new = _WORD.sub(other, value)
        return persons.mistyped(new) if rng.random() < 0.04 else new

    def _word(self, folded: str, leads: bool) -> str:
        """One other word for a word of a name: given for given, surname for surname, as far as the lists tell."""
        rng, kind = self.rng, word_class(folded)
        given, surname = "g" in kind, "s" in kind
        if given and surname:
            given = leads if rng.random() < 0.8 else rng.random() < 0.5
        if not given and not surname:
            return folded.capitalize() if rng.random() < 0.4 else self.persons.nickname() if rng.random() < 0.5 else self.persons.surname_word()
        return self.persons.given_word() if given else self.persons.surname_word()

    def _value(self, value: str, label: str) -> str:
        rng = self.rng
        if rng.random() < _KEEP.get(label, 0.05):
            return value
        if label == "MUNICIPIO_ESTADO" and (len(value) < 6 or value.endswith(".")):
            return recased(rng.choice(STATES), value)
        maker = self.makers.get(label)
        if maker is None or (rng.random() < 0.45 and sum(one.isdigit() for one in value) >= 3):
            return jitter(value, rng) if label != "FECHA" else self.ids.date()
        if "\n" in value and rng.random() < 0.7:
            return jitter(value, rng)
        return recased(maker(), value) if label not in ("CURP", "RFC", "INE", "PLACA") or value.islower() else maker()
