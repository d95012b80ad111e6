# ruff: noqa: E501, SIM102  (long patterns are kept on one line)
"""Binds context to mentions: negation, certainty, subject, side and other exclusive values, actions, quantities.

Scopes follow NegEx and ConText (Chapman 2001; Harkema 2009) with the terminators of Mexican notes: a list after
«niega» runs over commas, one after «sin» or «no» doesn't unless a later «ni» carries it on.
"""

from __future__ import annotations

import re

from guardrails.grounding.annotate import Annotation, Mark, Mention
from guardrails.grounding.quantities import Quantity

_TERMINATOR = re.compile(
    r"\b(?:pero|aunque|excepto|salvo|con|refiere|refieren|presenta|presento|acude|acudio|inicia|inicio|solo|solamente|"
    r"se|cuenta|tiene|toma|tomaba|desde|hace|por lo que|al|ademas|unicamente|actualmente|si refiere|si presenta|encontrando|"
    r"queda|egresa|continua|plan|solicito|indico|deambula|tolera|canaliza|llenado|signos|abdomen|exploracion|por(?! (?:ahora|el momento|via))|porque)\b"
)
_ACTIONABLE = ("drug", "drugclass", "proc", "lab", "person", "anat")
_KIN = {"madre", "padre", "abuelo", "hermano", "hijo", "tio", "esposo", "familiar", "primo"}
_KIN_WORD = r"\b(?:madre|padre|papa|mama|abuel\w+|herman\w+|ti[oa]s?|hij[oa]s?|prim[oa]s?|rama)\b"
_KIN_SUBJECT = re.compile(
    r"\s*(?:materna?o?s?|paterna?o?s?|viva?|mayor|menor|[:(,]|de \d+|es|era|fue|tambien|ambos|y (?:su )?(?:padre|madre|abuel\w+|herman\w+|ti[oa]s?)|\d+|mat|pat)*\s*"
    r"(?:con\b|finad|viv|muri|fallec|padec|diabet|hipert|portador|tien|tuvo|tenia|sufr|dx|ca\b|cama|cacu|dm|has\b|hta\b|antecedente|epil|asma|iam|"
    r"san[oa]|erc|evc|obes|cardi|muert|\+|cancer|infart|present[oa] (?:dm|has|ca|dia|hip|inf)|quien|que (?:padec|tien|muri|fallec))"
)
_INFORMANT = re.compile(r"\s*(?:lo|la|le)?\s*(?:refier|coment|nieg|menc|notó|noto|report|trae|indic|relat|acud|administr|aplic|dio|da\b|inform|acept|firm|desea|solicita|llev)")


def bind(a: Annotation) -> None:
    """Fill the context of every mention of an annotation, in place."""
    _locate(a)
    _subject(a)
    _negation(a)
    _resolved(a)
    _certainty(a)
    _exclusive(a)
    _actions(a)
    _conditional(a)
    _quantities(a)
    _series(a)


def _locate(a: Annotation) -> None:
    for word in a.words:
        word.sentence = a.sentence_at(word.start)
    items: list[Mention | Mark] = [*a.mentions, *a.marks]
    for item in items:
        item.sentence = a.sentence_at(item.start)
        for index, (start, end, _) in enumerate(a.segments):
            if start <= item.start < end:
                item.segment = index


def _in_sentence(a: Annotation, index: int) -> list[Mention]:
    return [m for m in a.mentions if m.sentence == index]


def _subject(a: Annotation) -> None:
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
        inside = _in_sentence(a, index)
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
                r"\b(?:traid[oa]|acompanad[oa]|llevad[oa]|referid[oa])\s+(?:por|de)\s+(?:su|la|el)?\s*$", before
            ):
                for m in inside:
                    if (m.end <= person.start and not any(k.end <= m.start for k in kin[:position])) or person.family:
                        if m.end <= person.start and m.type in ("dx", "sx", "word") and m.segment >= person.segment - 1:
                            m.family = True
                            m.kin.add(name)
            close = next((m for m in inside if m.start >= person.end and m.type in ("dx", "sx")), None)
            brought = re.search(r"\b(?:tra[ei]\w*|traj\w+|acompan\w+|llev\w+|con|acude)\s+(?:a\s+)?(?:por\s+)?(?:la|el|su|sus)?\s*$", before)
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


_LIST_GAP = re.compile(r"(?:[\s,;/]|\b(?:y|e|o|u|ni|de|del|la|el|los|las|otro|otros|otras|ningun\w*|algun\w*|en|a|al)\b)*")
_POST_NO = re.compile(r"(?:\s*\d+(?:\.\d+)?)?(?:\s*(?:mg|sl|vo|iv|im|sc)\b)*\s*(?::\s*)?(?:aun |por ahora |todavia )?no(?: aun| por ahora| todavia)?\s*(?=[.,;\n)]|$)")


_MINUS = re.compile(r"(?:^|[\s)])-(?:[\s.,;]|$)")
"""A minus sign that denies («Homans -»), unlike the hyphen of «L4-L5»."""
_SAME_PHRASE = re.compile(r"(?:[\s,/()]|\b(?:y|e|o|de|del|en|para)\b)*")
_NEW_CLAUSE = re.compile(r"\by\s+(?:la|el|los|las|su)\s+(?=[^,.;]{3,40}\b(?:fue|fueron|es|son|esta|estan|se|resulto|mide|muestra|report\w+|tiene|presenta|continua)\b)|,\s+(?:con|por lo que)\b")


def _negation(a: Annotation) -> None:
    for m in a.mentions:
        m.negated = m.implied_absent
        if _POST_NO.match(a.folded, m.end) and m.type not in ("person",):
            m.negated = True
    for mark in a.marks:
        if mark.kind != "neg":
            continue
        if mark.text == "-" and not _MINUS.search(a.folded[max(0, mark.start - 1) : mark.end + 1]):
            continue
        start, end = a.sentences[mark.sentence]
        if any(p.kind == "pseudo" and p.start <= mark.start < p.end for p in a.marks):
            continue
        if mark.value == "fwd":
            if mark.text == "descarta" or (mark.text.startswith("se descarta") and "no" in a.folded[mark.start - 3 : mark.start]):
                if re.search(r"\bno (?:se )?$", a.folded[max(start, mark.start - 8) : mark.start]):
                    continue
            stop = end
            wide = mark.text.startswith(("nieg", "nego", "interrog"))
            for term in _TERMINATOR.finditer(a.folded, mark.end, end):
                if not a.folded[mark.end : term.start()].strip():
                    continue  # the verb that is itself denied: «no canaliza gases», «no tolera»
                if term[0] == "con" and wide and not re.search(r",\s*$", a.folded[mark.end : term.start()]):
                    continue
                if term[0] == "al" and not re.search(r",\s*$", a.folded[mark.end : term.start()]):
                    continue
                stop = term.start()
                break
            clause = _NEW_CLAUSE.search(a.folded, mark.end, end)
            stop = min(stop, clause.start()) if clause else stop
            if not wide:
                segment_end = a.segments[mark.segment][1] if a.segments else end
                later = re.search(r"\bni\b", a.folded[segment_end:stop]) if segment_end < stop else None
                stop = min(stop, segment_end + later.start() if later else segment_end)
            last, count = mark.end, 0
            for m in a.mentions:
                if mark.end <= m.start < stop and not m.implied_absent:
                    if m.type in ("vital", "lab") and m.segment != mark.segment:
                        break
                    gap = a.folded[last : m.start]
                    if m.type == "vital" and count:
                        break
                    joined = re.search(r"[,/]|\b(?:y|e|o|u|ni|de|del|en|a|al)\b", gap)
                    if count and not joined and m.type not in ("anat", "word", "state"):
                        break
                    if count >= 2 and not joined:
                        break
                    if len(gap) > (34 if wide or not count else 22) or (count and not wide and not _LIST_GAP.fullmatch(gap)):
                        break
                    last, count = m.end, count + 1
                    if m.type == "person":
                        continue
                    m.negated = True
                elif mark.start <= m.start < mark.end and m.type == "habit":
                    m.negated = True
        else:
            plural = mark.text.rstrip().endswith(("s", "dos", "das"))
            last = mark.start
            for m in reversed([m for m in a.mentions if m.sentence == mark.sentence and m.end <= mark.start]):
                if not plural and last < mark.start and not _SAME_PHRASE.fullmatch(a.folded[m.end : last]):
                    break  # one «negativo» speaks of one thing: «se trató siete días y el cultivo fue negativo»
                last = m.start
                near = m.segment == mark.segment or re.fullmatch(r"[\s:(,.\-]*", a.folded[m.end : mark.start])
                colon = ":" in a.folded[m.end : mark.start] and m.segment >= mark.segment - 1
                if near or plural or colon:
                    if plural and not near and any(q.start > m.start and q.end < mark.start for q in a.quantities):
                        break
                    m.negated = not m.implied_absent
                    if not plural and not near:
                        break
                else:
                    break
    for mark in a.marks:
        if mark.kind == "pos":
            for m in reversed([m for m in a.mentions if m.segment == mark.segment and m.end <= mark.start]):
                m.negated = False
                break


_GONE_BEFORE = re.compile(r"\b(?:ya no|ya sin|dejo de|ha dejado de|desaparicion de|remision de|sin nuev[oa]s?|mejoria de|ya se le quito|ya no ha tenido)\b")
_GONE_AFTER = re.compile(r"\b(?:desaparec\w+|cedi\w+|cede\b|remiti\w+|resolvi\w+|resuelt[oa]s?|ya nada|se (?:le )?quito|se retiro|mejoro|dejo\b|suspendi\w+|ausente ahora|corregid[oa]s?)")


def _resolved(a: Annotation) -> None:
    for m in a.mentions:
        if m.type not in ("sx", "dx", "habit", "word", "state"):
            continue
        start, end = a.sentences[m.sentence] if a.sentences else (0, len(a.folded))
        if _GONE_BEFORE.search(a.folded[max(start, m.start - 28) : m.start]):
            m.resolved = True
        elif match := _GONE_AFTER.search(a.folded[m.end : min(end, m.end + 42)]):
            m.resolved = "," not in a.folded[m.end : m.end + match.start()]
        elif re.search(r"\bdejo\s+(?:el|la|de)?\s*$", a.folded[max(start, m.start - 10) : m.start]):
            m.resolved = True


def _certainty(a: Annotation) -> None:
    for mark in a.marks:
        if mark.kind not in ("unc", "conf"):
            continue
        inside = [m for m in a.mentions if m.sentence == mark.sentence]
        if mark.kind == "unc" and re.search(r"\bno $", a.folded[max(0, mark.start - 3) : mark.start]):
            continue
        targets: list[Mention] = []
        value = mark.value
        if mark.kind == "unc" and mark.text in ("prob", "probable", "posible", "pb", "presuntivo", "en estudio"):
            value = "back" if re.match(r"\s*(?:[.,;/)\n]|$)", a.folded[mark.end : mark.end + 3]) else value
        if value == "fwd":
            stop = a.segments[mark.segment][1] if a.segments else len(a.folded)
            last = mark.end
            for m in inside:
                if mark.end <= m.start < stop:
                    gap = a.folded[last : m.start] if m.start >= last else ""
                    if len(gap) > (24 if not targets else 14) or (targets and not _LIST_GAP.fullmatch(gap)) or len(targets) >= 4:
                        break
                    targets.append(m)
                    last = m.end
            if mark.text in ("vs", "versus"):
                targets += [m for m in inside if m.segment == mark.segment and 0 <= mark.start - m.end <= 40]
        else:
            before = [m for m in inside if m.end <= mark.start and m.segment == mark.segment and mark.start - m.end <= 40]
            targets = before[-2:] if mark.text != "?" else [m for m in before if m.segment == before[-1].segment][-2:]
        for m in targets:
            if mark.kind == "unc":
                m.uncertain = True
                if mark.text in ("a descartar", "descartar", "por descartar", "no se descarta", "no se puede descartar"):
                    m.negated = False
            else:
                m.confirmed = True


_GROUP_TYPES = {
    "side": ("anat", "sx", "dx", "proc", "lab"),
    "route": ("drug", "drugclass"),
    "severity": ("sx", "dx", "state"),
    "chron": ("dx", "sx", "anat"),
    "ctrl": ("dx", "lab", "vital"),
    "axis": ("anat", "dx", "sx"), "axis2": ("anat", "dx", "sx"), "axis3": ("anat", "dx", "sx"),
    "level": ("anat", "dx", "sx"),
    "course": ("sx", "dx", "state"),
    "onset": ("sx", "dx"),
    "food": ("drug", "sx", "lab"), "part": ("drug", "sx", "lab", "drugclass"),
}  # fmt: skip


def _exclusive(a: Annotation) -> None:
    for group, types in _GROUP_TYPES.items():
        marks = [m for m in a.marks if m.kind == group]
        for mark in marks:
            near = [m for m in a.mentions if m.segment == mark.segment and m.type in types]
            if near and a.segments[mark.segment][1] - a.segments[mark.segment][0] > 100:
                near = [m for m in near if -38 <= m.start - mark.end <= 26 or -26 <= mark.start - m.end <= 38]
            if not near and group in ("side", "route", "ctrl", "course", "severity"):
                near = [m for m in a.mentions if m.sentence == mark.sentence and m.type in types]
                if group == "route":
                    near = [m for m in near if m.end <= mark.start] or near
                near = sorted(near, key=lambda m: min(abs(m.start - mark.end), abs(mark.start - m.end)))[:1]
            rivals = [o for o in marks if o.segment == mark.segment and o.value != mark.value]
            for m in near:
                if rivals:
                    gap = _gap(m, mark)
                    if any(_gap(m, other) < gap for other in rivals):
                        continue
                if group == "route" and any(
                    m.end < other.start < mark.start and other.type in types for other in near if other is not m
                ):
                    continue
                m.groups.setdefault(group, set()).add(mark.value)


def _gap(m: Mention, mark: Mark) -> int:
    return mark.start - m.end if mark.start >= m.end else (m.start - mark.end) * 2


_CONDITION = re.compile(
    r"\b(?:si|en caso de|solo si|siempre que|de ser necesario|valorar|a valorar|considerar|para decidir|decidir|segun|"
    r"a criterio|dependiendo)\b(?!\s+(?:refiere|tiene|presenta|fuma))"
)


def _conditional(a: Annotation) -> None:
    """What is only to be done if something happens: «programar cirugía si la biopsia es benigna»."""
    for m in a.mentions:
        if m.type not in ("proc", "drug", "lab", "drugclass", "person"):
            continue
        start, end, _ = a.segments[m.segment] if a.segments else (0, len(a.folded), 0)
        window = a.folded[max(start, m.start - 50) : min(end, m.end + 40)]
        m.conditional = bool(_CONDITION.search(window))


_FLIP = {"suspend": "continue", "start": "avoid", "continue": "suspend", "request": "avoid", "done": "notdone",
         "increase": "noincrease", "decrease": "nodecrease", "avoid": "avoid", "allergy": ""}  # fmt: skip
_DRUG_ONLY = {"increase", "decrease", "allergy"}
_REACH = 48
"""Longest gap in characters over which an action carries on from one target to the next (lists without a verb)."""


def _actions(a: Annotation) -> None:
    for index in range(len(a.sentences)):
        marks = sorted((m for m in a.marks if m.kind == "act" and m.sentence == index), key=lambda m: m.start)
        targets = [m for m in _in_sentence(a, index) if m.type in _ACTIONABLE]
        for position, mark in enumerate(marks):
            value = mark.value
            before_text = a.folded[max(0, mark.start - 14) : mark.start]
            if value != "avoid" and re.search(r"\b(?:no|sin|ni)\s+(?:se\s+|le\s+)?(?:debe\s+)?$", before_text):
                value = _FLIP.get(value, value)
            following = [m for m in marks[position + 1 :] if m.start >= mark.end]
            if following and re.fullmatch(r"[\s,ye]*", a.folded[mark.end : following[0].start]):
                following = following[1:]
            limit = following[0].start if following else a.sentences[index][1]
            usable = [m for m in targets if value not in _DRUG_ONLY or m.type in ("drug", "drugclass")]
            forward = _chain(a, mark, [m for m in usable if mark.start <= m.start < limit], tight=value in ("allergy", "avoid", "suspend", "increase", "decrease"))
            participle = re.search(r"(?:ad[oa]s?|id[oa]s?)$", mark.text) and value in (
                "suspend", "increase", "decrease", "avoid", "done", "request", "continue",
            )  # fmt: skip
            back = [m for m in usable if m.end <= mark.start and (not m.action or participle)]
            adjacent = bool(back) and (mark.start - back[-1].end < 36 and a.folded[back[-1].end : mark.start].count(",") == 0)
            near_forward = [m for m in forward if a.folded[mark.end : m.start].count(",") == 0]
            if adjacent and (participle or not near_forward):
                back[-1].action = value
            else:
                for m in forward:
                    denied = m.negated and re.search(r"\b(?:no|sin|ni)\s+(?:dar\s+)?$", a.folded[max(0, m.start - 9) : m.start])
                    m.action = _FLIP.get(value, value) if denied and m.start > mark.end + 4 else value
                    m.past = bool(_PAST.match(mark.text))


_PAST = re.compile(r"(?:tomaba|usaba|recibi|tomo\b|automedic|se le (?:dio|puso)|dieron|aplic(?:o|aron)|administr(?:o|aron)|tratad)")


def _chain(a: Annotation, mark: Mark, targets: list[Mention], *, tight: bool) -> list[Mention]:
    """Targets that an action reaches: the first one near it, then those that follow as in a list."""
    out: list[Mention] = []
    last = mark.end
    for m in targets:
        gap = a.folded[last : m.start] if m.start >= last else ""
        if len(gap) > _REACH or "\n" in gap:
            break
        if out and tight and (not re.search(r"[,/]|\b(?:y|e|o|u|ni)\b", gap) or not re.fullmatch(r"(?:[\s,/]|\b(?:y|e|o|u|ni|a|al|con|la|el|los|las|mg|c|h)\b|\d)*", gap)):
            break
        out.append(m)
        last = m.end
    return out


def _quantities(a: Annotation) -> None:
    dose = {"mass", "volume", "iu", "tablet", "drop", "puff", "freq", "meq"}
    for q in a.quantities:
        index = a.sentence_at(q.start)
        inside = [
            m
            for m in _in_sentence(a, index)
            if m.type != "person" and (m.type != "word" or 0 <= q.start - m.end <= 4 or q.dim in ("time", "date", "clock"))
        ]
        if q.label:
            target = [m for m in a.mentions if m.id == q.label and m.start == q.start]
            if not target:
                m = Mention(q.label, "habit", q.start, q.end, index)
                a.mentions.append(m)
                target = [m]
            target[0].quantities.append(q)
            continue
        before_text = a.folded[max(0, q.start - 40) : q.start]
        after_text = a.folded[q.end : q.end + 14]
        if q.dim == "time" and (
            q.role == "age"
            or re.search(r"\b(?:fem\w*|masc\w*|paciente|hombre|mujer|edad|nin[oa]|lactante|pte|pac|px|varon|escolar|preescolar|adolescente|menor)\.?,?\s+(?:\w+\s+)?(?:de\s+)?(?:sexo \w+ (?:de )?)?$", before_text)
            or re.match(r"\s*(?:de edad)", after_text)
        ):
            q.label = "edad"
            continue
        if q.unit.startswith(("a", "A")) and q.dim == "time" and _AGE_FIRST.fullmatch(a.folded[: q.start]) and not any(
            m.end <= q.start and m.type in ("dx", "sx", "drug", "lab", "habit", "proc") for m in a.mentions
        ):
            q.label = "edad"
            continue
        segment = next((i for i, (s, e, _) in enumerate(a.segments) if s <= q.start < e), -1)
        if q.dim in ("time", "date", "clock", "sdg"):
            near = [m for m in inside if m.segment == segment]
            if segment >= 0 and a.segments[segment][1] - a.segments[segment][0] > 100:
                near = [m for m in near if abs(m.start - q.end) <= 45 or abs(q.start - m.end) <= 45]
            near = near or [
                m for m in inside if abs(m.segment - segment) == 1
            ][:3]
            drugs = [m for m in near if m.type == "drug" and m.end <= q.start]
            for m in drugs[-1:] if drugs and q.role in ("for", "") else near:
                m.quantities.append(q)
            continue
        before = [m for m in inside if m.end <= q.start]
        after = [m for m in inside if m.start >= q.end]
        if q.dim in dose:
            drugs_before = [m for m in before if m.type in ("drug", "drugclass")]
            drugs_after = [m for m in after if m.type in ("drug", "drugclass")]
            if drugs_after and re.match(r"\s*(?:vo\s+|iv\s+|via oral\s+)?de\s", after_text) and a.folded[q.end : drugs_after[0].start].count(",") == 0:
                drugs_after[0].quantities.append(q)
                continue
            if drugs_before and not (before and before[-1].type in ("vital", "lab", "sx") and before[-1].segment == segment):
                drugs_before[-1].quantities.append(q)
                continue
            if drugs_after and not before:
                drugs_after[0].quantities.append(q)
                continue
        if not q.dim and after and not a.folded[q.end : after[0].start].strip() and (
            not before or before[-1].type not in ("vital", "lab", "drug")
        ):
            after[0].quantities.append(q)
            continue
        if before and (before[-1].segment == segment or not after or re.fullmatch(r"\s*[:,(]?\s*(?:de\s*)?", a.folded[before[-1].end : q.start])):
            measured = [m for m in before[-4:] if m.type in ("vital", "lab", "drug")]
            owner = before[-1]
            if measured and measured[-1].segment >= owner.segment and owner.type in ("state", "anat", "sx"):
                owner = measured[-1]
            owner.quantities.append(q)
            if owner is not before[-1]:
                before[-1].quantities.append(q)
        elif after and a.folded[q.end : after[0].start].count(",") == 0:
            after[0].quantities.append(q)
        elif before:
            before[-1].quantities.append(q)


_AGE_FIRST = re.compile(r"\W*[a-z]+(?:\s+[a-z]+){0,3}\s+de\s+")
"""«Motociclista de 19 años»: an age at the very start, whatever the trade."""
_BESIDE = re.compile(r"\s*(?:→|->|,|\()\s*(?:[a-z.]+\s+){0,3}")


def _series(a: Annotation) -> None:
    """The value in brackets belongs to what the value before it measures: «Na 116 (prequirúrgico 138)»."""
    for left, right in zip(a.quantities, a.quantities[1:], strict=False):
        if left.dim == right.dim and left.dim not in ("time", "freq", "date", "clock") and _BESIDE.fullmatch(a.folded[left.end : right.start]):
            for m in a.mentions:
                if bound(m, left) and not bound(m, right) and m.type in ("lab", "vital"):
                    m.quantities.append(right)


def bound(m: Mention, q: Quantity) -> bool:
    """Whether the quantity is bound to the mention."""
    return any(q is one for one in m.quantities)
