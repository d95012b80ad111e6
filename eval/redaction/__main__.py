# ruff: noqa: E501 - patterns and word lists stay on one line
"""``python -m eval.redaction --set NAME`` (of :data:`SETS`; ``meddocan-dev`` with ``--path FOLDER``); ``--errors`` lists the misses.

What is :data:`HELD_OUT` has no error listing. The network learns from ``reserva``, ``reserva2``, ``reserva3`` and
``clinicas`` (the section reader's notes): those rows say how much is hidden that need not be, not how it generalises.

Writes the set's row into ``docs/figures/redaccion.md`` and its column into ``docs/figures/redaccion_tipos.md``; the other sets stay.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from eval.figures import FRAGMENTS, write_fragment
from eval.redaction import datasets, metrics
from guardrails.redaction import Redactor
from guardrails.redaction.entities import meddocan_entities

PARTS = {"mexicanas": "dev", "dificiles": "dificiles", "reserva": "reserva", "reserva2": "reserva2", "reserva3": "reserva3", "reserva4": "reserva4", "reserva5": "reserva5", "clinicas": ""}
SETS = (*PARTS, "meddocan-dev")
HELD_OUT = ("reserva4", "reserva5")
"""Only reported: nobody tunes on their errors, nothing learns from them."""
NOT_PERSONAL = {"SEXO_SUJETO_ASISTENCIA", "PAIS", "FAMILIARES_SUJETO_ASISTENCIA"}
HEAD = (
    "| set | documents | spans | wholly covered | notes with a leak | over-redacted | character precision | entity F1 strict | merged spans F1 |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def _split(sample: datasets.Sample) -> tuple[metrics.Spans, metrics.Spans]:
    """Personal and neutral spans of a MEDDOCAN document: sex, country, kinship and ages under 90 are neutral."""
    gold: list[tuple[int, int, str]] = []
    neutral: list[tuple[int, int, str]] = []
    for start, end, kind in sample.spans:
        number = re.search(r"\d+", sample.text[start:end])
        young = kind == "EDAD_SUJETO_ASISTENCIA" and not (number and int(number[0]) >= 90 and "a" in sample.text[start:end])
        (neutral if kind in NOT_PERSONAL or young else gold).append((start, end, kind))
    return gold, neutral


def measure(samples: list[datasets.Sample], redactor: Redactor, *, fine: bool) -> list[metrics.Counts]:
    """Counts of every document; ``fine`` adds MEDDOCAN's typed entities."""
    out = []
    for sample in samples:
        spans = [(one.start, one.end, one.type) for one in redactor.redact(sample.text).spans]
        gold, neutral = _split(sample) if fine else (sample.spans, [])
        counts = metrics.count(sample.text, gold, spans, neutral)
        if fine:
            metrics.entities(counts, sample.text, sample.spans, meddocan_entities(redactor.detector, sample.text))
        else:
            metrics.entities(counts, sample.text, sample.spans, spans)
        out.append(counts)
    return out


def _cell(docs: list[metrics.Counts], rate: object) -> str:
    value, low, high = metrics.interval(docs, rate)  # type: ignore[arg-type]
    return f"{100 * value:.1f} % ({100 * low:.1f}–{100 * high:.1f})"


def row(name: str, docs: list[metrics.Counts]) -> str:
    """One line of the table; a set without marked spans has over-redaction alone."""
    if not any(one.spans for one in docs):
        return f"| {name} | {len(docs)} | 0 | – | – | {_cell(docs, metrics.ratio('over_chars', 'other_chars'))} | – | – | – |"
    cells = [
        name, str(len(docs)), str(sum(one.spans.total() for one in docs)), _cell(docs, metrics.coverage), _cell(docs, metrics.leaks),
        _cell(docs, metrics.ratio("over_chars", "other_chars")), _cell(docs, metrics.ratio("right_chars", "redacted_chars")),
        _cell(docs, metrics.f1("strict")), _cell(docs, metrics.f1("merged")),
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def by_type(docs: list[metrics.Counts]) -> str:
    """Recall of wholly covered spans by type."""
    kinds = sorted({kind for one in docs for kind in one.spans})
    lines = []
    for kind in kinds:
        spans, covered = sum(one.spans[kind] for one in docs), sum(one.covered[kind] for one in docs)
        lines.append(f"| {kind} | {spans} | {100 * covered / spans:.1f} % |")
    return "| type | spans | covered |\n|---|---|---|\n" + "\n".join(lines)


def write_types(name: str, docs: list[metrics.Counts]) -> None:
    """Put «covered of spans» by type into the set's column of ``docs/figures/redaccion_tipos.md``."""
    sets = [one for one in PARTS if one != "clinicas"]
    path = FRAGMENTS / "redaccion_tipos.md"
    kept = re.findall(r"(?m)^\| ([A-Z_0-9]+) \|(.*)\|$", path.read_text(encoding="utf-8")) if path.is_file() else []
    cells: dict[str, dict[str, str]] = {}
    for kind, rest in kept:
        for one, cell in zip(sets, rest.split("|"), strict=False):
            if one != name and cell.strip() != "–":
                cells.setdefault(kind, {})[one] = cell.strip()
    for kind in {kind for one in docs for kind in one.spans}:
        spans, covered = sum(one.spans[kind] for one in docs), sum(one.covered[kind] for one in docs)
        cells.setdefault(kind, {})[name] = f"{covered} of {spans}"
    head = "| type | " + " | ".join(sets) + " |\n" + "|---" * (1 + len(sets)) + "|"
    lines = [f"| {kind} | " + " | ".join(cells[kind].get(one, "–") for one in sets) + " |" for kind in sorted(cells)]
    write_fragment("redaccion_tipos", head + "\n" + "\n".join(lines), dataset="spans wholly covered, by type; sets as in redaccion.md", command=f"python -m eval.redaction --set {'|'.join(sets)}")


def _errors(samples: list[datasets.Sample], docs: list[metrics.Counts], redactor: Redactor) -> None:
    for sample, counts in zip(samples, docs, strict=True):
        for start, end, kind in counts.missed:
            around = sample.text[max(0, start - 25) : start] + "⟦" + sample.text[start:end] + "⟧" + sample.text[end : end + 15]
            print(f"FALTA {sample.name} {kind}: {around!r}")  # noqa: T201
        hidden = {at for start, end, _ in sample.spans for at in range(start, end)}
        for one in redactor.redact(sample.text).spans:
            if sum(sample.text[at].isalnum() and at not in hidden for at in range(one.start, one.end)) > 2:
                print(f"SOBRA {sample.name} {one.type}: {sample.text[max(0, one.start - 20) : one.start]!r} ⟦{sample.text[one.start : one.end]}⟧")  # noqa: T201


def main() -> int:
    """Measure, print, write the fragment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", dest="name", choices=SETS, required=True)
    parser.add_argument("--path", type=Path, help="folder of MEDDOCAN documents")
    parser.add_argument("--model", type=Path, help="another model folder")
    parser.add_argument("--errors", action="store_true", help="list what was missed and over-redacted")
    parser.add_argument("--every", type=int, default=1, help="only every n-th document (not written)")
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    fine = options.name == "meddocan-dev"
    if fine and options.path is None:
        parser.error("meddocan-dev needs --path")
    if options.errors and options.name in HELD_OUT:
        parser.error(f"{options.name} is held out: its errors are not read")
    samples = datasets.meddocan(options.path) if fine else datasets.clinical() if options.name == "clinicas" else datasets.mexican(PARTS[options.name])
    samples = samples[:: options.every]
    redactor = Redactor(folder=options.model) if options.model else Redactor()
    docs = measure(samples, redactor, fine=fine)
    line = row(options.name, docs)
    print(HEAD + "\n" + line + "\n\n" + by_type(docs))  # noqa: T201
    if options.errors:
        _errors(samples, docs, redactor)
    if not options.no_write and options.every == 1:
        if options.name in PARTS and options.name != "clinicas":
            write_types(options.name, docs)
        path = FRAGMENTS / "redaccion.md"
        kept = re.findall(rf"(?m)^\| (?:{'|'.join(SETS)}) \|.*$", path.read_text(encoding="utf-8")) if path.is_file() else []
        rows = sorted([one for one in kept if not one.startswith(f"| {options.name} |")] + [line])
        write_fragment(
            "redaccion", HEAD + "\n" + "\n".join(rows),
            dataset="hand-written Mexican notes (mexicanas, dificiles: rules tuned on them; reserva, reserva2, reserva3: the network learns from them; reserva4, reserva5: each by another author, only reported, errors not read), clinical notes of the "
            "section reader (clinicas: among the training notes) and MEDDOCAN dev (thresholds chosen on it); 95 % bootstrap intervals over documents; MEDDOCAN coverage without sex, age under 90, country, kinship words",
            command=f"python -m eval.redaction --set {'|'.join(SETS)}",
        )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
