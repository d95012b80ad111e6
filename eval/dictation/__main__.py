"""``python -m eval.dictation``: what the dictation gets wrong on our own sentences, spoken by a synthetic voice.

The voice reads aloud, evenly, without noise, haste or accent: the rates say nothing about any physician. They compare
models and settings, and show whether numbers survive the path. What is heard may be tuned on the set ``dev``; ``test``
is for measuring alone. The weights of the voice come with ``copilot models pull kokoro-82m``.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from copilot.dictation.numbers import plain
from eval.dictation.voice import VOICES, Voice
from eval.rates import Observation, Rate, rate

SENTENCES = Path(__file__).with_name("sentences.tsv")
_TOKEN = re.compile(r"\d+(?:[.,/]\d+)*|[a-zñ]+|[%°]")


class Heard(NamedTuple):
    """One sentence of one voice."""

    name: str
    wanted: list[str]
    got: list[str]
    marked: int
    """Wrong tokens that carry a mark for a second look."""


def tokens(text: str) -> list[str]:
    """Comparable words and numbers: lower case, no accents, no punctuation."""
    return _TOKEN.findall(plain(text))


def edits(wanted: Sequence[str], got: Sequence[str]) -> int:
    """Least number of words put in, left out and exchanged (Levenshtein)."""
    row = list(range(len(got) + 1))
    for at, one in enumerate(wanted, 1):
        last, row[0] = row[0], at
        for to, other in enumerate(got, 1):
            last, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, last + (one != other))
    return row[-1]


def numbers(found: Sequence[str]) -> list[str]:
    """The numbers among the tokens."""
    return [one for one in found if one[0].isdigit()]


def sentences(which: str) -> list[dict[str, str]]:
    """Rows of one set (``dev``, ``test``): ``spoken``, ``written``."""
    with SENTENCES.open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row for row in rows if row["set"] == which]


def hear(which: str, limit: int | None = None) -> list[Heard]:
    """Every sentence, by the two voices in turn, through the whole path; the log left aside."""
    from copilot.dictation.audio import read
    from copilot.dictation.ear import Ear
    from copilot.dictation.shapes import joined
    from copilot.dictation.work import written
    from copilot.settings import get_settings

    ear, voice = Ear(get_settings()), Voice()
    rows = sentences(which)[:limit]
    out = []
    for at, row in enumerate(rows):
        recording = read(voice.say(row["spoken"], VOICES[at % len(VOICES)]), 60)
        words = [w for segment in ear.hear(recording) for w in segment.words]
        pieces = written(words)
        wanted, got = tokens(row["written"]), tokens(joined(pieces))
        doubtful = {t for one in pieces if one.marks for t in tokens(one.text)}
        wrong = [t for t in got if t not in wanted]
        out.append(Heard(f"d{at + 1:02d}", wanted, got, sum(t in doubtful for t in wrong)))
        sys.stderr.write(f"\r{len(out)} de {len(rows)}")
    sys.stderr.write("\n")
    return out


def rates(heard: Sequence[Heard]) -> list[tuple[str, Rate]]:
    """Error rates with their intervals; sentences are resampled whole."""
    words = [Observation(one.name, edits(one.wanted, one.got) / len(one.wanted), len(one.wanted)) for one in heard]
    found = [("palabras equivocadas (WER)", rate(words))]
    lost, unmarked = [], []
    for one in heard:
        left = numbers(one.got)
        for number in numbers(one.wanted):
            lost.append(Observation(one.name, float(number not in left)))
            if number in left:
                left.remove(number)
        wrong = [t for t in one.got if t not in one.wanted]
        unmarked += [Observation(one.name, float(at >= one.marked)) for at in range(len(wrong))]
    found.append(("números que no salieron como se dijeron", rate(lost)))
    if unmarked:
        found.append(("palabras equivocadas que no quedaron marcadas para revisión", rate(unmarked)))
    return found


def main() -> int:
    """Measure, print, and with ``--fragment`` write ``docs/figures/dictado.md``."""
    parser = argparse.ArgumentParser(prog="python -m eval.dictation", description=__doc__)
    parser.add_argument("--set", choices=("dev", "test"), default="test")
    parser.add_argument("--limit", type=int, help="sólo las primeras N frases")
    parser.add_argument("--fragment", action="store_true", help="escribe docs/figures/dictado.md")
    parser.add_argument("--show", action="store_true", help="imprime cada frase como se oyó")
    given = parser.parse_args()
    heard = hear(given.set, given.limit)
    if given.show:
        for one in heard:
            sys.stdout.write(f"{one.name}  {' '.join(one.wanted)}\n     {' '.join(one.got)}\n")
    lines = ["| error que se cuenta | tasa (IC 95 %) | n |", "|---|---:|---:|"]
    lines += [f"| {label} | {one.text()} | {one.units} |" for label, one in rates(heard)]
    table = "\n".join(lines)
    sys.stdout.write(table + "\n")
    if given.fragment:
        from copilot.settings import get_settings
        from eval.figures import write_fragment

        count = len({one.name for one in heard})
        write_fragment(
            "dictado",
            table,
            dataset=f"{count} frases clínicas propias (las de {given.set}), **voz sintética** (Kokoro-82M, una mujer y "
            f"un hombre, sin ruido), modelo {get_settings().dictation}; con personas no se ha medido",
            command=f"python -m eval.dictation --set {given.set} --fragment",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
