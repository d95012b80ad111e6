# ruff: noqa: E501 - patterns and word lists stay on one line
"""Typed entities in MEDDOCAN's scheme, for evaluation against its annotation: the network's own spans, with the rules where a
format decides better than the network."""

from __future__ import annotations

import re

from guardrails.redaction.decision import table
from guardrails.redaction.engine import Detector
from guardrails.redaction.normalize import prepare

Spans = list[tuple[int, int, str]]


def meddocan_entities(detector: Detector, text: str) -> Spans:
    """Spans ``(start, end, MEDDOCAN type)`` of a text."""
    prepared = prepare(text)
    artifacts = detector.engine.read(prepared)
    rows = table()
    spans = [(start, end, rows[label].meddocan if label in rows else label) for start, end, label, _ in artifacts.found]
    return [(*prepared.original(start, end), label) for start, end, label in spans]


_ = re
