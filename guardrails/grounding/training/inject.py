# ruff: noqa: E501  (long patterns are kept on one line)
"""Makes further training pairs from our own texts: edits of true statements, and sources that leave a fact out.

Every edit is a rule with a known kind of error. These pairs serve training alone: errors made by rule are easier
and more regular than those a model makes, so no figure is ever reported on them as if it were one on natural errors.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from guardrails.grounding.align import align
from guardrails.grounding.annotate import Annotation, annotate
from guardrails.grounding.training.pairs import Pair

Edit = Callable[[str, Annotation, Annotation, random.Random], str | None]

_SIDES = {"derecho": "izquierdo", "derecha": "izquierda", "derechos": "izquierdos", "derechas": "izquierdas", "der": "izq"}
_SIDES |= {b: a for a, b in _SIDES.items()}
_TIME_UNITS = [("días", "semanas"), ("semanas", "meses"), ("horas", "días"), ("meses", "años"), ("años", "meses"),
               ("semana", "día"), ("día", "semana"), ("mes", "año")]  # fmt: skip
_CERTAIN = re.compile(r"\b(?:[Pp]robable|[Pp]osible|[Ss]ospecha de|[Pp]resunt[oa]|[Ss]e sospecha|a descartar)\s+")
_FLIPS = [
    (r"\b[Nn]iega\b", "Refiere"), (r"\b[Ss]in\b", "con"), (r"\b[Nn]o presenta\b", "Presenta"),
    (r"\bpositiv([oa]s?)\b", r"negativ\1"), (r"\bnegativ([oa]s?)\b", r"positiv\1"), (r"\b[Pp]resenta\b", "No presenta"),
    (r"\b[Rr]efiere\b", "Niega"), (r"\b[Nn]o ha\b", "Ha"), (r"\bcon\b", "sin"), (r"\b[Tt]iene\b", "No tiene"),
]  # fmt: skip
_PLANS = [
    (r"\b[Ss]uspend(?:er|ió|e)\b", "Continuar"), (r"\b[Cc]ontin(?:úa|uar)\b", "Suspender"), (r"\b[Ee]vitar\b", "Indicar"),
    (r"\b[Nn]o (?:se )?(?:debe |dar |indica |requiere )", "Se indica "), (r"\b[Ss]e (?:indica|agrega|inicia|solicita)\b", "No se indica"),
    (r"\b[Aa]umenta(?:r)?\b", "Disminuir"), (r"\b[Ii]ncrement\w+\b", "disminuye"), (r"\b[Rr]educ\w+\b", "aumenta"),
    (r"\b[Ii]nicia(?:r)?\b", "Suspender"),
]  # fmt: skip


def _swap_side(text: str, *_: object) -> str | None:
    match = re.search(r"\b(?:derech[oa]s?|izquierd[oa]s?|der|izq)\b", text)
    return text[: match.start()] + _SIDES[match[0]] + text[match.end() :] if match else None


def _regex(rules: list[tuple[str, str]]) -> Edit:
    def edit(text: str, _a: Annotation, _b: Annotation, rng: random.Random) -> str | None:
        found = [(p, r) for p, r in rules if re.search(p, text)]
        if not found:
            return None
        pattern, replacement = rng.choice(found)
        return re.sub(pattern, replacement, text, count=1)

    return edit


def _number(text: str, _s: Annotation, statement: Annotation, rng: random.Random) -> str | None:
    spots = list(re.finditer(r"\d+(?:\.\d+)?", text))
    if not spots:
        return None
    m = rng.choice(spots)
    value = float(m[0])
    other = rng.choice([value * 2, value + 10, value / 2, value * 10, value + 1, value + 3])
    new = f"{other:.1f}".rstrip("0").rstrip(".") if "." in m[0] else str(max(1, round(other)))
    return None if new == m[0] else text[: m.start()] + new + text[m.end() :]


def _number_of_another(text: str, source: Annotation, statement: Annotation, rng: random.Random) -> str | None:
    mine = [q for q in statement.quantities if q.raw and q.dim not in ("freq", "pair", "date")]
    if not mine:
        return None
    q = rng.choice(mine)
    others = [r for r in source.quantities if r.dim == q.dim and r.raw and r.raw != q.raw]
    digits = re.search(r"\d+(?:[.,]\d+)*", text[q.start : q.end])
    if not others or not digits:
        return None
    value = rng.choice(others).raw[0]
    new = f"{value:g}"
    return text[: q.start + digits.start()] + new + text[q.start + digits.end() :]


def _swap_drugs(text: str, source: Annotation, statement: Annotation, rng: random.Random) -> str | None:
    mine = [m for m in statement.mentions if m.type == "drug"]
    if not mine:
        return None
    m = rng.choice(mine)
    others = sorted({s.id.replace("_", " ") for s in source.mentions if s.type == "drug" and s.id != m.id})
    if len(mine) > 1 and rng.random() < 0.5:
        a, b = mine[0], mine[1]
        return text[: a.start] + text[b.start : b.end] + text[a.end : b.start] + text[a.start : a.end] + text[b.end :]
    pool = others or ["metformina", "losartan", "ceftriaxona", "paracetamol", "omeprazol", "enalapril", "naproxeno"]
    return text[: m.start] + rng.choice(pool) + text[m.end :]


def _swap_concepts(text: str, source: Annotation, statement: Annotation, rng: random.Random) -> str | None:
    mine = [m for m in statement.mentions if m.type in ("dx", "sx") and m.end - m.start > 4]
    if not mine:
        return None
    m = rng.choice(mine)
    here = {x.id for x in statement.mentions}
    others = [s for s in source.mentions if s.type == m.type and s.id not in here and s.end - s.start > 4]
    if not others:
        return None
    s = rng.choice(others)
    return text[: m.start] + source.text[s.start : s.end].lower() + text[m.end :]


def _time_unit(text: str, *rest: object) -> str | None:
    rng = rest[-1]
    found = [pair for pair in _TIME_UNITS if re.search(rf"\d\S*\s+{pair[0]}\b|\b(?:dos|tres|cuatro|cinco|seis|un|una)\s+{pair[0]}\b", text)]
    if not found or not isinstance(rng, random.Random):
        return None
    a, b = rng.choice(found)
    return re.sub(rf"\b{a}\b", b, text, count=1)


def _mass_unit(text: str, *_: object) -> str | None:
    if re.search(r"\d\s?(?:mg|miligramos)\b", text):
        return re.sub(r"(\d)\s?(?:mg|miligramos)\b", r"\1 g", text, count=1)
    if re.search(r"\d\s?(?:g|gramos)\b", text):
        return re.sub(r"(\d)\s?(?:g|gramos)\b", r"\1 mg", text, count=1)
    if re.search(r"\d\s?(?:mcg|microgramos)\b", text):
        return re.sub(r"(\d)\s?(?:mcg|microgramos)\b", r"\1 mg", text, count=1)
    return None


def _certain(text: str, *_: object) -> str | None:
    if not _CERTAIN.search(text):
        return None
    new = _CERTAIN.sub("", text, count=1)
    return new[:1].upper() + new[1:]


def _family(text: str, source: Annotation, statement: Annotation, rng: random.Random) -> str | None:
    if re.search(r"\b(?:[Mm]adre|[Pp]adre|[Hh]erman[oa]|[Aa]buel[oa]|[Tt][ií][oa])\b", text):
        return re.sub(r"\b(?:[Ss]u |[Ll]a |[Ee]l |[Uu]na? )?(?:[Mm]adre|[Pp]adre|[Hh]erman[oa]|[Aa]buel[oa]|[Tt][ií][oa])\b(?: matern[oa]| patern[oa])?", "El paciente", text, count=1)
    dx = [m for m in statement.mentions if m.type == "dx" and not m.negated]
    if not dx:
        return None
    m = rng.choice(dx)
    return f"Su {rng.choice(['madre', 'padre', 'hermano'])} padece {text[m.start : m.end].lower()}."


def _cause(text: str, source: Annotation, statement: Annotation, rng: random.Random) -> str | None:
    mine = [m for m in statement.mentions if m.type in ("dx", "sx")]
    others = [s for s in source.mentions if s.type in ("dx", "drug") and s.id not in {m.id for m in mine} and s.end - s.start > 4]
    if not mine or not others or re.search(r"\b(?:por|secundari|debid)", text):
        return None
    s = rng.choice(others)
    link = rng.choice(["secundario a", "debido a", "a causa de", "por"])
    return f"{text.rstrip('. ')} {link} {source.text[s.start : s.end].lower()}."


EDITS: dict[str, list[Edit]] = {
    "lateralidad": [_swap_side], "negacion": [_regex(_FLIPS)], "plan_invertido": [_regex(_PLANS)],
    "numero": [_number, _number_of_another], "farmaco": [_swap_drugs], "fabricacion": [_swap_concepts],
    "temporalidad": [_time_unit], "unidad": [_mass_unit], "certeza": [_certain], "atribucion": [_family],
    "causalidad": [_cause],
}  # fmt: skip


def edited(pair: Pair, rng: random.Random, most: int = 2) -> Iterator[Pair]:
    """Up to ``most`` unsupported statements made from a supported one."""
    source, statement = annotate(pair.source), annotate(pair.statement)
    kinds = list(EDITS)
    rng.shuffle(kinds)
    made = 0
    for kind in kinds:
        if made == most:
            return
        new = rng.choice(EDITS[kind])(pair.statement, source, statement, rng)
        if new and new.strip() != pair.statement.strip():
            made += 1
            yield replace(pair, id=f"{pair.id}/{kind}", statement=new, supported=False, kind=kind, origin="edit", before=pair.statement)


def without_fact(pair: Pair) -> Pair | None:
    """The same statement over a source from which the segments that support it were taken out."""
    source = annotate(pair.source)
    spans = sorted(set(align(source, annotate(pair.statement)).support))
    if not spans or sum(e - s for s, e in spans) > 0.6 * len(pair.source):
        return None
    text, last = "", 0
    for start, end in spans:
        if start >= last:
            text += pair.source[last:start]
            last = end
    text += pair.source[last:]
    return replace(pair, id=f"{pair.id}/omit", source=text, supported=False, kind="fabricacion", origin="omit")


def literal(note_id: str, text: str, rng: random.Random, most: int = 3) -> Iterator[Pair]:
    """Clauses of the note itself: a verbatim copy is supported, whatever it shares with its source."""
    pieces = [text[s:e].strip(" .;,\n") for s, e in annotate(text).sentences]
    pieces = [p for p in pieces if 15 < len(p) < 160]
    rng.shuffle(pieces)
    for number, piece in enumerate(pieces[:most]):
        yield Pair(f"{note_id}/lit{number}", note_id, text, piece[:1].upper() + piece[1:] + ".", True, origin="literal")
