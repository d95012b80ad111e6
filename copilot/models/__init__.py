"""Model files: registry, download, verification."""

from copilot.models.registry import ModelRow, find_model, load_registry, ready_path

__all__ = ["ModelRow", "find_model", "load_registry", "ready_path"]
