# ruff: noqa: E501 - patterns and word lists stay on one line
"""The trained network's entities (:mod:`guardrails.redaction.network`), taken from the artifacts: the text is read once."""

from __future__ import annotations

import re
from typing import Any

from guardrails.redaction.presidio import LocalRecognizer, RecognizerResult

_SURE = 0.9  # a year or a month alone goes only where the network has no doubt: in a case told by dates, not in a note
_DAY = re.compile(r"\b\d{1,2}\b|\b(?:uno|primero|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci\w+|veint\w+|treinta)\b", re.IGNORECASE)


class TrainedRecognizer(LocalRecognizer):
    """Passes on what the network found, with the network's fine labels."""

    def __init__(self) -> None:
        from guardrails.redaction.decision import table

        # What the strict policy alone redacts (ages, professions, countries) comes from the MEDDOCAN head.
        self.strict = {label for label, row in table().items() if row.source == "meddocan" and row.strict and not row.clinical}
        # The rest of what it finds fills in where the family head saw nothing: it is asked last, so its types decide nothing else.
        self.second = {label for label, row in table().items() if row.source == "meddocan" and row.clinical}
        super().__init__(supported_entities=list(table()), supported_language="es", name="TrainedRecognizer")

    def load(self) -> None:
        """Loaded by the engine."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """One result an entity; below the rules that know a format by its check digit."""
        seen = [one for one in nlp_artifacts.found if one[2] == "FECHA_PARCIAL"]

        def dated(start: int, end: int, label: str, sure: float) -> bool:
            if label not in ("FECHA_PARCIAL", "FECHAS") or _DAY.search(text, start, end):
                return True
            return sure >= _SURE and any(one[0] < end and start < one[1] for one in seen)

        found = [one for one in nlp_artifacts.found if dated(*one)]
        spans = found + [one for one in nlp_artifacts.meddocan if one[2] in self.strict]
        # Whole addresses are the network's; a number whose format a rule knows (0.9 and more) gets the rule's type.
        results = [RecognizerResult(label, start, end, (0.5 if label == "DIRECCION" else 0.46) + 0.4 * sure) for start, end, label, sure in spans]
        return results + [RecognizerResult(label, start, end, 0.3 + 0.1 * sure) for start, end, label, sure in nlp_artifacts.meddocan if label in self.second and dated(start, end, label, sure)]


RECOGNIZERS = (TrainedRecognizer,)
