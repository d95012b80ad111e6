"""``python -m eval.dictation``: what the dictation gets wrong on our own sentences, spoken by espeak-ng.

The voice is synthetic and flat: Whisper has hardly heard its like, so the rates are worse than with people and say
nothing about any physician. They compare models and settings, and show whether numbers survive the path.
"""

from __future__ import annotations

import argparse
import csv
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from copilot.dictation.numbers import plain
from copilot.errors import UsageError
from eval.rates import Observation, Rate, rate

SENTENCES = Path(__file__).with_name("sentences.tsv")
VOICES = ("es-419", "es-419+f3")
"""Latin American Spanish, a man's and a woman's voice."""
SPEED = 140
"""Words a minute."""
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


def speak(text: str, voice: str) -> bytes:
    """WAV of the sentence. Raises :class:`UsageError` without espeak-ng."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise UsageError("Falta espeak-ng (apt-get install espeak-ng).")
    command = [program, "-v", voice, "-s", str(SPEED), "--stdout", text]
    return subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603


def hear(limit: int | None = None) -> list[Heard]:
    """Every sentence in every voice through the whole path, the log left aside."""
    from copilot.dictation.audio import read
    from copilot.dictation.ear import Ear
    from copilot.dictation.shapes import joined
    from copilot.dictation.work import written
    from copilot.settings import get_settings

    ear = Ear(get_settings())
    with SENTENCES.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))[:limit]
    out = []
    for at, row in enumerate(rows, 1):
        for voice in VOICES:
            words = [w for segment in ear.hear(read(speak(row["spoken"], voice), 60)) for w in segment.words]
            pieces = written(words)
            wanted, got = tokens(row["written"]), tokens(joined(pieces))
            doubtful = {t for one in pieces if one.marks for t in tokens(one.text)}
            wrong = [t for t in got if t not in wanted]
            out.append(Heard(f"d{at:02d}", wanted, got, sum(t in doubtful for t in wrong)))
            sys.stderr.write(f"\r{len(out)} de {len(rows) * len(VOICES)}")
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
    parser.add_argument("--limit", type=int, help="sólo las primeras N frases")
    parser.add_argument("--fragment", action="store_true", help="escribe docs/figures/dictado.md")
    parser.add_argument("--show", action="store_true", help="imprime cada frase como se oyó")
    given = parser.parse_args()
    heard = hear(given.limit)
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
            dataset=f"{count} frases clínicas propias, **voz sintética** (espeak-ng, {' y '.join(VOICES)}, {SPEED} "
            f"palabras por minuto), modelo {get_settings().dictation}; con personas no se ha medido",
            command="python -m eval.dictation --fragment",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
