# ruff: noqa: E501
"""The guard: alignment first; where it doesn't settle the question, the trained reader is asked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from guardrails.grounding.align import Alignment, align
from guardrails.grounding.annotate import Annotation, annotate, forget_words
from guardrails.grounding.combine import Combiner, features
from guardrails.grounding.matching import segment_at
from guardrails.grounding.omissions import Omission, omissions
from guardrails.grounding.premise import premise_of
from guardrails.grounding.severity import severity_of
from guardrails.grounding.text import stem
from guardrails.grounding.types import ErrorKind, Finding, Reader, Reading, Role, Severity, SourceReader, Verdict

WEIGHTY = 1.0
"""Weight from which a reason of the alignment names kind and severity; below it the reader does, if it was asked."""


class GroundingGuard:
    """Checks statements against a source text. Thread-safe; keeps the last annotated sources.

    ``reader``: a trained reader (of pairs, or of whole sources), asked only where alignment leaves doubt; None:
    alignment alone.
    """

    def __init__(self, reader: Reader | SourceReader | None = None, *, cache: int = 32) -> None:
        self.reader = reader
        self.combiner = Combiner.load()
        self._cache: OrderedDict[str, Annotation] = OrderedDict()
        self._size = cache
        self._lock = threading.Lock()

    def _annotated(self, source: str) -> Annotation:
        with self._lock:
            if source in self._cache:
                self._cache.move_to_end(source)
                return self._cache[source]
        made = annotate(source)
        with self._lock:
            self._cache[source] = made
            while len(self._cache) > self._size:
                self._cache.popitem(last=False)
        return made

    def forget(self) -> None:
        """Drop the analysed sources and the words remembered on the way (they may hold personal data); what a reader
        keeps of the redacted sources it read stays with it."""
        with self._lock:
            self._cache.clear()
        forget_words()

    def verify(self, source: str, statement: str) -> Verdict:
        """Verdict on one statement (a sentence) against its source (a note or some of its clauses)."""
        return self.verify_many(source, [statement])[0]

    def verify_many(self, source: str, statements: Sequence[str]) -> list[Verdict]:
        """Verdicts on several statements against one source, in order; the source is analysed once."""
        src = self._annotated(source)
        pending: list[tuple[int, Annotation, Alignment]] = []
        verdicts: list[Verdict | None] = [None] * len(statements)
        for index, statement in enumerate(statements):
            if not statement.strip():
                verdicts[index] = Verdict(True, 1.0)
                continue
            if not source.strip():
                verdicts[index] = Verdict(False, 0.0, ErrorKind.FABRICATION, Severity.MAJOR)
                continue
            ann = annotate(statement)
            if _verbatim(src, ann):
                start = src.folded.find(ann.folded.strip(" .;,"))
                verdicts[index] = Verdict(True, 0.99, evidence=((start, start + len(ann.folded.strip(" .;,"))),), role=Role.SUPPORT)
                continue
            pending.append((index, ann, align(src, ann)))
        asked: dict[int, Reading] = {}
        if self.reader is not None:
            doubtful = [(i, a, al) for i, a, al in pending if self.combiner.in_doubt(features(al, a))]
            if doubtful:
                asked = dict(zip([i for i, _, _ in doubtful], ask(self.reader, src, doubtful), strict=True))
        for index, ann, alignment in pending:
            verdicts[index] = self._verdict(src, ann, alignment, asked.get(index))
        return [v for v in verdicts if v is not None]

    def omissions(self, source_clauses: Sequence[str], output_text: str) -> list[Omission]:
        """Source clauses that the written text leaves out or changes (see :mod:`guardrails.grounding.omissions`)."""
        return omissions(source_clauses, output_text)

    def _verdict(self, source: Annotation, statement: Annotation, alignment: Alignment, read: Reading | None) -> Verdict:
        said = None if read is None else read.probability
        score, supported = self.combiner.probability(features(alignment, statement), said, self.reader.name if self.reader else "")
        if supported:
            evidence = _merge(alignment.support)
            return Verdict(True, score, evidence=evidence, read=read is not None, role=Role.SUPPORT if evidence else Role.NONE)
        findings = list(alignment.findings)
        worst = max(findings, key=lambda f: f.weight, default=None)
        if read is not None and read.kinds and (worst is None or worst.weight < WEIGHTY):
            kind = max(read.kinds, key=lambda k: read.kinds[k])
            worst = Finding(ErrorKind(kind), WEIGHTY, (0, len(statement.text)), None, "lector")
            findings.append(worst)
        elif worst is None or worst.weight < 0.3:
            worst = Finding(ErrorKind.FABRICATION, 0.3, (0, len(statement.text)))
        against = _merge([f.source for f in findings if f.source and f.weight >= WEIGHTY])
        evidence = against or _about(source, statement, alignment)
        role = Role.AGAINST if against else Role.ABOUT if evidence else Role.NONE
        severity = severity_of(findings, worst, statement)
        return Verdict(False, score, worst.kind, severity, evidence, tuple(findings), read is not None, role)


def ask(reader: Reader | SourceReader, source: Annotation, doubtful: Sequence[tuple[int, Annotation, Alignment]]) -> list[Reading]:
    """What the reader says of each doubtful statement: over the whole source where it takes it, else over excerpts."""
    if not isinstance(reader, SourceReader):
        return [Reading(float(p)) for p in reader.score_pairs([(premise_of(source, a, al), a.text) for _, a, al in doubtful])]
    if len(source.text) <= reader.longest:
        return list(reader.read_statements(source.text, [a.text for _, a, _ in doubtful]))
    excerpts = [premise_of(source, a, al, limit=reader.longest // 2) for _, a, al in doubtful]
    return [reader.read_statements(x, [a.text])[0] for x, (_, a, _) in zip(excerpts, doubtful, strict=True)]


def _about(source: Annotation, statement: Annotation, alignment: Alignment) -> tuple[tuple[int, int], ...]:
    """Where the source speaks of what the statement says: its matched concepts, else the clause that shares most words."""
    if alignment.support:
        return _merge(alignment.support)
    ours = {stem(t.text) for t in statement.tokens if len(t.text) > 3 or t.text.isdigit()}
    shared: dict[tuple[int, int], set[str]] = {}
    for token in source.tokens:
        if (root := stem(token.text)) in ours:
            shared.setdefault(segment_at(source, token.start), set()).add(root)
    return (max(shared, key=lambda clause: len(shared[clause])),) if shared else ()


def _verbatim(source: Annotation, statement: Annotation) -> bool:
    """A clause copied whole: from clause border to clause border, and no sentence cut open before a condition or doubt."""
    text = statement.folded.strip(" .;,")
    at = source.folded.find(text)
    if len(text) < 8 or at < 0 or source.folded.find(text, at + 1) >= 0:
        return False
    before = source.folded[:at].rstrip(" ")
    after = source.folded[at + len(text) :].lstrip(" ")
    clean_start = not before or before[-1] in ".;\n:"
    return clean_start and (not after or after[0] in ".;\n")


def _merge(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        elif start < end:
            out.append((start, end))
    return tuple(out)
