"""Surrogates in a written sentence become the very words that stood in its source, not another form of the same name.

One person may be written «Sra. Ana Ruiz López» and «Ana» in a note and have one surrogate; the vault alone would give
the longer form in both places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from copilot.domain import Span
from guardrails.redaction import Redaction
from guardrails.redaction.vault import EXACT_SURROGATE


def restore_written(
    text: str, spans: Sequence[Span], redaction: Redaction, source: str, vault: Callable[[str], str]
) -> str:
    """``text`` with its surrogates restored from the original at ``spans`` (of the original), in their order.

    A surrogate that those spans don't hold is left to the vault.
    """
    there: dict[str, list[str]] = {}
    for one in redaction.spans:
        if any(start <= one.start and one.end <= end for start, end in spans):
            there.setdefault(one.surrogate, []).append(source[one.start : one.end])

    def said(match: re.Match[str]) -> str:
        forms = there.get(match[0])
        return forms.pop(0) if forms else vault(match[0])

    return EXACT_SURROGATE.sub(said, text)
