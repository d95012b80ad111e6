"""Whether a drug is prescribed now, usual, suspended, refused, an allergen or only the subject of a test.

«Suspendido» governs the drug named by its verb and those joined to it with «y»/«e»; it never passes a bare comma:
«suspendí el apixaban, paracetamol 1 g IV» starts paracetamol.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.domain import Section
from copilot.extraction.lexicon import DrugMention
from copilot.extraction.orders import Fields
from copilot.extraction.view import View

_STOP_VERB = (
    r"(?:suspend(?!id)\w*|descontinu\w*|dej(?:o|a|ar|aron|amos)\s+de\s+(?:tomar|usar|aplicarse)|abandon\w+|interrump\w+|omitir|omite|retir(?:ar?|o|e|amos|aron|an)|quit(?:ar?|o|e|amos|aron|an)|"
    r"ya\s+no\s+(?:se\s+)?(?:toma|usa|aplica|recibe|tomaba))"
)
_BEFORE = re.compile(
    rf"(?<![a-z]){_STOP_VERB}(?:\s+(?:el|la|los|las|su|sus|tratamiento|con|de|tomar|uso|desde|temporalmente|medicamento|manejo|antibiotico|tambien|definitivamente|hoy|ya))*[\s:]*$"
)
_LEFT = re.compile(r"(?<![a-z])(?:dejo|dejaron|deje)(?:\s+(?:el|la|los|las|su|sus|ya))+\s*$")
"""«dejó la metformina»: left off, unless an order follows («dejo ondansetrón 8 mg c/8»)."""
_CHANGED = re.compile(r"(?<![a-z])(?:cambi(?:o|a|e|ar|amos|aron)|sustitu\w+)(?:\s+(?:el|la|de|su))*\s*$")
_FOR_ANOTHER = re.compile(r"[^,.;\n]{0,12}?\s(?:por|a)\s+(?!\d)")
_PARTICIPLE = re.compile(
    r"^[\s,(:]*(?:el\s+cual\s+|la\s+cual\s+|que\s+|fue\s+|ya\s+|quedo\s+|esta\s+)*(?:suspendid[oa]|retirad[oa]|descontinuad[oa]|abandonad[oa]|omitid[oa])(?![a-z])"
)
_PAST = re.compile(
    r"^[\s,(]*(?:[a-z]{1,6}\s+){0,4}?(?:(?:se\s+(?:le\s+|la\s+|lo\s+)?|la\s+|lo\s+|ya\s+no\s+(?:la|lo)\s+)(?:suspend\w+|retir\w+|quit\w+|dej[oae]\w*|abandon\w+|descontinu\w+|tom[aoe]\w*)|(?:suspendio|abandono|descontinuo|dejo\s+de)\b)(?P<then>[\s\w]{0,24})"
)
_JOINED = re.compile(r"^\s*(?P<by>,|y|e)\s+(?:(?:a|al|el|la|los|las|su|con)\s+)*$|^\s*(?P<only>,)\s*(?:(?:el|la)\s+)?$")
_REFUSED_AFTER = re.compile(r"\s*:?\s+no\b(?!\s+(?:cede|mejora|disponible|hay|habia|le\b|tolera|se\s+(?!lo|la|le)))")
_REFUSED_BEFORE = re.compile(
    r"(?:evit(?:ar|e|o)|contraindicad[oa]s?|no\s+(?:usar|dar|administrar|indicar|prescribir|poner|debe\s+(?:tomar|usar)|puede\s+(?:tomar|usar)|quiere|acepta|amerita|requiere)|en\s+lugar\s+de|en\s+vez\s+de)\s+(?:el\s+|la\s+|los\s+|las\s+|uso\s+de\s+)?$"
)


_KEPT = re.compile(
    r"(?<![a-z])no\s+(?:se\s+|ha\s+|debe\s+|hay\s+que\s+|lo\s+|la\s+)*(?:suspend|dej|omit|retir|quit|interrump|olvid|abandon|descontinu)\w*(?:\s+(?:de\s+)?(?:tomar|el|la|los|las|su|sus))*\s*$"
)


def kept(norm: str, mention: DrugMention) -> bool:
    """«no suspender la aspirina»: the «no» denies the stopping, not the drug."""
    return bool(_KEPT.search(norm[max(0, mention.start - 60) : mention.start]))


def refused(norm: str, mention: DrugMention) -> bool:
    """«ibuprofeno no», «evitar diltiazem»: named so as not to be given."""
    return bool(
        _REFUSED_AFTER.match(norm, mention.end)
        or _REFUSED_BEFORE.search(norm[max(0, mention.start - 45) : mention.start])
    )


def _suspended_alone(norm: str, mention: DrugMention, fields: Fields) -> bool:
    before = norm[max(0, mention.start - 70) : mention.start]
    stopped = _BEFORE.search(before)
    if stopped and not re.search(r"\bno\s+(?:se\s+)?$", before[: stopped.start()]):
        return True
    if _CHANGED.search(before) and _FOR_ANOTHER.match(norm[max(fields.end, mention.end) :][:40]):
        return True
    if _LEFT.search(before) and not (fields.dose and fields.frequency):
        return True
    for at in {mention.end, max(fields.end, mention.end)}:
        after = norm[at : at + 60]
        if re.search(r"^[\s,(]*(?:[a-z]{2,6}\s+){0,3}?no\s+", after):
            continue
        if _PARTICIPLE.match(after):
            return True
        past = _PAST.match(after)
        if past and not re.match(r"\s+(?:el|la|los|las)?\s*[a-z]{5,}(?:\s|$)", past["then"] or ""):
            return True
        if past and re.match(
            r"\s+(?:hace|desde|ayer|porque|por|en|al|cuando|solo|sola|su|temporal)", past["then"] or ""
        ):
            return True
    return False


def suspensions(norm: str, mentions: Sequence[DrugMention], fields: Sequence[Fields]) -> list[bool]:
    """Which mentions are suspended: each by its own verb, or joined to a suspended one by «y»/«e»."""
    alone = [_suspended_alone(norm, m, f) for m, f in zip(mentions, fields, strict=True)]
    joints = [""]
    for (one, f), two in zip(zip(mentions, fields, strict=True), mentions[1:], strict=False):
        gap = norm[max(one.end, f.end) : two.start] if f.end <= two.start else norm[one.end : two.start]
        joint = _JOINED.match(gap)
        joints.append("" if joint is None else "," if "," in joint.group() else "y")
    out = list(alone)
    for i in range(1, len(mentions)):
        if out[i] or not joints[i]:
            continue
        last = i
        while last + 1 < len(mentions) and joints[last] == "," and joints[last + 1]:
            last += 1
        listed = joints[last] == "y" and (joints[i] == "y" or last > i)
        own_order = bool(fields[i].frequency or fields[i].route) and not (
            fields[i - 1].frequency or fields[i - 1].route
        )
        verb_first = _suspended_before(norm, mentions[i - 1]) or (
            i > 1 and joints[i - 1] and out[i - 1] and not alone[i - 1]
        )
        out[i] = bool(out[i - 1] and verb_first and listed and not own_order)
    return out


def _suspended_before(norm: str, mention: DrugMention) -> bool:
    before = norm[max(0, mention.start - 70) : mention.start]
    return bool(_BEFORE.search(before) or _LEFT.search(before))


def status_of(view: View, mention: DrugMention, stopped: bool, section: Section | None) -> str:
    """``suspendido``, ``habitual``, ``estudio`` (a level or a resistance, no drug taken) or ""."""
    before = view.norm[max(0, mention.start - 60) : mention.start]
    after = view.norm[mention.end : mention.end + 60]
    if stopped:
        return "suspendido"
    if re.search(
        r"resistencia\s+a\s+(?:la\s+)?$|(?:intoxicacion|sobredosis)\s+(?:por|con)\s+(?:[a-z]+\s+){0,2}$", before
    ):
        return "estudio" if "resistencia" in before[-25:] else ""
    if re.search(r"solicit\w*[^.;\n]{0,60}$|(?:niveles|perfil|cuantificacion)\s+(?:de\s+)?$", before) and not re.search(
        r"\d", after[:12]
    ):
        return "estudio"
    return "habitual" if section is Section.ANTECEDENTES_PATOLOGICOS else ""
