"""The marked source shows the physician's text, all of it, and never as mark-up."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.domain import Span
from copilot.web.marks import Item, safe, source_html, stretches

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload='alert(1)'>",
    "</span></div><iframe srcdoc='<script>alert(1)</script>'>",
    "[enlace](javascript:alert(1))",
    "```html\n<b>x</b>\n```\n\n# título\n\n<style>body{display:none}</style>",
    "$$\\href{javascript:alert(1)}{x}$$",
    "&lt;script&gt; &#60;b&#62;",
]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(text: str) -> None:
    read = _read(source_html(text, [Item("s0", (Span(0, len(text)),)), Item("m0", (Span(2, 5),))]))
    assert read.tags <= {"div", "span"}
    assert read.names <= {"class", "id", "data-k", "tabindex", "role", "aria-pressed"}
    assert read.text == text


@pytest.mark.parametrize("text", [*HOSTILE, "una\n\ndos", "a\u2028b\u0085c", "\ttab"])
def test_html_of_a_note_is_one_line(text: str) -> None:
    """A blank line would end the HTML block and let the rest be read as Markdown."""
    assert len(safe(text).splitlines()) <= 1


@given(
    st.integers(0, 40),
    st.lists(st.lists(st.tuples(st.integers(-3, 45), st.integers(-3, 45)), max_size=3), max_size=6),
)
def test_stretches_cover_every_character_once_with_the_right_keys(
    length: int, raw: list[list[tuple[int, int]]]
) -> None:
    items = [Item(f"s{i}", tuple(Span(*one) for one in spans)) for i, spans in enumerate(raw)]
    at = 0
    for start, end, keys in stretches(length, items):
        assert start == at
        at = end
        for place in range(start, end):
            assert set(keys) == {i.key for i in items if any(s <= place < e for s, e in i.spans)}
    assert at == length


def test_overlapping_sources_keep_all_their_keys() -> None:
    html = source_html("TA 130/80", [Item("s0", (Span(0, 9),)), Item("v0", (Span(0, 9),))])
    assert 'data-k="s0 v0"' in html
