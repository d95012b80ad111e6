"""FHIR R4 AuditEvent in the shape of IHE Basic Audit Log Patterns (BALP 1.1), one resource an entry.

Type and subtype follow DICOM PS3.16 (DCM 110xxx) and the restful-interaction codes that BALP uses; the patient is
never named: the encounter's keyed pseudonym stands as entity, the physician's as agent.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from guardrails.audit.log import AuditLog
from guardrails.audit.reading import RECORD_COLUMNS, Filters, Reader, Record, record

_DCM = "http://dicom.nema.org/resources/ontology/DCM"
_TYPE = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_REST = "http://hl7.org/fhir/restful-interaction"
_OBJECT = "http://terminology.hl7.org/CodeSystem/object-role"
_ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_SOURCE = "http://terminology.hl7.org/CodeSystem/security-source-type"
_AGENT = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
_SYSTEM = "urn:imss-copilot:bitacora"
PROFILES = {
    "C": "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Create",
    "R": "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Read",
    "U": "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Update",
    "D": "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Delete",
}
"""Pattern that each action code follows in shape. Claimed in no resource: the entries are not REST exchanges."""

_REST_TYPE = (_TYPE, "rest", "RESTful Operation")
_ACTIONS: dict[str, tuple[tuple[str, str, str], tuple[str, str, str], str]] = {
    "structure": (_REST_TYPE, (_REST, "create", "create"), "C"),
    "ask": (_REST_TYPE, (_REST, "search", "search"), "E"),
    "verify": (_REST_TYPE, (_REST, "operation", "operation"), "E"),
    "redact": (_REST_TYPE, (_REST, "operation", "operation"), "E"),
    "dictate": (_REST_TYPE, (_REST, "operation", "operation"), "E"),
    "edit": (_REST_TYPE, (_REST, "update", "update"), "U"),
    "sign": (_REST_TYPE, (_REST, "update", "update"), "U"),
    "discard": (_REST_TYPE, (_REST, "delete", "delete"), "D"),
    "export": ((_DCM, "110106", "Export"), (_REST, "read", "read"), "R"),
    "login": ((_DCM, "110114", "User Authentication"), (_DCM, "110122", "Login"), "E"),
    "login_failed": ((_DCM, "110114", "User Authentication"), (_DCM, "110122", "Login"), "E"),
    "logout": ((_DCM, "110114", "User Authentication"), (_DCM, "110123", "Logout"), "E"),
    "audit_read": ((_DCM, "110101", "Audit Log Used"), (_REST, "read", "read"), "R"),
    "settings_change": ((_DCM, "110113", "Security Alert"), (_DCM, "110131", "Software Configuration"), "U"),
    "model_change": ((_DCM, "110113", "Security Alert"), (_DCM, "110131", "Software Configuration"), "U"),
    "corpus_change": ((_DCM, "110113", "Security Alert"), (_DCM, "110131", "Software Configuration"), "U"),
    "users_change": (
        (_DCM, "110113", "Security Alert"),
        (_DCM, "110137", "User security Attributes Changed"),
        "U",
    ),
    "key_rotation": ((_DCM, "110113", "Security Alert"), (_DCM, "110131", "Software Configuration"), "U"),
    "evaluation": ((_DCM, "110100", "Application Activity"), (_REST, "operation", "operation"), "E"),
    "log_created": ((_DCM, "110100", "Application Activity"), (_DCM, "110120", "Application Start"), "C"),
    "erase": ((_DCM, "110110", "Patient Record"), (_REST, "delete", "delete"), "D"),
}
_OTHER = ((_DCM, "110100", "Application Activity"), (_REST, "operation", "operation"), "E")
_FAILED = {"failed": "8", "error": "8", "cancelled": "4", "refused": "4"}
"""Outcome code: 8 serious failure, 4 minor failure; anything else 0."""


def _string(value: object) -> str:
    """A FHIR string: no control characters, no other blanks than the space, not empty."""
    text = "".join(" " if c.isspace() or c < " " else c for c in str(value)[:4096]).strip()
    return text or "?"


def audit_event(one: Record, origin: str) -> dict[str, Any]:
    """The entry as a FHIR R4 AuditEvent (a JSON object; see :func:`validate`)."""
    context = one.context
    kind, subtype, code = _ACTIONS.get(one.action, _OTHER)
    failed = "4" if one.action == "login_failed" else _FAILED.get(context.get("outcome", ""), "0")
    agents: list[dict[str, Any]] = [
        {
            "type": _concept(_DCM, "110150", "Application"),
            "who": {"identifier": {"system": _SYSTEM, "value": origin}, "display": "imss-copilot"},
            "requestor": not context.get("actor"),
        }
    ]
    if context.get("version"):
        agents[0]["name"] = _string(f"imss-copilot {context['version']}")
    if context.get("actor"):
        agents.append(
            {
                "type": _concept(_AGENT, "IRCP", "information recipient"),
                "role": [{"text": context.get("role", "sistema")}],
                "who": {"identifier": {"system": f"{_SYSTEM}:seudonimo", "value": context["actor"]}},
                "requestor": True,
            }
        )
    event: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": one.id,
        "type": _coding(*kind),
        "subtype": [_coding(*subtype)],
        "action": code,
        "recorded": one.time,
        "outcome": failed,
        "agent": agents,
        "source": {
            "site": _string(context.get("unit") or origin),
            "observer": {"identifier": {"system": _SYSTEM, "value": origin}},
            "type": [_coding(_SOURCE, "4", "Application Server")],
        },
        "entity": _entities(one, context),
    }
    if context.get("outcome"):
        event["outcomeDesc"] = _string(context["outcome"])
    return event


def _entities(one: Record, context: dict[str, Any]) -> list[dict[str, Any]]:
    entities = [
        {
            "what": {"identifier": {"system": _SYSTEM, "value": one.id}},
            "type": _coding(_ENTITY, "2", "System Object"),
            "role": _coding(_OBJECT, "13", "Security Resource"),
            "detail": [
                {"type": "leaf-hash", "valueBase64Binary": base64.b64encode(one.leaf_hash).decode()},
                {"type": "action", "valueString": one.action},
                *(
                    {"type": name, "valueString": _string(context[name])}
                    for name in ("phase", "request", "note_type")
                    if name in context
                ),
                *(
                    []
                    if one.erased_by is None
                    else [{"type": "erased-by", "valueString": str(one.erased_by)}]
                ),
            ],
        }
    ]
    for name, code, display in (
        ("encounter", "4", "Domain Resource"),
        ("session", "21", "Job Stream"),
    ):
        if context.get(name):
            entities.append(
                {
                    "what": {"identifier": {"system": f"{_SYSTEM}:{name}", "value": context[name]}},
                    "type": _coding(_ENTITY, "2", "System Object"),
                    "role": _coding(_OBJECT, code, display),
                }
            )
    return entities


def validate(event: dict[str, Any]) -> str:
    """The resource as JSON text after validation by the FHIR R4B model; raises ``ValueError``."""
    from fhir.resources.R4B.auditevent import AuditEvent

    return AuditEvent.model_validate(event).model_dump_json()


def export_fhir(log: AuditLog, filters: Filters, *, reader: Reader) -> Iterator[str]:
    """NDJSON (the form of FHIR bulk data), one validated AuditEvent a line, streamed."""
    query = log.query(filters)
    log.append(reader.entry("exportación fhir", filters))
    for row in query.rows(RECORD_COLUMNS):
        yield validate(audit_event(record(row), log.origin)) + "\n"


def _coding(system: str, code: str, display: str) -> dict[str, str]:
    return {"system": system, "code": code, "display": display}


def _concept(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [_coding(system, code, display)]}
