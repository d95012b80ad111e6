"""The bundled encoder with light adapters: one set of word vectors, several readers.

Of the e5 encoder's 470 MB, 384 are word vectors; every reader shares them and owns only its 12 layers.
"""

from __future__ import annotations

import copy
import json
import threading
from pathlib import Path
from typing import Any

from copilot.embeddings import SharedTokenizer, load_embedder
from copilot.settings import Settings

_adapted: dict[str, Any] = {}
_lock = threading.Lock()


def base_encoder(settings: Settings) -> tuple[Any, Any]:
    """(encoder, tokenizer) of the sentence embeddings in use; not to be changed by the caller."""
    transformer = load_embedder(settings).model[0]
    return transformer.auto_model, transformer.tokenizer  # type: ignore[union-attr]


def private_encoder(settings: Settings) -> tuple[Any, Any]:
    """A copy of the encoder that shares the word vectors with the base; (encoder, tokenizer)."""
    base, tokenizer = base_encoder(settings)
    words = base.embeddings.word_embeddings
    return copy.deepcopy(base, memo={id(words): words}), tokenizer


ADAPTED = ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"]
"""Modules of a layer that get low-rank matrices."""


def trainable_encoder(settings: Settings) -> tuple[Any, Any]:
    """A private encoder set up to train adapters on a processor; (encoder, tokenizer)."""
    from torch import nn

    encoder, tokenizer = private_encoder(settings)
    # Drawing dropout masks costs as much as the products themselves on a CPU; hidden words regularise instead.
    for module in encoder.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    # Plain products beat the fused attention here: they use the processor's bfloat16 units backwards too.
    encoder.set_attn_implementation("eager")
    return encoder, tokenizer


def adapted_encoder(settings: Settings, adapter: Path) -> tuple[Any, Any]:
    """The encoder with a low-rank adapter (peft folder) merged in; one instance an adapter and process."""
    from peft import PeftModel

    with _lock:
        key = str(adapter)
        if key not in _adapted:
            encoder, _ = private_encoder(settings)
            merged = PeftModel.from_pretrained(encoder, str(adapter)).merge_and_unload()
            merged.eval()
            for parameter in merged.parameters():
                parameter.requires_grad_(False)
            _adapted[key] = merged
        return _adapted[key], SharedTokenizer(base_encoder(settings)[1])


def save_adapter(encoder: Any, folder: Path) -> None:
    """A trained adapter (peft) in half precision; a card of ours stays, no path of the machine goes in."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "README.md"
    card = page.read_text(encoding="utf-8") if page.is_file() else None
    halved = {name: value.half() for name, value in encoder.state_dict().items() if "lora_" in name}
    encoder.save_pretrained(str(folder), state_dict=halved)
    if card is None:
        page.unlink(missing_ok=True)  # the library writes a card of its own
    else:
        page.write_text(card, encoding="utf-8")
    described = folder / "adapter_config.json"
    config = json.loads(described.read_text(encoding="utf-8"))
    config["base_model_name_or_path"] = "multilingual-e5-small"
    described.write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
