"""Answers from the guidelines: retrieve, decide whether it bears, select, quote. No word of its own beyond framing.

One instance serves many threads. Knows nothing of redaction or of the log: it gets redacted text (the façade).
"""

from __future__ import annotations

import datetime
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from copilot.assistant.bearing import Bearing, features, load_models
from copilot.assistant.evidence import QUOTE, continued, gather
from copilot.assistant.selection import LETTERS, Selector, reordered, shown
from copilot.assistant.types import (
    Answer,
    AnswerSentence,
    CatalogueRef,
    Citation,
    Considered,
    Evidence,
    PatientContext,
    Status,
)
from copilot.retrieval import Filters, Hit, Retriever
from copilot.settings import Settings
from corpora.ingest.flags import FLAG_LABELS
from corpora.lexicon import Expansion, expand
from corpora.passages import AGE_GROUPS, Passage
from guardrails.scope import Category, ScopeGuard, ScopeVerdict, separate

if TYPE_CHECKING:
    from copilot.embeddings import Embedder
    from corpora.catalogue.search import Catalogue, CatalogueHit

CITED = 6
"""Passages cited at most."""
CONTINUED = 2
"""Passages whose quotation goes on with the passage behind them."""
CONSIDERED = 8
"""Passages whose units are read."""
TITLES = 60
"""Entries of the catalogue that are compared with what is here."""
QUOTED = 3
"""Passages whose best units go into the answer's text."""
APPEAL = 0.95
"""Probability that the corpus answers from which a refusal without a foreign word is set aside: it was our topic."""
OLD = 8
"""Years after which the age of a guideline is pointed out."""
_ORDER = "El mensaje traía una orden para el programa («{}»); no se siguió y se contestó solo la pregunta clínica."
_FOUND = "Es una pregunta clínica: el corpus la contesta."
_SURROGATE = re.compile(r"<[A-Z_]+(?:_\d+)?>")


class Answerer:
    """Answers questions on the guidelines of this site's corpus."""

    def __init__(self, settings: Settings, encoder: Embedder | None = None, selector: Selector | None = None) -> None:
        self.settings = settings
        self._given = encoder
        self._selector = selector
        self._loading = threading.RLock()

    @cached_property
    def encoder(self) -> Embedder:
        """The sentence encoder."""
        from copilot.embeddings import load_embedder

        with self._loading:
            return self._given or load_embedder(self.settings)

    @cached_property
    def retriever(self) -> Retriever:
        """Hybrid retrieval."""
        with self._loading:
            return Retriever(self.settings, self.encoder)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue of guidelines."""
        from copilot.retrieval.catalogue import load_catalogue

        with self._loading:
            return load_catalogue(self.settings, self.encoder)

    @cached_property
    def scope(self) -> ScopeGuard:
        """The scope guard, with the trained reader for requests that no rule decides."""
        from copilot.assistant.screening import load_scope_reader

        with self._loading:
            return ScopeGuard(load_scope_reader(self.settings))

    def warm(self) -> None:
        """Load everything, so that the first question is as fast as the next."""
        self.answer("meta de presión arterial")

    # --- the answer ------------------------------------------------------------------------------------------

    def answer(self, question: str, context: PatientContext | None = None) -> Answer:
        """Answer one (redacted) question. Raises :class:`CopilotError` where the index can't be read."""
        *_, last = self.stages(question, context, early=False)
        return last

    def stages(self, question: str, context: PatientContext | None = None, *, early: bool = True) -> Iterator[Answer]:
        """The answer with its first passage alone, as soon as that is known (``early``), then the whole answer."""
        verdict = self.scope.check(question, follow_up=bool(context and context.topic))
        declined, warning, orders = verdict, "", 0
        if verdict.category == Category.INJECTION and (parts := separate(self.scope, question)):
            question, verdict = parts.question, parts.verdict
            warning = _ORDER.format(" ".join(parts.order.split()))
            orders = max(1, len(verdict.findings))
        if not verdict.allowed and not verdict.doubtful:
            yield refusal(verdict)
            return
        asked = self._asked(question, context)
        hits = self.search(asked, context)
        titles = self.catalogue.search(asked, TITLES)
        judged = self.bearing(asked, hits, titles)
        bearing, expansion = judged.probability, judged.expansion
        if not verdict.allowed:
            if bearing < APPEAL:
                yield refusal(verdict)
                return
            verdict = replace(verdict, allowed=True, category=Category.CLINICAL, reason=_FOUND)
        refs = tuple(self._refs(titles)[:5])
        if not hits or not judged.enough:
            left = tuple(_considered(one) for one in hits)
            yield refusal(declined) if warning else abstention(refs, bearing, verdict, left)
            return
        vector = self.encoder.queries([expansion.text])[0]
        best = hits[0].score or 1.0
        evidence: list[Evidence] = []
        for number, hit in enumerate(hits[:CITED]):
            score = bearing * min(1.0, max(0.0, hit.score / best))
            # The first passages make the answer's text; a short passage behind them is quoted whole anyway.
            encoder = self.encoder if number < QUOTED or len(hit.passage.text) > QUOTE else None
            found = gather(hit.passage, score, expansion, vector, encoder)
            evidence.append(continued(found, self._after(hits, number)))
            if early and number == 0:
                first = self._compose(evidence, refs, bearing, verdict, warning)
                yield replace(first, injections=orders, provisional=True)
        odds: list[float] = []
        if self._selector is not None and len(evidence) > 1:
            odds = self._selector(asked, [shown(one) for one in evidence[: len(LETTERS)]])
            evidence = reordered(evidence, odds)
        whole = self._compose(evidence, refs, bearing, verdict, warning)
        yield replace(whole, injections=orders, selection=tuple(odds))

    def _after(self, hits: Sequence[Hit], number: int) -> Passage | None:
        """The passage behind one of the first two, where none of those cited is it."""
        if number >= CONTINUED:
            return None
        near = self.retriever.neighbours(hits[number].passage)
        at = next((i for i, one in enumerate(near) if one.id == hits[number].passage.id), len(near))
        after = near[at + 1] if at + 1 < len(near) else None
        return None if after is None or any(after.id == hit.passage.id for hit in hits[:CITED]) else after

    def search(self, asked: str, context: PatientContext | None = None) -> list[Hit]:
        """Candidate passages, best first; the patient's context narrows them where that leaves enough."""
        filters = _filters(context)
        if filters is not None:
            hits = self.retriever.search(asked, CONSIDERED, filters)
            if len(hits) >= 3:
                return hits
        return self.retriever.search(asked, CONSIDERED)

    def bearing(
        self, asked: str, hits: Sequence[Hit], titles: Sequence[CatalogueHit], *, question: bool = True
    ) -> Bearing:
        """Whether the passages answer, and the question as the indexes read it; not a ``question``: a bare topic."""
        here = self.here()
        signs, expansion = self.signs(asked, hits, titles, here)
        return load_models().judge(asked, signs, here, expansion, asked=question)

    def here(self) -> frozenset[str]:
        """Keys of the guidelines whose text is in the corpus."""
        return frozenset(d.key for d in self.retriever.store.documents())

    def signs(
        self, asked: str, hits: Sequence[Hit], titles: Sequence[CatalogueHit], here: frozenset[str]
    ) -> tuple[list[float], Expansion]:
        """What :meth:`bearing` rests on, in the order of :data:`~copilot.assistant.bearing.NAMES`."""
        words = self.retriever.refresh()
        expansion = expand(asked, words.words)
        known = words.known((*expansion.stems, *expansion.added))
        return features(hits, expansion, titles, here, known, len(words.ids)), expansion

    @staticmethod
    def _asked(question: str, context: PatientContext | None) -> str:
        """What is searched: without surrogates; a bare follow-up carries the topic of the question before."""
        plain = re.sub(r"\s+", " ", _SURROGATE.sub(" ", question)).strip()
        if context and context.topic and is_follow_up(plain):
            return f"{context.topic} {plain}"
        return plain

    def _refs(self, titles: Sequence[CatalogueHit]) -> list[CatalogueRef]:
        return [CatalogueRef(t.entry.key, t.entry.title, t.entry.url, t.entry.year) for t in titles]

    def _compose(
        self,
        evidence: list[Evidence],
        refs: tuple[CatalogueRef, ...],
        bearing: float,
        verdict: ScopeVerdict,
        warning: str,
    ) -> Answer:
        citations = tuple(self.citation(one) for one in evidence)
        sentences: list[AnswerSentence] = []
        lines: list[str] = []
        said: set[str] = set()
        for number, (one, cited) in enumerate(zip(evidence[:QUOTED], citations, strict=False)):
            fresh = [text for text in one.best if _plain(text) not in said]
            if not fresh:
                continue
            said.update(_plain(text) for text in fresh)
            opening = f"{cited.title} ({dated(cited)}), {cited.locator}{_graded(cited)}:"
            lines.append(f"{opening}\n" + "\n".join(f"«{text}» [{number + 1}]" for text in fresh))
            sentences.extend(AnswerSentence(text, number) for text in fresh)
        if not sentences:
            lines.append("Los pasajes que tratan del tema tienen valores dudosos; léalos en el documento oficial.")
        notices = (*((warning,) if warning else ()), *self._notices(citations))
        text = "\n\n".join([*lines, *(f"Aviso: {one}" for one in notices)])
        found = (citations, refs, tuple(sentences), notices)
        return Answer(Status.ANSWERED, text, *found, verdict.category, verdict.reason, bearing, "selected")

    def citation(self, one: Evidence) -> Citation:
        """A passage as it is cited."""
        passage = one.passage
        entry = self.catalogue.get(passage.key)
        return Citation(
            passage.key, passage.title, passage.locator, one.quote, one.score, passage.id, passage.year, passage.grade,
            passage.scale, passage.kind, passage.origin, passage.flags, entry.url if entry else "",
        )  # fmt: skip

    def _notices(self, citations: Sequence[Citation]) -> tuple[str, ...]:
        """Age, newer versions and suspicious values of what is cited."""
        notices: list[str] = []
        this_year = datetime.datetime.now(datetime.UTC).year
        for one in citations[:QUOTED]:
            entry = self.catalogue.get(one.key)
            newer = entry is not None and one.year is not None and entry.year is not None and entry.year > one.year
            if entry is not None and (newer or entry.key != one.key):
                year = f" de {entry.year}" if entry.year else ""
                notices.append(f"{one.key} tiene una versión más reciente en el catálogo: {entry.key}{year}.")
            elif one.year is not None and this_year - one.year >= OLD:
                notices.append(f"{one.key} es de {one.year} (hace {this_year - one.year} años); verifique su vigencia.")
            notices.extend(f"{one.key}: {FLAG_LABELS[flag]}." for flag in one.flags if flag in FLAG_LABELS)
        return tuple(dict.fromkeys(notices))


def refusal(verdict: ScopeVerdict) -> Answer:
    """A refused request, explained in one sentence."""
    return Answer(Status.REFUSED, verdict.reason, category=verdict.category, reason=verdict.reason)


def _considered(hit: Hit) -> Considered:
    return Considered(hit.passage.key, hit.passage.id, hit.passage.locator, hit.stages.get("cosine", 0.0))


def abstention(
    refs: tuple[CatalogueRef, ...], bearing: float, verdict: ScopeVerdict, considered: tuple[Considered, ...] = ()
) -> Answer:
    """Nothing in the corpus bears on the question; the closest guidelines of the catalogue are named."""
    reason = "El corpus de esta unidad no tiene un pasaje que responda la pregunta."
    if refs:
        listed = "\n".join(f"- {r.title} ({r.key}{f', {r.year}' if r.year else ''})" for r in refs)
        text = f"{reason} Guías del catálogo con el título más cercano:\n{listed}"
    else:
        text = f"{reason} El catálogo tampoco tiene una guía con un título cercano."
    return Answer(
        Status.ABSTAINED, text, catalogue=refs, category=verdict.category, reason=reason, bearing=bearing,
        considered=considered,
    )  # fmt: skip


_FOLLOW_UP = re.compile(
    r"^[¿\s]*(?:y|pero|entonces|o|ahora|tambi[eé]n)\b|\b(?:es[aeo]|est[aeo]|ella|[eé]l|dicho|lo mismo|mism[oa])\b", re.I
)


def is_follow_up(question: str) -> bool:
    """Whether a question leans on the one before: it starts with «y», points back, or is a few words long."""
    words = question.split()
    return len(words) <= 12 and (bool(_FOLLOW_UP.search(question)) or len(words) <= 3)


def dated(one: Citation) -> str:
    """Key and year with its age: ``PAI-HAS, 2025``."""
    return f"{one.key}, {one.year}" if one.year else f"{one.key}, sin año en el documento"


def _graded(one: Citation) -> str:
    grade = " ".join(part for part in (one.grade, one.scale) if part)
    label = "" if one.kind == "texto" else one.kind
    both = ", ".join(part for part in (label, f"grado {grade}" if grade else "") if part)
    return f" ({both})" if both else ""


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def _filters(context: PatientContext | None) -> Filters | None:
    if context is None:
        return None
    age = context.age_group if context.age_group in AGE_GROUPS else None
    filters = Filters(age, context.sex or None, context.pregnancy, None)  # type: ignore[arg-type]
    return filters if filters.active else None
