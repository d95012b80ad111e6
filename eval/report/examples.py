"""The worst written sentences of a run, each with its source highlighted: what supports or contradicts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from eval.report.figures import RunFigures
from eval.review.verdicts import final, load

AROUND = 160
"""Characters of the source shown on each side of what is marked."""


@dataclass(frozen=True)
class Example:
    """One sentence the judge or a person found without support (redacted text)."""

    unit: str
    section: str
    text: str
    kind: str
    severity: str
    shown: bool
    """Whether it passed the guard and stands in the note shown."""
    source: Markup
    """The source around its statement, with the statement and the evidence marked."""
    literal: str
    judge: str


def marked(source: str, statement: list[list[int]], evidence: list[list[int]]) -> Markup:
    """The source near the statement: ``<mark>`` the statement it rewords, ``<mark class=ev>`` the evidence."""
    spans = [*statement, *evidence]
    if not spans:
        return Markup(escape(source[: 2 * AROUND]))  # noqa: S704 - escaped
    low = max(0, min(s for s, _ in statement or spans) - AROUND)
    high = min(len(source), max(e for _, e in statement or spans) + AROUND)
    said = {at for s, e in statement for at in range(s, e)}
    proof = {at for s, e in evidence for at in range(s, e)}
    out, last = ["…" if low else ""], ""
    for at in range(low, high):
        kind = "ev" if at in proof else "st" if at in said else ""
        if kind != last:
            out.append("</mark>" * bool(last) + f'<mark class="{kind}">' * bool(kind))
            last = kind
        out.append(str(escape(source[at])))
    out.append("</mark>" * bool(last) + ("…" if high < len(source) else ""))
    return Markup("".join(out))  # noqa: S704 - every character of the source is escaped above


def worst(figures: RunFigures, limit: int = 12) -> list[Example]:
    """The worst sentences: shown ones first, then major ones, then those with the lowest score."""
    people = final(load(figures.folder))
    ranked: list[tuple[tuple[bool, bool, float], Example]] = []
    for item in figures.items:
        if item["suite"] != "alucinacion" or "result" not in item:
            continue
        source = item["result"]["source"]
        for at, statement in enumerate(item["result"]["statements"]):
            for number, sentence in enumerate(statement["sentences"]):
                unit = f"{item['id']}-e{at}-o{number}"
                said = people.get(unit)
                if not (said.bad if said else not sentence["supported"]):
                    continue
                ranked.append(_ranked(unit, source, statement, sentence, said))
    ranked.sort(key=lambda pair: (pair[0], pair[1].unit))
    return [example for _, example in ranked[:limit]]


def _ranked(
    unit: str, source: str, statement: dict[str, Any], sentence: dict[str, Any], said: Any
) -> tuple[tuple[bool, bool, float], Example]:
    severity = said.severity if said else sentence["severity"]
    example = Example(
        unit,
        statement["section"],
        sentence["text"],
        said.kind if said else sentence["kind"],
        severity,
        statement["written"],
        marked(source, statement["spans"], sentence["evidence"]),
        statement["source"],
        "persona" if said else "guardián",
    )
    return (not example.shown, severity != "mayor", float(sentence["score"])), example
