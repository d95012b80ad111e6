"""De-identification against the marked personal data: what leaks, and how much clinical text is covered needlessly."""

from __future__ import annotations

from eval.redaction.metrics import Spans, count
from eval.scorers.events import Event


def score(name: str, text: str, gold: Spans, redacted: Spans, note_type: str = "") -> list[Event]:
    """Events of one text; a datum leaks unless every letter and digit of it is covered, whatever the type given."""
    counts = count(text, gold, redacted)
    missed = {(start, end) for start, end, _ in counts.missed}
    events = [
        Event(
            "redaccion_datos.fuga",
            f"{name}-{start}",
            name,
            float((start, end) in missed),
            1.0,
            {"kind": kind, "note_type": note_type},
        )
        for start, end, kind in gold
    ]
    share = counts.over_chars / max(1, counts.other_chars)
    tags = {"note_type": note_type}
    events.append(Event("redaccion_datos.sobra", name, name, share, float(max(1, counts.other_chars)), tags))
    return events
