# ruff: noqa: E501  (long patterns and messages are kept on one line)
"""What the norm demands of a note and the note lacks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from copilot.domain import MissingElement, NoteType, Section, Span
from copilot.extraction import Extraction
from copilot.folding import fold
from copilot.nom004.norm import DATA, Element, elements

_DRUG_NUMERAL = "6.2.6"


@lru_cache(maxsize=1)
def _rules() -> dict[str, dict[str, Any]]:
    rules = tomllib.loads((DATA / "rules.toml").read_text(encoding="utf-8"))
    for rule in rules.values():
        for key in ("patterns", "headings"):
            rule[key] = [re.compile(p) for p in rule.get(key, [])]
        if "when" in rule:
            rule["when"] = re.compile(rule["when"])
    return rules


def section_of(element: str) -> Section:
    """Where words that supply a missing element belong (``otro`` where the rules name no section)."""
    rule = _rules().get(element, {})
    return Section(next(iter((*rule.get("sections", ()), *rule.get("within", ()))), Section.OTRO))


def checked(note_type: NoteType | str) -> list[Element]:
    """Mandatory elements of that type that :func:`check` can find in a text, in the order of the norm."""
    rules = _rules()
    return [
        one
        for one in elements(note_type)
        if one.mandatory and one.key in rules and rules[one.key].get("check", True)
        and "drug_field" not in rules[one.key] and "when" not in rules[one.key]
    ]  # fmt: skip


class _Note:
    """A note as the rules see it."""

    def __init__(self, text: str, sections: Sequence[tuple[Span, Section]], extraction: Extraction) -> None:
        self.folded = fold(text)
        self.sections = sections
        self.filled = {str(key) for span, key in sections if text[span.start : span.end].strip()}
        self.vitals = {v.name for v in extraction.vitals}
        self.extraction = extraction

    def part(self, keys: Sequence[str]) -> str:
        """Folded text of the sections, or of the whole note where none were assigned."""
        if not keys or not self.sections:
            return self.folded
        return "\n".join(self.folded[s.start : s.end] for s, k in self.sections if str(k) in keys)


def _present(rule: dict[str, Any], note: _Note) -> bool:
    if note.filled & set(rule.get("sections", ())):
        return True
    vitals = rule.get("vitals")
    if vitals and set(vitals) <= note.vitals:
        return True
    if note.vitals & set(rule.get("any_vitals", ())):
        return True
    if any(getattr(note.extraction, kind) for kind in rule.get("extracted", ())):
        return True
    if not note.sections and any(p.search(note.folded) for p in rule["headings"]):
        return True
    zone = note.part(rule.get("within", ()))
    return any(p.search(zone) for p in rule["patterns"])


def _drugs_lacking(field: str, note: _Note) -> list[str]:
    names: list[str] = []
    for drug in note.extraction.medications:
        if field not in drug.missing or drug.negated or drug.status:
            continue
        inside = [key for span, key in note.sections if span.start <= drug.span.start < span.end]
        if inside and inside[0] is not Section.TRATAMIENTO:
            continue
        if not note.sections and not (drug.dose or drug.frequency or drug.route):
            continue
        if drug.name not in names:
            names.append(drug.name)
    return names


def _drug_elements(note: _Note) -> list[MissingElement]:
    out: list[MissingElement] = []
    for key, field in (
        ("medicamento_dosis", "dosis"),
        ("medicamento_via", "vía"),
        ("medicamento_periodicidad", "periodicidad"),
    ):
        names = _drugs_lacking(field, note)
        if names:
            label = {"vía": "vía de administración"}.get(field, field)
            out.append(MissingElement(key, _DRUG_NUMERAL, f"Falta {label} de: {', '.join(names)}", True))
    return out


def check(
    note_type: NoteType | str,
    text: str,
    sections: Sequence[tuple[Span, Section]],
    extraction: Extraction,
    provided: Collection[str] = (),
) -> list[MissingElement]:
    """Elements of the norm that the note lacks, in the order of the norm, those of every note (5.9, 5.10) last.

    Args:
        note_type: one of the project's note types.
        text: the note, de-identified or not; surrogates count as what they stand for.
        sections: assigned sections; may be empty, then headings and words of the text decide.
        extraction: result of :func:`copilot.extraction.extract` on the same text.
        provided: keys of elements that the application supplies itself (``firma``, ``autor_nombre_completo``, ``fecha``, ``hora``).

    Returns:
        One entry an element. ``mandatory`` is False for what the norm asks only where it applies; such an element is
        reported only if the fact that makes it applicable is in the note or can't be told. A row of the table marked
        P or NV says so in its label.
    """
    note = _Note(text, tuple(sections), extraction)
    missing: list[MissingElement] = []
    for element in elements(note_type):
        rule = _rules().get(element.key)
        if element.key in provided or rule is None or not rule.get("check", True) or "drug_field" in rule:
            continue
        if "when" in rule and not rule["when"].search(note.folded):
            continue
        if not _present(rule, note):
            missing.append(_missing(element))
    general = [m for m in missing if _is_general(m)]
    return [*(m for m in missing if not _is_general(m)), *_drug_elements(note), *general]


def _is_general(missing: MissingElement) -> bool:
    return missing.numeral.startswith(("5.", "LGS"))


def _missing(element: Element) -> MissingElement:
    label = element.label if element.settled else f"{element.label} (numeral por verificar)"
    return MissingElement(element.key, element.numeral, label, element.mandatory)
