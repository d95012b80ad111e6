"""Trains the deep reader: a low-rank adapter and a head on the lower layers of the default language model.

``python -m eval.grounding.train_deep_reader [--minutes 70] [--start FOLDER]`` → ``copilot/deep_reader_model/`` (adapter
as GGUF, head) and ``deep_reader_dev.tsv`` (what it says of the dev pairs, for ``eval.grounding.train``). Needs the
extra packages ``train``. The weights trained against are those of the quantised file that the co-pilot runs, unpacked.
A note is read once for its statements, which see it and not each other; there are no layers above ``LAYERS``, and a
linear head answers. A share of the readings is disturbed as hurried notes are (capitals, no accents). The time decides:
the rate falls to zero by the minutes given, however far that gets (70 minutes on two cores with bfloat16
instructions: 7,000 to 10,000 pairs). 12 GiB of memory in bfloat16, 19 with ``--float32``.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import nn

from copilot.deep_reader import BASE, MODEL
from copilot.models.registry import find_model, ready_path, sha256_of
from copilot.settings import get_settings
from eval.grounding.adapters import TARGETS, LowRank, restore, store
from eval.grounding.packing import KINDS, disturbed, groups, laid_out, loss_of, masked
from eval.grounding.train import TOLD
from eval.grounding.train_reader import NOTES
from guardrails.grounding.training.inject import literal
from guardrails.grounding.training.pairs import Pair, read_notes, read_pairs

LAYERS = 20
"""Layers of the model that are kept, of 28."""
FROZEN = 8
"""Lowest layers that don't learn."""
RANK = 16
STEP = 24
"""Statements a step of the optimiser."""
FEW = "ahiklno"
"""Hands whose notes have few statements each, dear to read: half of them is left out."""
DEV = "jtu"


@dataclass
class Packed:
    """A note and its statements behind the layers that don't learn."""

    hidden: torch.Tensor
    """[1, tokens, width]."""
    places: torch.Tensor
    mask: torch.Tensor
    last: list[int]
    """Last token of each statement."""


class Net(nn.Module):
    """The lower layers with adapters, and the head."""

    def __init__(self, dtype: torch.dtype = torch.bfloat16) -> None:
        super().__init__()
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils.quantization_config import GgufConfig

        settings = get_settings()
        path = ready_path(settings, find_model(settings, BASE))
        self.tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
        model: Any = AutoModelForCausalLM.from_pretrained(
            path.parent, gguf_file=path.name, dtype=dtype, attn_implementation="sdpa",
            quantization_config=GgufConfig(dequantize=True),
        )  # fmt: skip
        self.base: Any = model.model
        self.base.requires_grad_(False)
        self.base.layers = self.base.layers[:LAYERS]
        self.adapted: dict[str, LowRank] = {}
        for number, layer in enumerate(self.base.layers[FROZEN:], FROZEN):
            for part, names in TARGETS.items():
                for ours, theirs in names.items():
                    made = LowRank(getattr(getattr(layer, part), ours), RANK)
                    setattr(getattr(layer, part), ours, made)
                    self.adapted[f"blk.{number}.{theirs}.weight"] = made
        self.head = nn.Linear(self.base.config.hidden_size, len(KINDS))
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.zeros_(self.head.bias)
        with torch.no_grad():
            self.head.bias[0] = math.log(len(KINDS) - 1)

    def pack(self, group: list[Pair]) -> Packed:
        """Tokens of a note and its statements through the frozen layers."""
        ids, place, seen, last = laid_out(self.tokenizer, group)
        mask = masked(seen, self.base.dtype)
        with torch.no_grad():
            hidden = self.layers(self.base.embed_tokens(torch.tensor([ids])), place[None], mask, 0, FROZEN)
        return Packed(hidden, place[None], mask, last)

    def layers(
        self, hidden: torch.Tensor, places: torch.Tensor, mask: torch.Tensor, low: int, high: int
    ) -> torch.Tensor:
        """Hidden states after the layers ``low`` to ``high``."""
        turns = self.base.rotary_emb(hidden, places)
        for layer in self.base.layers[low:high]:
            hidden = layer(
                hidden, attention_mask=mask, position_embeddings=turns, position_ids=places, past_key_values=None
            )
        return hidden

    def forward(self, packed: Packed) -> tuple[torch.Tensor, torch.Tensor]:
        """(log-odds of support [statements], logits [statements, 12])."""
        hidden = self.layers(packed.hidden, packed.places, packed.mask, FROZEN, LAYERS)[0, packed.last].float()
        logits = self.head(hidden * torch.rsqrt(hidden.pow(2).mean(-1, keepdim=True) + 1e-6))
        return logits[:, 0] - torch.logsumexp(logits[:, 1:], 1), logits


def resume(net: Net, folder: Path) -> None:
    """Put a stored adapter and head into the net. Raises :class:`KeyError` where it has other matrices."""
    restore(net.adapted, folder / "adapter.gguf")
    with torch.no_grad(), np.load(folder / "head.npz") as head:
        net.head.weight.copy_(torch.from_numpy(head["weight"]))
        net.head.bias.copy_(torch.from_numpy(head["bias"]))


def learnt(net: Net) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """What learns: the adapter's matrices, and the head."""
    return [p for made in net.adapted.values() for p in (made.a, made.b)], list(net.head.parameters())


def blend(net: Net, before: list[torch.Tensor], share: float) -> None:
    """Put back so much of what was there ``before``: the mean of two adapters on one path knows what both know.

    Source: Wortsman et al. 2022, «Robust fine-tuning of zero-shot models» (weights in a line between two models).
    """
    matrices, head = learnt(net)
    with torch.no_grad():
        for now, old in zip(matrices + head, before, strict=True):
            now.mul_(1 - share).add_(share * old)


def save(net: Net, folder: Path) -> None:
    """Adapter (GGUF, half precision), head and their description."""
    folder.mkdir(parents=True, exist_ok=True)
    rank = store(net.adapted, folder / "adapter.gguf", "qwen2")
    np.savez(folder / "head.npz", weight=net.head.weight.detach().numpy(), bias=net.head.bias.detach().numpy())
    hashes = {name: sha256_of(folder / name) for name in ("adapter.gguf", "head.npz")}
    meta = {"layers": LAYERS, "rank": rank, "base": BASE, "sha256": hashes}
    (folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")


def measure(net: Net, pairs: list[Pair]) -> dict[str, float]:
    """Log-odds of every dev pair; prints the area under the curve of each hand."""
    said: dict[str, float] = {}
    with torch.inference_mode():
        for group in groups(pairs, random.Random(0)):  # noqa: S311
            said |= dict(zip((p.id for p in group), net(net.pack(group))[0].tolist(), strict=True))
    for hand in sorted({p.id[0] for p in pairs}):
        mine = [p for p in pairs if p.id[0] == hand]
        area = roc_auc_score([p.supported for p in mine], [said[p.id] for p in mine])
        sys.stdout.write(f"AUC de desarrollo, {hand}: {area:.3f}\n")
    sys.stdout.flush()
    return said


def train(
    net: Net, pool: list[list[Pair]], minutes: float, rate: float, noise: float, rng: random.Random
) -> None:
    """Learn for so many minutes; the rate rises over 25 steps and falls with the time."""
    matrices, head = learnt(net)
    optimiser = torch.optim.AdamW([{"params": matrices}, {"params": head}], weight_decay=0.01, betas=(0.9, 0.98))
    started, losses, held, steps = time.monotonic(), list[float](), 0, 0
    order: list[int] = []
    while (done := (time.monotonic() - started) / (60 * minutes)) < 1:
        order = order or rng.sample(range(len(pool)), len(pool))
        group = pool[order.pop()]
        loss = loss_of(group, *net(net.pack(disturbed(group, rng) if rng.random() < noise else group)))
        (loss / STEP).backward()  # type: ignore[no-untyped-call]
        losses.append(loss.item() / len(group))
        held += len(group)
        if held >= STEP:
            now = rate * min(1, (steps + 1) / 25) * (0.485 * (1 + math.cos(math.pi * done)) + 0.03)
            for options, factor in zip(optimiser.param_groups, (1, 2), strict=True):
                options["lr"] = now * factor
            nn.utils.clip_grad_norm_(matrices + head, 1.0)
            optimiser.step()
            optimiser.zero_grad()
            held, steps = 0, steps + 1
        if len(losses) % 20 == 0:
            sys.stdout.write(f"{len(losses)} notas, {done:.0%}, pérdida {np.mean(losses[-40:]):.3f}\n")
            sys.stdout.flush()


def main() -> int:
    """Train and store adapter, head and what they say of the dev pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=70)
    parser.add_argument("--rate", type=float, default=2.5e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="folder of an adapter that learns on")
    parser.add_argument("--fresh", default="", help="hands that the adapter has not seen: learn from theirs alone")
    parser.add_argument("--again", type=int, default=0, help="with --fresh: readings of the other hands too")
    parser.add_argument("--noise", type=float, default=0.15, help="share of the readings that are disturbed")
    parser.add_argument("--keep", type=float, default=0.0, help="share of the --start weights in the stored ones")
    parser.add_argument("--float32", action="store_true", help="for a processor without AMX: faster there")
    parser.add_argument("--out", type=Path, default=MODEL)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    rng = random.Random(arguments.seed)  # noqa: S311 - reproducible sampling, not a secret
    net = Net(torch.float32 if arguments.float32 else torch.bfloat16)
    if arguments.start:
        resume(net, arguments.start)
    notes = read_notes(NOTES)
    pairs = read_pairs(notes)
    every = groups([p for p in pairs if p.split == "train"], rng)
    pool = [group for group in every if group[0].id[0] not in FEW or rng.random() < 0.5]
    if arguments.fresh:
        known = [group for group in pool if group[0].id[0] not in arguments.fresh]
        pool = [group for group in pool if group[0].id[0] in arguments.fresh]
        pool += rng.sample(known, min(arguments.again, len(known)))
    for group in pool:
        if rng.random() < 0.6:
            group += literal(group[0].note_id, notes[group[0].note_id], rng, 1)
    sys.stdout.write(f"{sum(map(len, pool))} pares en {len(pool)} lecturas\n")
    sys.stdout.flush()
    before = [one.detach().clone() for part in learnt(net) for one in part]
    train(net, pool, arguments.minutes, arguments.rate, arguments.noise, rng)
    blend(net, before, arguments.keep)
    save(net, arguments.out)
    said = measure(net, [p for p in pairs if p.split == "dev" and p.id[0] in DEV])
    told = TOLD if arguments.out == MODEL else arguments.out / TOLD.name
    told.write_text("id\tlog_odds\n" + "".join(f"{k}\t{v:.3f}\n" for k, v in sorted(said.items())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
