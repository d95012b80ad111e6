# ruff: noqa: E501 - patterns and word lists stay on one line
"""The document-level pass: a name found once is redacted everywhere, in any case of letters, and its safe parts too; names
whose role was open get it from their surroundings."""

from __future__ import annotations

import re

from guardrails.redaction.lexicon import word_class
from guardrails.redaction.tokenizer import fold
from guardrails.redaction.types import SECOND_HEAD, Finding
from guardrails.redaction.vocabulary import EPONYM_CUES, EPONYM_DIRECT, KIN, NEVER_NAMES, PARTICLES, STAFF_TITLES

PERSON = {"NOMBRE_PACIENTE", "NOMBRE_FAMILIAR", "NOMBRE_PERSONAL", "NOMBRE"}
_REPEATED = {"CURP", "RFC", "NSS", "EMPLEADOR", "TELEFONO", "INE", "MATRICULA", "CEDULA"}
_WORD = re.compile(r"[^\W\d_]+")


def roles(findings: list[Finding], folded: str) -> list[Finding]:
    """Give open names a role by the words before them on their line."""
    out = []
    for one in findings:
        if one.label != "NOMBRE":
            out.append(one)
            continue
        before = _WORD.findall(folded[max(0, one.start - 40) : one.start].rpartition("\n")[2])[-4:]
        after = folded[one.end : one.end + 40]
        label = "NOMBRE_PACIENTE"
        if any(word in KIN for word in before):
            label = "NOMBRE_FAMILIAR"
        elif any(word in STAFF_TITLES for word in before) or re.match(
            r"[\s,.\-]{0,3}(?:ced|mat\b|mat\.|matr|medico|medica|r[1-5]\b|mip|adscrit|enf|urgenciolog|internista|cirujan)", after
        ):
            label = "NOMBRE_PERSONAL"
        out.append(Finding(one.start, one.end, label, one.score, one.source))
    return out


def fielded(candidates: list[Finding]) -> list[Finding]:
    """A name the network found inside a form field («Paciente: …») has the field's role."""
    fields = [one for one in candidates if one.source == "FormRecognizer" and one.label in PERSON]
    out = []
    for one in candidates:
        if one.source == "TrainedRecognizer" and one.label in PERSON:
            role = next((field.label for field in fields if field.start < one.end and one.start < field.end), one.label)
            one = Finding(one.start, one.end, role, one.score, one.source)
        out.append(one)
    return out


def one_role(findings: list[Finding], folded: str) -> list[Finding]:
    """The same whole name has one role in a text, that of its first place."""
    known: dict[tuple[str, ...], str] = {}
    out = []
    for one in findings:
        if one.label in PERSON:
            words = tuple(sorted(_WORD.findall(folded[one.start : one.end])))
            if len(words) > 1:
                one = Finding(one.start, one.end, known.setdefault(words, one.label), one.score, one.source)
        out.append(one)
    return out


def doubled(findings: list[Finding], folded: str) -> list[Finding]:
    """«Hernández y Hernández» is one surname, not two persons; the words of a name known whole are one name again, and so is a name
    with the word that only the second head of the network saw beside it."""
    whole = [folded[one.start : one.end] for one in findings if one.label in PERSON and " " in folded[one.start : one.end]]
    out: list[Finding] = []
    for one in findings:
        last = out[-1] if out else None
        if last and one.label in PERSON and last.label in PERSON and folded[last.end : one.start] == " ":
            joined = folded[last.start : one.end]
            if any(name.startswith(joined) for name in whole) or min(last.score, one.score) < SECOND_HEAD:
                out[-1] = Finding(last.start, one.end, last.label, last.score, last.source)
                continue
        if last and one.label in PERSON and last.label in PERSON and folded[last.end : one.start] == " y ":
            before, after = _WORD.findall(folded[last.start : last.end]), _WORD.findall(folded[one.start : one.end])
            if before and after and before[-1] == after[0]:
                out[-1] = Finding(last.start, one.end, last.label, last.score, last.source)
                continue
        out.append(one)
    return out


def _safe_part(word: str, seen_cased: bool) -> bool:
    """Whether a single name word may be looked for alone: rare enough to be no everyday or clinical word."""
    kind = word_class(word)
    return len(word) >= 4 and word not in NEVER_NAMES and "c" not in kind and ("g" in kind or "s" in kind or seen_cased)


def spread(findings: list[Finding], text: str, folded: str, offsets: list[tuple[int, int]]) -> list[Finding]:
    """New findings: further places where a found name, its safe parts, or an identifier stand."""
    taken = bytearray(len(text))
    for one in findings:
        taken[one.start : one.end] = b"\x01" * (one.end - one.start)
    parts: dict[str, tuple[str, bool]] = {}
    phrases: dict[str, str] = {}
    for one in findings:
        value = folded[one.start : one.end]
        if one.label in PERSON:
            words = [word for word in _WORD.findall(value) if word not in PARTICLES]
            for word in words:
                if _safe_part(word, text[one.start].isupper()):
                    parts.setdefault(word, (one.label, False))
                elif len(word) >= 3 and word not in NEVER_NAMES and "c" in word_class(word):
                    parts.setdefault(word, (one.label, True))  # an everyday word: only with a capital, in cased text
            if len(words) >= 2:
                phrases.setdefault(value, one.label)
        elif one.label in _REPEATED and len(value) >= 6:
            phrases.setdefault(value, one.label)
    extra: list[Finding] = []
    for phrase, label in phrases.items():
        at = folded.find(phrase)
        while at >= 0:
            end = at + len(phrase)
            if not any(taken[at:end]) and not (at and folded[at - 1].isalnum()) and not folded[end : end + 1].isalnum():
                extra.append(Finding(at, end, label, 0.8, "document"))
                taken[at:end] = b"\x01" * (end - at)
            at = folded.find(phrase, end)
    if not parts:
        return extra
    letters = [one for one in text if one.isalpha()]
    cased = bool(letters) and sum(one.isupper() for one in letters) < 0.5 * len(letters)
    for index, (start, end) in enumerate(offsets):
        if end - start < 3 or taken[start]:
            continue
        hit = parts.get(folded[start:end]) or parts.get(fold(text[start:end]))
        if hit is None:
            continue
        label, needs_capital = hit
        if needs_capital:
            piece = text[start:end]
            begins = index == 0 or text[offsets[index - 1][0]] in ".:\n;!?"
            if not cased or not piece[0].isupper() or piece.isupper() or begins:
                continue
        before = [folded[a:b] for a, b in offsets[max(0, index - 2) : index]]
        if before and (before[-1] in EPONYM_DIRECT or (before[-1] in ("de", "del") and before[0] in EPONYM_CUES)):
            continue
        extra.append(Finding(start, end, label, 0.7, "document"))
    return extra
