"""Collects the events of one item with their common cluster and tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eval.scorers.events import Event


@dataclass
class Recorder:
    """Called once for every unit counted."""

    cluster: str
    tags: Mapping[str, str]
    events: list[Event] = field(default_factory=list)

    def __call__(self, measure: str, value: float | bool, part: str = "", weight: float = 1.0, **tags: str) -> None:
        """Count one unit; ``part`` names it within the item."""
        unit = f"{self.cluster}-{part}" if part else self.cluster
        self.events.append(Event(measure, unit, self.cluster, float(value), weight, {**self.tags, **tags}))


def events_of(cluster: str, tags: Mapping[str, str] | None = None) -> Recorder:
    """A recorder for one item."""
    return Recorder(cluster, dict(tags or {}))
