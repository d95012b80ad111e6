# ruff: noqa: E501  (long patterns are kept on one line)
"""Who did what: the mother brings, the grandmother signs, the patient asks for discharge."""

from __future__ import annotations

import re
from collections.abc import Iterable

from guardrails.grounding.annotate import Annotation
from guardrails.grounding.types import ErrorKind, Finding

_ACTORS = {
    "madre": r"madre|mama", "padre": r"padre|papa", "abuelo": r"abuel[oa]s?", "hermano": r"herman[oa]s?|hn[oa]s?",
    "hijo": r"hij[oa]s?", "conyuge": r"espos[oa]|conyuge|marido|pareja|novi[oa]", "tio": r"ti[oa]s?", "vecino": r"vecin[oa]s?",
    "cuidador": r"cuidador[a]?", "enfermera": r"enfermer[oa]|enfermeria", "companero": r"companer[oa]s?", "familiar": r"familiar(?:es)?",
    "medico": r"medic[oa]s?|dra?|doctora?|r[1-4]|residentes?|intern[oa]", "prima": r"prim[oa]s?", "privado": r"particular(?:es)?|privad[oa]s?|farmacia|consultorio",
    "social": r"trabajo social|ts", "anestesia": r"anestesiolog\w+|anestesia", "cirujano": r"cirujan[oa]s?", "padres": r"padres|papas",
    "unidad": r"esta (?:unidad|umf|clinica)|en este servicio|aqui", "otra_unidad": r"otr[oa] (?:hospital|unidad|clinica|servicio)|unidad receptora",
    "policia": r"policia|ministerio publico|mp", "paramedico": r"paramedic[oa]s?|ambulancia", "maestra": r"maestr[oa]|profesora?|directora?",
    "paciente": r"paciente|pte|px", "nuera": r"nuera|yerno|suegr[oa]|cunad[oa]|sobrin[oa]|niet[oa]",
}  # fmt: skip
_ACTS = {
    "traer": r"tra[ei]\w*|traj\w+|llev(?:a|o|ado|ada)\b|acompan\w*|acude con", "firmar": r"firm\w*|autoriz\w*|consient\w*|acept\w*",
    "decir": r"refier\w*|coment\w*|menciona\w*|relat\w*|dice\b|nieg\w*|inform\w*|report\w*|not[ao]\b|segun\b|avis\w*|encontr\w*",
    "pedir": r"pid\w*|solicit\w*|exig\w*", "cuidar": r"cuida\w*|supervis\w*|administra\w*|vive con|se encarga|aplica\b",
    "operar": r"oper\w+|intervin\w+|coloc\w+|sutur\w+|desbrid\w+|retir\w+", "indicar": r"indic\w+|recet\w+|prescrib\w+|suspend\w+|ajust\w+|valor\w+",
    "enterado": r"enterad\w*|se explic\w*|se instruy\w*|entiend\w*",
}  # fmt: skip
_NOBODY = re.compile(
    r"(?:(?:cancer|ca|tumor|usg|rm|ultrasonido|resonancia magnetica) de|cancer) mama\b|unidad de medicina familiar(?:es)?\b|"
    r"planificacion familiar(?:es)?\b|(?:centro|unidad) medic[oa]s?\b|(?:fijacion|rotacion|carotida) intern[oa]\b"
)
"""The breast, a place or a device, named with the word for a person."""
_ACTOR_RE = {name: re.compile(rf"\b(?:{pattern})\b") for name, pattern in _ACTORS.items()}
_ACT_RE = {name: re.compile(rf"\b(?:{pattern})") for name, pattern in _ACTS.items()}
_NEAR = 34
"""Characters within which an actor belongs to an act."""


def _people(folded: str) -> str:
    """A folded text with what names nobody blanked out; places stay."""
    return _NOBODY.sub(lambda hit: " " * len(hit[0]), folded)


def deeds(a: Annotation) -> list[tuple[str, str, int, int]]:
    """(act, actor, start, end) told in a text: each act with the nearest actor."""
    text = _people(a.folded)
    people = [(name, m.start(), m.end()) for name, regex in _ACTOR_RE.items() for m in regex.finditer(text)]
    out = []
    for act, regex in _ACT_RE.items():
        for m in regex.finditer(a.folded):
            near = []
            for name, start, end in people:
                gap = m.start() - end if end <= m.start() else start - m.end()
                between = a.folded[end : m.start()] if end <= m.start() else a.folded[m.end() : start]
                if 0 <= gap <= _NEAR and not re.search(r"[.;]", between):
                    near.append((gap, name, start, end))
            if near:
                _, name, start, end = min(near)
                out.append((act, name, min(start, m.start()), max(end, m.end())))
    return out


def actor_findings(source: Annotation, statement: Annotation) -> Iterable[Finding]:
    """Acts that the source ascribes to somebody else."""
    if "deeds" not in source.memo:
        source.memo["deeds"] = deeds(source)
    told: list[tuple[str, str, int, int]] = source.memo["deeds"]  # type: ignore[assignment]
    for act, actor, start, end in deeds(statement):
        if actor == "paciente" and act == "decir":
            continue
        theirs = [d for d in told if d[0] == act]
        if theirs and actor not in {d[1] for d in theirs}:
            weight = 1.0 if actor in ("familiar", "paciente") else 1.8
            yield Finding(ErrorKind.ATTRIBUTION, weight, (start, end), theirs[0][2:], f"actor:{act}", "person")
    yield from _absent(source, statement)


_GENERIC = ("paciente", "familiar", "enfermera", "medico", "unidad", "cuidador", "padres", "privado", "anestesia", "cirujano")


def _absent(source: Annotation, statement: Annotation) -> Iterable[Finding]:
    """Persons of the statement whom the source never names, while it names others."""
    if "people" not in source.memo:
        text = _people(source.folded)
        source.memo["people"] = {name for name, regex in _ACTOR_RE.items() if regex.search(text)}
    known: set[str] = source.memo["people"]  # type: ignore[assignment]
    told = _people(statement.folded)
    for name, regex in _ACTOR_RE.items():
        match = regex.search(told)
        if match is None or name in known or name == "paciente":
            continue
        if (name in ("madre", "padre") and "padres" in known) or (name == "padres" and {"madre", "padre"} <= known):
            continue
        detail = "persona_generica" if name in _GENERIC else "persona_ausente"
        yield Finding(ErrorKind.ATTRIBUTION, 1.2, match.span(), None, detail, "person")
