# ruff: noqa: E501 - patterns and word lists stay on one line
"""Stock Presidio for comparison: every recognizer it ships for Spanish, without a language model (none of ours, none that is GPL)."""

from __future__ import annotations

import time
from typing import Any


class StockPresidio:
    """Presidio's analyzer as its documentation starts it, language «es», engine without linguistic processing."""

    def __init__(self) -> None:
        import tldextract
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
        from presidio_analyzer.nlp_engine.no_op_nlp_engine import NoOpNlpEngine

        # Its e-mail recognizer would fetch the public-suffix list from the network; here it gets the snapshot.
        vars(tldextract)["extract"] = tldextract.TLDExtract(suffix_list_urls=())
        begin = time.perf_counter()
        registry = RecognizerRegistry(supported_languages=["es"])
        models = NoOpNlpEngine([{"lang_code": "es", "model_name": "none"}])
        models.load()
        registry.load_predefined_recognizers(languages=["es"], nlp_engine=models)
        self.analyzer: Any = AnalyzerEngine(registry=registry, nlp_engine=models, supported_languages=["es"])
        self.start = time.perf_counter() - begin

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """What it would redact at its default threshold."""
        return [(one.start, one.end, one.entity_type) for one in self.analyzer.analyze(text, language="es")]
