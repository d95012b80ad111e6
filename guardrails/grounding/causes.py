# ruff: noqa: E501  (long patterns are kept on one line)
"""Causes: a cause stated between two facts needs a causal word between the same two facts in the source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from guardrails.grounding.annotate import Annotation, Mention
from guardrails.grounding.types import ErrorKind, Finding

_STRONG = re.compile(
    r"\b(?:secundari[oa]s?|debid[oa]s?|se debe[n]?|se debio|atribu(?:id[oa]s?|ye[n]?|ible[s]?|yo)|originad[oa]s?|producid[oa]s?|"
    r"causad[oa]s?|ocasionad[oa]s?|provocad[oa]s?|desencadenad[oa]s?|condicionad[oa]s?|inducid[oa]s?|explicad[oa]s?|"
    r"consecuencia|a causa|a raiz|producto|derivad[oa]s?|como resultado|en relacion|relacionad[oa]s?|asociad[oa]s?)"
    r"\s+(?:a|al|por|de|del|con|el|la)\b(?:\s+(?:el|la|los|las|un|una|uso de|uso del|consumo de))?|\bde origen\b|\bporque\b|"
    r"\bcaus(?:o|aron|a|an)\b|\bprovoc(?:o|aron|a|an)\b|\bocasion(?:o|aron|a|an)\b|\bdesencaden(?:o|a|aron)\b"
)
_WEAK = re.compile(r"\b(?:por|tras|posterior a|despues de|a partir de|por lo que|ya que|dado que|con motivo de)\b")
_SOURCE = re.compile(
    r"\b(?:x|por|sec|secundari\w+|debid\w+|debe[n]?|atribu\w+|origin\w+|origen|produc\w+|caus\w+|ocasion\w+|provoc\w+|desencaden\w+|"
    r"condicion\w+|induc\w+|consecuencia|raiz|producto|derivad\w+|relacionad\w+|asociad\w+|tras|posterior|despues|desde que|desde q|al|"
    r"post|luego|por lo que|xq|porque|pq|ya que|efecto|reaccion a|alergi\w+|despues d|d/c)\b|\b(?:sec\.|2° a|2a)"
)
_NOT_CAUSE = re.compile(r"\s*(?:la |las |el |lo |via |un |una )?(?:noche|manana|via|boca|dia|\d|semana|mes|ano|turno|telefono|confirmar|determinar|tipificar|"
                        r"clasificar|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|menor|mayor|primera|ultima|urgencias|consulta|sus propi|iniciativa|completo|lado|ultrasonido|usg|tomografia|radiografia|endoscopia|laparoscopia|cesarea|parto)")
_FACTS = ("dx", "sx", "drug", "drugclass", "proc", "habit", "word", "lab")
_SPAN = 90
"""Characters between cause and effect in the source, at most."""

Find = Callable[[Annotation, Mention], list[tuple[Mention, float]]]


def cause_findings(source: Annotation, statement: Annotation, find: Find) -> Iterable[Finding]:
    """Causal claims of the statement that the source doesn't make."""
    text = statement.folded
    taken: list[tuple[int, int]] = []
    for regex, strong in ((_STRONG, True), (_WEAK, False)):
        for match in regex.finditer(text):
            if any(s < match.end() and match.start() < e for s, e in taken):
                continue
            if not strong and _NOT_CAUSE.match(text, match.end()):
                continue
            taken.append((match.start(), match.end()))
            left = [m for m in statement.mentions if m.end <= match.start() and m.type in _FACTS][-3:]
            right = [m for m in statement.mentions if m.start >= match.end() and m.type in _FACTS and m.start - match.end() < 45][:2]
            if not left or not right:
                continue
            name, weight = _judge(source, left, right, find, strong)
            if name:
                place = right[0]
                yield Finding(ErrorKind.CAUSE, weight, (match.start(), place.end), None, name, "cause")


def _judge(
    source: Annotation, left: list[Mention], right: list[Mention], find: Find, strong: bool
) -> tuple[str, float]:
    effects = [s for m in left for s, _ in find(source, m)]
    causes = [s for m in right[:2] for s, _ in find(source, m)]
    grade = "fuerte" if strong else "debil"
    if not causes:
        return f"causa_{grade}_ausente", 1.8 if strong else 0.8
    if not effects:
        return f"causa_{grade}_sin_efecto", 0.6 if strong else 0.3
    together = False
    for s in effects:
        for t in causes:
            if s is t:
                continue
            low, high = sorted(((s.start, s.end), (t.start, t.end)))
            if high[0] - low[1] > _SPAN:
                continue
            together = True
            if _SOURCE.search(source.folded, max(0, low[1]), max(0, high[0])) or (
                # the cause named first with its word before it: «por enalapril, tos»
                t.start < s.start and _SOURCE.search(source.folded, max(0, t.start - 14), t.start)
            ):
                return "", 0.0
    if together:
        return f"causa_{grade}_sin_palabra", 1.6 if strong else 0.6
    return f"causa_{grade}_lejos", 2.4 if strong else 1.2
