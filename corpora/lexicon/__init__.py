"""Words: Spanish analysis shared by catalogue and passage search, with lay words and abbreviations as data."""

from corpora.lexicon.analyzer import Expansion, expand, stems, tokens, vocabulary_fix

__all__ = ["Expansion", "expand", "stems", "tokens", "vocabulary_fix"]
