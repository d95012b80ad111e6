"""Blocks → passages: whole sections where they fit, else windows of whole blocks under the same heading.

Sizes are in characters. A passage of ``TARGET`` is about 300 tokens of the e5 tokenizer (limit 512), so
heading and text are embedded whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpora.ingest.blocks import Block
from corpora.ingest.headings import population_of
from corpora.passages import Kind, Passage, with_ids

TARGET = 1100
"""A window is closed when the next block would take it over this."""
LIMIT = 1500
"""Nothing longer than this becomes one passage."""
OVERLAP = 220
"""A block at most this long is repeated at the start of the next window of the same section."""


def _split_long(block: Block) -> Iterator[Block]:
    """A block over LIMIT: split at line breaks, then sentences; each piece repeats the row's first cell."""
    if len(block.text) <= LIMIT:
        yield block
        return
    units = [u for u in re.split(r"\n|(?<=[.;])\s+(?=[A-ZÁÉÍÓÚ•¿\d])", block.text) if u.strip()]
    lead = block.lead or (units[0] if units[0].endswith(":") and len(units[0]) < 160 else "")
    piece = ""
    for unit in units:
        while len(unit) > LIMIT:  # no sentence end for pages: cut at a blank
            cut = unit.rfind(" ", 0, TARGET)
            cut = cut if cut > 0 else TARGET
            if piece:
                yield _replace(block, piece)
                piece = ""
            yield _replace(block, unit[:cut])
            unit = unit[cut:].strip()
        if piece and len(piece) + len(unit) > TARGET:
            yield _replace(block, piece)
            piece = f"{lead}\n" if lead and not unit.startswith(lead) else ""
        piece += ("\n" if piece and not piece.endswith("\n") else "") + unit
    if piece.strip() and piece.strip() != lead:
        yield _replace(block, piece)


def _replace(block: Block, text: str) -> Block:
    return Block(
        block.path,
        text.strip(),
        block.kind,
        block.page,
        block.grade,
        block.scale,
        block.citation,
        block.flags,
        block.lead,
    )


def _common(paths: list[tuple[str, ...]]) -> tuple[str, ...]:
    shortest = min(paths, key=len)
    for depth in range(len(shortest), -1, -1):
        if all(path[:depth] == shortest[:depth] for path in paths):
            return shortest[:depth]
    return ()


def _sections(blocks: list[Block], depth: int = 0) -> Iterator[list[Block]]:
    """Maximal runs of blocks under one heading that fit a passage; a larger section is opened one level deeper."""
    if sum(len(b.text) + 1 for b in blocks) <= TARGET and len({b.path[:1] for b in blocks}) == 1:
        yield blocks
        return
    runs: list[list[Block]] = []
    for block in blocks:
        label = block.path[: depth + 1]
        if runs and runs[-1][-1].path[: depth + 1] == label:
            runs[-1].append(block)
        else:
            runs.append([block])
    for run in runs:
        deepest = max(len(b.path) for b in run)
        if len(run) > 1 and depth < deepest and sum(len(b.text) for b in run) > TARGET:
            yield from _sections(run, depth + 1)
        else:
            yield run


def _windows(blocks: list[Block]) -> Iterator[list[Block]]:
    """Cut one section into windows near TARGET, with a short overlap."""
    window: list[Block] = []
    for block in blocks:
        size = sum(len(b.text) + 1 for b in window)
        if window and size + len(block.text) > TARGET:
            yield window
            last = window[-1]
            window = [last] if len(last.text) <= OVERLAP and len(window) > 1 and last.kind != "tabla" else []
        window.append(block)
    if window:
        yield window


def _merge_small(groups: list[list[Block]]) -> list[list[Block]]:
    """A tiny section joins its neighbour where both hang from the same parent heading."""
    merged: list[list[Block]] = []
    for group in groups:
        size = sum(len(b.text) for b in group)
        if merged and not any(b.alone for b in (*group, *merged[-1])):
            before = merged[-1]
            total = size + sum(len(b.text) for b in before)
            parent, mine = before[0].path[:-1], group[0].path[:-1]
            small = min(size, total - size) < 350
            same = before[0].path == group[0].path
            if total <= TARGET and small and ((parent == mine and parent) or same or before[0].path == mine):
                merged[-1] = before + group
                continue
        merged.append(group)
    return merged


def _render(blocks: list[Block], common: tuple[str, ...]) -> str:
    """Text of a passage; a change of sub-heading is written as its own line, and a list keeps its opening line."""
    lines: list[str] = []
    current = common
    for position, block in enumerate(blocks):
        if block.path != current and len(block.path) > len(common):
            lines.append(" › ".join(block.path[len(common) :]) + ":")
        current = block.path
        if position == 0 and block.lead and block.lead not in block.text:
            lines.append(block.lead)
        lines.append(block.text)
    return "\n".join(lines)


def _kind(blocks: list[Block]) -> Kind:
    kinds = {b.kind for b in blocks}
    return blocks[0].kind if len(kinds) == 1 else ("tabla" if kinds == {"tabla", "recomendación"} else "texto")


def to_passages(blocks: list[Block], *, key: str, title: str, year: int | None, source_hash: str) -> list[Passage]:
    """Passages of one document, in reading order, with ids, locators, population and flags."""
    pieces = [piece for block in blocks for piece in _split_long(block)]
    groups: list[list[Block]] = []
    run: list[Block] = []
    for piece in pieces:
        if piece.alone and piece.kind != "texto":
            if run:
                groups.extend(_sections(run))
                run = []
            groups.append([piece])
        else:
            run.append(piece)
    if run:
        groups.extend(_sections(run))
    windows = [window for group in _merge_small(groups) for window in _windows(group)]
    result = []
    for window in windows:
        common = _common([b.path for b in window])
        text = _render(window, common)
        if len(re.sub(r"\W", "", text)) < 12:
            continue
        heading = " › ".join(common)
        page = next((b.page for b in window if b.page), None)
        locator = f"{heading}, p. {page}" if heading and page else heading or (f"p. {page}" if page else "Inicio")
        graded = {(b.grade, b.scale, b.citation) for b in window if b.grade}
        grade, scale, citation = graded.pop() if len(graded) == 1 else ("", "", "")
        flags = tuple(dict.fromkeys(flag for b in window for flag in b.flags))
        result.append(
            Passage(
                "",
                key,
                title,
                locator,
                heading,
                text,
                _kind(window),
                grade,
                scale,
                citation,
                year,
                population_of(title, common),
                flags,
                source_hash,
                "oficial",
                page,
            )
        )
    return with_ids(result)
