"""``python -m eval.dictation.words``: the words of our own notes, as the dictation knows them (``data/words.txt``).

A word counts where it stands twice or more, in lower case. Of several spellings that sound alike («colesistectomia»)
only those are kept that are not much rarer than the usual one; of several accents the written one is kept.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import copilot.sections
from copilot.dictation.numbers import plain
from copilot.extraction.lexicon import sound

NOTES = Path(copilot.sections.__file__).parent / "data" / "notes"
OUT = Path(__file__).parents[2] / "copilot" / "dictation" / "data" / "words.txt"
LEAST, SHARE, ACCENTS = 2, 0.2, 0.1
"""Times a word must stand; its share of the commonest spelling of that sound; accented share that decides."""


def words() -> list[str]:
    """The words in their spelling, in order."""
    written: Counter[str] = Counter()
    for path in sorted(NOTES.glob("*.txt")):
        text = re.sub(r"(?m)^===.*$|⟦[A-Z]+⟧", " ", path.read_text(encoding="utf-8"))
        written.update(word for word in re.findall(r"[^\W\d_]+", text) if word.islower() and len(word) > 2)
    by_fold: dict[str, Counter[str]] = defaultdict(Counter)
    for word, count in written.items():
        by_fold[plain(word)][word] += count
    by_sound: dict[str, int] = defaultdict(int)
    for folded, forms in by_fold.items():
        by_sound[sound(folded)] = max(by_sound[sound(folded)], forms.total())
    kept = []
    for folded, forms in by_fold.items():
        total = forms.total()
        if total < LEAST or total < SHARE * by_sound[sound(folded)]:
            continue
        accented = Counter({word: count for word, count in forms.items() if word != folded})
        kept.append((accented if accented.total() >= ACCENTS * total else forms).most_common(1)[0][0])
    return sorted(kept)


def main() -> int:
    """Write the file."""
    found = words()
    OUT.write_text("\n".join(found) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(found)} palabras\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
