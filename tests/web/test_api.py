"""The HTTP API: its document in Spanish, and that whatever is sent gets an answer the document names."""

from __future__ import annotations

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from .conftest import sign_in


@pytest.fixture(scope="module")
def api(server: str) -> httpx.Client:
    client = sign_in(server, "medica")
    client.timeout = httpx.Timeout(240)  # the first question loads the guidelines
    return client


def test_document_is_spanish_and_names_both_ways_in(api: httpx.Client) -> None:
    document = api.get("/api/v1/openapi.json").json()
    assert {f"/api/v1/{one}" for one in ("structure", "ask", "verify", "export", "dictate")} <= set(document["paths"])
    assert set(document["components"]["securitySchemes"]) == {"llave", "sesion"}
    assert "bitácora" in document["info"]["description"]
    assert not [path for path in document["paths"] if path.startswith(("/medico", "/comision", "/usuarios"))]


def test_export_gives_a_document_and_leaves_its_entry(api: httpx.Client) -> None:
    text = "Masc 34a con odinofagia de 3 días. TA 120/80. Dx faringoamigdalitis."
    row = api.post("/api/v1/export", json={"text": text, "format": "md"}).json()
    assert row["format"] == "md"
    assert "odinofagia" in row["document"]
    assert "BORRADOR SIN FIRMAR" in row["document"]
    assert row["entry"]


def test_verify_points_into_the_source_as_given(api: httpx.Client) -> None:
    source = "Paciente Juan Pérez Gómez, refiere cefalea de dos días. Niega fiebre."
    right = api.post("/api/v1/verify", json={"source": source, "statement": "Niega fiebre."}).json()
    assert right["supported"]
    assert any("fiebre" in source[start:end] for start, end in right["evidence"])
    wrong = api.post("/api/v1/verify", json={"source": source, "statement": "Fiebre de 39 °C."}).json()
    assert not wrong["supported"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("ask", {"question": ""}, 400),
        ("ask", {"pregunta": "x"}, 422),
        ("verify", {"source": "a" * 200_000, "statement": "b"}, 400),
        ("verify", {"source": "tos"}, 422),
        ("export", {"text": "tos", "format": "exe"}, 422),
        ("export", {"text": None}, 422),
    ],
)
def test_bad_requests_get_a_spanish_reason(api: httpx.Client, path: str, body: object, status: int) -> None:
    answer = api.post(f"/api/v1/{path}", json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}


def test_whatever_is_sent_the_answer_is_one_the_document_names(server: str, api: httpx.Client) -> None:
    """Requests made up from the document, right and wrong ones; the model does not matter here, only the form."""
    cookies = "; ".join(f"{name}={value}" for name, value in api.cookies.items())
    headers = {"Cookie": cookies, "X-CSRF-Token": api.headers["X-CSRF-Token"]}
    schema = schemathesis.openapi.from_dict(api.get("/api/v1/openapi.json").json())
    schema = schema.include(path_regex="^/api/v1/")
    seen: dict[str, set[int]] = {}
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def one(case: schemathesis.Case) -> None:
            answer = case.call(base_url=server, headers=headers, timeout=240)
            seen.setdefault(case.path, set()).add(answer.status_code)
            case.validate_response(
                answer, checks=[not_a_server_error, status_code_conformance, response_schema_conformance]
            )

        one()
    assert len(seen) == 5
