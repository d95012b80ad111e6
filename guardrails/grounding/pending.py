# ruff: noqa: E501  (long patterns are kept on one line)
"""Planned is not done: results of studies that the source only asks for, and acts that it only announces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from guardrails.grounding.annotate import Annotation, Mention
from guardrails.grounding.types import ErrorKind, Finding

Find = Callable[[Annotation, Mention], list[tuple[Mention, float]]]
_PENDING = re.compile(r"\b(?:pend\w*|pte|solicit\w*|se pide|pedir|pido|en curso|en espera|esperar|falta\w*|por realizar|no realizad\w|no se realizo|programar?|se programa|para (?:hoy|manana)|manana|proxim\w|en su umf|considerar|valorar|tomar|hacer|agend\w*|ic|si\b|por si|posible|depende\w*|pasa a|no hay|en espera de|en proceso|a descartar|solo si|discutir|evaluar)\b|\+/-")
_OUTCOME = re.compile(r"\b(?:mostro|muestra|muestran|report\w+|revel\w+|resulto|resultaron|con resultado|normal(?:es)?|negativ\w+|positiv\w+|sin (?:desarrollo|alteracion|lesion|datos)|con desarrollo|confirm\w+|descart\w+|evidenci\w+|anormal\w*)\b")
_DONE = re.compile(r"\b(?:se (?:le )?(?:realizo|tomo|hizo|aplico|coloco|transfundio|administro|efectuo|practico|envio|entrego|dio|retiro|opero|egreso)|recibio|fue (?:operad\w|intervenid\w|transfundid\w|valorad\w|trasladad\w)|ya (?:se )?(?:tiene|hizo|tomo|fue)|quedo (?:colocad\w|instalad\w)|durante (?:la|su) (?:estancia|hospitalizacion|internamiento)|(?:ya )?(?:realizad|aplicad|colocad|efectuad|practicad|administrad)[oa]s?|se (?:inicio|practico|instalo|indico y se dio))\b")
_FUTURE = re.compile(r"\b(?:se (?:realizara|tomara|hara|aplicara|colocara|transfundira|administrara|enviara|programara|retirara|operara|valorara)|pendiente|por realizar|programad\w|se (?:solicita|pide|programa|planea)|sera|recibira|falta)\b")
_ACTS = ("lab", "proc", "drug", "drugclass")


def pending_findings(source: Annotation, statement: Annotation, find: Find) -> Iterable[Finding]:
    """A result or a deed told of what the source has pending; something pending that the source has done."""
    text = statement.folded
    result, done, future = _OUTCOME.search(text), _DONE.search(text), _FUTURE.search(text)
    if not (result or done or future):
        return
    for m in statement.mentions:
        if m.type not in _ACTS:
            continue
        places = [s for s, _ in find(source, m) if not s.negated]
        if not places:
            continue
        waiting = [bool(_PENDING.search(_around(source, s)) or s.action == "request") for s in places]
        valued = [bool(s.quantities) or bool(_OUTCOME.search(source.folded, s.end, min(len(source.folded), s.end + 30))) for s in places]
        there = (places[0].start, places[0].end)
        if ((result and m.type == "lab") or done) and all(w and not v for w, v in zip(waiting, valued, strict=True)):
            yield Finding(ErrorKind.PLAN, 1.8, (m.start, m.end), there, "pendiente_dado", m.type)
        elif future and not any(waiting) and any(valued):
            yield Finding(ErrorKind.PLAN, 1.0, (m.start, m.end), there, "hecho_pendiente", m.type)


def _around(a: Annotation, s: Mention) -> str:
    start, end, _ = a.segments[s.segment] if a.segments else (0, len(a.folded), 0)
    return a.folded[max(start - 2, s.start - 34, 0) : min(end + 2, s.end + 26)]
