# ruff: noqa: E501  (long patterns are kept on one line)
"""Whose fact it is, without any lexicon: the person whose words stand around a word of the statement.

«Mamá O+, hermanito con fototerapia» told as «mamá con fototerapia, hermanito O+» keeps every word; only the person to
whom each word belongs has changed. Every word of a text is given to the person named before it in the same clause (or
just after it); words that the source gives to other persons only speak against the statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from guardrails.grounding.annotate import Annotation
from guardrails.grounding.text import stem
from guardrails.grounding.types import ErrorKind, Finding

_PERSONS = {
    "madre": r"madre|mama|mami|progenitora", "padre": r"padre|papa|progenitor", "abuelo": r"abuel[oa]s?|abuelit[oa]s?|abue", "hermano": r"herman[oa]s?|hermanit[oa]s?|hn[oa]s?",
    "hijo": r"hij[oa]s?", "conyuge": r"espos[oa]|conyuge|marido|pareja|novi[oa]|concubin[oa]", "tio": r"ti[oa]s?", "primo": r"prim[oa]s?",
    "vecino": r"vecin[oa]s?", "suegro": r"suegr[oa]s?|nuera|yerno|cunad[oa]s?", "nieto": r"niet[oa]s?|sobrin[oa]s?", "cuidador": r"cuidadora?",
    "enfermera": r"enfermer[oa]s?", "padrastro": r"padrastro|madrastra", "amigo": r"amig[oa]s?|companer[oa]s?|comadre|compadre|patron",
    "maestro": r"maestr[oa]s?|profesora?", "donador": r"donador[a]?|donante",
}  # fmt: skip
_PERSON = {name: re.compile(rf"(?:{pattern})$") for name, pattern in _PERSONS.items()}
_BORDER = frozenset([".", ";", "\n", ":", "punto", "coma", "pero", "aunque", "paciente", "px", "pte", "ella", "el", "quien", "app", "apnp"])
_INFORMS = re.compile(r"(?:refier|coment|menc|relat|inform|not[oó]|trae|traj|acompan|llev|acud|viene|firm|acept|dice|report|avis|autoriz|consient|segun|enter|explic|sabid|platic|interpret)")
_REACH = 9
"""Words after a person that still belong to it, where no border comes first."""
_STOP = frozenset(["con", "los", "las", "por", "que", "del", "una", "para", "como", "desde", "hasta", "entre", "sobre", "segun", "este", "esta", "ella", "ellos", "donde", "porque", "cuando", "pero", "muy", "mas", "todo", "toda", "hay", "sabe"])
_SHORT = frozenset(["dm", "dm2", "has", "hta", "iam", "evc", "ca", "erc", "irc", "tb", "vih", "epoc", "asma", "ojo", "pie", "gas", "mal", "sop"])
_COMMON = frozenset(stem(w) for w in ["tiene", "tenia", "antecedente", "antecedentes", "refiere", "presenta", "anos", "vive", "desde", "hace", "paciente", "padece", "fueron", "familia", "tambien", "consulta", "hospital", "dias", "meses", "semana", "semanas", "tras", "cuando", "mismo", "lleva", "antes", "despues"])


def _person(word: str) -> str:
    return next((name for name, regex in _PERSON.items() if regex.match(word)), "")


def owners(a: Annotation) -> list[tuple[str, str, int, int]]:
    """(stem, person or "", start, end) of every content word and figure of a text."""
    found = a.memo.get("owners")
    if found is not None:
        return found  # type: ignore[return-value]
    out: list[tuple[str, str, int, int]] = []
    who, left = "", 0
    last = 0
    pending: list[int] = []
    for token in a.tokens:
        word = token.text
        if "\n" in a.folded[last : token.start]:
            who, pending = "", []
        last = token.end
        if word in _BORDER and not (word == "." and left > 0 and token.end < len(a.folded) and a.folded[token.end].isdigit()):
            who, pending = "", []
            continue
        name = _person(word)
        if name:
            for at in pending[-3:]:
                # «diabetes en su madre», «le dieron clomifeno a una prima»: said before the person is named
                if re.search(r"\b(?:en|de|a|por|con)\s+(?:su|la|el|una?|sus)?\s*$", a.folded[max(0, token.start - 12) : token.start]):
                    out[at] = (out[at][0], name, *out[at][2:])
            informs = _INFORMS.match(a.folded, token.end + 1) or re.search(
                r"\b(?:tra[ei]\w*|acompan\w+|llevad\w+|acude|viene|vive|refiere)\s+(?:\w+\s+)?(?:por|x|con|a)\s+(?:su|la|el|sus|una?)?\s*$", a.folded[max(0, token.start - 34) : token.start]
            )
            who, left, pending = ("" if informs else name), _REACH, []
            continue
        if word == ",":
            left -= 3
            pending = []
            continue
        left -= 1
        if word[0].isdigit() or (word.isalpha() and len(word) > 1 and word not in _STOP and (len(word) > 3 or word in _SHORT)):
            out.append((stem(word) if word.isalpha() else word, who if left > 0 else "", token.start, token.end))
            if not who or left <= 0:
                pending.append(len(out) - 1)
    a.memo["owners"] = out
    return out


def owner_findings(source: Annotation, statement: Annotation) -> Iterable[Finding]:
    """Words that belong to one person here and to others only there."""
    if "owned" not in source.memo:
        index: dict[str, list[tuple[str, int, int]]] = {}
        for root, who, start, end in owners(source):
            index.setdefault(root, []).append((who, start, end))
        source.memo["owned"] = index
    index = source.memo["owned"]  # type: ignore[assignment]
    votes: dict[str, list[tuple[int, tuple[int, int], tuple[int, int] | None]]] = {}
    for root, who, start, end in owners(statement):
        if root not in index or root in _COMMON or (root.isdigit() and len(root) == 1):
            continue
        theirs = index[root]
        if len(theirs) > 4:
            continue
        other = next(((s, e) for o, s, e in theirs if o and o != who), None)
        same = any(o == who for o, _, _ in theirs)
        free = any(not o for o, _, _ in theirs)
        vote = 1 if same else (-1 if other and not free else 0)
        votes.setdefault(who, []).append((vote, (start, end), other))
    for who, cast in votes.items():
        against = [v for v in cast if v[0] < 0]
        support = sum(v[0] for v in cast if v[0] > 0)
        if not against or len(against) <= support:
            continue
        weight = min(2.6, 1.0 + 0.6 * (len(against) - support))
        yield Finding(ErrorKind.ATTRIBUTION, weight, against[0][1], against[0][2], "de_otra_persona" if who else "persona_callada", "person")
