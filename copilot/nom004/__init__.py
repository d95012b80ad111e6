"""NOM-004-SSA3-2012 as data: what the norm demands of a note, what the note lacks, and its abbreviations."""

from copilot.nom004.check import check, checked
from copilot.nom004.norm import Element, elements, note_type_label

__all__ = ["Element", "check", "checked", "elements", "note_type_label"]
