"""Laboratory values in FHIR: a LOINC code only where name and unit leave one; else the Spanish name alone."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from copilot.domain import LabValue, Span
from copilot.export import fhir_parts
from copilot.export.fhir_parts import laboratory

TABLE = Path(fhir_parts.__file__).parent / "data" / "laboratory_codes.csv"


def observed(name: str, value: str, unit: str) -> dict[str, Any]:
    one = LabValue(name, value, unit, Span(0, 1))
    return laboratory(one, "2026-11-22", {"reference": "urn:uuid:1"}, "final")


def code_of(made: dict[str, Any]) -> str:
    return "".join(one["code"] for one in made["code"].get("coding", []))


@pytest.mark.parametrize(("name", "unit", "code"), [
    ("glucosa", "mg/dL", "2345-7"), ("hba1c", "%", "4548-4"), ("creatinina", "mg/dL", "2160-0"),
    ("potasio", "mEq/L", "2823-3"), ("potasio", "mmol/L", "2823-3"), ("hemoglobina", "g/dL", "718-7"),
])  # fmt: skip
def test_common_tests_are_coded(name: str, unit: str, code: str) -> None:
    made = observed(name, "7.1", unit)
    assert code_of(made) == code
    assert made["code"]["text"], "the Spanish name stays"


@pytest.mark.parametrize(("name", "unit"), [
    ("glucosa", ""), ("glucosa", "mmol/L"), ("glucosa", "mg"),  # without its unit, in moles, cut short
    ("troponina", "ng/mL"), ("dimero_d", "ng/mL"), ("ph", ""), ("pco2", "mmHg"), ("tfg", "mL/min/1.73 m²"),
    ("lactato", "mmol/L"), ("inventado", "mg/dL"),
])  # fmt: skip
def test_what_could_be_several_codes_gets_none(name: str, unit: str) -> None:
    made = observed(name, "7.1", unit)
    assert code_of(made) == ""
    assert made["code"]["text"]


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_the_table_has_no_mistyped_and_no_double_code() -> None:
    """The last digit of a LOINC code is a check digit (mod 10)."""
    for row in rows():
        number, check = row["loinc"].split("-")
        doubled = [int(c) * (2 if at % 2 == 0 else 1) for at, c in enumerate(reversed(number))]
        assert (10 - sum(one // 10 + one % 10 for one in doubled) % 10) % 10 == int(check), row
    codes = [row["loinc"] for row in rows()]
    assert len(set(codes)) == len(codes)
    assert len({row["key"] for row in rows()}) == len(codes)
