"""Train the section reader: ``python -m copilot.sections.train [--spanish FILE] [--out FOLDER]``.

A low-rank adapter on the bundled encoder labels every token of a whole note with one of 12 sections, so a
clause is judged in its context; a second head recognises the type of note. CPU only, one seed.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import sys
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from copilot.domain import NoteType, Section, Span
from copilot.encoders import ADAPTED, save_adapter, trainable_encoder
from copilot.folding import strip_accents
from copilot.sections.labelled import LabelledNote, read_notes, split
from copilot.sections.windows import MAX_TOKENS, token_windows
from copilot.settings import get_settings

SECTIONS = list(Section)
TYPES = list(NoteType)
_IGNORE = -100
HEAD_RATE = 5e-3
HIDDEN_WORDS = 0.1
"""Share of tokens hidden in training, so that the context is read and no single word decides."""
FIRST_LAYER = 3
"""Layers below are left as they are: their products need no gradient, which saves a quarter of the time."""


def spanish_cases(path: Path) -> list[LabelledNote]:
    """Labelled sentences of Spanish case reports (TSV: doc, start, end, text, section, …) as notes."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE):
            rows[row["doc"]].append(row)
    notes = []
    for doc, sentences in rows.items():
        text, statements = "", []
        for row in sentences:
            start = len(text)
            text += row["text"] + "\n"
            statements.append((Span(start, len(text) - 1), Section(row["section"])))
        notes.append(LabelledNote(doc, "spaccc", None, text, tuple(statements)))
    return notes


SPACCC = Path(__file__).with_name("data") / "spaccc_sections.tsv"
"""Our labels for Spanish case reports (SPACCC, CC BY 4.0): doc, start, end, section; the texts are not ours to hold."""
SPACCC_HELD = SPACCC.with_name("spaccc_held.tsv")
"""Reports labelled by another reader after the training; only measured."""


def spaccc_cases(folder: Path, labels: Path = SPACCC) -> list[LabelledNote]:
    """The case reports of ``folder`` (``DOC.txt``, e.g. MEDDOCAN's training part) that we labelled."""
    spans: dict[str, list[tuple[Span, Section]]] = defaultdict(list)
    with labels.open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            spans[row["doc"]].append((Span(int(row["start"]), int(row["end"])), Section(row["section"])))
    texts = {doc: (folder / f"{doc}.txt").read_text(encoding="utf-8") for doc in spans}
    return [LabelledNote(doc, "spaccc", None, texts[doc], tuple(one)) for doc, one in spans.items()]


_MARKS = re.compile(r"(?<!\d)[.,;:]|[.,;:](?!\d)|[\n\t]")
"""Punctuation and line breaks, but for the separators inside a number."""
RUN_ON = 0.3
"""Share of the notes shown as run-on text: where no mark helps, the words alone must tell a new statement."""
MOVED = 0.35
"""Share of the notes with a block or two put elsewhere: a note's order is that of the physician's memory."""


def run_on(text: str, rng: random.Random) -> str:
    """The text as dictated or typed in a hurry: no punctuation, no lines, mostly lower case; the length is kept."""
    text = _MARKS.sub(" ", text)
    if rng.random() < 0.7:
        text = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return strip_accents(text) if rng.random() < 0.7 else text


def augment(note: LabelledNote, rng: random.Random) -> LabelledNote:
    """The same note as another hand would type it; every change keeps the offsets."""
    text, roll = note.text, rng.random()
    if rng.random() < RUN_ON:
        return replace(note, text=run_on(text, rng))
    if roll < 0.12:
        text = "".join(c.upper() if len(c.upper()) == 1 else c for c in text)
    elif roll < 0.27:
        text = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    if rng.random() < 0.25:
        text = strip_accents(text)
    if rng.random() < 0.15:
        text = text.replace(".", " ") if rng.random() < 0.5 else text.replace(",", " ")
    if rng.random() < 0.25:
        text = text.replace("\n", " ")
    return replace(note, text=text)


def blocks_of(note: LabelledNote) -> list[tuple[str, list[Span], Section]]:
    """Runs of statements of one section: their text, the statements' places in it, the section."""
    blocks: list[tuple[str, list[Span], Section]] = []
    for index, ((start, end), section) in enumerate(note.statements):
        after = note.statements[index + 1][0].start if index + 1 < len(note.statements) else len(note.text)
        text, spans, last = blocks.pop() if blocks and blocks[-1][2] == section else ("", [], section)
        at = len(text)
        blocks.append((text + note.text[start:after], [*spans, Span(at, at + end - start)], last))
    return blocks


def with_moved_blocks(note: LabelledNote, rng: random.Random) -> LabelledNote:
    """Rotated, or a block or two put somewhere else: order alone must not decide. Every statement is kept."""
    blocks = blocks_of(note)
    if len(blocks) < 3:
        return note
    if rng.random() < 0.4:
        at = rng.randrange(1, len(blocks))
        blocks = [blocks[0], *blocks[at:], *blocks[1:at]]
    else:
        for _ in range(rng.choice((1, 1, 2))):
            moved = blocks.pop(rng.randrange(len(blocks)))
            blocks.insert(rng.randrange(len(blocks) + 1), moved)
    text, statements = "", []
    for piece, spans, section in blocks:
        statements += [(Span(len(text) + start, len(text) + end), section) for start, end in spans]
        text += piece if piece[-1:].isspace() else piece + " "
    return replace(note, text=text, statements=tuple(statements))


class Heads(nn.Module):
    """Linear heads over the hidden states: section and start of a statement a token, note type a note."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.section = nn.Linear(width, len(SECTIONS))
        self.kind = nn.Linear(width, len(TYPES))
        self.start = nn.Linear(width, 1)


class Example(NamedTuple):
    """One window: token ids, section a token (or ``_IGNORE``), whether it opens a statement, note type."""

    ids: list[int]
    sections: list[int]
    starts: list[float]
    kind: int


def examples(note: LabelledNote, tokenizer: Any) -> list[Example]:
    """Windows of a note with their labels."""
    labels = np.full(len(note.text), _IGNORE)
    opens = {start for (start, _), _ in note.statements}
    for (start, end), section in note.statements:
        labels[start:end] = SECTIONS.index(section)
    kind = TYPES.index(note.note_type) if note.note_type else _IGNORE
    rows = []
    for window in token_windows(note.text, tokenizer):
        marks, starts = [], []
        for start, end in window.offsets:
            known = [int(x) for x in labels[start:end] if x != _IGNORE]
            marks.append(known[0] if known else _IGNORE)
            starts.append(float(any(start <= at < end for at in opens)))
        rows.append(Example(window.ids, [_IGNORE, *marks, _IGNORE], [0.0, *starts, 0.0], kind))
    return rows


def hide_words(row: Example, tokenizer: Any, rng: random.Random, share: float = HIDDEN_WORDS) -> Example:
    """The same window with a share of its inner tokens replaced by the mask token."""
    mask = tokenizer.convert_tokens_to_ids("<mask>")
    inner = [mask if rng.random() < share else token for token in row.ids[1:-1]]
    return row._replace(ids=[row.ids[0], *inner, row.ids[-1]])


BATCH = 4
"""Windows a step."""


def batches(notes: list[LabelledNote], tokenizer: Any, rng: random.Random) -> list[list[Example]]:
    """One epoch: every note once, as another hand would write it; windows of like length together, in random order."""
    rows: list[Example] = []
    for note in notes:
        if note.note_type and rng.random() < MOVED:
            note = with_moved_blocks(note, rng)
        rows += [hide_words(row, tokenizer, rng) for row in examples(augment(note, rng), tokenizer)]
    rng.shuffle(rows)
    pools = [sorted(rows[at : at + 16 * BATCH], key=lambda row: len(row.ids)) for at in range(0, len(rows), 16 * BATCH)]
    groups = [pool[at : at + BATCH] for pool in pools for at in range(0, len(pool), BATCH)]
    rng.shuffle(groups)
    return groups


def batch_loss(encoder: Any, heads: Heads, rows: list[Example], pad: int) -> torch.Tensor:
    """Loss of some windows in one padded batch: sections, starts of statements, note types."""
    width = max(len(row.ids) for row in rows)
    ids = torch.tensor([row.ids + [pad] * (width - len(row.ids)) for row in rows])
    mask = torch.tensor([[1] * len(row.ids) + [0] * (width - len(row.ids)) for row in rows])
    marks = torch.tensor([row.sections + [_IGNORE] * (width - len(row.ids)) for row in rows])
    starts = torch.tensor([row.starts + [0.0] * (width - len(row.ids)) for row in rows])
    kinds = torch.tensor([row.kind for row in rows])
    # bfloat16 products: five times faster where the processor has them, no slower elsewhere.
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
    hidden = hidden.float()
    sections = nn.functional.cross_entropy(
        heads.section(hidden).flatten(0, 1), marks.flatten(), ignore_index=_IGNORE, label_smoothing=0.05
    )
    real = mask.bool()
    opening = nn.functional.binary_cross_entropy_with_logits(heads.start(hidden)[..., 0][real], starts[real])
    loss: torch.Tensor = sections + 0.5 * opening
    if (kinds != _IGNORE).any():
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        loss = loss + 0.15 * nn.functional.cross_entropy(heads.kind(mean), kinds, ignore_index=_IGNORE)
    return loss


def evaluate(encoder: Any, heads: Heads, tokenizer: Any, notes: list[LabelledNote]) -> dict[str, float]:
    """Share of labelled tokens in the right section, strict and with administrative text counted together."""
    right = together = total = types = typed = 0
    admin = {SECTIONS.index(Section.FICHA_IDENTIFICACION), SECTIONS.index(Section.OTRO)}
    encoder.eval()
    with torch.no_grad():
        for note in notes:
            for ids, marks, _, kind in examples(note, tokenizer):
                with torch.autocast("cpu", dtype=torch.bfloat16):
                    hidden = encoder(input_ids=torch.tensor([ids])).last_hidden_state[0].float()
                said = heads.section(hidden).argmax(-1).tolist()
                for a, b in zip(said, marks, strict=True):
                    if b != _IGNORE:
                        total += 1
                        right += a == b
                        together += a == b or (a in admin and b in admin)
                if kind != _IGNORE:
                    typed += 1
                    types += int(heads.kind(hidden.mean(0)).argmax()) == kind
    return {
        "sections": right / max(total, 1),
        "sections_admin_together": together / max(total, 1),
        "type": types / max(typed, 1),
        "tokens": total,
    }


def save(encoder: Any, heads: Heads, folder: Path) -> None:
    """Adapter, heads and labels; after every epoch, so that an interrupted training leaves something."""
    from safetensors.torch import save_file

    save_adapter(encoder, folder)
    save_file({name: value.half() for name, value in heads.state_dict().items()}, folder / "heads.safetensors")
    meta = {"sections": [str(s) for s in SECTIONS], "types": [str(t) for t in TYPES], "max_tokens": MAX_TOKENS}
    (folder / "labels.json").write_text(json.dumps(meta, indent=1), encoding="utf-8")


def main() -> int:
    """Train, print figures on the tuning voices, save adapter and heads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spanish", type=Path, help="labelled sentences of Spanish cases (TSV)")
    parser.add_argument("--spaccc", type=Path, help="folder with the texts of the case reports labelled in the project")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("model"))
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--tune", default="", help="voices to tune on instead of the usual ones (comma-separated)")
    parser.add_argument("--resume", type=Path, help="go on from the adapter and heads of this folder")
    parser.add_argument("--all", action="store_true", help="train on the tuning voices too")
    arguments = parser.parse_args()
    from peft import LoraConfig, PeftModel, get_peft_model
    from safetensors.torch import load_file

    torch.manual_seed(arguments.seed)
    rng = random.Random(arguments.seed)  # noqa: S311
    encoder, tokenizer = trainable_encoder(get_settings())
    layers = range(FIRST_LAYER, encoder.config.num_hidden_layers)
    above: dict[str, Any] = {"layers_to_transform": list(layers), "layers_pattern": "layer"}
    rank = arguments.rank
    config = LoraConfig(r=rank, lora_alpha=2 * rank, lora_dropout=0.0, target_modules=ADAPTED, **above)
    heads = Heads(encoder.config.hidden_size)
    if arguments.resume:
        encoder = PeftModel.from_pretrained(encoder, str(arguments.resume), is_trainable=True).float()
        heads.load_state_dict(load_file(arguments.resume / "heads.safetensors"))
    else:
        encoder = get_peft_model(encoder, config)
    # What is not trained is turned to bfloat16 once, not at every step; the products are the same.
    for module in encoder.modules():
        if isinstance(module, nn.Linear) and not module.weight.requires_grad:
            module.to(torch.bfloat16)
    train, tune, _ = split(read_notes())
    if arguments.tune:
        voices = set(arguments.tune.split(","))
        tune = [note for note in train if note.voice in voices]
        train = [note for note in train if note.voice not in voices]
    spanish = spanish_cases(arguments.spanish) if arguments.spanish else []
    train += spanish[:40] + (spaccc_cases(arguments.spaccc) if arguments.spaccc else [])
    hurried = random.Random(1)  # noqa: S311
    tune_sets = {
        "mexican": tune,
        "run_on": [replace(note, text=run_on(note.text, hurried)) for note in tune],
        "spanish": spanish[40:],
    }
    if arguments.all:
        train += tune + spanish[40:]
    rates = [
        {"params": [p for p in encoder.parameters() if p.requires_grad], "lr": arguments.rate},
        {"params": heads.parameters(), "lr": HEAD_RATE},
    ]
    optimiser = torch.optim.AdamW(rates, weight_decay=0.01)
    steps = arguments.epochs * (sum(len(examples(note, tokenizer)) for note in train) // BATCH + 2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=[arguments.rate, HEAD_RATE], total_steps=steps + 1, pct_start=0.06
    )
    started = time.time()
    for epoch in range(arguments.epochs):
        encoder.train()
        losses = []
        for rows in batches(train, tokenizer, rng):
            loss = batch_loss(encoder, heads, rows, tokenizer.pad_token_id)
            loss.backward()
            losses.append(float(loss.detach()))
            nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            if schedule.last_epoch < steps:
                schedule.step()
        looked = tune_sets.items() if epoch % 3 == 2 or epoch == arguments.epochs - 1 else ()
        figures = {name: evaluate(encoder, heads, tokenizer, notes) for name, notes in looked if notes}
        line = {"epoch": epoch, "loss": round(float(np.mean(losses)), 4), "s": round(time.time() - started)}
        sys.stderr.write(json.dumps({**line, **figures}) + "\n")
        save(encoder, heads, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
