"""Errors of the guideline rooms; ``str(error)`` is Spanish and may be shown. No patient data ever enters here."""

from __future__ import annotations


class CorpusError(Exception):
    """Base of every expected failure of catalogue, cards and ingestion."""


class IngestError(CorpusError):
    """A document can't be read: broken, encrypted, empty, scanned, or of an unknown kind."""


class DataFileError(CorpusError):
    """A data file of the project (catalogue, cards, lexicon) is missing or malformed."""
