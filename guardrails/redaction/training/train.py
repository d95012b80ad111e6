# ruff: noqa: E501 - patterns and word lists stay on one line
"""Train the recognizer: ``python -m guardrails.redaction.training.train --meddocan FOLDER… --out FOLDER``.

Each epoch sees every MEDDOCAN document once, part of them with their names exchanged (so that the network learns
how a name stands in a text rather than the names), and fresh Mexican notes of the generator.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import fix_random_seed
from thinc.api import Adam

from guardrails.redaction import network
from guardrails.redaction.tokenizer import make_doc
from guardrails.redaction.training.augment import exchange_names, spoil, value_pool
from guardrails.redaction.training.meddocan import Spans, read_folder

Sample = tuple[str, Spans]


def to_doc(nlp: Language, text: str, spans: Spans) -> Doc:
    """A document with the spans as entities; a span that meets no token border is widened to the tokens it touches."""
    doc = make_doc(nlp.vocab, text)
    offsets = doc.user_data["offsets"]
    entities = []
    first = 0
    for start, end, label in sorted(spans):
        while first < len(offsets) and offsets[first][1] <= start:
            first += 1
        last = first
        while last < len(offsets) and offsets[last][0] < end:
            last += 1
        if last > first:
            entities.append(doc.char_span(doc[first].idx, doc[last - 1].idx + len(doc[last - 1]), label=label))
            first = last
    doc.set_ents([one for one in entities if one is not None])
    return doc


def predict(nlp: Language, text: str) -> Spans:
    """Entity spans of the network alone, in character offsets of the text."""
    doc = nlp(text)
    offsets = doc.user_data["offsets"]
    return [(offsets[one.start][0], offsets[one.end - 1][1], one.label_) for one in doc.ents]


def strict_f1(nlp: Language, samples: list[Sample]) -> tuple[float, float, float]:
    """Precision, recall and F1 of exact spans with exact type, over all samples."""
    right = found = gold = 0
    for text, spans in samples:
        with nlp.memory_zone():
            guess = set(predict(nlp, text))
        truth = set(spans)
        right, found, gold = right + len(guess & truth), found + len(guess), gold + len(truth)
    precision, recall = right / max(found, 1), right / max(gold, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def batches(docs: list[Any], words: int) -> Iterator[list[Any]]:
    """Groups of documents of about ``words`` tokens."""
    group: list[Any] = []
    size = 0
    for doc in docs:
        group.append(doc)
        size += len(doc)
        if size >= words:
            yield group
            group, size = [], 0
    if group:
        yield group


def main() -> None:
    """Train, report on the development folder each epoch, save the averaged weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meddocan", nargs="+", type=Path, required=True)
    parser.add_argument("--dev", type=Path, help="MEDDOCAN folder to report on; never trained on")
    parser.add_argument("--out", type=Path, default=network.MODEL_DIR)
    parser.add_argument("--start", type=Path, help="model whose weights of equal shape are taken over")
    parser.add_argument("--mexican", type=int, default=700, help="generated notes an epoch")
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--minutes", type=float, default=25.0, help="stop early; the schedule adapts to it")
    parser.add_argument("--words", type=int, default=1500)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--depth", type=int, default=5)
    parser.add_argument("--rate", type=float, default=0.0012)
    parser.add_argument("--dropout", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    rng = random.Random(options.seed)  # noqa: S311
    fix_random_seed(options.seed)

    meddocan = [(text, spans) for folder in options.meddocan for _, text, spans in read_folder(folder)]
    dev = [(text, spans) for _, text, spans in read_folder(options.dev)] if options.dev else []
    make_mexican = None
    if options.mexican:
        from guardrails.redaction.training.generator import Generator

        make_mexican = Generator(options.seed)
    labels = {label for _, spans in meddocan for *_, label in spans}
    if make_mexican:
        labels |= set(make_mexican.labels)
    shape = {**network.DEFAULT_SHAPE, "width": options.width, "depth": options.depth}
    nlp = network.build(sorted(labels), shape)
    sample = [to_doc(nlp, *one) for one in meddocan[:40]]
    nlp.initialize(lambda: [Example(make_doc(nlp.vocab, one.text), one) for one in sample])
    if options.start:
        print(f"taken over: {network.take_over(nlp, options.start)} arrays", flush=True)  # noqa: T201
    values = value_pool(meddocan)
    optimizer = Adam(options.rate, L2=0.01, use_averages=True, grad_clip=1.0)
    begin = time.monotonic()
    for epoch in range(options.epochs):
        samples: list[Sample] = []
        for text, spans in meddocan:
            if rng.random() < 0.6:
                text, spans = exchange_names(text, spans, rng, values)
            if rng.random() < 0.06:
                text = spoil(text, rng)
            samples.append((text, spans))
        if make_mexican:
            samples += [make_mexican.note() for _ in range(options.mexican)]
        rng.shuffle(samples)
        losses: dict[str, float] = {}
        words = 0
        with nlp.memory_zone():
            docs = [to_doc(nlp, text, spans) for text, spans in samples]
            groups = list(batches(docs, options.words))
            for index, group in enumerate(groups):
                done = max((epoch + index / len(groups)) / options.epochs, (time.monotonic() - begin) / 60 / options.minutes)
                warm = min(1.0, (epoch * len(groups) + index + 1) / 120)
                optimizer.learn_rate = options.rate * warm * max(1 - done, 0.03)
                examples = []
                for doc in group:
                    blank = doc.copy()
                    blank.set_ents([])
                    examples.append(Example(blank, doc))
                    words += len(doc)
                nlp.update(examples, sgd=optimizer, drop=options.dropout, losses=losses)
        minutes = (time.monotonic() - begin) / 60
        line = f"epoch {epoch} {minutes:.1f} min, {words} tokens, loss {losses['ner']:.0f}"
        if dev and (epoch % 3 == 2 or epoch == options.epochs - 1 or minutes > options.minutes):
            with nlp.use_params(optimizer.averages):
                line += " dev P {:.4f} R {:.4f} F1 {:.4f}".format(*strict_f1(nlp, dev))
        print(line, flush=True)  # noqa: T201
        with nlp.use_params(optimizer.averages):
            network.save(nlp, options.out, shape)
        if minutes > options.minutes:
            break
    counted = Counter(label for _, spans in meddocan for *_, label in spans)
    print(f"labels {len(labels)}, spans {sum(counted.values())}, numpy {np.__version__}", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
