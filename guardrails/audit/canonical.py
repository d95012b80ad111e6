"""Canonical JSON after RFC 8785, fast for what entries hold and exact for everything else.

Python's C encoder agrees with RFC 8785 on strings, on whole numbers up to 2**53 and on floats between 1e-4 and
1e15 that have a fraction, and sorts keys alike where no character lies beyond U+DFFF. Its result is scanned for
whatever else; a hit (which may be a mere string that looks so) sends the value through :mod:`rfc8785`.
"""

from __future__ import annotations

import json
import re
from typing import Any

import rfc8785

from guardrails.audit.errors import AuditEntryError

_SAFE_INTEGER = 2**53 - 1
_LONE = re.compile("[\ud800-\udfff]")
_LONG_NUMBER = re.compile(r"\d{16}")
_SIGNS = (".0,", ".0}", ".0]", "e-", "e+")
"""What a float that ECMAScript writes in another way contains when Python writes it; texts may contain it too."""
_OTHER_NUMBER = re.compile(r"[:,\[]-?(?:\d+\.0[,}\]]|\d{16}|[\d.]+e)")
"""The same, exactly enough; slower, so asked only where a sign was seen."""
_OTHER_ORDER = bytes(range(0xEE, 0xF5))
"""First UTF-8 bytes of the characters from U+E000 on."""
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def canonical(value: Any) -> bytes:
    """RFC 8785 form (UTF-8) of a JSON value.

    Whole numbers beyond 2**53 become strings and lone surrogates (broken input) the text ``\\udXXX``, since
    RFC 8785 can express neither and a log must not refuse what the physician really pasted. Raises
    :class:`AuditEntryError` for NaN, infinity and types without JSON form.
    """
    try:
        text = _encode(value)
        suspect = _LONG_NUMBER.search(text) or any(map(text.__contains__, _SIGNS))
        if text[0] in "{[" and not (suspect and _OTHER_NUMBER.search(text)):
            try:
                data = text.encode("utf-8")
                if len(data) == len(text) or len(data.translate(None, _OTHER_ORDER)) == len(data):
                    return data
            except UnicodeEncodeError:
                pass
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
