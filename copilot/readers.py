"""Readers: small trained heads over the sentence encoder, injected into the guardrails.

The reader of pairs is the bundled encoder with a low-rank adapter, as a cross-encoder: it reads an excerpt of the
source and a statement together and says how probable it is that the one supports the other (measured figures:
``docs/fundamentacion.md``). Trained on our own pairs alone (``python -m eval.grounding.train_reader``).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from copilot.encoders import adapted_encoder
from copilot.settings import Settings, get_settings
from guardrails.grounding.types import Reader

MODEL = Path(__file__).with_name("readers_model")
_log = logging.getLogger(__name__)


class PairReader:
    """Cross-encoder over (premise, hypothesis). Loads once; safe under threads."""

    name = "pares"

    def __init__(self, settings: Settings, folder: Path | None = None) -> None:
        import torch
        from safetensors.torch import load_file

        folder = folder or MODEL
        self._torch = torch
        self._encoder, self._tokenizer = adapted_encoder(settings, folder)
        head = {name: value.float() for name, value in load_file(folder / "head.safetensors").items()}
        self._pair, self._pair_bias = head["pair.weight"], head["pair.bias"]
        # An adapter trained without the word head is read by its pair head alone.
        self._word, self._word_bias = head.get("word.weight"), head.get("word.bias")
        self._lock = threading.Lock()

    def score_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Probability, 0–1, that each premise supports its hypothesis."""
        torch = self._torch
        out: list[float] = []
        with self._lock, torch.inference_mode():
            for at in range(0, len(pairs), 8):
                part = pairs[at : at + 8]
                enc = self._tokenizer(
                    [p for p, _ in part],
                    [h for _, h in part],
                    truncation="only_first",
                    max_length=200,
                    padding=True,
                    return_tensors="pt",
                )
                hidden = self._encoder(
                    input_ids=enc["input_ids"], attention_mask=enc["attention_mask"]
                ).last_hidden_state
                mask = enc["attention_mask"].unsqueeze(-1).float()
                mean = (hidden * mask).sum(1) / mask.sum(1)
                logits = (torch.cat([mean, hidden[:, 0]], -1) @ self._pair.T + self._pair_bias)[:, 0]
                if self._word is not None:
                    # A statement falls by any one of its words: less a smooth maximum of the words' error log-odds.
                    words = (hidden @ self._word.T + self._word_bias)[..., 0]
                    ours = torch.tensor([[s == 1 for s in enc.sequence_ids(i)] for i in range(len(part))])
                    logits = logits - torch.logsumexp(words.masked_fill(~ours, -30.0), 1)
                out += torch.sigmoid(logits).tolist()
        return out


def load_reader(settings: Settings | None = None) -> Reader | None:
    """The trained reader of pairs, or None where adapter or encoder isn't there (alignment alone decides)."""
    if not (MODEL / "head.safetensors").is_file():
        return None
    try:
        return PairReader(settings or get_settings())
    except Exception as error:
        _log.warning("lector de pares no disponible: %s", type(error).__name__)
        return None
