# ruff: noqa: E501 - patterns and word lists stay on one line
"""Train the recognizer: ``python -m guardrails.redaction.training.train --base E5 --meddocan FOLDER… --out FOLDER``.

Each epoch sees MEDDOCAN documents, most of them with other names and addresses (so that the network learns how a name stands in a
text rather than the names), the hand-labelled Mexican notes several times with other values and noise, and fresh notes of the
generator. MEDDOCAN documents teach both heads, ours the family head alone. Mixed precision: matrix products in bfloat16.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from torch.nn import functional

from guardrails.redaction import encoder, network, reading
from guardrails.redaction.training.augment import exchange_names, spoil, value_pool, vary_addresses
from guardrails.redaction.training.families import FAMILIES, families
from guardrails.redaction.training.meddocan import Spans, read_folder
from guardrails.redaction.training.notes import FOLDER, clinical_notes, read_notes
from guardrails.redaction.wordpieces import UNKNOWN, WordPieces

Sample = tuple[str, Spans, Spans | None]  # text, families, MEDDOCAN types (None: not annotated)
IGNORED = -100


def begin(facts: dict[str, object], base: Path, vocabulary: WordPieces) -> encoder.Encoder:
    """The encoder with the first layers and the kept word vectors of the base."""
    model = encoder.Encoder(facts)
    with safe_open(str(base / "model.safetensors"), "pt") as source:
        table = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
        place = {piece: index for index, (piece, _) in enumerate(table)}
        vectors = source.get_tensor("embeddings.word_embeddings.weight")
        state = model.state_dict()
        state["words.weight"][:4] = vectors[:4]
        state["words.weight"][4] = vectors[2]
        for piece, (number, _) in vocabulary.numbers.items():
            state["words.weight"][number] = vectors[place[piece]]
        state["positions.weight"].copy_(source.get_tensor("embeddings.position_embeddings.weight") + source.get_tensor("embeddings.token_type_embeddings.weight")[0])
        for name in ("weight", "bias"):
            state[f"norm.{name}"].copy_(source.get_tensor(f"embeddings.LayerNorm.{name}"))
        for index in range(int(facts["layers"])):  # type: ignore[call-overload]
            theirs, ours = f"encoder.layer.{index}.", f"layers.{index}."
            for name in ("weight", "bias"):
                state[ours + f"qkv.{name}"].copy_(torch.cat([source.get_tensor(f"{theirs}attention.self.{one}.{name}") for one in ("query", "key", "value")]))
                for mine, other in (("out", "attention.output.dense"), ("norm1", "attention.output.LayerNorm"), ("up", "intermediate.dense"), ("down", "output.dense"), ("norm2", "output.LayerNorm")):
                    state[ours + f"{mine}.{name}"].copy_(source.get_tensor(f"{theirs}{other}.{name}"))
    model.load_state_dict(state)
    for features in model.features.parameters():
        torch.nn.init.normal_(features, std=0.01)
    return model


def tags(words: reading.Words, spans: Spans, labels: list[str]) -> np.ndarray:
    """One tag a word; a span that meets no word border is widened to the words it touches."""
    out = np.zeros(len(words.offsets), dtype=np.int64)
    first = 0
    for start, end, label in sorted(spans):
        while first < len(words.offsets) and words.offsets[first][1] <= start:
            first += 1
        last = first
        while last < len(words.offsets) and words.offsets[last][0] < end:
            out[last] = (1 if last == first else 2) + 2 * labels.index(label)
            last += 1
        first = last
    return out


class Batch:
    """Padded windows."""

    def __init__(self, items: list[tuple[reading.Words, int, int, np.ndarray, np.ndarray | None]], rng: random.Random, drop: float) -> None:
        rows = [reading.tensors(words, start, end) for words, start, end, *_ in items]
        pieces, count = max(len(one[0]) for one in rows), max(len(one[2]) for one in rows)
        self.pieces = torch.ones((len(rows), pieces), dtype=torch.long)
        self.features = torch.zeros((len(rows), pieces, 3), dtype=torch.long)
        self.first = torch.zeros((len(rows), count), dtype=torch.long)
        self.last = torch.zeros((len(rows), count), dtype=torch.long)
        self.mask = torch.zeros((len(rows), 1, 1, pieces), dtype=torch.bool)
        self.families = torch.full((len(rows), count), IGNORED)
        self.meddocan = torch.full((len(rows), count), IGNORED)
        for index, ((numbers, features, first, last), (_, start, end, ours, theirs)) in enumerate(zip(rows, items, strict=True)):
            if drop:
                numbers = [UNKNOWN if number > UNKNOWN + 1 and rng.random() < drop else number for number in numbers]
            self.pieces[index, : len(numbers)] = torch.tensor(numbers)
            self.features[index, : len(numbers)] = torch.tensor(features)
            self.first[index, : len(first)] = torch.tensor(first)
            self.last[index, : len(last)] = torch.tensor(last)
            self.mask[index, 0, 0, : len(numbers)] = True
            self.families[index, : len(first)] = torch.from_numpy(ours[start:end])
            if theirs is not None:
                self.meddocan[index, : len(first)] = torch.from_numpy(theirs[start:end])


def mexican_samples(seed: int, options: argparse.Namespace) -> Iterator[Sample]:
    """Generated notes, whole layouts, and the hand-labelled notes ``--repeat`` times with other values; a fresh draw each epoch."""
    from guardrails.redaction.training.generator import Generator

    hand = [note for folder in options.notes for note in read_notes(folder)]
    clinical = list(clinical_notes().values())
    maker = Generator(seed, hand=hand + clinical)
    notes = [maker.note() for _ in range(options.mexican)] + [maker.layout() for _ in range(options.layouts)]
    notes += [maker.variant(one) for one in hand for _ in range(options.repeat)] + [maker.variant(one) for one in clinical if maker.rng.random() < options.clinical]
    for text, spans in notes:
        yield text, families(text, spans), None


def epoch_samples(meddocan: list[tuple[str, Spans]], values: dict[str, list[str]], rng: random.Random) -> Iterator[Sample]:
    """MEDDOCAN documents with fresh changes."""
    for text, spans in meddocan:
        if rng.random() < 0.7:
            text, spans = exchange_names(text, spans, rng, values)
        if rng.random() < 0.7:
            text, spans = vary_addresses(text, spans, rng)
        if rng.random() < 0.06:
            text = spoil(text, rng)
        yield text, families(text, spans), spans


def batches(samples: list[Sample], vocabulary: WordPieces, labels: list[str], rng: random.Random, size: int, drop: float) -> Iterator[Batch]:
    """Windows of all samples, of like length together, in random order."""
    items = []
    for text, ours, theirs in samples:
        words = reading.read_words(text, vocabulary)
        mine = tags(words, ours, FAMILIES)
        other = tags(words, theirs, labels) if theirs is not None else None
        for start, end in reading.windows(words, size=rng.randrange(180, reading.WINDOW), margin=10):
            items.append((words, start, end, mine, other))
    rng.shuffle(items)
    pools = [sorted(items[at : at + 512], key=lambda one: one[2] - one[1]) for at in range(0, len(items), 512)]
    groups = [pool[at : at + size] for pool in pools for at in range(0, len(pool), size)]
    rng.shuffle(groups)
    for group in groups:
        yield Batch(group, rng, drop)


def strict_f1(reader: network.Reader, samples: list[tuple[str, Spans]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of exact spans with exact MEDDOCAN type."""
    right = found = gold = 0
    for text, spans in samples:
        guess = {(start, end, label) for start, end, label, _ in reader.read(text).meddocan}
        right, found, gold = right + len(guess & set(spans)), found + len(guess), gold + len(set(spans))
    precision, recall = right / max(found, 1), right / max(gold, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def main() -> None:
    """Train, report on the development folder, save the averaged weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meddocan", nargs="+", type=Path, required=True)
    parser.add_argument("--dev", type=Path, help="MEDDOCAN folder to report on; never trained on")
    parser.add_argument("--base", type=Path, required=True, help="sentence-transformers folder of multilingual-e5-small")
    parser.add_argument("--out", type=Path, default=network.MODEL_DIR, help="holds pieces.tsv; weights are written here")
    parser.add_argument("--start", type=Path, help="go on from the weights of this folder")
    parser.add_argument("--notes", type=Path, nargs="*", default=[FOLDER], help="folders of hand-labelled notes, read again each epoch")
    parser.add_argument("--clinical", type=float, default=0.5, help="share of the marked section notes seen in an epoch")
    parser.add_argument("--repeat", type=int, default=3, help="times each hand-labelled note is seen in an epoch")
    parser.add_argument("--mexican", type=int, default=250, help="generated notes an epoch")
    parser.add_argument("--layouts", type=int, default=150, help="generated whole layouts an epoch")
    parser.add_argument("--share", type=float, default=1.0, help="share of the MEDDOCAN documents seen in an epoch")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=50.0, help="the schedule ends here at the latest, in minutes of processor time")
    parser.add_argument("--wall", type=float, default=float("inf"), help="the schedule ends here too, in minutes of the clock on the wall (a shared machine)")
    parser.add_argument("--windows", type=int, default=12, help="windows a batch")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--drop", type=float, default=0.08, help="share of pieces hidden")
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    rng = random.Random(options.seed)  # noqa: S311
    torch.manual_seed(options.seed)
    meddocan = [(text, spans) for folder in options.meddocan for _, text, spans in read_folder(folder)]
    dev = [(text, spans) for _, text, spans in read_folder(options.dev)] if options.dev else []
    labels = sorted({label for _, spans in meddocan for *_, label in spans})
    vocabulary = WordPieces.load(options.out / "pieces.tsv")
    if options.start:
        model = encoder.load(options.start).train()
    else:
        facts = {"width": 384, "layers": options.layers, "pieces": len(vocabulary), "families": FAMILIES, "meddocan": labels}
        model = begin(facts, options.base, vocabulary).train()
    special = model.words.weight[:5].detach().clone()
    model.words.weight.requires_grad_(False)  # stay exactly the base's 4-bit vectors
    fresh = [*model.families.parameters(), *model.meddocan.parameters(), *model.features.parameters()]
    known = {id(one) for one in fresh}
    body = [one for one in model.parameters() if one.requires_grad and id(one) not in known]
    optimizer = torch.optim.AdamW([{"params": body, "lr": options.rate}, {"params": fresh, "lr": options.rate * 4}], weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    averaged = {name: value.detach().clone() for name, value in model.state_dict().items()}
    values = value_pool(meddocan)
    clock, steps, begun = time.process_time(), 0, time.monotonic()
    for epoch in range(options.epochs):
        samples: list[Sample] = list(epoch_samples(rng.sample(meddocan, round(options.share * len(meddocan))), values, rng))
        samples += mexican_samples(options.seed + 1000 * epoch, options)
        losses, seen = 0.0, 0
        for batch in batches(samples, vocabulary, labels, rng, options.windows, options.drop):
            done = max((time.process_time() - clock) / 60 / options.minutes, (time.monotonic() - begun) / 60 / options.wall)
            if done >= 1:
                break
            steps += 1
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * min(1.0, steps / 150) * max(1 - done, 0.01)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                ours, theirs = model(batch.pieces, batch.features, batch.first, batch.last, batch.mask)
            loss = functional.cross_entropy(ours.float().flatten(0, 1), batch.families.flatten(), ignore_index=IGNORED)
            if (batch.meddocan != IGNORED).any():
                loss = loss + functional.cross_entropy(theirs.float().flatten(0, 1), batch.meddocan.flatten(), ignore_index=IGNORED)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(body + fresh, 1.0)
            optimizer.step()
            keep = min(0.998, steps / (steps + 20))
            with torch.no_grad():
                for name, value in model.state_dict().items():
                    if name != "words.weight":
                        averaged[name].lerp_(value, 1 - keep)
            losses, seen = losses + float(loss.detach()), seen + 1
            if steps % 25 == 0 and epoch == 0:
                print(f"step {steps} {(time.process_time() - clock):.0f} s loss {losses / seen:.4f}", flush=True)  # noqa: T201
        minutes = (time.process_time() - clock) / 60
        line = f"epoch {epoch} {minutes:.1f} min, {steps} steps, loss {losses / max(seen, 1):.4f}"
        last = minutes >= options.minutes or (time.monotonic() - begun) / 60 >= options.wall or epoch == options.epochs - 1
        if last or epoch % 2 == 1:
            shadow = encoder.Encoder(model.facts)
            shadow.load_state_dict(averaged)
            encoder.save(shadow, options.out)
            if dev:
                line += " dev P {:.4f} R {:.4f} F1 {:.4f}".format(*strict_f1(network.Reader(options.out), dev[:: 1 if last else 3]))
        print(line, flush=True)  # noqa: T201
        if last:
            break
    assert torch.equal(special[:4], model.words.weight[:4])


if __name__ == "__main__":
    main()
