# ruff: noqa: E501, SIM102  (long patterns are kept on one line)
"""Binds context to mentions: negation, certainty, subject, side and other exclusive values, actions, quantities.

Scopes follow NegEx and ConText (Chapman 2001; Harkema 2009) with the terminators of Mexican notes: a list after
«niega» runs over commas, one after «sin» or «no» doesn't unless a later «ni» carries it on.
"""

from __future__ import annotations

import re

from guardrails.grounding.annotate import Annotation, Mark, Mention
from guardrails.grounding.kinship import subject
from guardrails.grounding.measures import measures, series
from guardrails.grounding.plans import actions

_TERMINATOR = re.compile(
    r"\b(?:pero|aunque|excepto|salvo|con|refiere|refieren|presenta|presento|acude|acudio|inicia|inicio|solo|solamente|"
    r"se|cuenta|tiene|toma|tomaba|desde|hace|por lo que|al|ademas|unicamente|actualmente|si refiere|si presenta|encontrando|"
    r"queda|egresa|continua|plan|trae|traia|dice|viene|siente|esta|estan|sigue|pide|quiere|anda|duerme|come|orina|solicito|indico|deambula|tolera|canaliza|llenado|signos|abdomen|exploracion|por(?! (?:ahora|el momento|via))|porque)\b"
)


def bind(a: Annotation) -> None:
    """Fill the context of every mention of an annotation, in place."""
    _locate(a)
    subject(a)
    _negation(a)
    _resolved(a)
    _certainty(a)
    _exclusive(a)
    actions(a)
    _conditional(a)
    measures(a)
    series(a)


def _locate(a: Annotation) -> None:
    for word in a.words:
        word.sentence = a.sentence_at(word.start)
    items: list[Mention | Mark] = [*a.mentions, *a.marks]
    for item in items:
        item.sentence = a.sentence_at(item.start)
        for index, (start, end, _) in enumerate(a.segments):
            if start <= item.start < end:
                item.segment = index


_LIST_GAP = re.compile(r"(?:[\s,;/]|\b(?:y|e|o|u|ni|de|del|la|el|los|las|otro|otros|otras|ningun\w*|algun\w*|en|a|al)\b)*")
_POST_NO = re.compile(r"(?:\s*\d+(?:\.\d+)?)?(?:\s*(?:mg|sl|vo|iv|im|sc)\b)*\s*(?::\s*)?(?:aun |por ahora |todavia )?no(?: aun| por ahora| todavia)?\s*(?=[.,;\n)]|$)")


_MINUS = re.compile(r"(?:^|[\s)])-(?:[\s.,;]|$)")
"""A minus sign that denies («Homans -»), unlike the hyphen of «L4-L5»."""
_SAME_PHRASE = re.compile(r"(?:[\s,/()]|\b(?:y|e|o|de|del|en|para)\b)*")
_NEW_CLAUSE = re.compile(r"\by\s+(?:la|el|los|las|su)\s+(?=[^,.;]{3,40}\b(?:fue|fueron|es|son|esta|estan|se|resulto|mide|muestra|report\w+|tiene|presenta|continua)\b)|,\s+(?:con|por lo que)\b")


def _negation(a: Annotation) -> None:
    for m in a.mentions:
        m.negated = m.implied_absent
        if _POST_NO.match(a.folded, m.end) and m.type not in ("person",):
            m.negated = True
    for mark in a.marks:
        if mark.kind != "neg":
            continue
        if mark.text == "-" and not _MINUS.search(a.folded[max(0, mark.start - 1) : mark.end + 1]):
            continue
        start, end = a.sentences[mark.sentence]
        if any(p.kind == "pseudo" and p.start <= mark.start < p.end for p in a.marks):
            continue
        if mark.value == "fwd":
            if mark.text == "descarta" or (mark.text.startswith("se descarta") and "no" in a.folded[mark.start - 3 : mark.start]):
                if re.search(r"\bno (?:se )?$", a.folded[max(start, mark.start - 8) : mark.start]):
                    continue
            stop = end
            wide = mark.text.startswith(("nieg", "nego", "interrog"))
            for term in _TERMINATOR.finditer(a.folded, mark.end, end):
                if not a.folded[mark.end : term.start()].strip():
                    continue  # the verb that is itself denied: «no canaliza gases», «no tolera»
                if term[0] == "con" and wide and not re.search(r",\s*$", a.folded[mark.end : term.start()]):
                    continue
                if term[0] == "al" and not re.search(r",\s*$", a.folded[mark.end : term.start()]):
                    continue
                stop = term.start()
                break
            clause = _NEW_CLAUSE.search(a.folded, mark.end, end)
            stop = min(stop, clause.start()) if clause else stop
            if not wide:
                segment_end = a.segments[mark.segment][1] if a.segments else end
                later = re.search(r"\bni\b", a.folded[segment_end:stop]) if segment_end < stop else None
                stop = min(stop, segment_end + later.start() if later else segment_end)
            last, count = mark.end, 0
            for m in a.mentions:
                if mark.end <= m.start < stop and not m.implied_absent:
                    if m.type in ("vital", "lab") and m.segment != mark.segment:
                        break
                    gap = a.folded[last : m.start]
                    if m.type == "vital" and count:
                        break
                    joined = re.search(r"[,/]|\b(?:y|e|o|u|ni|de|del|en|a|al)\b", gap)
                    if count and not joined and m.type not in ("anat", "word", "state"):
                        break
                    if count >= 2 and not joined:
                        break
                    if len(gap) > (34 if wide or not count else 22) or (count and not wide and not _LIST_GAP.fullmatch(gap)):
                        break
                    last, count = m.end, count + 1
                    if m.type == "person":
                        continue
                    m.negated = True
                elif mark.start <= m.start < mark.end and m.type == "habit":
                    m.negated = True
        else:
            plural = mark.text.rstrip().endswith(("s", "dos", "das"))
            last = mark.start
            for m in reversed([m for m in a.mentions if m.sentence == mark.sentence and m.end <= mark.start]):
                if not plural and last < mark.start and not _SAME_PHRASE.fullmatch(a.folded[m.end : last]):
                    break  # one «negativo» speaks of one thing: «se trató siete días y el cultivo fue negativo»
                last = m.start
                near = m.segment == mark.segment or re.fullmatch(r"[\s:(,.\-]*", a.folded[m.end : mark.start])
                colon = ":" in a.folded[m.end : mark.start] and m.segment >= mark.segment - 1
                if near or plural or colon:
                    if plural and not near and any(q.start > m.start and q.end < mark.start for q in a.quantities):
                        break
                    m.negated = not m.implied_absent
                    if not plural and not near:
                        break
                else:
                    break
    for mark in a.marks:
        if mark.kind == "pos":
            for m in reversed([m for m in a.mentions if m.segment == mark.segment and m.end <= mark.start]):
                m.negated = False
                break


_GONE_BEFORE = re.compile(r"\b(?:ya no|ya sin|dejo de|ha dejado de|desaparicion de|remision de|sin nuev[oa]s?|mejoria de|ya se le quito|ya no ha tenido)\b")
_GONE_AFTER = re.compile(r"\b(?:desaparec\w+|cedi\w+|cede\b|remiti\w+|resolvi\w+|resuelt[oa]s?|ya nada|se (?:le )?quito|se retiro|mejoro|dejo\b|suspendi\w+|ausente ahora|corregid[oa]s?)")


def _resolved(a: Annotation) -> None:
    for m in a.mentions:
        if m.type not in ("sx", "dx", "habit", "word", "state"):
            continue
        start, end = a.sentences[m.sentence] if a.sentences else (0, len(a.folded))
        if _GONE_BEFORE.search(a.folded[max(start, m.start - 28) : m.start]):
            m.resolved = True
        elif match := _GONE_AFTER.search(a.folded[m.end : min(end, m.end + 42)]):
            m.resolved = "," not in a.folded[m.end : m.end + match.start()]
        elif re.search(r"\bdejo\s+(?:el|la|de)?\s*$", a.folded[max(start, m.start - 10) : m.start]):
            m.resolved = True


def _certainty(a: Annotation) -> None:
    for mark in a.marks:
        if mark.kind not in ("unc", "conf"):
            continue
        inside = [m for m in a.mentions if m.sentence == mark.sentence]
        if mark.kind == "unc" and re.search(r"\bno $", a.folded[max(0, mark.start - 3) : mark.start]):
            continue
        targets: list[Mention] = []
        value = mark.value
        if mark.kind == "unc" and mark.text in ("prob", "probable", "posible", "pb", "presuntivo", "en estudio"):
            value = "back" if re.match(r"\s*(?:[.,;/)\n]|$)", a.folded[mark.end : mark.end + 3]) else value
        if value == "fwd":
            stop = a.segments[mark.segment][1] if a.segments else len(a.folded)
            last = mark.end
            for m in inside:
                if mark.end <= m.start < stop:
                    gap = a.folded[last : m.start] if m.start >= last else ""
                    if len(gap) > (24 if not targets else 14) or (targets and not _LIST_GAP.fullmatch(gap)) or len(targets) >= 4:
                        break
                    targets.append(m)
                    last = m.end
            if mark.text in ("vs", "versus"):
                targets += [m for m in inside if m.segment == mark.segment and 0 <= mark.start - m.end <= 40]
        else:
            before = [m for m in inside if m.end <= mark.start and m.segment == mark.segment and mark.start - m.end <= 40]
            targets = before[-2:] if mark.text != "?" else [m for m in before if m.segment == before[-1].segment][-2:]
        for m in targets:
            if mark.kind == "unc":
                m.uncertain = True
                if mark.text in ("a descartar", "descartar", "por descartar", "no se descarta", "no se puede descartar"):
                    m.negated = False
            else:
                m.confirmed = True


_GROUP_TYPES = {
    "side": ("anat", "sx", "dx", "proc", "lab"),
    "route": ("drug", "drugclass"),
    "severity": ("sx", "dx", "state"),
    "chron": ("dx", "sx", "anat"),
    "ctrl": ("dx", "lab", "vital"),
    "axis": ("anat", "dx", "sx"), "axis2": ("anat", "dx", "sx"), "axis3": ("anat", "dx", "sx"),
    "level": ("anat", "dx", "sx"),
    "course": ("sx", "dx", "state"),
    "onset": ("sx", "dx"),
    "food": ("drug", "sx", "lab"), "part": ("drug", "sx", "lab", "drugclass"),
}  # fmt: skip


def _exclusive(a: Annotation) -> None:
    for group, types in _GROUP_TYPES.items():
        marks = [m for m in a.marks if m.kind == group]
        for mark in marks:
            near = [m for m in a.mentions if m.segment == mark.segment and m.type in types]
            if near and a.segments[mark.segment][1] - a.segments[mark.segment][0] > 100:
                near = [m for m in near if -38 <= m.start - mark.end <= 26 or -26 <= mark.start - m.end <= 38]
            if not near and group in ("side", "route", "ctrl", "course", "severity"):
                near = [m for m in a.mentions if m.sentence == mark.sentence and m.type in types]
                if group == "route":
                    near = [m for m in near if m.end <= mark.start] or near
                near = sorted(near, key=lambda m: min(abs(m.start - mark.end), abs(mark.start - m.end)))[:1]
            rivals = [o for o in marks if o.segment == mark.segment and o.value != mark.value]
            for m in near:
                if rivals:
                    gap = _gap(m, mark)
                    if any(_gap(m, other) < gap for other in rivals):
                        continue
                if group == "route" and any(
                    m.end < other.start < mark.start and other.type in types for other in near if other is not m
                ):
                    continue
                m.groups.setdefault(group, set()).add(mark.value)


def _gap(m: Mention, mark: Mark) -> int:
    return mark.start - m.end if mark.start >= m.end else (m.start - mark.end) * 2


_CONDITION = re.compile(
    r"\b(?:si|en caso de|solo si|siempre que|de ser necesario|valorar|a valorar|considerar|para decidir|decidir|segun|"
    r"a criterio|dependiendo)\b(?!\s+(?:refiere|tiene|presenta|fuma))"
)


def _conditional(a: Annotation) -> None:
    """What is only to be done if something happens: «programar cirugía si la biopsia es benigna»."""
    for m in a.mentions:
        if m.type not in ("proc", "drug", "lab", "drugclass", "person"):
            continue
        start, end, _ = a.segments[m.segment] if a.segments else (0, len(a.folded), 0)
        window = a.folded[max(start, m.start - 50) : min(end, m.end + 40)]
        m.conditional = bool(_CONDITION.search(window))
