# ruff: noqa: E501, RUF007  (long patterns are kept on one line)
"""Aligns the facts of a statement with those of its source and says what doesn't fit.

Each mention of the statement is matched with the occurrence of the same concept (or of a kind of it) in the source
whose context disagrees least: all attributes must hold *in one and the same occurrence*, so that a dose borrowed
from another drug, or a side from another finding, doesn't pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from guardrails.grounding.actors import actor_findings
from guardrails.grounding.amounts import doubtful_unit, quantity_finding
from guardrails.grounding.annotate import Annotation, Mark, Mention, Word
from guardrails.grounding.causes import cause_findings
from guardrails.grounding.exact import confirmed, exact_findings
from guardrails.grounding.lexicon import load
from guardrails.grounding.matching import Match, candidates, lexically_present, segment_at
from guardrails.grounding.nearby import context_findings
from guardrails.grounding.opposites import opposite_findings
from guardrails.grounding.pending import pending_findings
from guardrails.grounding.quantities import same_value
from guardrails.grounding.signs import sign_findings
from guardrails.grounding.text import stem
from guardrails.grounding.types import ErrorKind, Finding
from guardrails.grounding.whose import owner_findings
from guardrails.grounding.wording import wording_findings

K = ErrorKind
_MISSING = {"drug": 2.6, "drugclass": 1.6, "dx": 2.2, "sx": 1.8, "lab": 1.8, "vital": 1.2, "proc": 1.5, "anat": 1.3,
            "habit": 1.5, "person": 1.0, "state": 0.5, "word": 0.45}  # fmt: skip
_GROUP_KIND = {"side": (K.LATERALITY, 3.0), "route": (K.DRUG, 2.2), "severity": (K.FABRICATION, 1.4),
               "chron": (K.TIME, 1.4), "ctrl": (K.NEGATION, 2.2), "axis": (K.LATERALITY, 1.4), "axis2": (K.LATERALITY, 1.4),
               "axis3": (K.LATERALITY, 1.4), "level": (K.LATERALITY, 1.4), "course": (K.NEGATION, 1.8),
               "onset": (K.TIME, 1.6), "food": (K.TIME, 1.4), "part": (K.TIME, 1.2)}  # fmt: skip
_CONFLICTS = {
    frozenset(pair): weight
    for pair, weight in {
        ("suspend", "start"): 2.6, ("suspend", "continue"): 2.6, ("suspend", "increase"): 2.6,
        ("suspend", "decrease"): 2.4, ("avoid", "start"): 3.0, ("avoid", "continue"): 2.6, ("avoid", "request"): 2.6,
        ("avoid", "increase"): 2.6, ("allergy", "start"): 2.4, ("allergy", "continue"): 2.4, ("increase", "decrease"): 3.0,
        ("increase", "continue"): 1.0, ("decrease", "continue"): 1.0, ("start", "continue"): 0.7,
        ("request", "done"): 1.6, ("request", "notdone"): 0.4, ("done", "notdone"): 2.4, ("avoid", "done"): 1.6,
        ("suspend", "request"): 1.4, ("suspend", "allergy"): 1.4, ("start", "increase"): 0.8,
        ("start", "decrease"): 1.0, ("noincrease", "increase"): 3.0, ("nodecrease", "decrease"): 3.0,
    }.items()
}  # fmt: skip


@dataclass
class Alignment:
    """What was found: reasons against, words nothing explains, and the source intervals used."""

    findings: list[Finding] = field(default_factory=list)
    uncovered: list[Word] = field(default_factory=list)
    support: list[tuple[int, int]] = field(default_factory=list)
    anchors: list[tuple[int, int]] = field(default_factory=list)
    """Exact intervals of the source mentions that were matched."""
    mentions: int = 0
    matched: int = 0
    specialised: int = 0
    unlinked: int = 0
    """Neighbouring concepts of the statement that no source sentence holds together."""
    links: int = 0
    literal: float = 0.0
    """Share of the statement's content words that the source holds literally (high in edited copies)."""


def align(source: Annotation, statement: Annotation) -> Alignment:
    """Match every fact of the statement; both texts annotated beforehand."""
    out = Alignment(mentions=len(statement.mentions))
    ids = {m.id for m in statement.mentions}
    matches: list[Match] = []
    for mention in statement.mentions:
        match = _best(source, statement, mention, ids)
        matches.append(match)
        out.findings += match.findings
        if match.source is not None:
            out.matched += 1
            out.support.append(segment_at(source, match.source.start))
            out.anchors.append((match.source.start, match.source.end))
            if mention.id not in load().ancestors(match.source.id) and mention.id not in match.source.others:
                out.specialised += 1
        elif match.cost == 0:
            out.matched += 1
    out.findings += doubtful_unit(source, statement)
    out.findings += context_findings(source, statement)
    out.findings += actor_findings(source, statement)
    for q in statement.quantities:
        finding, span = quantity_finding(source, statement, q, matches)
        if finding:
            out.findings.append(finding)
        if span:
            out.support.append(span)
    out.findings += _global_groups(source, statement)
    out.findings += cause_findings(source, statement, candidates)
    out.findings += wording_findings(source, statement, candidates)
    out.findings += pending_findings(source, statement, candidates)
    sure = confirmed(source, statement, candidates)
    out.findings = [f for f in out.findings if f.words not in sure or f.detail not in ("cifra_de_otro", "cifra_suelta")]
    out.findings += exact_findings(source, statement, candidates)
    out.findings += opposite_findings(source, statement)
    out.findings += owner_findings(source, statement)
    out.findings += sign_findings(source, statement)
    out.uncovered = [
        Word(statement.folded[f.words[0] : f.words[1]], *f.words) for f in out.findings if f.detail == "palabra"
    ]
    _links(source, matches, out)
    content = [t.text for t in statement.tokens if len(t.text) > 3 and t.text.isalpha()]
    out.literal = sum(1 for w in content if stem(w) in source.stems) / max(1, len(content))
    return out


def _best(source: Annotation, statement: Annotation, m: Mention, ids: set[str]) -> Match:
    best: Match | None = None
    for s, base in candidates(source, m):
        findings = _compare(m, s)
        nearby = sum(1 for o in source.mentions if o.sentence == s.sentence and o is not s and o.id in ids)
        same = sum(1 for o in source.mentions if o.segment == s.segment and o is not s and o.id in ids)
        loose = 0.0
        for q in m.quantities:
            loose += 0.0 if any(same_value(q, r) for r in s.quantities) else 0.5
        cost = base + sum(f.weight for f in findings) + loose - 0.1 * min(nearby, 4) - 0.35 * min(same, 4)
        if best is None or cost < best.cost:
            best = Match(m, s, cost, findings)
    if best and best.source is not None:
        if m.confirmed and not best.source.confirmed and m.type in ("dx", "word", "sx"):
            doubtful = any(s.uncertain for s, _ in candidates(source, m))
            known = any(k.kind == "conf" for k in source.marks)
            if doubtful or not known:
                weight = 2.4 if doubtful else 1.4
                best.findings.append(
                    Finding(K.CERTAINTY, weight, (m.start, m.end), (best.source.start, best.source.end), "confirmado" if doubtful else "confirmado_sin", m.type)
                )
        final = _final_state(source, m)
        if final and not any(f.detail.startswith("accion") for f in best.findings):
            best.findings.append(final)
        return best
    if lexically_present(source, statement, m):
        return Match(m, None, 0.0, [])
    weight = _MISSING.get(m.type, 1.0)
    if m.type == "state" and any(k.kind in ("act", "course") and k.start <= m.start < k.end for k in statement.marks):
        return Match(m, None, 0.0, [])
    kind = K.FABRICATION
    if m.type == "drug":
        kind = K.DRUG if any(s.type == "drug" for s in source.mentions) else K.FABRICATION
    return Match(m, None, weight, [Finding(kind, weight, (m.start, m.end), None, "palabra" if m.type == "word" else "ausente", m.type, m.id)])


def _final_state(source: Annotation, m: Mention) -> Finding | None:
    """A drug stated as going on though the source somewhere stops, forbids or lists it as an allergy."""
    if m.type != "drug" or m.past or m.negated or m.conditional or m.action not in ("start", "continue", "increase", "decrease"):
        return None
    for s in source.mentions:
        if s.id == m.id and s.action in ("suspend", "avoid", "allergy"):
            later = [o for o in source.mentions if o.id == m.id and o.start > s.start and o.action in ("start", "continue")]
            if not later:
                return Finding(K.PLAN, 1.4, (m.start, m.end), (s.start, s.end), "estado_final", m.type)
    return None


def _compare(m: Mention, s: Mention) -> list[Finding]:
    where = (m.start, m.end)
    there = (s.start, s.end)
    out: list[Finding] = []

    def add(kind: ErrorKind, weight: float, detail: str) -> None:
        out.append(Finding(kind, weight, where, there, detail, m.type))

    drugish = m.type in ("drug", "drugclass")
    ours_gone, theirs_gone = m.negated or m.resolved, s.negated or s.resolved
    if m.negated != s.negated and not (drugish and (m.action or s.action)):
        weight = {"anat": 0.8, "state": 0.8, "person": 0.6, "vital": 1.2, "lab": 2.2, "word": 1.5, "proc": 1.8}.get(m.type, 3.0)
        if m.resolved or s.resolved:
            weight = 0.3 if ours_gone == theirs_gone else weight * 0.7
        add(K.NEGATION, weight, "polaridad")
    elif not m.negated and m.resolved != s.resolved and m.type != "state":
        add(K.NEGATION, 1.0 if s.resolved else 0.9, "resuelto")
    if m.type in ("dx", "sx", "habit", "word"):
        if s.uncertain and not m.uncertain and not m.negated:
            add(K.CERTAINTY, {"dx": 2.4, "word": 1.0}.get(m.type, 1.2), "mas_seguro")
        elif m.uncertain and not s.uncertain:
            add(K.CERTAINTY, 1.4 if m.type == "dx" else 0.7, "menos_seguro")
        if m.family != s.family:
            add(K.ATTRIBUTION, {"word": 0.8, "sx": 1.2}.get(m.type, 3.0), "sujeto")
        elif m.family and m.kin and s.kin and not m.kin & s.kin:
            add(K.ATTRIBUTION, 2.4, "pariente")
    if m.type == "drug" and m.id != s.id and s.id in load().ancestors(m.id) and m.id not in s.others:
        add(K.DRUG, 1.4, "farmaco_especificado")
    for group, values in m.groups.items():
        theirs = s.groups.get(group, set())
        kind, weight = _GROUP_KIND[group]
        if theirs and not values & theirs:
            if group == "side" and ("bil" in theirs or values == {"bil"}):
                weight = 0.5 if "bil" in theirs else 2.0
            add(kind, weight, group)
        elif not theirs and group in ("side", "route", "axis"):
            add(kind, 0.7, group + "_sin")
    action = _conflict(m, s)
    if action:
        kind = K.PLAN if {m.action, s.action} & {"avoid", "start", "increase", "decrease", "request"} else K.TIME
        if {m.action, s.action} == {"suspend", "continue"}:
            kind = K.PLAN
        if "allergy" in (m.action, s.action):
            kind = K.DRUG
        add(kind, action, f"accion:{s.action or 'neg'}>{m.action or 'neg'}")
    elif s.conditional and not m.conditional and not m.negated and m.type in ("proc", "lab", "drug") and m.action != "suspend":
        add(K.PLAN, 1.0, "condicion")
    elif m.action in _NEEDS_EVIDENCE and m.action != s.action and m.type in ("drug", "drugclass", "proc", "lab"):
        kind = K.DRUG if m.action == "allergy" else K.PLAN
        add(kind, _NEEDS_EVIDENCE[m.action] * (1.0 if drugish else 0.6), f"accion_sin:{m.action}")
    elif drugish and s.action in ("suspend", "avoid", "allergy") and not m.action and not m.negated:
        add(K.PLAN, 1.2, "accion_callada")
    return out


_NEEDS_EVIDENCE = {"suspend": 1.6, "avoid": 1.8, "allergy": 2.4, "increase": 1.4, "decrease": 1.4, "noincrease": 1.4, "notdone": 1.4}


def _conflict(m: Mention, s: Mention) -> float:
    acted = ("drug", "drugclass", "proc")
    ours = "avoid" if m.negated and m.type in acted and m.action in ("", "start", "continue") else m.action
    theirs = "avoid" if s.negated and s.type in acted and s.action in ("", "start", "continue") else s.action
    if not ours and theirs == "avoid" and s.negated:
        return 1.6 if m.type in ("drug", "drugclass") else 0.6
    if not ours or not theirs or ours == theirs:
        return 0.0
    scale = 1.0 if m.type in ("drug", "drugclass") or {ours, theirs} & {"suspend", "avoid"} else 0.6
    return _CONFLICTS.get(frozenset((ours, theirs)), 0.0) * scale


def _global_groups(source: Annotation, statement: Annotation) -> Iterable[Finding]:
    """Values that no mention carries: sex, state, who lives; a side that the source never names."""
    bound_groups = set(_GROUP_KIND)
    for mark in statement.marks:
        theirs = [m for m in source.marks if m.kind == mark.kind]
        if mark.kind in ("sex", "state", "prog", "vital", "pat_line", "dispo") and theirs:
            if mark.value not in {m.value for m in theirs}:
                rivals = theirs[0]
                kind = {"sex": K.ATTRIBUTION, "pat_line": K.ATTRIBUTION, "dispo": K.PLAN}.get(mark.kind, K.FABRICATION)
                yield Finding(kind, 1.6, (mark.start, mark.end), (rivals.start, rivals.end), mark.kind, "state")
        elif mark.kind == "kin" and mark.value not in {m.value for m in theirs}:
            yield Finding(K.ATTRIBUTION, 1.0, (mark.start, mark.end), None, "pariente_ausente", "person")
        elif mark.kind in ("side", "route") and mark.kind in bound_groups:
            values = {m.value for m in theirs}
            if mark.value not in values and not (mark.value == "bil" and {"der", "izq"} <= values):
                kind = K.LATERALITY if mark.kind == "side" else K.DRUG
                if mark.kind == "side" and "bil" in values:
                    continue
                yield Finding(kind, 1.6 if mark.kind == "side" else 0.8, (mark.start, mark.end), None, mark.kind + "_ausente")


_NEAR = 110
"""Characters within which two facts of the source count as told together (notes without full stops are common)."""


def _links(source: Annotation, matches: list[Match], out: Alignment) -> None:
    """Neighbouring concepts of the statement should meet in some sentence of the source."""
    present = [x for x in matches if x.source is not None]
    for left, right in zip(present, present[1:], strict=False):
        if left.mention.segment != right.mention.segment:
            continue
        out.links += 1
        met = any(
            abs(a.start - b.start) <= _NEAR and a is not b
            for a, _ in candidates(source, left.mention)
            for b, _ in candidates(source, right.mention)
        )
        if not met:
            out.unlinked += 1


def marks_of(a: Annotation, kind: str) -> list[Mark]:
    """Marks of one kind."""
    return [m for m in a.marks if m.kind == kind]
