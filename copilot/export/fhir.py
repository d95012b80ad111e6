"""A note as FHIR R4 document Bundle: Composition with LOINC sections, its findings, and Provenance down to the spans.

Validated before it leaves with ``fhir.resources`` (its R4B models: the resources used here are the same in 4.0.1 and
4.3.0). The text that the spans point into travels as DocumentReference. A draft is ``preliminary``; addenda are
sections of their own, each with its author.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Iterable
from html import escape
from typing import Any

from copilot.domain import Span
from copilot.export import fhir_parts as parts
from copilot.export.document import Document, Signature
from copilot.export.fhir_parts import LOINC, concept, string
from copilot.export.lines import DRAFT, statement_line
from copilot.labels import section_label, section_loinc, type_label, type_loinc

SPAN = "urn:imss-copilot:fhir:intervalo"
"""Extension of Provenance: start and end (characters) in the attached text."""
_HASH = "urn:imss-copilot:sha256"
_NAMESPACE = uuid.UUID("5d6f1f0e-52b7-4f5c-9d7a-3a6d5f0c8a11")
_NOWHEN = "1970-01-01T00:00:00Z"


class _Bundle:
    """Entries in order; each resource gets a stable name from the document and its position."""

    def __init__(self, document: Document) -> None:
        self.seed = f"{document.made}\n{hashlib.sha256(document.source.encode('utf-8', 'replace')).hexdigest()}"
        self.entries: list[dict[str, Any]] = []

    def name(self, what: str) -> str:
        return f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{self.seed}{chr(10)}{what}')}"

    def put(self, resource: dict[str, Any]) -> dict[str, str]:
        """Add a resource; returns the reference to it."""
        url = self.name(str(len(self.entries)))
        self.entries.append({"fullUrl": url, "resource": resource})
        return {"reference": url}


def _div(lines: Iterable[str]) -> dict[str, str]:
    body = "".join(f"<p>{escape(string(line))}</p>" for line in lines)
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'}


def _practitioner(one: Signature | None) -> dict[str, Any]:
    if one is None:
        return {"resourceType": "Practitioner", "name": [{"text": "Médico (sin firmar)"}]}
    cedula = {"type": {"text": "Cédula profesional"}, "value": one.cedula}
    return {"resourceType": "Practitioner", "identifier": [cedula], "name": [{"text": string(one.name)}]}


def _patient(document: Document) -> dict[str, Any]:
    data = dict(document.patient)
    made: dict[str, Any] = {"resourceType": "Patient"}
    if "Paciente" in data:
        made["name"] = [{"text": string(data["Paciente"])}]
    numbers = ("NSS", "Agregado médico", "CURP", "Expediente o folio")
    named = [(label, data[label]) for label in numbers if label in data]
    if named:
        made["identifier"] = [{"type": {"text": label}, "value": string(value)} for label, value in named]
    return made


def note_fhir(document: Document) -> bytes:
    """The Bundle as JSON; raises ``ValueError`` (pydantic) where it would not be valid."""
    bundle = bundle_of(document)
    validate(bundle)
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def bundle_of(document: Document) -> dict[str, Any]:
    """The Bundle as JSON values."""
    note, signature = document.note, document.signature
    when, final = document.made or _NOWHEN, signature is not None
    out = _Bundle(document)
    code, display = type_loinc(note.note_type)
    label = type_label(note.note_type)
    composition: dict[str, Any] = {"resourceType": "Composition", "status": "final" if final else "preliminary"}
    target = out.put(composition)
    subject = out.put(_patient(document))
    author = out.put(_practitioner(signature))
    device = out.put({"resourceType": "Device", "deviceName": [{"name": "imss-copilot", "type": "model-name"}]})
    composition |= {
        "type": concept(label, LOINC, code, display),
        "subject": subject,
        "date": when,
        "author": [author],
        "title": string(label if final else f"{label} · {DRAFT}"),
        "language": "es-MX",
        "text": _div([label, *([] if final else [DRAFT])]),
        "section": [],
    }
    if document.unit:
        custodian = out.put({"resourceType": "Organization", "name": string(document.unit)})
        composition["custodian"] = custodian
    if signature is not None:
        composition["identifier"] = {"system": _HASH, "value": signature.hash}
        composition["attester"] = [{"mode": "legal", "time": signature.at, "party": author}]
    source = out.put(_text(document, when, subject, label, code, display))

    def traced(ref: dict[str, Any], spans: Iterable[Span]) -> None:
        out.put(_provenance(ref, spans, when, author, device, source))

    findings = _findings(out, document, when, subject, author, traced)
    sections = composition["section"]
    for number, (section, statements) in enumerate(note.sections.items()):
        loinc, shown = section_loinc(section)
        lines = [statement_line(s, draft=signature is None) for s in statements]
        one: dict[str, Any] = {"title": section_label(section), "text": _div(lines)}
        if loinc:
            one["code"] = concept(section_label(section), LOINC, loinc, shown)
        if findings.get(str(section)):
            one["entry"] = findings[str(section)]
        sections.append(one)
        path = {"url": "http://hl7.org/fhir/StructureDefinition/targetPath", "valueString": f"section[{number}]"}
        traced({**target, "extension": [path]}, (span for s in statements for span in s.spans))
    for added in document.addenda:
        by = out.put(_practitioner(added.signature))
        lines = [*added.text.splitlines(), f"Firmada: {added.signature.at}. SHA-256: {added.signature.hash}"]
        sections.append({"title": f"Adenda {added.number}", "author": [by], "text": _div(lines)})
    if not sections:
        del composition["section"]
    return {
        "resourceType": "Bundle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": out.name("bundle")},
        "type": "document",
        "timestamp": when,
        "entry": out.entries,
    }


def _text(
    document: Document, when: str, subject: dict[str, str], label: str, code: str, display: str
) -> dict[str, Any]:
    data = document.source.encode("utf-8", "replace")
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": "final" if document.signature else "preliminary",
        "type": concept(label, LOINC, code, display),
        "subject": subject,
        "date": when,
        "description": "Texto del médico al que se refieren los intervalos de Provenance.",
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain; charset=utf-8",
                    "language": "es-MX",
                    "data": base64.b64encode(data or b" ").decode("ascii"),
                    "hash": base64.b64encode(hashlib.sha1(data or b" ").digest()).decode("ascii"),  # noqa: S324  (R4)
                }
            }
        ],
    }


def _provenance(
    target: dict[str, Any], spans: Iterable[Span], when: str, author: dict[str, str], device: dict[str, str],
    source: dict[str, str],
) -> dict[str, Any]:  # fmt: skip
    where = [
        {
            "url": SPAN,
            "extension": [{"url": "inicio", "valueInteger": one.start}, {"url": "fin", "valueInteger": one.end}],
        }
        for one in spans
    ]
    kind = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
    entity: dict[str, Any] = {"role": "source", "what": source}
    if where:
        entity["extension"] = where
    return {
        "resourceType": "Provenance",
        "target": [target],
        "recorded": when,
        "agent": [
            {"type": {"coding": [{"system": kind, "code": "author"}]}, "who": author},
            {"type": {"coding": [{"system": kind, "code": "assembler"}]}, "who": device},
        ],
        "entity": [entity],
    }


def _findings(
    out: _Bundle, document: Document, when: str, subject: dict[str, str], author: dict[str, str], traced: Any
) -> dict[str, list[dict[str, str]]]:
    """Resources of values, diagnoses, drugs and allergies; references to them by the section they stand in."""
    note, final = document.note, document.signature is not None
    state = "final" if final else "preliminary"
    codes: dict[str, list[tuple[str, str]]] = {}
    for one in document.codes:
        codes.setdefault(string(one.diagnosis), []).append((one.code, one.title))
    rows: list[tuple[dict[str, Any], tuple[Span, ...]]] = []
    rows += [(parts.vital(v, when, subject, state), (v.span,)) for v in note.vitals]
    rows += [(parts.laboratory(v, when, subject, state), (v.span,)) for v in note.laboratory]
    rows += [
        (parts.condition(d, codes.get(string(d.text), []), subject, final), (d.span,))
        for d in note.diagnoses
        if d.subject == "paciente"
    ]
    rows += [
        (parts.medication(m, when, subject, author, final), (m.span,))
        for m in note.medications
        if m.status != "alergia"
    ]
    rows += [(parts.allergy(a, subject, final), a.spans) for a in note.allergies]
    found: dict[str, list[dict[str, str]]] = {}
    for resource, spans in rows:
        ref = out.put(resource)
        traced(ref, spans)
        for section, statements in note.sections.items():
            whole = [span for one in statements for span in one.spans]
            if spans and any(one.start <= spans[0].start < one.end for one in whole):
                found.setdefault(str(section), []).append(ref)
                break
    return found


def validate(bundle: dict[str, Any]) -> None:
    """Raises ``ValueError`` where the Bundle is not valid FHIR, or a reference leads nowhere."""
    from fhir.resources.R4B.bundle import Bundle

    Bundle.model_validate(bundle)
    known = {entry["fullUrl"] for entry in bundle["entry"]}
    for ref in _references(bundle):
        if ref not in known:
            raise ValueError("Una referencia del documento FHIR no lleva a ninguna parte.")


def _references(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for one in value.values():
            yield from _references(one)
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)
