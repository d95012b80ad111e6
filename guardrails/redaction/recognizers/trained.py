# ruff: noqa: E501 - patterns and word lists stay on one line
"""The trained network's entities (:mod:`guardrails.redaction.network`), taken from the artifacts: the text is read once."""

from __future__ import annotations

from typing import Any

from presidio_analyzer import LocalRecognizer, RecognizerResult


class TrainedRecognizer(LocalRecognizer):
    """Passes on what the network found, with the network's fine labels."""

    def __init__(self) -> None:
        from guardrails.redaction.decision import network_labels

        super().__init__(supported_entities=list(network_labels()), supported_language="es", name="TrainedRecognizer")

    def load(self) -> None:
        """Loaded by the engine."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """One result an entity."""
        return [RecognizerResult(label, start, end, score) for start, end, label, score in nlp_artifacts.found]


RECOGNIZERS = (TrainedRecognizer,)
