# ruff: noqa: E501, SIM102  (long patterns are kept on one line)
"""Of whom a finding is told: the patient, or a relative named in the sentence or under a family heading (ConText)."""

from __future__ import annotations

import re

from guardrails.grounding.annotate import Annotation, Mark, Mention

_KIN = {"madre", "padre", "abuelo", "hermano", "hijo", "tio", "esposo", "familiar", "primo"}
_KIN_WORD = r"\b(?:madre|padre|papa|mama|abuel\w+|herman\w+|ti[oa]s?|hij[oa]s?|prim[oa]s?|rama)\b"
_KIN_SUBJECT = re.compile(
    r"\s*(?:materna?o?s?|paterna?o?s?|viva?|mayor|menor|[:(,]|de \d+|es|era|fue|tambien|ambos|y (?:su )?(?:padre|madre|abuel\w+|herman\w+|ti[oa]s?)|\d+|mat|pat)*\s*"
    r"(?:con\b|finad|viv|muri|fallec|padec|diabet|hipert|portador|tien|tuvo|tenia|sufr|dx|ca\b|cama|cacu|dm|has\b|hta\b|antecedente|epil|asma|iam|"
    r"san[oa]|erc|evc|obes|cardi|muert|\+|cancer|infart|present[oa] (?:dm|has|ca|dia|hip|inf)|quien|que (?:padec|tien|muri|fallec))"
)
_INFORMANT = re.compile(r"\s*(?:lo|la|le)?\s*(?:refier|coment|nieg|menc|notó|noto|report|trae|indic|relat|acud|administr|aplic|dio|da\b|inform|acept|firm|desea|solicita|llev)")


def in_sentence(a: Annotation, index: int) -> list[Mention]:
    """Mentions of one sentence."""
    return [m for m in a.mentions if m.sentence == index]


def subject(a: Annotation) -> None:
    """Family history: from a heading (AHF) to the next heading or line, or from a relative within the sentence."""
    heading_until = -1
    for m in a.mentions:
        if m.id == "mama" and a.folded[m.start : m.end] == "mama" and not re.search(
            r"\b(?:de|en|ca|cancer|tumor|nodulo|usg|us)\s+(?:la\s+)?$", a.folded[max(0, m.start - 12) : m.start]
        ):
            m.id, m.type = "madre", "person"
    for mark in [m for m in a.marks if m.kind == "fam"]:
        stop = a.folded.find("\n", mark.end)
        stop = len(a.folded) if stop < 0 else stop
        for number in range(mark.sentence, len(a.sentences)):
            start, end = a.sentences[number]
            if number > mark.sentence and not re.search(_KIN_WORD, a.folded[start:end][:40]):
                stop = min(stop, start)
                break
        for other in a.marks:
            if other.kind == "pat" and mark.end < other.start < stop and _heading(a, other):
                stop = other.start
        heading_until = max(heading_until, stop)
        for m in a.mentions:
            if mark.end <= m.start < stop and m.type in (*_HERITABLE, "person"):
                m.family = True
    for match in re.finditer(r"\b(?:en|de) la familia\b|\bparientes\b|\bhistoria familiar\b", a.folded):
        for m in a.mentions:
            if m.type in _HERITABLE and (0 <= m.start - match.end() <= 30 or 0 <= match.start() - m.end <= 14):
                m.family = True
    for index, (start, end) in enumerate(a.sentences):
        inside = in_sentence(a, index)
        kin = [m for m in inside if m.id in _KIN]
        for position, person in enumerate(kin):
            following = kin[position + 1].start if position + 1 < len(kin) else end
            after = a.folded[person.end : end]
            before = a.folded[start : person.start]
            name = {"esposo": "conyuge"}.get(person.id, person.id)
            following = min(following, _kin_limit(a, person, following))
            patient = re.search(r"(?<!del )(?<!de la )\b(?:paciente|app|apnp|pa:)\b", after)
            stop = min(following, person.end + patient.start()) if patient else following
            if re.search(r"\b(?:en|de|por parte de|por)\s+(?:su|la|el|sus|una?)?\s*$", before) and not re.search(
                r"\b(?:traid[oa]|acompanad[oa]|llevad[oa]|referid[oa])\s+(?:por|x|de)\s+(?:su|la|el)?\s*$", before
            ):
                for m in inside:
                    if (m.end <= person.start and not any(k.end <= m.start for k in kin[:position])) or person.family:
                        if m.end <= person.start and m.type in ("dx", "sx", "word") and m.segment >= person.segment - 1:
                            m.family = True
                            m.kin.add(name)
            close = next((m for m in inside if m.start >= person.end and m.type in ("dx", "sx")), None)
            brought = re.search(r"\b(?:tra[ei]\w*|traj\w+|acompan\w+|llev\w+|con|acude)\s+(?:a\s+)?(?:(?:por|x)\s+)?(?:la|el|su|sus)?\s*$", before)
            direct = (
                not brought
                and close is not None
                and close.start - person.end <= 26
                and close.start < stop
                and not re.search(r"[.;]|\b(?:la|lo|le|trae|que|quien|por|al|paciente|para|no|niega|igual|refiere)\b", re.sub(r"\b(?:del|de la) paciente\b", "", a.folded[person.end : close.start]))
            )
            if (_KIN_SUBJECT.match(after) or person.family or direct) and not _INFORMANT.match(after):
                last = person.end
                for m in inside:
                    if person.end <= m.start < stop and m.type in (*_HERITABLE, "person"):
                        if m.start - last > 40 or _MOVED_ON.search(a.folded[last : m.start]):
                            break
                        last = m.end
                    if person.end <= m.start < stop and m.type in _HERITABLE:
                        m.family = True
                        m.kin.add(name)
                person.family = True


_HERITABLE = ("dx", "sx", "state", "word")
_NOT_KIN = re.compile(
    r"\b(?:acude|refiere|viene|toma|vive en|casa|fuma|tabaco|alcohol|primaria|secundaria|trabaja|ocupacion|escolaridad|"
    r"niega|alergi\w+|cirugi\w+|inicia|presenta|ta \d|fc \d|peso|soltera?|casad[oa]|albanil|comerciante|empleada?|app|apnp)\b"
)


_MOVED_ON = re.compile(r"\b(?:esta|viene|presenta|refiere|acude|trae|no a|desde|inicia|actualmente|ella|app|apnp|pa)\b")


def _kin_limit(a: Annotation, person: Mention, end: int) -> int:
    """Where talk of a relative stops: at the first comma segment that speaks of something else."""
    cut = _NOT_KIN.search(a.folded, person.end, end)
    limit = cut.start() if cut else end
    for start, stop, _ in a.segments:
        if person.end < start < limit and not any(
            m.type in ("dx", "state", "person") for m in a.mentions if start <= m.start < stop
        ):
            return start
    return limit


def _heading(a: Annotation, mark: Mark) -> bool:
    return mark.text in ("app", "apnp", "pa", "ef", "idx", "ago", "peea", "plan", "paciente") or a.folded[
        mark.end : mark.end + 2
    ].strip().startswith((":", "-")) or "personal" in mark.text
