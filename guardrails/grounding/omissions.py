"""Omission check: which facts of the source clauses does a written text leave out?

The guard turned round: each source clause is taken as a statement about the written text. A clause counts as omitted
where a drug, figure, finding or its denial isn't found there with the same context.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guardrails.grounding.align import align
from guardrails.grounding.annotate import annotate
from guardrails.grounding.types import Finding

_WEIGHTY = 1.2
"""Reasons from this weight on are facts left out or changed; lighter ones are wording."""
_FACT_TYPES = ("drug", "drugclass", "dx", "sx", "lab", "vital", "proc", "habit", "anat")


@dataclass(frozen=True)
class Omission:
    """One source clause that the written text doesn't carry in full."""

    index: int
    """Position of the clause in the list given."""
    clause: str
    missing: tuple[str, ...]
    """The clause's words that weren't found (drugs, figures, findings), as written."""
    altered: bool = False
    """True where the words are there but say something else (another figure, the opposite)."""


def omissions(source_clauses: Sequence[str], output_text: str) -> list[Omission]:
    """Clauses whose facts the output lacks or changes, in order; a clause without clinical facts is never reported."""
    written = annotate(output_text)
    out: list[Omission] = []
    for index, clause in enumerate(source_clauses):
        annotated = annotate(clause)
        if not annotated.mentions and not annotated.quantities and not annotated.words:
            continue
        found = align(written, annotated)
        weighty = [f for f in found.findings if _counts(f)]
        words = [f for f in found.findings if f.detail == "palabra"]
        # Words that no lexicon knows count together: one may be a paraphrase, most of a clause isn't.
        if len(words) >= 2 and len(words) * 2 > len(annotated.words):
            weighty += words
        if weighty:
            missing = tuple(dict.fromkeys(clause[f.words[0] : f.words[1]].strip() for f in weighty))
            out.append(Omission(index, clause, missing, all(f.source is not None for f in weighty)))
    return out


def _counts(f: Finding) -> bool:
    if f.detail == "ausente":
        return f.concept_type in _FACT_TYPES and f.weight >= _WEIGHTY
    if f.detail in ("cifra_ausente", "unidad", "cifra_contradicha"):
        return True
    return f.detail in ("polaridad", "side", "sujeto", "mas_seguro", "cifra_de_otro") and f.weight >= _WEIGHTY
