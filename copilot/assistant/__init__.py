"""The assistant: answers from the guidelines with citations, guidance for a note, conversation."""

from copilot.assistant.types import Answer, AnswerEvent, CatalogueRef, Citation, PatientContext, Status

__all__ = ["Answer", "AnswerEvent", "CatalogueRef", "Citation", "PatientContext", "Status"]
