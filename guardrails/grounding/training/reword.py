# ruff: noqa: E501  (long patterns are kept on one line)
"""Rewords statements without changing what they say: synonyms of the lexicon, spelled-out doses, figures as words.

Done to true and false statements alike, so that wording itself tells the reader of pairs nothing.
"""

from __future__ import annotations

import random
import re
from functools import lru_cache

from guardrails.grounding.annotate import annotate
from guardrails.grounding.lexicon import FOLDER
from guardrails.grounding.text import fold

_TYPES = ("dx", "sx", "drug", "lab", "vital", "proc", "anat")
_WORDS = ["cero", "un", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce"]
_RULES: list[tuple[str, list[str]]] = [
    (r"\b[Nn]iega\b", ["No refiere", "Sin", "No presenta"]), (r"\bsin\b", ["y no presenta", "niega", "sin datos de"]),
    (r"\b[Pp]resenta\b", ["Cursa con", "Tiene", "Muestra"]), (r"\b[Rr]efiere\b", ["Menciona", "Comenta", "Dice tener"]),
    (r"\bcada 12 horas\b", ["dos veces al día", "c/12 h"]), (r"\bcada 8 horas\b", ["tres veces al día", "c/8 h"]),
    (r"\bcada 24 horas\b", ["una vez al día", "diario"]), (r"\bc/12\s?h?\b", ["cada 12 horas", "dos veces al día"]),
    (r"\bc/8\s?h?\b", ["cada 8 horas", "tres veces al día"]), (r"\bc/24\s?h?\b", ["cada 24 horas", "una vez al día"]),
    (r"\b[Ss]e indica\b", ["Se prescribe", "Se deja"]), (r"\b[Ss]e solicita\b", ["Se pide", "Se requiere"]),
    (r"\b[Hh]ombre\b", ["Masculino", "Varón", "Paciente masculino"]), (r"\b[Mm]ujer\b", ["Femenina", "Paciente femenina"]),
    (r"\bder\b", ["derecho"]), (r"\bizq\b", ["izquierdo"]), (r"\bpor vía oral\b", ["VO", "tomado"]), (r"\bintravenos[oa]\b", ["IV", "por vena"]),
    (r"\b[Ss]uspender\b", ["Dejar de usar", "Retirar"]), (r"\b[Ii]niciar\b", ["Comenzar"]), (r"\b[Cc]ontin(?:uar|úa)\b", ["Sigue", "Se mantiene"]),
]  # fmt: skip


@lru_cache(maxsize=1)
def _surfaces() -> dict[str, list[str]]:
    """Names of each concept that can stand in a sentence."""
    out: dict[str, list[str]] = {}
    for path in sorted(FOLDER.glob("concepts_*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if line.startswith("#") or len(cells) < 3 or cells[1] not in _TYPES:
                continue
            names = [s.lstrip("=") for s in cells[2].split("|")]
            out[cells[0]] = [s for s in names if len(s) > 2]
    return out


def _figures(text: str, rng: random.Random) -> str:
    """Small figures before a unit of time as words, or back."""

    def spell(m: re.Match[str]) -> str:
        value = int(m[1])
        return f"{_WORDS[value]} {m[2]}" if 1 < value <= 12 else m[0]

    def digits(m: re.Match[str]) -> str:
        return f"{_WORDS.index(m[1].lower())} {m[2]}"

    units = r"(días?|semanas?|meses|años?|horas?|veces|tabletas?|dosis)"
    if rng.random() < 0.5:
        return re.sub(rf"\b(\d{{1,2}}) {units}\b", spell, text)
    return re.sub(rf"\b({'|'.join(_WORDS[2:])}) {units}\b", digits, text, flags=re.IGNORECASE)


def reworded(text: str, rng: random.Random, most: int = 3) -> str:
    """The statement in other words; unchanged where no rule or synonym applies."""
    chosen = [m for m in annotate(text).mentions if m.type in _TYPES and len(_surfaces().get(m.id, ())) > 1 and not m.implied_absent]
    rng.shuffle(chosen)
    taken: list[tuple[int, int]] = []
    edits: list[tuple[int, int, str]] = []
    for m in chosen[:most]:
        if any(s < m.end and m.start < e for s, e in taken):
            continue
        here = text[m.start : m.end]
        other = [s for s in _surfaces()[m.id] if fold(s) != fold(here)]
        if not other:
            continue
        taken.append((m.start, m.end))
        name = rng.choice(other)
        edits.append((m.start, m.end, name[:1].upper() + name[1:] if here[:1].isupper() and m.start == 0 else name))
    for start, end, name in sorted(edits, reverse=True):
        text = text[:start] + name + text[end:]
    rules = [r for r in _RULES if re.search(r[0], text)]
    for pattern, options in rng.sample(rules, min(2, len(rules))):
        text = re.sub(pattern, rng.choice(options), text, count=1)
    return _figures(text, rng) if rng.random() < 0.6 else text
