# ruff: noqa: E501 - patterns and word lists stay on one line
"""Presidio's analyzer with our recognizers alone, over one pass of our own small network.

No stock recognizer, no parser, no tagger, no lemmatizer. Presidio's debug logs may quote matched text, so its logger is
held at ERROR.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from guardrails.redaction import network
from guardrails.redaction.errors import ModelMissing
from guardrails.redaction.normalize import Prepared, prepare
from guardrails.redaction.presidio import (
    AnalyzerEngine,
    ContextAwareEnhancer,
    NlpArtifacts,
    NlpEngine,
    RecognizerRegistry,
    RecognizerResult,
)
from guardrails.redaction.recognizers import all_recognizers
from guardrails.redaction.types import Finding

logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)

# Taken off «outside» of each head: a missed datum costs more than a word too many (chosen on the development sets).
LEAN = 1.0
LEAN_MEDDOCAN = 0.5


class Artifacts(NlpArtifacts):
    """What the recognizers share: folded text, word offsets, what both heads of the network found."""

    def __init__(self, text: str, folded: str, seen: network.Reading) -> None:
        super().__init__(entities=[], tokens=None, tokens_indices=[], lemmas=[], nlp_engine=None, language="es")  # type: ignore[arg-type]
        self.folded = folded
        self.offsets = seen.offsets
        self.found = seen.families
        self.meddocan = seen.meddocan
        self.cased = _well_cased(text)


def _well_cased(text: str) -> bool:
    """Whether the text uses capitals as school taught: enough words with a capital and small letters after it."""
    words = re.findall(r"[^\W\d_]{3,}", text)
    return len(words) > 5 and sum(one[0].isupper() and one[1:].islower() for one in words) >= 0.06 * len(words)


class ClinicalNlpEngine(NlpEngine):
    """Runs the network once; nothing of the text stays behind."""

    def __init__(self, folder: Path = network.MODEL_DIR) -> None:
        self.folder = folder
        self.reader: network.Reader | None = None

    def load(self) -> None:
        """Load the weights. Raises :class:`ModelMissing`."""
        try:
            self.reader = network.Reader(self.folder)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelMissing(
                f"Falta el modelo de desidentificación o está dañado ({type(error).__name__}). Reinstale el programa."
            ) from None

    def is_loaded(self) -> bool:
        """Whether the weights are in memory."""
        return self.reader is not None

    def read(self, prepared: Prepared, families: float = LEAN, meddocan: float = LEAN_MEDDOCAN) -> Artifacts:
        """Entities and words of a cleaned text; each head leans to finding by its number."""
        assert self.reader is not None
        return Artifacts(prepared.text, prepared.folded, self.reader.read(prepared.text, families, meddocan))

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Presidio's entry; the text is taken as clean."""
        return self.read(prepare(text))

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **kwargs: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """One after the other."""
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:
        """Not used."""
        return False

    def is_punct(self, word: str, language: str) -> bool:
        """Not used."""
        return not word.isalnum()

    def get_supported_entities(self) -> list[str]:
        """The network's labels come through their own recognizer."""
        return []

    def get_supported_languages(self) -> list[str]:
        """Spanish."""
        return ["es"]


class NoEnhancer(ContextAwareEnhancer):
    """Our recognizers look at their context themselves."""

    def __init__(self) -> None:
        super().__init__(0, 0, 0, 0)

    def enhance_using_context(self, text: str, raw_results: list[RecognizerResult], *_: Any, **__: Any) -> list[RecognizerResult]:
        """The results as they are."""
        return raw_results


class Analyzer(AnalyzerEngine):
    """Presidio's, without its way of raising scores, which sorts every result by every recognizer."""

    def _enhance_using_context(self, text: str, raw_results: list[RecognizerResult], *_: Any, **__: Any) -> list[RecognizerResult]:
        return raw_results


class Detector:
    """Finds every candidate of a text, before resolution and policy."""

    def __init__(self, folder: Path = network.MODEL_DIR) -> None:
        self.engine = ClinicalNlpEngine(folder)
        self.engine.load()
        registry = RecognizerRegistry(recognizers=all_recognizers(), supported_languages=["es"])
        self.analyzer = Analyzer(
            registry=registry, nlp_engine=self.engine, supported_languages=["es"], context_aware_enhancer=NoEnhancer()
        )
        self.entities = self.analyzer.get_supported_entities("es")

    def candidates(self, prepared: Prepared) -> tuple[list[Finding], Artifacts]:
        """Findings in offsets of the cleaned text, with the artifacts of the pass."""
        artifacts = self.engine.read(prepared)
        if not prepared.text.strip():
            return [], artifacts
        results = self.analyzer.analyze(prepared.text, language="es", entities=self.entities, nlp_artifacts=artifacts)
        name = RecognizerResult.RECOGNIZER_NAME_KEY
        return [
            Finding(one.start, one.end, one.entity_type, one.score, (one.recognition_metadata or {}).get(name, ""))
            for one in results
        ], artifacts


@cache
def shared_detector(folder: Path = network.MODEL_DIR) -> Detector:
    """One detector a process; it keeps no text between calls."""
    return Detector(folder)
