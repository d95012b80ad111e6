"""Segmentation into statements."""

from copilot.segmentation.segment import segment, soft_boundaries

__all__ = ["segment", "soft_boundaries"]
