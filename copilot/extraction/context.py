"""Clinical context of a mention: negation, subject, certainty, laterality, temporality.

A trigger reader in the manner of NegEx (Chapman et al., 2001) and ConText (Harkema et al., 2009) with Mexican
Spanish triggers kept as data (``data/triggers.csv``). What differs from English: «niega» governs a whole
comma-separated list, «sin» and «no» only their own phrase unless a later «ni»/«o» shows that the list goes on.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from copilot.domain import Section, Span
from copilot.extraction.view import View

_DATA = Path(__file__).parent / "data"
_SENTENCE_END = re.compile(r"[;\n]|\.(?=\s|$)(?<!\bdr\.)(?<!\bdra\.)(?<!\bizq\.)(?<!\bder\.)|\.(?=[A-Z])")
_SHORT_SCOPE = 45
_POST_SCOPE = 60
_LONG_TRIGGER, _POST_GAP = 12, 25
"""«interrogados y negados» reaches back over a list; a short «negativo» only over its own phrase."""
_LIST_SCOPE = 140
_LONGEST = 80
"""No trigger is longer than this."""
_NEG_WORDS = 5
"""Words that «sin», «no hay» reach over where nothing lists («sin fiebre ta 120/80 has»: run-on text)."""
_DATED = re.compile(
    r"\s*(?:[a-z]+\s+)?(?:de\s+nin[oa]|(?:en|desde)\s+la\s+(?:infancia|ninez|adolescencia)|a\s+los\s+\d+|en\s+(?:19|20)\d\d|(?:desde\s+)?hace\s+\d+|desde\s+(?:19|20)\d\d|de\s+\d+\s+anos|en\s+(?:tx|tratamiento|control)|controlad[oa])\b"
)
_OWN_SECTIONS = frozenset(
    {Section.DIAGNOSTICOS, Section.TRATAMIENTO, Section.EXPLORACION_FISICA, Section.RESULTADOS_ESTUDIOS}
)


@dataclass(frozen=True)
class Context:
    """How a mention is meant. Spanish values, as shown to the physician."""

    negated: bool = False
    subject: str = "paciente"
    """``paciente`` or ``familiar``."""
    certainty: str = "confirmado"
    """``confirmado``, ``probable`` or ``descartado``."""
    laterality: str = ""
    """``derecha``, ``izquierda``, ``bilateral`` or ""."""
    temporality: str = "actual"
    """``actual``, ``antecedente`` or ``hipotetico``."""


@dataclass(frozen=True)
class Finding:
    """A symptom, sign or disease named in the text, with its context."""

    text: str
    span: Span
    concept: str
    context: Context


@dataclass(frozen=True)
class _Trigger:
    start: int
    end: int
    kind: str


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    grouped: dict[str, list[str]] = {}
    with (_DATA / "triggers.csv").open(encoding="utf-8") as handle:
        next(handle)
        for line in handle:
            trigger, kind = line.rstrip("\n").rsplit(",", 1)
            grouped.setdefault(kind, []).append(trigger.replace(" ", r"\s+"))
    return tuple(
        (kind, re.compile(r"(?<![a-z0-9¤])(?:" + "|".join(sorted(t, key=len, reverse=True)) + r")(?![a-z0-9¤])"))
        for kind, t in ((k, [x.strip('"') for x in v]) for k, v in grouped.items())
    )


class ContextReader:
    """Reads the triggers of one text once and answers for any mention in it (offsets into ``view.norm``)."""

    def __init__(self, view: View, sections: Sequence[tuple[Span, Section]] = ()) -> None:
        self.view = view
        norm = view.norm
        edges = view.positions([p for span, _ in sections for p in span])
        self._sections = sorted((edges[2 * i], edges[2 * i + 1], key) for i, (_, key) in enumerate(sections))
        self._section_starts = [a for a, _, _ in self._sections]
        self._cuts = sorted({0, *(m.end() for m in _SENTENCE_END.finditer(norm)), *edges, len(norm)})
        triggers: list[_Trigger] = []
        for kind, pattern in _patterns():
            triggers += [_Trigger(m.start(), m.end(), kind) for m in pattern.finditer(norm)]
        pseudo = sorted((t for t in triggers if t.kind in ("pseudo", "probable")), key=lambda t: t.start)
        starts = [p.start for p in pseudo]

        def inside_longer(t: _Trigger) -> bool:
            near = pseudo[bisect_left(starts, t.start - _LONGEST) : bisect_right(starts, t.start)]
            return any(t.end <= p.end and p.end - p.start > t.end - t.start for p in near)

        self._triggers = sorted((t for t in triggers if not inside_longer(t)), key=lambda t: t.start)
        self._triggers = [t for t in self._triggers if t.kind != "pseudo"]
        self._starts = [t.start for t in self._triggers]

    def sentence(self, at: int) -> tuple[int, int]:
        """Bounds of the sentence or line around position ``at`` of the view."""
        i = bisect_right(self._cuts, at)
        return (self._cuts[i - 1] if i else 0), (self._cuts[i] if i < len(self._cuts) else len(self.view.norm))

    def section_at(self, at: int) -> Section | None:
        """The section assigned to position ``at`` of the view, if any."""
        i = bisect_right(self._section_starts, at) - 1
        return self._sections[i][2] if i >= 0 and at < self._sections[i][1] else None

    def _between(self, start: int, end: int) -> list[_Trigger]:
        return self._triggers[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def at(self, start: int, end: int) -> Context:
        """Context of the mention ``norm[start:end]``."""
        s0, s1 = self.sentence(start)
        here = [t for t in self._between(s0, s1) if not (start <= t.start < end)]
        section = self.section_at(start)
        negated = self._negated(here, start, end, s1)
        certainty = self._certainty(here, start, end)
        return Context(
            negated=negated or certainty == "descartado",
            subject=self._subject_in(section, here, start, s0),
            certainty=certainty,
            laterality=self._laterality(start, end, s1),
            temporality=self._temporality(here, start, end),
        )

    def _blocked(self, here: list[_Trigger], a: int, b: int) -> bool:
        return any(t.kind == "stop" and a <= t.start < b for t in here)

    def _negated(self, here: list[_Trigger], start: int, end: int, s1: int) -> bool:
        norm = self.view.norm
        for t in reversed([t for t in here if t.end <= start]):
            if t.kind not in ("neg", "neg_list", "neg_short"):
                continue
            gap = norm[t.end : start]
            if self._blocked(here, t.end, start):
                continue
            if re.search(r"\d{2,3}/\d{2,3}|\balergi", gap) and t.kind != "neg_list":
                continue
            if t.kind == "neg_list":
                if "," in gap and _DATED.match(norm, end):
                    continue  # «niega DM y HAS, asma de niño»: what has a date is not denied
                if len(gap) <= _LIST_SCOPE:
                    return True
                continue
            if t.kind == "neg_short" and len(gap) > _SHORT_SCOPE:
                continue
            if not re.search(r",|\b(?:ni|o|u|y)\b", gap) and len(gap.split()) > _NEG_WORDS:
                continue
            if "," in gap or re.search(r"\by\b", gap):
                rest = norm[start : min(s1, end + 80)]
                cut = re.split(r"\b(?:con|pero|refiere|presenta)\b", rest)[0]
                listed = re.search(r"\b(?:ni|o|u)\b", gap + " " + cut)
                if "," in gap and not listed:
                    continue
            return True
        for t in here:
            if t.kind == "neg_post" and end <= t.start <= end + _POST_SCOPE:
                gap = norm[end : t.start]
                if t.end - t.start > _LONG_TRIGGER or (
                    len(gap) <= _POST_GAP and not re.search(r"[,;:]|\bcon\b|\by\b", gap)
                ):
                    return True
        return False

    def _certainty(self, here: list[_Trigger], start: int, end: int) -> str:
        norm = self.view.norm
        for t in here:
            if (
                t.kind == "discard"
                and 0 <= start - t.end <= 50
                and not self._blocked(here, t.end, start)
                and not re.search(r"[,.]", norm[t.end : start])
            ):
                return "descartado"
            if t.kind == "discard_post" and 0 <= t.start - end <= 30:
                return "descartado"
        for t in here:
            if (
                t.kind in ("probable", "probable_both")
                and 0 <= start - t.end <= 40
                and not re.search(r",|\+", norm[t.end : start])
                and not self._blocked(here, t.end, start)
            ):
                return "probable"
            if (
                t.kind in ("probable_post", "probable_both")
                and 0 <= t.start - end <= 25
                and not re.search(r",|\+", norm[end : t.start])
            ):
                return "probable"
        if re.match(r"\s*(?:\?|\(\?\))", norm[end : end + 4]):
            return "probable"
        return "confirmado"

    def _subject_in(self, section: Section | None, here: list[_Trigger], start: int, s0: int) -> str:
        if section is Section.ANTECEDENTES_HEREDOFAMILIARES:
            return "familiar"
        if section in _OWN_SECTIONS:
            return "paciente"
        return self._subject(here, start, s0)

    def _subject(self, here: list[_Trigger], start: int, s0: int) -> str:
        norm = self.view.norm
        subject = "paciente"
        paragraph = norm.rfind("\n", 0, start) + 1
        heads = [t for t in self._between(paragraph, start) if t.kind in ("family_head", "patient_head")]
        if heads and heads[-1].kind == "family_head":
            subject = "familiar"
        for t in here:
            if t.end > start:
                following = (
                    t.kind == "family"
                    and norm[max(0, t.start - 8) : t.start].rstrip().endswith((" en", " de", " su", " la", " por", "("))
                    and 0 <= t.start - start <= 50
                    and re.match(r"[a-z0-9 ]*\b(?:en|de|por)\s+(?:su\s+|la\s+|el\s+)?$", norm[start : t.start])
                )
                if following:
                    return "familiar"
                continue
            if t.kind == "family":
                gap = norm[t.end : start]
                told = re.match(
                    r"\s*(?:del?\s+paciente\s+)?(?:refiere|quien|niega|comenta|lo\s+trae|la\s+trae|acude|indica|menciona|reporta|trae|nota|acompana)",
                    gap,
                )
                asked = re.search(
                    r"(?:traid[oa]|acompanad[oa]|llevad[oa]|referid[oa]|informa|interrogatorio|enterad[oa]|vive\s+con|cuidad[oa])\W+(?:\w+\W+){0,4}$",
                    norm[max(0, t.start - 50) : t.start],
                )
                if (not told and not asked and ":" not in gap[:1] + "") or (not told and not asked):
                    subject = "familiar"
            elif t.kind == "family_word" and re.match(
                r"\s*(?:con|diabet|hipert|finad|fallec|vive|:|padec|,?\s*sana?)", norm[t.end : t.end + 12]
            ):
                subject = "familiar"
            elif t.kind in ("patient", "patient_head"):
                subject = "paciente"
        return subject

    def _laterality(self, start: int, end: int, s1: int) -> str:
        norm = self.view.norm
        zone = norm[max(0, start - 12) : min(end + 40, s1)]
        zone_cut = re.split(r"[,;:+]|\by\s+(?=[a-z]{5,})|\bsin\b|\bcon\b", norm[start : min(end + 40, s1)])[0]
        if re.search(r"\b(?:bilateral(?:es)?|bilat|amb[oa]s)\b", zone_cut) or re.search(r"\bamb[oa]s\s*$", zone[:12]):
            return "bilateral"
        right = re.search(r"\b(?:derech[oa]s?|der)\b", zone_cut)
        left = re.search(r"\b(?:izquierd[oa]s?|izq)\b", zone_cut)
        if right and left:
            return "bilateral"
        return "derecha" if right else "izquierda" if left else ""

    def _temporality(self, here: list[_Trigger], start: int, end: int) -> str:
        for t in here:
            described = (
                self.view.norm[max(0, t.start - 6) : t.start].rstrip().endswith((" con", " sin"))
            )  # «dengue con datos de alarma»
            if t.kind == "hypothetical" and t.end <= start and not described:
                return "hipotetico"
        for t in here:
            if t.kind == "past" and 0 <= start - t.end <= 40 and self.view.norm[t.start : t.end] != "hace":
                return "antecedente"
            if (
                t.kind == "past_post"
                and 0 <= t.start - end <= 25
                and not re.search(r"[,;]", self.view.norm[end : t.start])
            ):
                return "antecedente"
        return "actual"


@lru_cache(maxsize=1)
def _findings_pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    concepts: dict[str, str] = {}
    with (_DATA / "findings.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            for form in row["forms"].split("|"):
                concepts[form] = row["concept"]
    names = "|".join(re.escape(n).replace(r"\ ", r"\s+") for n in sorted(concepts, key=len, reverse=True))
    return re.compile(rf"(?<![a-z0-9¤])(?:{names})(?:s|es)?(?![a-z0-9¤])"), concepts


def contexts(text: str | View, sections: Sequence[tuple[Span, Section]] = ()) -> list[Finding]:
    """Symptoms, signs and diseases of ``text`` with negation, subject, certainty, laterality and temporality."""
    view = text if isinstance(text, View) else View(text)
    reader = ContextReader(view, sections)
    pattern, concepts = _findings_pattern()
    out: list[Finding] = []
    for m in pattern.finditer(view.norm):
        form = re.sub(r"\s+", " ", m.group())
        concept = concepts.get(form) or concepts.get(form[:-1]) or concepts.get(form[:-2], form)
        out.append(Finding(view.source(*m.span()), view.span(*m.span()), concept, reader.at(*m.span())))
    return out
