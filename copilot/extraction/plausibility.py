"""Plausibility alerts: what the physician should look at before signing. Few and precise.

Physiological limits are our own, wide on purpose: they are meant to catch slips of the pen («TA 30/180», «FC 800»,
«T 63.4»), not to judge illness.
"""

from __future__ import annotations

from collections.abc import Sequence

from copilot.domain import Alert, Section, Span
from copilot.extraction.alerts_contradictions import contradiction_alerts
from copilot.extraction.alerts_drugs import drug_alerts
from copilot.extraction.alerts_values import laboratory_alerts, vital_alerts
from copilot.extraction.result import Extraction
from copilot.extraction.view import View


def alerts(extraction: Extraction, text: str, sections: Sequence[tuple[Span, Section]] | None = None) -> list[Alert]:
    """Alerts in the order of the text.

    Kinds: ``valor_imposible``, ``unidad_dudosa``, ``imc_discrepante``, ``dosis_inusual``, ``alergia``,
    ``contradiccion``, ``lateralidad``.
    """
    view = View(text)
    found = [
        *vital_alerts(extraction, view),
        *laboratory_alerts(extraction),
        *drug_alerts(extraction, view),
        *contradiction_alerts(extraction, view, sections or ()),
    ]
    return sorted(found, key=lambda a: a.spans[0] if a.spans else Span(len(text), len(text)))
