"""The reader of requests that the scope guard asks: the bundled encoder with a small adapter, five classes.

Trained on requests written by hand (``python -m eval.scope.train_reader``, card in ``scope_model/README.md``).
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from copilot.encoders import adapted_encoder
from copilot.settings import Settings
from guardrails.scope import Chances, RequestReader

MODEL = Path(__file__).with_name("scope_model")
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

    def __init__(self, settings: Settings, folder: Path = MODEL) -> None:
        import torch
        from safetensors.torch import load_file

        self._torch = torch
        self._encoder, self._tokenizer = adapted_encoder(settings, folder)
        head = {name: value.float() for name, value in load_file(folder / "head.safetensors").items()}
        self._weight, self._bias = head["weight"], head["bias"]
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
            hidden = self._encoder(input_ids=enc["input_ids"], attention_mask=enc["attention_mask"]).last_hidden_state
            mask = enc["attention_mask"].unsqueeze(-1).float()
            chances = ((hidden * mask).sum(1) / mask.sum(1) @ self._weight.T + self._bias).softmax(-1)
        worst = int((chances[:, 3] + chances[:, 4]).argmax())
        clinical, documentation, foreign, harmful, injected = chances[worst].tolist()
        if len(windows) > 1:
            # A long text strays in places; it is foreign where all of it is.
            foreign = float(chances[:, 2].min())
        return Chances(clinical, documentation, foreign, harmful, injected)


def load_scope_reader(settings: Settings) -> RequestReader | None:
    """The trained reader, or None where adapter or encoder isn't there (the rules alone decide)."""
    if not (MODEL / "head.safetensors").is_file():
        return None
    try:
        return ScopeReader(settings)
    except Exception as error:
        _log.warning("lector de peticiones no disponible: %s", type(error).__name__)
        return None
