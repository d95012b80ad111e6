"""What this package takes from Presidio, imported without the engines that it never runs here (seconds of start).

Presidio's artifacts name spaCy's classes in annotations alone. The copy is ours: other code that imports
``presidio_analyzer`` gets the whole library with spaCy.
"""

from __future__ import annotations

from guardrails.redaction.quick_import import without

with without("transformers", "stanza", hollow=("spacy", "thinc"), importer="presidio_analyzer"):
    from presidio_analyzer import (
        AnalyzerEngine,
        EntityRecognizer,
        LocalRecognizer,
        RecognizerRegistry,
        RecognizerResult,
    )
    from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

__all__ = [
    "AnalyzerEngine",
    "ContextAwareEnhancer",
    "EntityRecognizer",
    "LocalRecognizer",
    "NlpArtifacts",
    "NlpEngine",
    "RecognizerRegistry",
    "RecognizerResult",
]
