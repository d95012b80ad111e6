"""CIE-10: ranked candidates for a diagnosis in the physician's words; nothing is ever chosen for the physician.

``data/cie10.csv`` holds code and Spanish title (origin and terms: docs/nom004.md); ``data/synonyms.csv`` holds lay and
abbreviated names used in Mexican notes with the codes they usually mean, the usual one first.
"""

from copilot.cie10.codes import is_code, normalise_code, title
from copilot.cie10.search import candidates

__all__ = ["candidates", "is_code", "normalise_code", "title"]
