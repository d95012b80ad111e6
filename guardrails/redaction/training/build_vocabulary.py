# ruff: noqa: E501 - patterns and word lists stay on one line
"""Choose the word pieces the recognizer keeps: ``python -m guardrails.redaction.training.build_vocabulary --base E5 --meddocan FOLDER``.

Pieces that Spanish clinical text, generated notes, name lists and everyday words use, of multilingual-e5-small's 250,000; the scores
are those of its tokenizer (MIT). Writes ``pieces.tsv`` into the model folder.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from guardrails.redaction.lexicon import lexicon_words
from guardrails.redaction.network import MODEL_DIR
from guardrails.redaction.tokenizer import token_offsets
from guardrails.redaction.training.augment import name_words
from guardrails.redaction.training.generator import Generator
from guardrails.redaction.training.meddocan import read_folder
from guardrails.redaction.training.notes import BODIES
from guardrails.redaction.wordpieces import SPECIAL, WordPieces

ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZáéíóúüñÁÉÍÓÚÜÑàèìòùâêîôûäëïöçÀÈÌÒÙÇ0123456789.,;:-/()[]{}'\"+*=%&@#$_ºª°¿?¡!<>|\\«»≥≤µ±®"


def main() -> None:
    """Count, keep, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="sentence-transformers folder of multilingual-e5-small")
    parser.add_argument("--meddocan", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, default=MODEL_DIR)
    options = parser.parse_args()
    table = json.loads((options.base / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    whole = [(one, 0.0) for one in SPECIAL] + [(piece, score) for piece, score in table[4:] if not {"\t", "\n"} & set(piece)]
    vocabulary = WordPieces(whole)
    words: set[tuple[str, bool]] = set()

    def feed(text: str) -> None:
        before = 0
        for start, end in token_offsets(text):
            words.add((text[start:end].strip(" ") or "\n", start > before or start == 0))
            before = end

    for folder in options.meddocan:
        for _, text, _ in read_folder(folder):
            feed(text)
    for path in sorted(BODIES.glob("*.txt")):
        feed(path.read_text(encoding="utf-8"))
    notes = Generator(5)
    for _ in range(3000):
        feed(notes.note()[0])
    given, surnames = name_words()
    for word in given[:12000] + surnames[:12000]:
        words |= {(word.capitalize(), True), (word.lower(), True)}
    words |= {(word, True) for word in lexicon_words("cm")}
    kept: Counter[int] = Counter()
    for word, spaced in words:
        if word[0] != "\n":
            kept.update(vocabulary.cut(word, spaced))
    rows = {piece: score for piece, (number, score) in vocabulary.numbers.items() if number in kept or piece in ALPHABET or piece.lstrip("\u2581") in ALPHABET}
    options.out.mkdir(parents=True, exist_ok=True)
    lines = [f"{one}\t0" for one in SPECIAL] + [f"{piece}\t{score:.3f}" for piece, score in rows.items()]
    (options.out / "pieces.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} pieces")  # noqa: T201


if __name__ == "__main__":
    main()
