"""Drug mentions with dose, unit, route, frequency and duration (NOM-004 6.2.6: dosis, vía, periodicidad).

Grammar of an order: :mod:`copilot.extraction.orders`; suspended or denied: :mod:`copilot.extraction.drug_status`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from copilot.domain import Medication, Span
from copilot.extraction.context import ContextReader
from copilot.extraction.drug_status import kept, refused, status_of, suspensions
from copilot.extraction.lexicon import Drug, DrugMention, lexicon
from copilot.extraction.orders import BEFORE, Fields, instructions, order_words
from copilot.extraction.view import Claims, View

_UNKNOWN = re.compile(
    r"(?<![a-z0-9¤])(?P<name>[a-z]{5,}(?:\s+(?:[a-z]{5,}))?)\s+(?:(?:tabletas?|tabs?|caps?|capsulas?|sol|iny|susp|jarabe|amp)\.?\s+)?(?:de\s+)?"
    r"\d+(?:\.\d+)?\s*(?:mg|mcg|gr?|ui|ml)\b(?!/dl|/l|/ml\s*\(|\s*/\s*dl|%)"
)
_UNKNOWN_ENDINGS = re.compile(
    r"(?:ina|ol|il|an|ida|ato|ico|ino|azol|pril|tan|mab|nib|vir|pam|lam|xona|cilina|ciclina|micina|floxacino|statina|"
    r"gliptina|gliflozina|tidina|prazol|sona|lona|terol|tropio|tinib|zumab|zina|mina|pina|fenaco|profeno|xaban|parina)$"
)
_TOGETHER = re.compile(r"\s*(?:y|e|mas|\+|con)\s+(?:el\s+|la\s+)?")
ASA_CLASS = re.compile(r"asa\s*[:(]?\s*(?:i{1,3}v?|iv|v|[1-5])(?![a-z0-9%/]|\.\d|\s*(?:mg|tab|c/))")
_ASA_RISK = re.compile(r"(?:riesgo|clasificacion|clase|anestesic[oa]|valoracion)(?:\s+[a-z]+)?\s*:?\s*$")


def _missing(fields: Fields) -> tuple[str, ...]:
    pairs = (("dosis", fields.dose), ("vía", fields.route), ("periodicidad", fields.frequency))
    return tuple(name for name, value in pairs if not value)


def _share_routes(view: View, mentions: Sequence[DrugMention], orders: list[Fields]) -> None:
    """«haloperidol 5 mg más midazolam 5 mg IM»: the route stands once for both."""
    for i in range(len(orders) - 2, -1, -1):
        mine, other = orders[i], orders[i + 1]
        gap = view.norm[mine.end : max(mine.end, mentions[i + 1].start)]
        if mine.dose and other.route and not (mine.route or mine.frequency) and _TOGETHER.fullmatch(gap):
            orders[i] = replace(mine, route=other.route)


def _unlisted(view: View, mentions: Sequence[DrugMention], taken: Claims) -> list[DrugMention]:
    """Names that the list lacks but that are written like a drug order («X 5 mg»)."""
    extra: list[DrugMention] = []
    known = Claims(len(view.norm))
    for mention in mentions:
        known.take(mention.start, mention.end)
    for m in _UNKNOWN.finditer(view.norm):
        start, end = m.span("name")
        words = m["name"].split()
        name = words[-1]
        start = end - len(name)
        if name in order_words()["not_drug"] or not _UNKNOWN_ENDINGS.search(name):
            continue
        span = view.span(*m.span())
        if not (known.free(start, end) and taken.free(*span)):
            continue
        extra.append(DrugMention(start, end, Drug(name, frozenset(), None, ())))
    return extra


def medications(
    view: View,
    reader: ContextReader,
    blocked: Sequence[Span] = (),
    allergy_spans: Sequence[Span] = (),
) -> tuple[Medication, ...]:
    """Drug mentions in order.

    Args:
        view: normalised reading of the note.
        reader: context reader of the same view; a drug within antecedentes gets the status ``habitual``.
        blocked: spans already read as something else (laboratory values).
        allergy_spans: spans of stated allergies; drugs inside are left out (they are no treatment).
    """
    taken, allergens = Claims(len(view.text)), Claims(len(view.text))
    for span in blocked:
        taken.take(*span)
    for span in allergy_spans:
        allergens.take(*span)
    mentions = [
        m
        for m in lexicon().find(view.norm)
        if taken.free(*view.span(m.start, m.end))
        and not (
            view.norm.startswith("asa", m.start)
            and m.end - m.start == 3
            and (
                ASA_CLASS.match(view.norm, m.start)
                or _ASA_RISK.search(view.norm[max(0, m.start - 30) : m.start])
                or re.match(r"asa\s+(?:intest|delg|yeyu)", view.norm[m.start : m.start + 12])
            )
        )
    ]
    mentions += _unlisted(view, mentions, taken)
    mentions.sort(key=lambda m: m.start)
    orders: list[Fields] = []
    floor = 0
    for i, mention in enumerate(mentions):
        limit = mentions[i + 1].start if i + 1 < len(mentions) else len(view.norm)
        lead = BEFORE.search(view.norm, max(mention.end, limit - 40), limit) if i + 1 < len(mentions) else None
        if lead and re.search(r"de\s+(?:la\s+)?$", lead.group()):
            limit = lead.start()
        orders.append(instructions(view, mention.start, mention.end, limit, floor))
        floor = orders[-1].end
    _share_routes(view, mentions, orders)
    out: list[Medication] = []
    for mention, fields, stopped in zip(mentions, orders, suspensions(view.norm, mentions, orders), strict=True):
        if not allergens.free(*view.span(mention.start, mention.end)):
            continue  # an allergen is reported as an allergy, never in the table of drugs
        status = status_of(view, mention, stopped, reader.section_at(mention.start))
        if status == "estudio":
            continue
        denied = (
            status != "suspendido"
            and not kept(view.norm, mention)
            and (reader.at(mention.start, mention.end).negated or refused(view.norm, mention))
        )
        out.append(
            Medication(
                view.source(mention.start, mention.end),
                view.span(fields.start, fields.end),
                fields.dose,
                fields.unit,
                fields.route,
                fields.frequency,
                fields.duration,
                negated=denied,
                status=status,
                missing=() if status == "suspendido" or denied else _missing(fields),
            )
        )
    return tuple(out)
