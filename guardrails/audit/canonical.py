"""Canonical JSON after RFC 8785, fast for what entries hold and exact for everything else.

Python's own encoder agrees with RFC 8785 on strings, whole numbers and ASCII keys; whatever else turns up
(exotic floats, other keys) goes through :mod:`rfc8785`.
"""

from __future__ import annotations

import json
import re
from typing import Any

import rfc8785

from guardrails.audit.errors import AuditEntryError

_SAFE_INTEGER = 2**53 - 1
_LONE = re.compile("[\ud800-\udfff]")
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def canonical(value: Any) -> str:
    """RFC 8785 text of a JSON value.

    Whole numbers beyond 2**53 become strings and lone surrogates (broken input) the text ``\\udXXX``, since
    RFC 8785 can express neither and a log must not refuse what the physician really pasted. Raises
    :class:`AuditEntryError` for NaN, infinity and types without JSON form.
    """
    exact = [False]
    try:
        plain = _plain(value, exact)
        text = rfc8785.dumps(plain).decode("utf-8") if exact[0] else _encode(plain)
    except (TypeError, ValueError, RecursionError, rfc8785.CanonicalizationError):
        raise AuditEntryError("La entrada contiene un valor que no se puede registrar.") from None
    return text


def _plain(value: Any, exact: list[bool]) -> Any:
    kind = type(value)
    if kind is str:
        if value.isascii() or not _LONE.search(value):
            return value
        return _LONE.sub(lambda match: f"\\u{ord(match[0]):04x}", value)
    if kind is dict:
        result = {}
        for key, one in value.items():
            if not isinstance(key, str):
                raise TypeError("keys must be text")
            if not key.isascii():
                exact[0] = True
                key = _plain(key, exact)
            result[key] = _plain(one, exact)
        return result
    if kind is list or kind is tuple:
        return [_plain(one, exact) for one in value]
    if value is None or kind is bool:
        return value
    if kind is int:
        return value if -_SAFE_INTEGER <= value <= _SAFE_INTEGER else str(value)
    if kind is float:
        if not 1e-4 <= abs(value) < 1e15 or value == int(value):  # where ECMAScript writes it another way
            exact[0] = True
        return value
    if isinstance(value, str):  # StrEnum and other subclasses
        return _plain(str(value), exact)
    raise TypeError("no JSON form")
