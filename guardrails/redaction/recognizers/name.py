# ruff: noqa: E501 - patterns and word lists stay on one line
"""Persons' names by what stands around them: titles, kinship words, form of address, given name and surname in a row.

Works on tokens and the lexicon, in any case of letters. What the trained network finds goes beyond this; these rules are
sure also where the layout is new.
"""

from __future__ import annotations

import re
from typing import Any

from guardrails.redaction.lexicon import word_class
from guardrails.redaction.presidio import LocalRecognizer, RecognizerResult
from guardrails.redaction.vocabulary import (
    EPONYM_CUES,
    EPONYM_DIRECT,
    KIN,
    NAME_PHRASES,
    NEVER_NAMES,
    PARTICLES,
    STAFF_TITLES,
    TITLES,
)

_WEAK = frozenset({"paciente", "pac", "px", "pte", "c", "joven", "senor", "senora", "medico", "enfermera", "enfermero", "residente"})
_CALLED = frozenset({"don", "dona", "sra", "sr", "srita", "dr", "dra"})


_PHRASES = {first: tuple(phrase for phrase in NAME_PHRASES if phrase[0] == first) for first in {phrase[0] for phrase in NAME_PHRASES}}


class NameRecognizer(LocalRecognizer):
    """Labels: NOMBRE_PACIENTE, NOMBRE_FAMILIAR, NOMBRE_PERSONAL, and NOMBRE where the role is left to the document pass."""

    LABELS = ("NOMBRE_PACIENTE", "NOMBRE_FAMILIAR", "NOMBRE_PERSONAL", "NOMBRE")

    def __init__(self) -> None:
        super().__init__(supported_entities=list(self.LABELS), supported_language="es", name="NameRecognizer")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Names after a cue, and runs of given name and surname."""
        reader = _Reader(text, nlp_artifacts)
        results = []
        index = 0
        while index < len(reader.words):
            hit = reader.after_cue(index) or reader.run(index)
            if hit is None:
                index += 1
                continue
            first, last, label, score = hit
            results.append(RecognizerResult(label, reader.offsets[first][0], reader.offsets[last][1], score))
            index = last + 1
        return results


class _Reader:
    """Tokens of one text with the questions the rules ask of them."""

    def __init__(self, text: str, artifacts: Any) -> None:
        self.text, self.offsets, self.cased = text, artifacts.offsets, artifacts.cased
        self.words = [artifacts.folded[start:end] for start, end in self.offsets]

    def capital(self, index: int) -> bool:
        return self.text[self.offsets[index][0]].isupper()

    def name_word(self, index: int, strict: bool) -> bool:
        """Whether the token can be part of a name; ``strict``: by the lexicon, an everyday word only with a capital."""
        if not 0 <= index < len(self.words):
            return False
        word = self.words[index]
        if len(word) < 2 or not word[0].isalpha() or word in NEVER_NAMES:
            return False
        kind = word_class(word)
        known = "g" in kind or "s" in kind
        start, end = self.offsets[index]
        mixed = self.capital(index) and not (self.text[start:end].isupper() and end - start > 1)
        if strict:
            return known and ("c" not in kind or (self.cased and mixed))
        return (known and "c" not in kind) or (mixed and "c" not in kind) or (known and mixed)

    def extend(self, index: int, strict: bool = False) -> int:
        """Last token of the name that starts at ``index`` (``index - 1`` where none starts)."""
        last, at, length = index - 1, index, 0
        while at < len(self.words) and length < 7:
            if self.name_word(at, strict):
                last, at, length = at, at + 1, length + 1
                if at < len(self.words) and self.words[at] == "-" and self.name_word(at + 1, strict):
                    at += 1
                continue
            joint = at
            while joint < len(self.words) and self.words[joint] in PARTICLES and joint - at < 3:
                joint += 1
            if joint > at and last >= index and self.name_word(joint, strict):
                at = joint
                continue
            if self._initial(at) and (self.name_word(at + 2, strict) or last >= index):
                last, at = at + 1, at + 2
                continue
            break
        return last

    def _initial(self, index: int) -> bool:
        return (
            index + 1 < len(self.words)
            and (len(self.words[index]) == 1 or self.words[index] in ("ma", "gpe", "fco", "fdo", "hdez", "mtz", "rdz", "glz", "gtz", "fdez", "sta", "jse"))
            and self.words[index].isalpha()
            and self.words[index + 1] == "."
            and self.capital(index)
        )

    def after_cue(self, index: int) -> tuple[int, int, str, float] | None:
        """A title, a kinship word or «se llama» at ``index`` and a name after it."""
        word = self.words[index]
        label = "NOMBRE_PERSONAL" if word in STAFF_TITLES else "NOMBRE_FAMILIAR" if word in KIN else "NOMBRE" if word in TITLES else None
        if label is None:
            return self._after_phrase(index)
        at = index + 1
        for _ in range(3):
            if at < len(self.words) and self.words[at] in (".", ":", ",", "(") and not (label == "NOMBRE_FAMILIAR" and self.words[at] == "."):
                at += 1
        if label == "NOMBRE_FAMILIAR":
            for filler in (("de", "nombre"), ("que", "se", "llama"), ("llamada",), ("llamado",), ("la", "sra", "."), ("el", "sr", "."), ("la", "sra"), ("el", "sr"), ("sra", "."), ("sr", ".")):
                if tuple(self.words[at : at + len(filler)]) == filler:
                    at += len(filler)
                    break
        if at < len(self.words) and "\n" in self.words[at]:
            return None
        if at < len(self.words) and self.words[at] in STAFF_TITLES | TITLES:
            return None
        strict = label == "NOMBRE_FAMILIAR" or not (word in STAFF_TITLES or word in ("don", "dona"))
        if word in _WEAK and self.cased and at < len(self.words) and not self.capital(at):
            return None
        if at + 2 < len(self.words) and len(self.words[at]) == 1 and self.words[at].isalpha() and self.words[at + 1] == "." and self.extend(at + 2) > at + 1:
            return at, self.extend(at + 2), label, 0.8
        last = self.extend(at, strict)
        if last < at:
            if word in _CALLED and at < len(self.words) and self._unknown(at):
                return at, at, label, 0.75
            if label == "NOMBRE_PERSONAL" and at < len(self.words) and self.words[at] in KIN and self.capital(at) and not self.text[self.offsets[at][0] + 1].isupper() and "s" in word_class(self.words[at]):
                return at, max(at, self.extend(at + 1)), label, 0.8  # «Pediatra Nieto»
            if label != "NOMBRE_FAMILIAR" and at < len(self.words) and self._plain_surname(at) and (label == "NOMBRE_PERSONAL" or word in _CALLED or not self.text[self.offsets[at][0]].islower()):
                return at, self.extend(at + 1) if self.extend(at + 1) > at else at, label, 0.8
            return None
        return at, last, label, 0.85

    def _after_phrase(self, index: int) -> tuple[int, int, str, float] | None:
        """«se llama X», «dice llamarse X», «de nombre X», «responde al nombre de X», «conocido como X»."""
        for phrase in _PHRASES.get(self.words[index], ()):
            if tuple(self.words[index : index + len(phrase)]) == phrase:
                at = index + len(phrase)
                while at < len(self.words) and self.words[at] in (":", "de", "el", "la", "don", "dona", "sr", "sra", "."):
                    at += 1
                last = self.extend(at)
                return (at, last, "NOMBRE", 0.8) if last >= at else None
        return None

    def _unknown(self, index: int) -> bool:
        """A word of no list («doña chole»): after a form of address it is a name."""
        word = self.words[index]
        long = len(word) >= 3 or (len(word) == 2 and self.cased and self.capital(index))
        return long and word.isalpha() and word_class(word) == "?" and word not in NEVER_NAMES

    def _aged(self, index: int) -> bool:
        """«lupita 5 a», «Beto, 34 años»: an age right behind."""
        rest = [one for one in self.words[index + 1 : index + 5] if one not in (",", "(")]
        return len(rest) > 1 and rest[0].isdigit() and len(rest[0]) < 3 and rest[1] in ("a", "anos", "ano", "aa", "m", "meses")

    def _rank(self, index: int) -> bool:
        """«Sánchez R2», «Luna / MB»: a rank right behind."""
        at = index + 1 if self.words[index] in ("/", ",", "-") and index + 1 < len(self.words) else index
        word = self.words[at]
        if word == "cama" and index + 1 < len(self.words) and self.words[index + 1].isdigit():
            return True
        return word in ("mip", "mb", "mpss") or (word == "r" and at + 1 < len(self.words) and self.words[at + 1] in ("1", "2", "3", "4", "5"))

    def _plain_surname(self, index: int) -> bool:
        """«dr cruz», «DRA. LUNA»: an everyday word straight behind a title is a surname if it is in the list."""
        kind = word_class(self.words[index])
        return len(self.words[index]) > 2 and "s" in kind and self.words[index] not in NEVER_NAMES

    def run(self, index: int) -> tuple[int, int, str, float] | None:
        """Two or more name words in a row, one of them a given name and one a surname, none after an eponym's cue."""
        if not self.name_word(index, True):
            return None
        if (index and self.words[index - 1] in EPONYM_DIRECT) or (index > 1 and self.words[index - 1] in ("de", "del") and self.words[index - 2] in EPONYM_CUES):
            return None
        last = self.extend(index, True)
        names = [one for one in range(index, last + 1) if self.name_word(one, True)]
        if len(names) == 1 and "g" in word_class(self.words[index]) and self._aged(last):
            return index, last, "NOMBRE_PACIENTE", 0.7
        if len(names) <= 2 and "s" in word_class(self.words[index]) and last + 1 < len(self.words) and self._rank(last + 1):
            return index, last, "NOMBRE_PERSONAL", 0.7
        if len(names) < 2:
            return None
        kinds = [word_class(self.words[one]) for one in names]
        sure = sum("c" not in kind and "m" not in kind for kind in kinds)
        if not (any("g" in kind for kind in kinds) and any("s" in kind for kind in kinds)) or sure < 1:
            return None
        if self.cased and not all(self.capital(one) for one in names):
            return None
        if not self.cased and (len(names) < 3 or sure < 2):
            return None
        return index, last, "NOMBRE", 0.7 if len(names) > 2 else 0.6


RECOGNIZERS = (NameRecognizer,)
_ = re
