"""Sizes of the recognizer's network that its weights do not tell; the others are in ``model/shape.json``."""

from __future__ import annotations

HEADS = 12  # of attention
FEATURES = (64, 1024, 2048)  # buckets of word class, form field, shape: one table each
