"""Canonical JSON after RFC 8785, fast for what entries hold and exact for everything else.

``orjson`` agrees with RFC 8785 on strings, on whole numbers up to 2**53, on the order of keys where no character lies
beyond U+DFFF, and on floats that it writes without exponent, but for the ``.0`` it leaves on whole ones. Where its
result contains what may be one of the differences, what stands outside strings is examined: ``.0`` is taken off; an
exponent, a null that may be a NaN, or a character that sorts otherwise sends the value through :mod:`rfc8785`.
"""

from __future__ import annotations

import re
from typing import Any

import orjson
import rfc8785
from pydantic_core import PydanticSerializationError, to_json

from guardrails.audit.errors import AuditEntryError

_SAFE_INTEGER = 2**53 - 1
_LONE = re.compile("[\ud800-\udfff]")
_OPTIONS = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_WHOLE_FLOAT = re.compile(rb"(-?)(\d+)\.0(?!\d)")
_STRING_OR_WHOLE_FLOAT = re.compile(rb'"(?:[^"\\]|\\.)*"|' + _WHOLE_FLOAT.pattern)
_OTHER_ORDER = bytes(range(0xEE, 0xF5))
"""First UTF-8 bytes of the characters from U+E000 on."""
_sign_of_whole_float = re.compile(rb"\.(?=0[,}\]])").search
_sign_of_small_float = re.compile(rb"-(?<=e-)").search
"""What a difference looks like; texts may contain it too. One literal byte first: so the search is a memchr."""
_PLAIN = b"0123456789-+{}[]:,."
"""What stands outside strings besides true, false, null and the ``e`` of exponents."""


def canonical(value: Any) -> bytes:
    """RFC 8785 form (UTF-8) of a JSON value.

    Whole numbers beyond 2**53 become strings and lone surrogates (broken input) the text ``\\udXXX``, since
    RFC 8785 can express neither and a log must not refuse what the physician really pasted. Raises
    :class:`AuditEntryError` for NaN, infinity and types without JSON form.
    """
    try:
        data = orjson.dumps(value, option=_OPTIONS)
    except TypeError:  # also what the exact way can express
        return _exact(value)
    if data[0] not in b"{[":
        return _exact(value)
    if not data.isascii() and len(data.translate(None, _OTHER_ORDER)) != len(data):
        return _exact(value)
    if _sign_of_whole_float(data) or _sign_of_small_float(data) or b"+" in data or b"null" in data:
        return _examined(data, value)
    return data


def _examined(data: bytes, value: Any) -> bytes:
    """The canonical form, given that of ``orjson``, in which a sign of a difference was seen."""
    if b'\\"' in data:  # a quote inside a string, or a backslash at its end
        outside = data.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2]
    else:
        outside = data.split(b'"')[::2]
    structure = b"".join(outside)
    words = structure.translate(None, _PLAIN)
    if words:
        words = words.replace(b"true", b"").replace(b"false", b"")
        if b"e" in words or (words and not _finite(value)):
            return _exact(value)
    if _WHOLE_FLOAT.search(structure):
        return _STRING_OR_WHOLE_FLOAT.sub(_whole, data)
    return data


def _whole(match: re.Match[bytes]) -> bytes:
    """A whole float as ECMAScript writes it; a string as it is."""
    if match[2] is None:
        return match[0]
    return b"0" if match[2] == b"0" else match[1] + match[2]


def _finite(value: Any) -> bool:
    """Whether no null of the result stands for NaN or infinity (a text that says so is examined exactly)."""
    try:
        text = to_json(value, inf_nan_mode="constants")
    except (PydanticSerializationError, ValueError):
        return False
    return b"NaN" not in text and b"Infinity" not in text


def _exact(value: Any) -> bytes:
    try:
        return rfc8785.dumps(_plain(value))
    except (TypeError, ValueError, RecursionError, rfc8785.CanonicalizationError):
        raise AuditEntryError("La entrada contiene un valor que no se puede registrar.") from None


def without_lone_surrogates(value: Any) -> Any:
    """A text with halves of surrogate pairs written out as ``\\udXXX``; other values unchanged."""
    if not isinstance(value, str) or value.isascii() or not _LONE.search(value):
        return value
    return _LONE.sub(lambda match: f"\\u{ord(match[0]):04x}", str(value))


def _plain(value: Any) -> Any:
    """The value with what RFC 8785 can't express replaced."""
    if isinstance(value, str):
        return str(without_lone_surrogates(value))
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("keys must be text")
        return {_plain(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _SAFE_INTEGER:
        return str(value)
    return value
