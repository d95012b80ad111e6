"""Trains the reader of pairs: the e5 encoder as a cross-encoder with a low-rank adapter.

``python -m eval.grounding.train_reader [--minutes 30] [--resume]`` → ``copilot/readers_model/`` (adapter, heads, card).
Input: (excerpt of the source around what was aligned, statement); output: probability that it is supported.
Products in bfloat16 with plain attention (its backward is three times as fast here as the fused one); the
parameters that learn keep a float32 copy.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import cross_entropy

from copilot.encoders import ADAPTED, save_adapter, trainable_encoder
from copilot.settings import get_settings
from eval.grounding.reader_net import KINDS, MAX_TOKENS, Heads, Row, encode, wrong_spans
from guardrails.grounding.align import align
from guardrails.grounding.annotate import Annotation, annotate
from guardrails.grounding.premise import premise_of
from guardrails.grounding.training.pairs import Pair, read_notes, read_pairs
from guardrails.grounding.training.sets import mixture

ROOT = Path(__file__).resolve().parents[2]
NOTES = ROOT / "copilot" / "sections" / "data" / "notes"
WEIGHT = {"hand": 1.0, "reworded": 0.6, "edit": 0.5, "omit": 0.4, "literal": 0.4}
"""Errors made by rule and verbatim copies count half of what a person wrote."""
BATCH = 16


def rows_of(items: list[Pair]) -> list[Row]:
    """Training rows with the excerpt that the guard will show the reader; a source is annotated once."""
    sources: dict[str, Annotation] = {}
    out = []
    for p in items:
        if p.source not in sources:
            sources[p.source] = annotate(p.source)
        source, statement = sources[p.source], annotate(p.statement)
        wrong = () if p.supported else wrong_spans(p.before, p.statement) if p.before else None
        premise = premise_of(source, statement, align(source, statement))
        out.append(Row(premise, p.statement, float(p.supported), WEIGHT[p.origin], KINDS.index(p.kind), wrong))
    return out


def batches(rows: list[Row], tokenizer: Any, rng: random.Random) -> list[dict[str, torch.Tensor]]:
    """Batches of similar length in random order."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].premise) + len(rows[i].statement) + rng.random() * 40)
    chunks = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    rng.shuffle(chunks)
    return [encode(tokenizer, [rows[i] for i in chunk]) for chunk in chunks]


def forward(encoder: Any, heads: Heads, b: dict[str, torch.Tensor]) -> tuple[torch.Tensor, ...]:
    """Outputs of the heads for a batch."""
    hidden = encoder(input_ids=b["ids"], attention_mask=b["mask"]).last_hidden_state.float()
    return heads(hidden, b["mask"], b["second"])  # type: ignore[no-any-return]


def loss_of(encoder: Any, heads: Heads, b: dict[str, torch.Tensor]) -> torch.Tensor:
    """Pair loss, and beside it the words known to be right or wrong and the kind of error."""
    pair, words, kind = forward(encoder, heads, b)
    known = (b["words"] >= 0).float()
    positive = 1 + 4 * (b["words"] > 0).float()  # wrong words are rare
    by_token = bce(words, b["words"].clamp(min=0), reduction="none") * known * positive
    by_word = by_token.sum(1) / known.sum(1).clamp(min=1)
    by_pair = bce(pair, b["label"] * 0.94 + 0.03, reduction="none")
    by_kind = cross_entropy(kind, b["kind"], reduction="none", label_smoothing=0.05)
    return ((by_pair + 0.5 * by_word + 0.2 * by_kind) * b["weight"]).mean()


def scores(encoder: Any, heads: Heads, rows: list[Row], tokenizer: Any) -> list[float]:
    """Probability of support of each row."""
    out: list[float] = []
    with torch.inference_mode():
        for i in range(0, len(rows), 16):
            out += torch.sigmoid(forward(encoder, heads, encode(tokenizer, rows[i : i + 16]))[0]).tolist()
    return out


def prepare(rank: int, resume: Path | None, frozen: int = 0) -> tuple[Any, Any, Heads]:
    """(encoder with adapter in bfloat16, tokenizer, heads); the lowest ``frozen`` layers don't learn."""
    from peft import LoraConfig, PeftModel, get_peft_model
    from safetensors.torch import load_file

    encoder, tokenizer = trainable_encoder(get_settings())
    # the shared word vectors answer in float32, the layers here compute in bfloat16
    encoder.get_input_embeddings().register_forward_hook(lambda _m, _i, out: out.bfloat16())
    heads = Heads(encoder.config.hidden_size)
    if resume:
        adapted = PeftModel.from_pretrained(encoder, str(resume), is_trainable=True)
        kept = {k: v.float() for k, v in load_file(resume / "head.safetensors").items()}
        heads.load_state_dict(kept, strict=False)
    else:
        config = LoraConfig(r=rank, lora_alpha=2 * rank, lora_dropout=0.0, target_modules=ADAPTED)
        adapted = get_peft_model(encoder, config)
    for name, parameter in adapted.named_parameters():
        if any(f".layer.{i}." in name for i in range(frozen)):
            parameter.requires_grad_(False)
    return adapted.bfloat16(), tokenizer, heads


def save(encoder: Any, heads: Heads, folder: Path, counts: dict[str, int], arguments: argparse.Namespace) -> None:
    """Adapter and heads in half precision, with what they were trained on."""
    from safetensors.torch import save_file

    save_adapter(encoder, folder)
    save_file({k: v.half() for k, v in heads.state_dict().items()}, folder / "head.safetensors")
    meta = {"train": counts, "rank": arguments.rank, "seed": arguments.seed, "max_tokens": MAX_TOKENS}
    (folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")


def train(rows: list[Row], dev: list[Row], arguments: argparse.Namespace, net: tuple[Any, Any, Heads]) -> None:
    """Optimise within the time budget; one line of figures an epoch on stderr."""
    from sklearn.metrics import roc_auc_score

    encoder, tokenizer, heads = net
    rng = random.Random(arguments.seed)  # noqa: S311
    light = [p for p in encoder.parameters() if p.requires_grad]
    master = [p.detach().float().clone().requires_grad_() for p in light]
    optimiser = torch.optim.AdamW(
        [{"params": master, "lr": arguments.rate}, {"params": heads.parameters(), "lr": 2e-3}], weight_decay=0.01
    )
    started, step = time.monotonic(), 0
    budget = arguments.minutes * 60

    def spent() -> float:
        return time.monotonic() - started

    for epoch in range(arguments.epochs):
        losses = []
        for b in batches(rows, tokenizer, rng):
            part = min(1.0, max(spent() / budget, step / max(1, arguments.epochs * (len(rows) // BATCH + 1))))
            for group, base in zip(optimiser.param_groups, (arguments.rate, 2e-3), strict=True):
                group["lr"] = base * max(0.01, min(1.0, step / 40, (1 - part) * 1.15))
            loss = loss_of(encoder, heads, b)
            loss.backward()
            for copy, p in zip(master, light, strict=True):
                copy.grad = p.grad.float() if p.grad is not None else None
                p.grad = None
            nn.utils.clip_grad_norm_(master, 1.0)
            optimiser.step()
            optimiser.zero_grad()
            with torch.no_grad():
                for copy, p in zip(master, light, strict=True):
                    p.copy_(copy)
            losses.append(float(loss.detach()))
            step += 1
            if step % 50 == 0:
                sys.stderr.write(f"{step} {np.mean(losses[-50:]):.4f} {spent():.0f}s\n")
                sys.stderr.flush()
            if spent() > budget:
                break
        figures = {"epoch": epoch, "step": step, "loss": round(float(np.mean(losses)), 4), "s": round(spent())}
        if dev:
            auc = roc_auc_score([r.label for r in dev], scores(encoder, heads, dev, tokenizer))
            figures["dev_auc"] = round(float(auc), 4)
        sys.stderr.write(json.dumps(figures) + "\n")
        if spent() > budget:
            break


def main() -> int:
    """Train within a time budget and save adapter and heads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--edits", type=int, default=3, help="injected errors for each faithful statement")
    parser.add_argument("--out", type=Path, default=ROOT / "copilot" / "readers_model")
    parser.add_argument("--dev", action="store_true", help="measure on the dev pairs after each epoch")
    parser.add_argument("--others", type=int, default=260, help="notes without pairs whose clauses are edited")
    parser.add_argument("--frozen", type=int, default=0, help="lowest layers whose adapter isn't trained (faster)")
    parser.add_argument("--resume", type=Path, help="folder of an earlier adapter to go on from")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    notes = read_notes(NOTES)
    pairs = read_pairs(notes)
    items = mixture(pairs, notes, seed=arguments.seed, edits=arguments.edits, others=arguments.others)
    counts = {origin: sum(p.origin == origin for p in items) for origin in WEIGHT}
    dev = rows_of([p for p in pairs if p.split == "dev"]) if arguments.dev else []
    sys.stderr.write(json.dumps({"train": counts, "dev": len(dev)}) + "\n")
    net = prepare(arguments.rank, arguments.resume, arguments.frozen)
    train(rows_of(items), dev, arguments, net)
    save(net[0], net[2], arguments.out, counts, arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
