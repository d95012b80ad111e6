"""Tokenization for the name recognizer: runs of letters, runs of digits, single signs, one token a line break.

No vocabulary and no exceptions list: «54a», «c/8h» and «NSS5082» always split at the border of letters and
digits, so that an entity can start at any such border. The document holds only what the network looks at, with
the character offsets beside it (``doc.user_data["offsets"]``).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import spacy
from spacy.tokens import Doc
from spacy.vocab import Vocab

from guardrails.redaction.lexicon import word_class

_UPPER = "A-ZÁÉÍÓÚÜÑÇÀÈÌÒÙÂÊÎÔÛÄËÏÖ"
_LOWER = "a-záéíóúüñçàèìòùâêîôûäëïöªº"
# A name glued to its title or to the next field («DRAlberto», «MartínezNºCol») splits where the case changes.
_TOKEN = re.compile(
    rf"[{_UPPER}]+(?![{_LOWER}])|[{_UPPER}]?[{_LOWER}]+|[^\W\d_{_UPPER}{_LOWER}]+|[{_UPPER}]"
    r"|\d+|\n(?:[^\S\n]*\n)*|[^\w\s]|_"
)
_FIELD_REACH = 14  # tokens after a colon that still belong to its form field


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Lower case without accents; «ñ» becomes «n», so that hurried typing reads the same."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(one for one in decomposed if not unicodedata.combining(one))


def token_offsets(text: str) -> list[tuple[int, int]]:
    """Character intervals ``[start, end)`` of the tokens; white space other than line breaks is left out."""
    return [match.span() for match in _TOKEN.finditer(text)]


def _fields(words: list[str]) -> list[str]:
    """For each token the form field it stands in («nombre», «apellidos», «nass»…), or «-»."""
    fields: list[str] = []
    current, age, last = "-", 0, "-"
    for word in words:
        if word[0] == "\n":
            current, last = "-", "-"
        elif word == ":":
            current, age = last, 0
        elif word[0].isalpha():
            last = fold(word)
        age += 1
        fields.append(current if age <= _FIELD_REACH else "-")
    return fields


def make_doc(vocab: Vocab, text: str) -> Doc:
    """The text as a document whose tokens carry the features of :mod:`guardrails.redaction.network`."""
    offsets = token_offsets(text)
    words = [text[start:end] if text[start] != "\n" else "\n" for start, end in offsets]
    spaces = [False] * len(words)
    for index in range(len(words) - 1):
        spaces[index] = offsets[index + 1][0] > offsets[index][1]
    doc = Doc(
        vocab,
        words=words,
        spaces=spaces,
        lemmas=[word_class(fold(word)) if word[0].isalpha() else "-" for word in words],
        tags=_fields(words),
    )
    doc.user_data["offsets"] = offsets
    return doc


class NormalTokenizer:
    """spaCy's tokenizer interface over :func:`make_doc`; it has nothing to save."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        return make_doc(self.vocab, text)

    def to_bytes(self, **_: object) -> bytes:
        """Nothing to store."""
        return b""

    def from_bytes(self, _: bytes, **__: object) -> NormalTokenizer:
        """Nothing to load."""
        return self

    def to_disk(self, *_: object, **__: object) -> None:
        """Nothing to store."""

    def from_disk(self, *_: object, **__: object) -> NormalTokenizer:
        """Nothing to load."""
        return self


def blank_language() -> spacy.language.Language:
    """An empty Spanish pipeline with this tokenizer and the lexical features the network was trained with."""
    from spacy.attrs import NORM, PREFIX, SUFFIX

    nlp = spacy.blank("es")
    getters = nlp.vocab.lex_attr_getters  # type: ignore[attr-defined]  # missing from spaCy's stub
    getters[NORM] = fold
    getters[PREFIX] = lambda word: fold(word)[:3]
    getters[SUFFIX] = lambda word: fold(word)[-3:]
    nlp.tokenizer = NormalTokenizer(nlp.vocab)
    return nlp
