"""The reader of requests that the scope guard asks: the bundled encoder with small adapters, and n-grams; five classes.

Two adapters trained apart on requests written by hand err on different ones (``python -m eval.scope.train_reader``,
cards in ``scope_model/README.md`` and ``scope_model_b/README.md``), and both are sure of themselves where a request is
unlike all they saw; the reader of words (``python -m eval.scope.train_words``) is not. The mean of adapters and
words decides.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from copilot.encoders import adapted_encoder
from copilot.ngrams import load_ngrams
from copilot.settings import Settings
from guardrails.scope import Chances, RequestReader

MODEL = Path(__file__).with_name("scope_model")
MODELS = (MODEL, Path(__file__).with_name("scope_model_b"))
NGRAMS = MODEL / "ngrams.npz"
NGRAM_SHARE = 0.5
"""Share of the reader of words in the probabilities."""
CLASSES = ("clinica", "documentacion", "fuera", "danina", "inyeccion")
"""Classes of the head, in its order."""
PREFIX = "query: "
"""What the encoder expects before a question."""
MAX_TOKENS = 96
STRIDE = 64
"""A longer request is read in windows; the worst one decides."""
_log = logging.getLogger(__name__)


class ScopeReader:
    """Probabilities of the reasons to refuse a request. Loads once; safe under threads."""

    def __init__(self, settings: Settings, folders: Sequence[Path] = MODELS) -> None:
        import torch
        from safetensors.torch import load_file

        self._torch = torch
        self._readers: list[tuple[Any, Any, Any]] = []
        for folder in folders:
            encoder, self._tokenizer = adapted_encoder(settings, folder)
            head = {name: value.float() for name, value in load_file(folder / "head.safetensors").items()}
            self._readers.append((encoder, head["weight"], head["bias"]))
        self._words = load_ngrams(NGRAMS)
        self._lock = threading.Lock()

    def read(self, text: str) -> Chances:
        """Probabilities of one request of any length (its first 4,000 characters)."""
        torch = self._torch
        words = text[:4000].split()
        windows = [" ".join(words[at : at + STRIDE]) for at in range(0, max(1, len(words)), STRIDE // 2)] or [""]
        if len(words) <= STRIDE:
            windows = windows[:1]
        with self._lock, torch.inference_mode():
            enc = self._tokenizer(
                [PREFIX + one for one in windows], truncation=True, max_length=MAX_TOKENS, padding=True,
                return_tensors="pt",
            )  # fmt: skip
            mask = enc["attention_mask"].unsqueeze(-1).float()
            read = []
            for encoder, weight, bias in self._readers:
                hidden = encoder(input_ids=enc["input_ids"], attention_mask=enc["attention_mask"]).last_hidden_state
                read.append(((hidden * mask).sum(1) / mask.sum(1) @ weight.T + bias).softmax(-1))
            chances = torch.stack(read).mean(0)
        worded = torch.from_numpy(self._words.log_probabilities(windows)).exp().float()
        chances = (1 - NGRAM_SHARE) * chances + NGRAM_SHARE * worded
        worst = int((chances[:, 3] + chances[:, 4]).argmax())
        clinical, documentation, foreign, harmful, injected = chances[worst].tolist()
        if len(windows) > 1:
            # A long text strays in places; it is foreign where all of it is.
            foreign = float(chances[:, 2].min())
        return Chances(clinical, documentation, foreign, harmful, injected)


def load_scope_reader(settings: Settings) -> RequestReader | None:
    """The trained reader, or None where an adapter or the encoder isn't there (the rules alone decide)."""
    for file in (NGRAMS, *(folder / "head.safetensors" for folder in MODELS)):
        if not file.is_file():
            _log.warning("lector de peticiones no disponible: falta %s", file.name)
            return None
    try:
        return ScopeReader(settings)
    except Exception as error:
        _log.warning("lector de peticiones no disponible: %s", type(error).__name__)
        return None
