# ruff: noqa: E501 - patterns and word lists stay on one line
"""Text that hides a datum, by malice or by bad software, and text that could bring the program down."""

import base64
import time

import pytest

from guardrails.redaction import Redactor, TextTooLong

REDACTOR = Redactor()

HIDDEN = [
    ("zero width", "NSS 5082\u200b-62\u200b-1836\u200b-9", ["1836"]),
    ("full width digits", "NSS ５０８２６２１８３６９", ["５０８２"]),
    ("Cyrillic letters", "CURP НЕGG560427МVZRRL04", ["560427"]),
    ("split over lines", "NSS 5082-62-\n1836-9", ["5082", "1836"]),
    ("HTML inside", "NSS <b>5082</b>-62-1836-9", ["1836"]),
    ("HTML entities", "Paciente: Jos&eacute; P&eacute;rez L&oacute;pez", ["rez", "L&oacute;pez"]),
    ("decomposed accents", "Paciente: Jose\u0301 Pe\u0301rez Lo\u0301pez", ["rez", "pez"]),
    ("digits in words", "tel cinco cinco uno dos tres cuatro cinco seis siete ocho", ["cinco", "ocho"]),
    ("spaced mail", "correo ana.ruiz @ gmail . com", ["ana.ruiz"]),
    ("mail in words", "correo ana punto ruiz arroba gmail punto com", ["ruiz", "gmail"]),
    ("base64", "adjunto " + base64.b64encode("María López Pérez NSS 50826218369".encode()).decode(), ["TWFy"]),
    ("no-break spaces", "NSS\u00a05082\u00a062\u00a01836\u00a09", ["1836"]),
]


@pytest.mark.parametrize(("name", "text", "traces"), HIDDEN, ids=[one[0] for one in HIDDEN])
def test_hidden_datum_is_found(name: str, text: str, traces: list[str]) -> None:
    redacted = REDACTOR.redact(text).text
    for trace in traces:
        assert trace not in redacted


BOMBS = ["1" * 20_000, "a " * 3_000, "calle " * 4_000, "A1" * 3_000, "5 " * 3_000, "dr. " * 1_500, "@." * 3_000, "<b>" * 7_000, "\n" * 20_000,
         "cinco " * 4_000, "- " * 3_000, "María " * 4_000, "(55) " * 4_000, "&" * 20_000, "=" * 20_000, "de la " * 4_000, "12/" * 7_000, "nombre: " * 2_500]  # fmt: skip


def seconds_a_kilobyte(text: str) -> float:
    begin = time.process_time()
    REDACTOR.redact(text)
    return (time.process_time() - begin) / (len(text) / 1000)


ORDINARY = "Acude a control de diabetes, refiere poliuria y polidipsia. TA 130/80, glucosa 245. Metformina 850 mg cada 12 h. " * 40


@pytest.mark.parametrize("text", BOMBS, ids=[repr(one[:6]) for one in BOMBS])
def test_time_stays_in_proportion(text: str) -> None:
    """At most 0.25 s a kilobyte; on a slow or busy machine, eight times ordinary text. A quadratic rule takes hundreds of times that."""
    assert seconds_a_kilobyte(text) < max(0.25, 8 * seconds_a_kilobyte(ORDINARY))


def test_too_long_is_refused_without_quoting() -> None:
    with pytest.raises(TextTooLong) as caught:
        REDACTOR.redact("x" * 5_000_001)
    assert "xxx" not in str(caught.value)


@pytest.mark.parametrize("text", ["", " ", "\n", "¿?", "0"])
def test_odd_texts_pass(text: str) -> None:
    assert REDACTOR.redact(text).text == text


def test_broken_unicode_passes() -> None:
    assert REDACTOR.redact("\ud800 TA 130/80").spans == ()
