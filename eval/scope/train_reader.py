"""Train the reader of requests: ``python -m eval.scope.train_reader [--out FOLDER] [--resume FOLDER --fresh N]``.

A low-rank adapter on the upper layers of the bundled encoder, with one head over the mean of the last: clinical
question, documentation, foreign, harmful, injected. The lower layers are frozen, so what they say of each request is
computed once. One request in ten of the sets written for it is left out and measured at the end; the reserved set is
never seen. CPU, bfloat16, a few minutes. ``--resume``: a short second run for the last ``N`` requests of
``training.tsv``, with a sample of the others so that nothing is forgotten.
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

from copilot.assistant.screening import CLASSES, MAX_TOKENS, MODEL, PREFIX
from copilot.encoders import ADAPTED, save_adapter, trainable_encoder
from copilot.settings import get_settings
from eval.scope.examples import WRITTEN, Example, by_set, disguise, mixtures

BATCH = 16
RATE, HEAD_RATE = 6e-4, 5e-3
SMOOTHING = 0.05
FIRST_LAYER = 6
"""Layers below stay as they are."""
SPELLINGS = 2
"""How many times each request is read in training: as written, and as other hands would type it."""
Read = tuple[torch.Tensor, int]
"""Hidden states of one request under the trained layers [tokens, width], and its class."""


def through(layers: Any, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Hidden states after some layers; ``mask`` [n, tokens] is 1 where there is a token."""
    hide = (1.0 - mask[:, None, None, :].float()) * -1e4
    for layer in layers:
        out = layer(hidden, attention_mask=hide)
        hidden = out[0] if isinstance(out, tuple) else out
    return hidden


def lower(model: Any, tokenizer: Any, rows: list[Example]) -> list[Read]:
    """What the frozen layers make of each request."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].text))
    found: dict[int, Read] = {}
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for at in range(0, len(order), 32):
            part = order[at : at + 32]
            enc = tokenizer([PREFIX + rows[i].text for i in part], truncation=True, max_length=MAX_TOKENS,
                            padding=True, return_tensors="pt")  # fmt: skip
            hidden = model.embeddings(input_ids=enc["input_ids"])
            hidden = through(model.encoder.layer[:FIRST_LAYER], hidden, enc["attention_mask"])
            for i, states, mask in zip(part, hidden, enc["attention_mask"], strict=True):
                found[i] = (states[: int(mask.sum())].to(torch.bfloat16), CLASSES.index(rows[i].category))
    return [found[i] for i in range(len(rows))]


def logits(model: Any, head: nn.Linear, part: list[Read]) -> torch.Tensor:
    """Scores of the classes [n, 5]."""
    hidden = nn.utils.rnn.pad_sequence([states for states, _ in part], batch_first=True)
    mask = torch.zeros(hidden.shape[:2])
    for i, (states, _) in enumerate(part):
        mask[i, : len(states)] = 1
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = through(model.encoder.layer[FIRST_LAYER:], hidden.float(), mask)
    wide = mask.unsqueeze(-1)
    return head((hidden.float() * wide).sum(1) / wide.sum(1))  # type: ignore[no-any-return]


def measure(model: Any, head: nn.Linear, reads: list[Read], rows: list[Example]) -> dict[str, float]:
    """Share decided rightly (may it be answered), of the legitimate and of the rest; errors go to stderr."""
    with torch.no_grad():
        parts = [logits(model, head, reads[at : at + 32]).softmax(-1) for at in range(0, len(reads), 32)]
    chances = torch.cat(parts)
    legitimate = np.array([CLASSES.index(r.category) < 2 for r in rows])
    right = (chances[:, :2].sum(1).numpy() >= 0.5) == legitimate
    for row, fine, chance in zip(rows, right, chances.tolist(), strict=True):
        if not fine:
            sys.stderr.write(f"  {row.category} {[round(c, 2) for c in chance]}: {row.text[:100]!r}\n")
    return {
        "right": round(float(right.mean()), 4),
        "legitimate": round(float(right[legitimate].mean()), 4),
        "others": round(float(right[~legitimate].mean()), 4),
    }


def train(sets: dict[str, list[Example]], left: list[Example], options: argparse.Namespace) -> tuple[Any, nn.Linear]:
    """An adapter and its head, from all sets but what is left out (which is measured at the end)."""
    from peft import LoraConfig, PeftModel, get_peft_model
    from safetensors.torch import load_file

    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)  # noqa: S311
    model, tokenizer = trainable_encoder(get_settings())
    unseen = set(left)
    rows = [row for one in sets.values() for row in one if row not in unseen]
    seen = list(rows)
    for _ in range(SPELLINGS - 1):
        seen += [row._replace(text=disguise(row.text, rng)) for row in rows]
    seen += [row._replace(text=disguise(row.text, rng)) for row in mixtures(rows, len(rows) // 4, rng)]
    started = time.time()
    reads, kept = lower(model, tokenizer, seen), lower(model, tokenizer, left)
    sys.stderr.write(f"{len(rows)} requests, {len(seen)} readings, {time.time() - started:.0f} s\n")
    head = nn.Linear(model.config.hidden_size, len(CLASSES))
    rate, head_rate = RATE, HEAD_RATE
    if options.resume:
        adapter = PeftModel.from_pretrained(model, str(options.resume), is_trainable=True).float()
        head.load_state_dict({k: v.float() for k, v in load_file(options.resume / "head.safetensors").items()})
        rate, head_rate = RATE / 3, HEAD_RATE / 5
    else:
        layers = list(range(FIRST_LAYER, model.config.num_hidden_layers))
        config = LoraConfig(
            r=options.rank, lora_alpha=2 * options.rank, lora_dropout=0.0, target_modules=ADAPTED,
            layers_to_transform=layers, layers_pattern="layer",
        )  # fmt: skip
        adapter = get_peft_model(model, config)
    counts = np.bincount([kind for _, kind in reads], minlength=len(CLASSES)).astype(float)
    weight = torch.tensor((counts.mean() / counts) ** 0.5, dtype=torch.float32)
    steps = options.epochs * (len(reads) // BATCH + 2)
    groups = [
        {"params": [p for p in adapter.parameters() if p.requires_grad], "lr": rate},
        {"params": head.parameters(), "lr": head_rate},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=[rate, head_rate], total_steps=steps + 1, pct_start=0.1
    )
    for epoch in range(options.epochs):
        rng.shuffle(reads)
        pools = [sorted(reads[at : at + 8 * BATCH], key=lambda r: len(r[0])) for at in range(0, len(reads), 8 * BATCH)]
        parts = [pool[at : at + BATCH] for pool in pools for at in range(0, len(pool), BATCH)]
        rng.shuffle(parts)
        losses = []
        for part in parts:
            wanted = torch.tensor([kind for _, kind in part])
            loss = nn.functional.cross_entropy(logits(model, head, part), wanted, weight, label_smoothing=SMOOTHING)
            loss.backward()
            losses.append(float(loss.detach()))
            nn.utils.clip_grad_norm_(adapter.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            if schedule.last_epoch < steps:
                schedule.step()
        line = {"epoch": epoch, "loss": round(float(np.mean(losses)), 4), "s": round(time.time() - started)}
        sys.stderr.write(json.dumps(line) + "\n")
    if left:
        sys.stderr.write(json.dumps(measure(model, head, kept, left)) + "\n")
    return adapter, head


def main() -> int:
    """Train, print figures on the set left out, save adapter and head."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--resume", type=Path, help="go on from the adapter and head of this folder")
    parser.add_argument("--fresh", type=int, default=0, help="requests at the end of training.tsv that are new to it")
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    from safetensors.torch import save_file

    sets = by_set()
    rng = random.Random(options.seed)  # noqa: S311
    written = [row for name in WRITTEN for row in sets[name]]
    left = rng.sample(written, len(written) // 10) if not options.resume else []
    if options.resume:
        fresh = sets["training"][-options.fresh :]
        known = [row for rows in sets.values() for row in rows if row not in set(fresh)]
        sets = {"fresh": fresh, "known": rng.sample(known, 3 * len(fresh))}
    adapter, head = train(sets, left, options)
    save_adapter(adapter, options.out)
    save_file({name: v.half() for name, v in head.state_dict().items()}, options.out / "head.safetensors")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
