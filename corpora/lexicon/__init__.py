"""Words: Spanish analysis shared by catalogue and passage search, with lay words and abbreviations as data."""

from corpora.lexicon.analyzer import Expansion, everyday_stems, expand, stems, tokens, vocabulary_fix

__all__ = ["Expansion", "everyday_stems", "expand", "stems", "tokens", "vocabulary_fix"]
