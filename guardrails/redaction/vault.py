# ruff: noqa: E501 - patterns and word lists stay on one line
"""Surrogates and the vault that undoes them: in memory, never written, never printed."""

from __future__ import annotations

import hashlib
import re
from typing import NoReturn

from guardrails.redaction.identity import same_person, value_key

PREFIX = {
    "NOMBRE_PACIENTE": "PACIENTE", "NOMBRE_FAMILIAR": "FAMILIAR", "NOMBRE_PERSONAL": "MEDICO", "DIRECCION": "DIRECCION",
    "MUNICIPIO_ESTADO": "LUGAR", "EDAD_90": "EDAD", "EMPLEADOR": "EMPRESA", "UNIDAD_MEDICA": "UNIDAD", "OTRO_ID": "ID",
}  # fmt: skip
"""Word of the surrogate where it isn't the type itself."""

_NAMES = sorted(
    {*PREFIX.values(), "NSS", "AGREGADO", "CURP", "RFC", "CEDULA", "MATRICULA", "TELEFONO", "CORREO", "CP", "FECHA", "PLACA",
     "INE", "FOLIO"},
    key=len, reverse=True,
)  # fmt: skip
_WORDS = "|".join(re.sub("A|E|I|O", lambda hit: {"A": "[AÁ]", "E": "[EÉ]", "I": "[IÍ]", "O": "[OÓ]"}[hit[0]], one) for one in _NAMES)
# What a model may make of «<PACIENTE_1>»: other case, blanks, an accent, a hyphen, another bracket, an HTML entity, none.
SURROGATE = re.compile(
    rf"(?:<|&lt;|\[|«|‹|\{{)\s{{0,2}}(?P<word>{_WORDS})(?:E?S)?\s?[_\- ]?\s?(?P<number>\d{{1,5}})\s{{0,2}}(?:>|&gt;|\]|»|›|\}})"
    rf"|(?<![\w<])(?P<bare>{_WORDS})_(?P<digits>\d{{1,5}})(?![\w>])",
    re.IGNORECASE,
)
EXACT_SURROGATE = re.compile(r"<[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*>")
"""A surrogate to the letter, as the vault hands it out."""
_PLAIN = str.maketrans("ÁÉÍÓ", "AEIO")


def _canonical(match: re.Match[str]) -> str:
    word = (match["word"] or match["bare"]).upper().translate(_PLAIN)
    return f"<{word}_{int(match['number'] or match['digits'])}>"


def surrogates_in(text: str) -> list[str]:
    """Canonical form of everything in the text that has the shape of a surrogate."""
    return [_canonical(match) for match in SURROGATE.finditer(text)]


class Vault:
    """Surrogates of one encounter. Holds personal data in memory: it can't be pickled, copied to JSON or printed."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._keys: dict[tuple[str, str], str] = {}
        self._persons: dict[str, list[str]] = {}
        self._counts: dict[str, int] = {}
        self._reserved: set[str] = set()
        self._exact: dict[bytes, str] = {}

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Vault({len(self)} sustitutos)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("La bóveda de sustitutos no se puede guardar ni copiar.")

    def reserve(self, text: str) -> None:
        """Never hand out a surrogate that already stands in the text."""
        self._reserved.update(one for one in surrogates_in(text) if one not in self._values)

    def surrogate(self, kind: str, value: str) -> str:
        """The surrogate of a value of a type; the same value, or evidently the same person, gets the same one."""
        word = PREFIX.get(kind, kind)
        key = (word, value_key(kind, value))
        known = self._keys.get(key)
        if known is not None:
            return known
        if kind.startswith("NOMBRE_"):
            for other in self._persons.get(word, []):
                if same_person(value, self._values[other]):
                    self._keys[key] = other
                    if len(value) > len(self._values[other]):
                        self._values[other] = value
                    return other
        number = self._counts.get(word, 0) + 1
        while f"<{word}_{number}>" in self._reserved:
            number += 1
        self._counts[word] = number
        surrogate = f"<{word}_{number}>"
        self._values[surrogate] = value
        self._keys[key] = surrogate
        if kind.startswith("NOMBRE_"):
            self._persons.setdefault(word, []).append(surrogate)
        return surrogate

    def remember(self, redacted: str, original: str) -> None:
        """Keep the exact original of a redacted text, so that unchanged text comes back letter by letter."""
        self._exact[hashlib.sha256(redacted.encode("utf-8", "surrogatepass")).digest()] = original

    def restore(self, text: str) -> str:
        """The text with every known surrogate replaced by its datum; unknown ones stay as they are."""
        exact = self._exact.get(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
        if exact is not None:
            return exact
        return SURROGATE.sub(lambda match: self._values.get(_canonical(match), match[0]), text)

    def unknown_surrogates(self, text: str) -> list[str]:
        """Surrogates in the text that this encounter never handed out (invented by the model), canonical, in order."""
        seen = dict.fromkeys(one for one in surrogates_in(text) if one not in self._values and one not in self._reserved)
        return list(seen)
