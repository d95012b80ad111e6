# ruff: noqa: E501 - patterns and word lists stay on one line
"""Word pieces of the recognizer: unigram segmentation of single words over a pruned vocabulary.

The vocabulary is the part of multilingual-e5-small's (XLM-R's, Kudo 2018, unigram language model) that Spanish clinical text and
Mexican names use; ``model/pieces.tsv`` holds ``piece<TAB>log probability``. Words are cut one at a time, so nothing of a text is kept.
"""

from __future__ import annotations

from pathlib import Path

BOS, PAD, EOS, UNKNOWN, NEWLINE = 0, 1, 2, 3, 4
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<nl>")
_LONGEST = 16
_MISSING = -25.0  # log probability of a character without a piece: below any real piece


class WordPieces:
    """Cuts words into pieces and numbers them."""

    def __init__(self, pieces: list[tuple[str, float]]) -> None:
        self.numbers = {piece: (index, score) for index, (piece, score) in enumerate(pieces) if index >= len(SPECIAL)}
        self.heads = {piece[:size] for piece in self.numbers for size in range(1, len(piece))}  # how some longer piece begins

    def __len__(self) -> int:
        return len(self.numbers) + len(SPECIAL)

    @classmethod
    def load(cls, path: Path) -> WordPieces:
        """From ``piece<TAB>score`` lines; the first lines are :data:`SPECIAL`."""
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n") if line]
        return cls([(piece, float(score)) for piece, score in rows])

    def cut(self, word: str, after_space: bool) -> list[int]:
        """Numbers of the best segmentation (Viterbi); words in capitals are read as if written with one."""
        if word[0] == "\n":
            return [NEWLINE]
        if len(word) > 3 and word.isupper():
            word = word.capitalize()
        text = ("\u2581" if after_space else "") + word[:64]
        known = self.numbers.get(text)
        if known is not None:
            return [known[0]]
        size = len(text)
        numbers, heads = self.numbers, self.heads
        best = [0.0] + [-1e9] * size
        back = [(0, UNKNOWN)] * (size + 1)  # where the last piece begins, and its number
        for start in range(size):
            so_far = best[start]
            for end in range(start + 1, min(start + _LONGEST, size) + 1):
                piece = text[start:end]
                found = numbers.get(piece)
                if found is not None and so_far + found[1] > best[end]:
                    best[end], back[end] = so_far + found[1], (start, found[0])
                if piece not in heads:
                    break
            if so_far + _MISSING > best[start + 1]:
                best[start + 1], back[start + 1] = so_far + _MISSING, (start, UNKNOWN)
        out: list[int] = []
        at = size
        while at > 0:
            at, number = back[at]
            out.append(number)
        return out[::-1]
