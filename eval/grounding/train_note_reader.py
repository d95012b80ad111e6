"""Trains the reader of notes: a low-rank adapter on Gemma 3 270M that reads a whole note and judges statements.

``python -m eval.grounding.train_note_reader [--epochs 2] [--start FOLDER]`` → ``copilot/grounding_model/`` (adapter as
GGUF, card). With ``--start`` an adapter learns on: pairs of the hands named by ``--known`` (which it has seen) are then
thinned out. Needs the extra packages ``train`` (see pyproject.toml). The weights trained against are those of the
quantised file that the co-pilot runs, unpacked. A note is read once for up to ``TOGETHER`` statements, which see it and
not each other (block mask); the lowest layers don't learn, so what they make of every note is computed once and kept.
A share of the readings is disturbed as hurried notes are (capitals, no accents). Processor time decides everything
here: bfloat16 products, plain attention, one core, about half an hour an epoch.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import cross_entropy

from copilot.folding import strip_accents
from copilot.models.registry import find_model, ready_path, sha256_of
from copilot.note_reader import BASE, LETTERS, MODEL, prompt_of, question_of
from copilot.settings import get_settings
from eval.grounding.train_reader import NOTES
from guardrails.grounding.training.inject import literal
from guardrails.grounding.training.pairs import Pair, read_notes, read_pairs
from guardrails.grounding.types import ErrorKind

TOGETHER = 34
"""Statements packed with one reading of their note."""
STEP = 16
"""Statements a step of the optimiser."""
SCALE = 2.0
"""Factor of the low-rank products (alpha over rank)."""
KINDS = ["", *(kind.value for kind in ErrorKind if kind.value)]
TARGETS = {
    "self_attn": {"q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output"},
    "mlp": {"gate_proj": "ffn_gate", "up_proj": "ffn_up", "down_proj": "ffn_down"},
}
"""Modules that get low-rank matrices, and their names in a GGUF file."""
Packed = tuple[torch.Tensor, torch.Tensor, dict[str, torch.Tensor], list[int]]
"""(hidden states [1, tokens, width], positions, masks by kind of layer, last token of each statement)."""


class LowRank(nn.Module):
    """A frozen linear layer with a trained low-rank product beside it."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.a = nn.Parameter(torch.randn(rank, linear.in_features) / math.sqrt(linear.in_features))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[…, in] → […, out]."""
        added = (SCALE * (x @ self.a.to(x.dtype).T)) @ self.b.to(x.dtype).T
        return self.linear(x) + added  # type: ignore[no-any-return]


def laid_out(tokenizer: Any, group: list[Pair]) -> tuple[list[int], torch.Tensor, torch.Tensor, list[int]]:
    """A note and its statements behind it: tokens, positions [tokens], who sees whom [tokens, tokens] (a statement sees
    the note and itself), last token of each statement."""
    ids = list(tokenizer(prompt_of(group[0].source))["input_ids"])
    start = len(ids)
    places, parts, last = list(range(start)), [0] * start, []
    for number, pair in enumerate(group, 1):
        tokens = tokenizer(question_of(pair.statement), add_special_tokens=False)["input_ids"]
        ids += tokens
        places += range(start, start + len(tokens))
        parts += [number] * len(tokens)
        last.append(len(ids) - 1)
    part = torch.tensor(parts)
    seen = torch.tril(torch.ones(len(ids), len(ids), dtype=torch.bool))
    seen &= (part[None] == 0) | (part[None] == part[:, None])
    return ids, torch.tensor(places), seen, last


def masked(seen: torch.Tensor) -> torch.Tensor:
    """What is added to the attention: nothing where a token is seen, next to minus infinity where not; [1, 1, n, n]."""
    return torch.zeros(seen.shape).masked_fill(~seen, -1e9)[None, None].to(torch.bfloat16)


class Net(nn.Module):
    """The language model with adapters; answers by the logits of twelve letters."""

    def __init__(self, rank: int, frozen: int) -> None:
        super().__init__()
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils.quantization_config import GgufConfig

        settings = get_settings()
        path = ready_path(settings, find_model(settings, BASE))
        self.tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
        model: Any = AutoModelForCausalLM.from_pretrained(
            path.parent, gguf_file=path.name, dtype=torch.bfloat16, attn_implementation="eager",
            quantization_config=GgufConfig(dequantize=True),
        )  # fmt: skip
        self.base: Any = model.model
        self.base.requires_grad_(False)
        self.frozen = frozen
        self.adapted: dict[str, LowRank] = {}
        for number, layer in enumerate(self.base.layers[frozen:], frozen):
            for part, names in TARGETS.items():
                for ours, theirs in names.items():
                    made = LowRank(getattr(getattr(layer, part), ours), rank)
                    setattr(getattr(layer, part), ours, made)
                    self.adapted[f"blk.{number}.{theirs}.weight"] = made
        self.letters = [self.tokenizer(f" {letter}", add_special_tokens=False)["input_ids"][0] for letter in LETTERS]
        self.rows = self.base.embed_tokens.weight[self.letters].float()
        self.scale = nn.Parameter(torch.tensor(0.3))
        self.bias = nn.Parameter(torch.tensor(math.log(len(LETTERS) - 1.0)))

    def pack(self, group: list[Pair]) -> Packed:
        """The note and its statements through the layers that don't learn."""
        ids, place, seen, last = laid_out(self.tokenizer, group)
        near = seen & (place[:, None] - place[None] < self.base.config.sliding_window)
        masks = {
            name: masked(allowed)
            for name, allowed in (("full_attention", seen), ("sliding_attention", near))
        }
        with torch.no_grad():
            hidden = self.layers(self.base.embed_tokens(torch.tensor([ids])), place[None], masks, 0, self.frozen)
        return hidden, place[None], masks, last

    def layers(
        self, hidden: torch.Tensor, places: torch.Tensor, masks: dict[str, torch.Tensor], low: int, high: int
    ) -> torch.Tensor:
        """Hidden states after the layers ``low`` to ``high``."""
        types = self.base.config.layer_types
        turns = {name: self.base.rotary_emb(hidden, places, name) for name in set(types)}
        for number in range(low, high):
            hidden = self.base.layers[number](
                hidden, attention_mask=masks[types[number]], position_embeddings=turns[types[number]],
                position_ids=places, past_key_values=None,
            )  # fmt: skip
        return hidden

    def forward(self, packed: Packed) -> tuple[torch.Tensor, torch.Tensor]:
        """(log-odds of support [statements], logits of the letters [statements, 12])."""
        hidden, places, masks, last = packed
        hidden = self.layers(hidden, places, masks, self.frozen, len(self.base.layers))
        z = (self.base.norm(hidden)[0, last].float() @ self.rows.T) * self.scale
        return z[:, 0] - torch.logsumexp(z[:, 1:], 1) + self.bias, z


def disturbed(group: list[Pair], rng: random.Random) -> list[Pair]:
    """The same pairs as hurried hands type: capitals, small letters, no accents; note and statements apart."""
    ways: list[Callable[[str], str]] = [str.upper, str.lower, strip_accents, lambda t: strip_accents(t).upper(), str]
    note = rng.choice(ways)
    return [replace(pair, source=note(pair.source), statement=rng.choice(ways)(pair.statement)) for pair in group]


def restore(adapted: dict[str, LowRank], path: Path) -> None:
    """Put the matrices of a stored adapter back. Raises :class:`KeyError` where it has other ones."""
    import gguf

    stored = {tensor.name: tensor.data for tensor in gguf.GGUFReader(str(path)).tensors}
    with torch.no_grad():
        for name, made in adapted.items():
            made.a.copy_(torch.from_numpy(np.array(stored[f"{name}.lora_a"], np.float32)).view_as(made.a))
            made.b.copy_(torch.from_numpy(np.array(stored[f"{name}.lora_b"], np.float32)).view_as(made.b))


def store(adapted: dict[str, LowRank], path: Path, architecture: str) -> int:
    """Write the matrices as an adapter of llama.cpp (half precision); returns their rank."""
    import gguf

    rank = int(next(iter(adapted.values())).a.shape[0])
    writer = gguf.GGUFWriter(str(path), architecture)
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", SCALE * rank)
    for name, made in adapted.items():
        writer.add_tensor(f"{name}.lora_a", made.a.detach().half().numpy())
        writer.add_tensor(f"{name}.lora_b", made.b.detach().half().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return rank


def resume(net: Net, folder: Path) -> None:
    """Put a stored adapter into the net. Raises :class:`KeyError` where it has other matrices."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    restore(net.adapted, folder / "adapter.gguf")
    with torch.no_grad():
        net.scale.fill_(meta["scale"])
        net.bias.fill_(meta["bias"])


def groups(pairs: list[Pair], rng: random.Random) -> list[list[Pair]]:
    """Statements of one note together, at most ``TOGETHER``, in random order."""
    by_note: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_note.setdefault(pair.note_id, []).append(pair)
    out = []
    for mine in by_note.values():
        rng.shuffle(mine)
        count = math.ceil(len(mine) / TOGETHER)
        out += [mine[i::count] for i in range(count)]
    rng.shuffle(out)
    return out


def loss_of(group: list[Pair], odds: torch.Tensor, letters: torch.Tensor) -> torch.Tensor:
    """Sum over the group: supported or not [statements], and for what isn't, the kind of error [statements, 12]."""
    weight = torch.tensor([0.5 if pair.origin == "literal" else 1.0 for pair in group])
    right = torch.tensor([float(pair.supported) for pair in group]) * 0.94 + 0.03
    kinds = torch.tensor([KINDS.index(pair.kind) for pair in group])
    wrong = cross_entropy(letters[:, 1:], (kinds - 1).clamp(min=0), reduction="none", label_smoothing=0.05)
    return ((bce(odds, right, reduction="none") + 0.25 * wrong * (kinds > 0)) * weight).sum()


def measure(net: Net, kept: list[tuple[list[Pair], Packed]]) -> float:
    """Area under the curve over the pairs kept."""
    right, odds = [], []
    with torch.inference_mode():
        for group, packed in kept:
            right += [pair.supported for pair in group]
            odds += net(packed)[0].tolist()
    return float(roc_auc_score(right, odds))


def save(net: Net, folder: Path, steps: int) -> None:
    """Adapter as GGUF (half precision), letters, scale and bias."""
    folder.mkdir(parents=True, exist_ok=True)
    rank = store(net.adapted, folder / "adapter.gguf", "gemma3")
    meta = {
        "letters": net.letters, "scale": round(net.scale.item(), 6), "bias": round(net.bias.item(), 6),
        "rank": rank, "base": BASE, "steps": steps, "sha256": sha256_of(folder / "adapter.gguf"),
    }  # fmt: skip
    (folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """Train and store the adapter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--frozen", type=int, default=8, help="lowest layers that don't learn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="folder of an adapter that learns on")
    parser.add_argument("--known", default="", help="hands (first letters of pairs) it has seen: half left out")
    parser.add_argument("--noise", type=float, default=0.3, help="share of the readings that are disturbed")
    parser.add_argument("--out", type=Path, default=MODEL)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    rng = random.Random(arguments.seed)  # noqa: S311 - reproducible sampling, not a secret
    net = Net(arguments.rank, arguments.frozen)
    if arguments.start:
        resume(net, arguments.start)
    notes = read_notes(NOTES)
    pairs = read_pairs(notes)
    train = [p for p in pairs if p.split == "train"]
    train = [p for p in train if p.id[0] not in arguments.known or rng.random() < 0.5]
    train += [one for note in sorted({p.note_id for p in train}) for one in literal(note, notes[note], rng, 1)]
    kept = [(group, net.pack(group)) for group in groups(train, rng)]
    chosen = [p for p in pairs if p.split == "dev" and p.id[0] != "a"]
    dev = [(group, net.pack(group)) for group in groups(chosen, rng)]
    tokens = sum(packed[0].shape[1] for _, packed in kept)
    sys.stdout.write(f"{len(train)} pares, {tokens} piezas; AUC de desarrollo {measure(net, dev):.3f}\n")
    sys.stdout.flush()
    matrices = [p for p in net.parameters() if p.requires_grad and p.dim()]
    scalars = [net.scale, net.bias]
    optimiser = torch.optim.AdamW([{"params": matrices}, {"params": scalars}], weight_decay=0.01, betas=(0.9, 0.98))
    total, held, losses, order = int(arguments.epochs * len(kept)), 0, [0.0], list[int]()
    started = time.monotonic()
    for step in range(total):
        if not order:
            order = rng.sample(range(len(kept)), len(kept))
        group, packed = kept[order.pop()]
        if rng.random() < arguments.noise:
            packed = net.pack(disturbed(group, rng))
        rate = arguments.rate * min(1, step / 60) * (0.485 * (1 + math.cos(math.pi * step / total)) + 0.03)
        for options, factor in zip(optimiser.param_groups, (1, 3), strict=True):
            options["lr"] = rate * factor
        loss = loss_of(group, *net(packed))
        (loss / STEP).backward()  # type: ignore[no-untyped-call]
        losses.append(loss.item() / len(group))
        held += len(group)
        if held >= STEP:
            nn.utils.clip_grad_norm_(matrices + scalars, 1.0)
            optimiser.step()
            optimiser.zero_grad()
            held = 0
        if step % 50 == 49:
            spent = time.monotonic() - started
            sys.stdout.write(f"{step + 1}/{total} pérdida {np.mean(losses[-50:]):.3f} {spent:.0f} s\n")
            sys.stdout.flush()
        if (step + 1) % (len(kept) // 2) == 0 or step + 1 == total:
            sys.stdout.write(f"AUC de desarrollo {measure(net, dev):.3f}\n")
            sys.stdout.flush()
            save(net, arguments.out, step + 1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
