# ruff: noqa: E501  (long patterns are kept on one line)
"""What is done with a drug, study or procedure: start, continue, stop, avoid, ask for, allergy (verbs and their targets)."""

from __future__ import annotations

import re

from guardrails.grounding.annotate import Annotation, Mark, Mention
from guardrails.grounding.kinship import in_sentence

_ACTIONABLE = ("drug", "drugclass", "proc", "lab", "person", "anat")
_FLIP = {"suspend": "continue", "start": "avoid", "continue": "suspend", "request": "avoid", "done": "notdone",
         "increase": "noincrease", "decrease": "nodecrease", "avoid": "avoid", "allergy": ""}  # fmt: skip
_DRUG_ONLY = {"increase", "decrease", "allergy"}
_REACH = 48
"""Longest gap in characters over which an action carries on from one target to the next (lists without a verb)."""


def actions(a: Annotation) -> None:
    """Give each target the action of the verb that reaches it, in place."""
    for index in range(len(a.sentences)):
        marks = sorted((m for m in a.marks if m.kind == "act" and m.sentence == index), key=lambda m: m.start)
        targets = [m for m in in_sentence(a, index) if m.type in _ACTIONABLE]
        for position, mark in enumerate(marks):
            value = mark.value
            before_text = a.folded[max(0, mark.start - 14) : mark.start]
            if value != "avoid" and re.search(r"\b(?:no|sin|ni)\s+(?:se\s+|le\s+)?(?:debe\s+)?$", before_text):
                value = _FLIP.get(value, value)
            following = [m for m in marks[position + 1 :] if m.start >= mark.end]
            if following and re.fullmatch(r"[\s,ye]*", a.folded[mark.end : following[0].start]):
                following = following[1:]
            limit = following[0].start if following else a.sentences[index][1]
            usable = [m for m in targets if value not in _DRUG_ONLY or m.type in ("drug", "drugclass")]
            forward = _chain(a, mark, [m for m in usable if mark.start <= m.start < limit], tight=value in ("allergy", "avoid", "suspend", "increase", "decrease"))
            participle = re.search(r"(?:ad[oa]s?|id[oa]s?)$", mark.text) and value in (
                "suspend", "increase", "decrease", "avoid", "done", "request", "continue",
            )  # fmt: skip
            back = [m for m in usable if m.end <= mark.start and (not m.action or participle)]
            adjacent = bool(back) and (mark.start - back[-1].end < 36 and a.folded[back[-1].end : mark.start].count(",") == 0)
            near_forward = [m for m in forward if a.folded[mark.end : m.start].count(",") == 0]
            if adjacent and (participle or not near_forward):
                back[-1].action = value
            else:
                for m in forward:
                    denied = m.negated and re.search(r"\b(?:no|sin|ni)\s+(?:dar\s+)?$", a.folded[max(0, m.start - 9) : m.start])
                    m.action = _FLIP.get(value, value) if denied and m.start > mark.end + 4 else value
                    m.past = bool(_PAST.match(mark.text))


_PAST = re.compile(r"(?:tomaba|usaba|recibi|tomo\b|automedic|se le (?:dio|puso)|dieron|aplic(?:o|aron)|administr(?:o|aron)|tratad)")


def _chain(a: Annotation, mark: Mark, targets: list[Mention], *, tight: bool) -> list[Mention]:
    """Targets that an action reaches: the first one near it, then those that follow as in a list."""
    out: list[Mention] = []
    last = mark.end
    for m in targets:
        gap = a.folded[last : m.start] if m.start >= last else ""
        if len(gap) > _REACH or "\n" in gap:
            break
        if out and tight and (not re.search(r"[,/]|\b(?:y|e|o|u|ni)\b", gap) or not re.fullmatch(r"(?:[\s,/]|\b(?:y|e|o|u|ni|a|al|con|la|el|los|las|mg|c|h)\b|\d)*", gap)):
            break
        out.append(m)
        last = m.end
    return out
