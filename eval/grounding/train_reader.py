# ruff: noqa: E501
"""Trains the reader of pairs: the e5 encoder as a cross-encoder with a low-rank adapter.

``python -m eval.grounding.train_reader [--minutes 25]`` → ``copilot/readers_model/`` (adapter, head, card).
Input: (excerpt of the source around what was aligned, statement); output: probability that it is supported.
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

from copilot.encoders import private_encoder
from copilot.settings import get_settings
from guardrails.grounding.align import align
from guardrails.grounding.annotate import annotate
from guardrails.grounding.combine import premise_of
from guardrails.grounding.training.pairs import Pair, read_notes, read_pairs
from guardrails.grounding.training.sets import mixture

ROOT = Path(__file__).resolve().parents[2]
NOTES = ROOT / "copilot" / "sections" / "data" / "notes"
TARGETS = ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"]
WEIGHT = {"hand": 1.0, "edit": 0.5, "omit": 0.5, "literal": 0.5}
"""Errors made by rule and verbatim copies count half of what a person wrote."""


def excerpt(pair: Pair) -> tuple[str, str]:
    """(premise, hypothesis) as the guard will show them to the reader."""
    source = annotate(pair.source)
    return premise_of(source, align(source, annotate(pair.statement))), pair.statement


def batches(rows: list[tuple[str, str, float, float]], tokenizer: Any, rng: random.Random, size: int) -> list[Any]:
    """Batches of similar length in random order."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]) + len(rows[i][1]) + rng.random() * 40)
    chunks = [order[i : i + size] for i in range(0, len(order), size)]
    rng.shuffle(chunks)
    out = []
    for chunk in chunks:
        picked = [rows[i] for i in chunk]
        enc = tokenizer(
            [r[0] for r in picked], [r[1] for r in picked], truncation="only_first", max_length=200, padding=True, return_tensors="pt"
        )
        out.append((enc, torch.tensor([r[2] for r in picked]), torch.tensor([r[3] for r in picked])))
    return out


def logits_of(encoder: Any, head: nn.Linear, enc: Any) -> torch.Tensor:
    """Support logit of each pair: head over mean and first token of the last layer."""
    hidden = encoder(input_ids=enc["input_ids"], attention_mask=enc["attention_mask"]).last_hidden_state
    mask = enc["attention_mask"].unsqueeze(-1).float()
    mean = (hidden * mask).sum(1) / mask.sum(1)
    return head(torch.cat([mean, hidden[:, 0]], -1))[:, 0]


def main() -> int:
    """Train within a time budget and save adapter and head."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=ROOT / "copilot" / "readers_model")
    parser.add_argument("--limit", type=int, default=0)
    arguments = parser.parse_args()
    from peft import LoraConfig, get_peft_model
    from safetensors.torch import save_file
    from sklearn.metrics import roc_auc_score

    torch.manual_seed(arguments.seed)
    rng = random.Random(arguments.seed)  # noqa: S311
    notes = read_notes(NOTES)
    pairs = read_pairs(notes)
    train = mixture(pairs, notes, seed=arguments.seed)
    if arguments.limit:
        train = train[: arguments.limit]
    dev = [p for p in pairs if p.split == "dev"]
    counts = {origin: sum(p.origin == origin for p in train) for origin in WEIGHT}
    sys.stderr.write(json.dumps({"train": counts, "dev": len(dev)}) + "\n")

    def rows(items: list[Pair]) -> list[tuple[str, str, float, float]]:
        return [(*excerpt(p), float(p.supported), WEIGHT[p.origin]) for p in items]

    train_rows, dev_rows = rows(train), rows(dev)
    encoder, tokenizer = private_encoder(get_settings())
    for module in encoder.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    config = LoraConfig(r=arguments.rank, lora_alpha=2 * arguments.rank, lora_dropout=0.0, target_modules=TARGETS)
    encoder = get_peft_model(encoder, config)
    head = nn.Linear(2 * encoder.config.hidden_size, 1)
    optimiser = torch.optim.AdamW(
        [{"params": [p for p in encoder.parameters() if p.requires_grad], "lr": arguments.rate}, {"params": head.parameters(), "lr": 2e-3}],
        weight_decay=0.01,
    )
    steps = arguments.epochs * (len(train_rows) // 12 + 1)
    started = time.process_time()

    def rate_at(step: int) -> float:
        # One warm-up and a linear descent to the end of the time budget or of the epochs, whichever comes first.
        used = max(step / steps, (time.process_time() - started) / 60 / arguments.minutes)
        return max(0.02, min(1.0, step / 40, (1 - used) * 1.2))

    loss_of = nn.BCEWithLogitsLoss(reduction="none")
    step = 0
    for epoch in range(arguments.epochs):
        encoder.train()
        losses = []
        for enc, label, weight in batches(train_rows, tokenizer, rng, 12):
            for group, base in zip(optimiser.param_groups, (arguments.rate, 2e-3), strict=True):
                group["lr"] = base * rate_at(step)
            loss = (loss_of(logits_of(encoder, head, enc), label * 0.92 + 0.04) * weight).mean()
            loss.backward()
            nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            losses.append(float(loss.detach()))
            step += 1
            if (time.process_time() - started) / 60 > arguments.minutes:
                break
        encoder.eval()
        figures: dict[str, Any] = {"epoch": epoch, "step": step, "loss": round(float(np.mean(losses)), 4),
                                   "cpu_s": round(time.process_time() - started)}  # fmt: skip
        if dev_rows:
            scores: list[float] = []
            with torch.inference_mode():
                for i in range(0, len(dev_rows), 16):
                    part = dev_rows[i : i + 16]
                    enc = tokenizer([r[0] for r in part], [r[1] for r in part], truncation="only_first", max_length=200, padding=True, return_tensors="pt")
                    scores += torch.sigmoid(logits_of(encoder, head, enc)).tolist()
            figures["dev_auc"] = round(float(roc_auc_score([r[2] for r in dev_rows], scores)), 4)
        sys.stderr.write(json.dumps(figures) + "\n")
        sys.stderr.flush()
        if (time.process_time() - started) / 60 > arguments.minutes:
            break
    arguments.out.mkdir(parents=True, exist_ok=True)
    encoder.half().save_pretrained(str(arguments.out))
    (arguments.out / "README.md").unlink(missing_ok=True)
    save_file({k: v.half() for k, v in head.state_dict().items()}, arguments.out / "head.safetensors")
    meta = {"train": counts, "rank": arguments.rank, "seed": arguments.seed, "max_tokens": 200}
    (arguments.out / "meta.json").write_text(json.dumps(meta, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
