"""Inline mark-up for tests, readable by a clinician.

``<vital ta="130/80">TA 130/80</vital>``: the words between the tags must be found, as that kind, with those values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAG = re.compile(r"<(?P<kind>vital|lab|med|dx|alergia)\s*(?P<attrs>[^>]*)>(?P<body>.*?)</(?P=kind)>", re.S)
_ATTR = re.compile(r'([\w]+)="([^"]*)"')


@dataclass(frozen=True)
class Marked:
    """A marked stretch of the plain text."""

    kind: str
    start: int
    end: int
    text: str
    attrs: dict[str, str]


def parse(marked: str) -> tuple[str, list[Marked]]:
    """Plain text and its marks, with offsets into the plain text."""
    plain, marks, at = "", [], 0
    for m in _TAG.finditer(marked):
        plain += marked[at : m.start()]
        start = len(plain)
        plain += m["body"]
        marks.append(Marked(m["kind"], start, len(plain), m["body"], dict(_ATTR.findall(m["attrs"]))))
        at = m.end()
    return plain + marked[at:], marks
