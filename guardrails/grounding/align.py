# ruff: noqa: E501, RUF007  (long patterns are kept on one line)
"""Aligns the facts of a statement with those of its source and says what doesn't fit.

Each mention of the statement is matched with the occurrence of the same concept (or of a kind of it) in the source
whose context disagrees least: all attributes must hold *in one and the same occurrence*, so that a dose borrowed
from another drug, or a side from another finding, doesn't pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz.distance import DamerauLevenshtein

from guardrails.grounding.actors import actor_findings
from guardrails.grounding.annotate import Annotation, Mark, Mention, Word
from guardrails.grounding.causes import cause_findings
from guardrails.grounding.lexicon import load
from guardrails.grounding.nearby import context_findings
from guardrails.grounding.pending import pending_findings
from guardrails.grounding.quantities import Quantity, same_value, unit_clash
from guardrails.grounding.text import stem
from guardrails.grounding.types import ErrorKind, Finding
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


@dataclass
class _Match:
    mention: Mention
    source: Mention | None
    cost: float
    findings: list[Finding]


def align(source: Annotation, statement: Annotation) -> Alignment:
    """Match every fact of the statement; both texts annotated beforehand."""
    out = Alignment(mentions=len(statement.mentions))
    ids = {m.id for m in statement.mentions}
    matches: list[_Match] = []
    for mention in statement.mentions:
        match = _best(source, statement, mention, ids)
        matches.append(match)
        out.findings += match.findings
        if match.source is not None:
            out.matched += 1
            out.support.append(_segment(source, match.source.start))
            out.anchors.append((match.source.start, match.source.end))
            if mention.id not in load().ancestors(match.source.id) and mention.id not in match.source.others:
                out.specialised += 1
        elif match.cost == 0:
            out.matched += 1
    out.findings += _doubtful_unit(source, statement)
    out.findings += context_findings(source, statement)
    out.findings += actor_findings(source, statement)
    for q in statement.quantities:
        finding, span = _quantity(source, statement, q, matches)
        if finding:
            out.findings.append(finding)
        if span:
            out.support.append(span)
    out.findings += _global_groups(source, statement)
    out.findings += cause_findings(source, statement, candidates)
    out.findings += wording_findings(source, statement, candidates)
    out.findings += pending_findings(source, statement, candidates)
    out.uncovered = [
        Word(statement.folded[f.words[0] : f.words[1]], *f.words) for f in out.findings if f.detail == "palabra"
    ]
    _links(source, matches, out)
    content = [t.text for t in statement.tokens if len(t.text) > 3 and t.text.isalpha()]
    out.literal = sum(1 for w in content if stem(w) in source.stems) / max(1, len(content))
    return out


def _doubtful_unit(source: Annotation, statement: Annotation) -> Iterable[Finding]:
    """A unit that the source doesn't give and that doesn't suit the figure: the bare «0.5» of a note is mg, not g."""
    for q in statement.quantities:
        unit = q.dim.split(":")[1].split("/")[0] if ":" in q.dim else q.unit
        if unit not in ("g", "gr", "gramos", "kg", "mcg", "microgramos", "l", "litros", "ug") or not q.raw:
            continue
        equal = [r for r in source.quantities if r.raw and r.raw[0] == q.raw[0] and r.dim not in ("time", "freq", "date")]
        if equal and all(not r.dim for r in equal):
            owners = {m.type for m in statement.mentions if any(q is r for r in m.quantities)}
            odd = unit in ("g", "gr", "gramos") and (q.raw[0] >= 5 or q.raw[0] != int(q.raw[0]))
            if "drug" in owners and (odd or unit in ("kg", "l", "litros")):
                yield Finding(K.UNIT, 1.6, (q.start, q.end), (equal[0].start, equal[0].end), "unidad_dudosa", "drug")


def _segment(a: Annotation, offset: int) -> tuple[int, int]:
    for start, end, _ in a.segments:
        if start <= offset < end:
            return start, end
    return a.sentences[a.sentence_at(offset)] if a.sentences else (0, len(a.text))


def candidates(source: Annotation, m: Mention) -> list[tuple[Mention, float]]:
    """Mentions of the source that may be the same concept, with the cost of the difference."""
    key = ("candidates", m.id, m.type, m.others)
    if key not in source.memo:
        source.memo[key] = _find(source, m)
    return source.memo[key]  # type: ignore[return-value]


def _find(source: Annotation, m: Mention) -> list[tuple[Mention, float]]:
    lexicon = load()
    ours = {m.id} | m.others
    out = []
    for s in source.mentions:
        theirs = lexicon.ancestors(s.id) | s.others
        if m.type == "word" and s.type == "word" and _alike(m.id[2:], s.id[2:]):
            out.append((s, 0.0 if m.id == s.id else 0.05))
            continue
        if m.id in theirs:
            out.append((s, 0.0))
        elif ours & theirs:
            out.append((s, 0.1))
        elif s.id in lexicon.ancestors(m.id) and s.type == m.type:
            out.append((s, 0.9))
    return out


def _best(source: Annotation, statement: Annotation, m: Mention, ids: set[str]) -> _Match:
    best: _Match | None = None
    for s, base in candidates(source, m):
        findings = _compare(m, s)
        nearby = sum(1 for o in source.mentions if o.sentence == s.sentence and o is not s and o.id in ids)
        same = sum(1 for o in source.mentions if o.segment == s.segment and o is not s and o.id in ids)
        loose = 0.0
        for q in m.quantities:
            loose += 0.0 if any(same_value(q, r) for r in s.quantities) else 0.5
        cost = base + sum(f.weight for f in findings) + loose - 0.1 * min(nearby, 4) - 0.35 * min(same, 4)
        if best is None or cost < best.cost:
            best = _Match(m, s, cost, findings)
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
    if _lexically_present(source, statement, m):
        return _Match(m, None, 0.0, [])
    weight = _MISSING.get(m.type, 1.0)
    if m.type == "state" and any(k.kind in ("act", "course") and k.start <= m.start < k.end for k in statement.marks):
        return _Match(m, None, 0.0, [])
    kind = K.FABRICATION
    if m.type == "drug":
        kind = K.DRUG if any(s.type == "drug" for s in source.mentions) else K.FABRICATION
    return _Match(m, None, weight, [Finding(kind, weight, (m.start, m.end), None, "palabra" if m.type == "word" else "ausente", m.type, m.id)])


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


def _lexically_present(source: Annotation, statement: Annotation, m: Mention) -> bool:
    words = [t.text for t in statement.tokens if m.start <= t.start < m.end and len(t.text) > 2]
    found = [_where(source, w) for w in words]
    return bool(found) and all(found) and bool(set.intersection(*found))


_SHORT = frozenset(["con", "sin", "por", "del", "los", "las", "una", "que", "dos", "hoy", "mes", "dia", "ano", "ano", "min", "caso"])


def _where(source: Annotation, word: str) -> set[int]:
    """Sentences that hold the word, an inflection of it, or a truncation («incap» for «incapacidad»)."""
    out = set(source.stems.get(stem(word), ()))
    for token in source.tokens:
        t = token.text
        if (len(t) >= 4 or (len(t) == 3 and t not in _SHORT)) and len(word) >= len(t) + 3 and word.startswith(t):
            out.add(source.sentence_at(token.start))
    if not out:
        root = stem(word)
        for other, places in source.stems.items():
            if _alike(root, other):
                out.update(places)
    return out


def _alike(root: str, other: str) -> bool:
    """Same word family: one stem begins the other, or five letters in common, or one keystroke apart."""
    if root == other:
        return True
    short = min(len(root), len(other))
    if short >= 4 and (other.startswith(root) or root.startswith(other)):
        return True
    return short >= 6 and (other[:5] == root[:5] or DamerauLevenshtein.distance(other, root, score_cutoff=1) <= 1)


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
            add(K.ATTRIBUTION, 0.8 if m.type == "word" else 3.0, "sujeto")
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


def _quantity(
    source: Annotation, statement: Annotation, q: Quantity, matches: list[_Match]
) -> tuple[Finding | None, tuple[int, int] | None]:
    where = (q.start, q.end)
    timed = q.dim in ("time", "date", "clock", "sdg")
    kind = K.TIME if timed else K.NUMBER
    owners = [x for x in matches if any(q is r for r in x.mention.quantities)]
    equal = [r for r in source.quantities if same_value(q, r)]
    if q.label == "edad":
        ages = [r for r in source.quantities if r.label == "edad"]
        if ages and not any(same_value(q, r) for r in ages):
            return Finding(K.NUMBER, 2.6, where, (ages[0].start, ages[0].end), "edad"), None
        if equal:
            return None, _segment(source, equal[0].start)
    bound_equal = bound_other = near_equal = None
    for owner in owners:
        for s, _ in candidates(source, owner.mention):
            if any(s.groups.get(g) and not v & s.groups[g] for g, v in owner.mention.groups.items() if g == "side"):
                continue
            for r in s.quantities:
                if same_value(q, r) and not _opposed(q, r):
                    bound_equal = r
                elif r.dim == q.dim or (not q.dim and r.raw) or unit_clash(q, r):
                    bound_other = bound_other or r
            near_equal = near_equal or next(
                (r for r in equal if source.sentence_at(r.start) == s.sentence and not _opposed(q, r)), None
            )
    if timed and near_equal is None:
        told = {x.source.sentence for x in matches if x.source is not None and x.mention.sentence == statement.sentence_at(q.start)}
        near_equal = next((r for r in equal if source.sentence_at(r.start) in told and not _opposed(q, r)), None)
    if bound_equal:
        return None, _segment(source, bound_equal.start)
    implied = q.dim == "freq" and q.role == "word"
    owner_type = owners[0].mention.type if owners else ""
    clash = next((r for r in source.quantities if unit_clash(q, r)), None)
    if not equal:
        if implied and not bound_other:
            return Finding(kind, 0.8 if owner_type in ("drug", "drugclass") else 0.2, where, None, "frecuencia_sin", owner_type), None
        contradicted = bound_other
        if _derived(source, q):
            return Finding(kind, 0.5, where, None, "cifra_derivada", owner_type), None
        if clash and (not bound_other or unit_clash(q, bound_other)):
            unit_kind = K.TIME if timed else K.UNIT
            return Finding(unit_kind, 3.0, where, (clash.start, clash.end), "unidad", owner_type), None
        place = (contradicted.start, contradicted.end) if contradicted else None
        small = not q.dim and q.raw and q.raw[0] <= 3
        return Finding(kind, 3.0 if contradicted else (1.2 if small else 2.4), where, place, "cifra_ausente", owner_type), None
    if not owners:
        return None, _segment(source, equal[0].start)
    if all(o.source is None for o in owners):
        return Finding(kind, 0.4, where, None, "cifra_sin_concepto", owner_type), _segment(source, equal[0].start)
    if near_equal and not bound_other:
        return Finding(kind, 0.2, where, None, "cifra_cerca", owner_type), _segment(source, near_equal.start)
    strict = owner_type in ("drug", "vital", "lab", "drugclass")
    if bound_other:
        weight = (2.6 if strict else 1.6) * (0.75 if near_equal else 1.0)
        if not q.dim and q.raw and q.raw[0] <= 5 and not strict:
            weight = 0.5
        return Finding(kind, weight, where, (bound_other.start, bound_other.end), "cifra_de_otro", owner_type), None
    weight = 1.8 if strict and not implied else 0.9
    return Finding(kind, weight, where, (equal[0].start, equal[0].end), "cifra_suelta", owner_type), None


def _derived(source: Annotation, q: Quantity) -> bool:
    """The difference of two values of one concept, or tablets times their strength."""
    if not q.raw or q.dim in ("time", "freq", "date", "clock"):
        return False
    target = q.canon if q.dim in ("mass", "volume") else q.raw[0]
    for m in source.mentions:
        values = [r.raw[0] for r in m.quantities if r.raw and r.dim not in ("time", "freq", "date")]
        if any(abs(abs(x - y) - q.raw[0]) < 1e-6 for x in values for y in values if x != y):
            return True
        masses = [r.canon for r in m.quantities if r.dim in ("mass", "volume")]
        counts = [r.raw[0] for r in source.quantities if r.raw and abs(r.start - m.start) < 60 and r.dim in ("", "tablet")]
        if any(abs(x * n - target) < 1e-6 for x in masses for n in counts if n > 1):
            return True
    pairs = [r.raw for r in source.quantities if r.dim == "pair"]
    return any(abs(a[i] - b[i]) == q.raw[0] for a in pairs for b in pairs for i in (0, 1) if a is not b)


def _opposed(q: Quantity, r: Quantity) -> bool:
    return {q.role, r.role} in ({"ago", "future"}, {"prev", "now"})


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


def _links(source: Annotation, matches: list[_Match], out: Alignment) -> None:
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
