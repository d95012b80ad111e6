"""A synthetic Spanish voice for measuring: espeak-ng's phonetic symbols spoken by Kokoro-82M (Apache-2.0).

espeak-ng's own voice is flat and Whisper understands almost nothing of it; Kokoro's is near a person who reads aloud.
Each recording is kept beside the weights, since one costs seconds of processor.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import wave
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from copilot.errors import UsageError
from copilot.models import find_model, ready_path
from copilot.settings import Settings, get_settings

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

MODEL = "kokoro-82m"
VOICES = ("ef_dora", "em_alex")
"""A woman's and a man's voice."""
RATE = 24_000
"""Samples a second of what Kokoro says."""
_FOLDER = Path(__file__).parent / "voices"
_JOINED = {"tʃ": "ʧ", "dʒ": "ʤ"}
"""Two symbols of espeak-ng that are one of Kokoro's."""


def phonetic(text: str, language: str = "es-419") -> str:
    """IPA of Latin American Spanish. Raises :class:`UsageError` without espeak-ng."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise UsageError("Falta espeak-ng (apt-get install espeak-ng).")
    command = [program, "-v", language, "-q", "--ipa", text]
    said = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout  # noqa: S603
    line = " ".join(said.split())
    for two, one in _JOINED.items():
        line = line.replace(two, one)
    return line


class Voice:
    """Speaks sentences (up to 250 symbols each); loads the weights on first use."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or get_settings()
        self.row = find_model(self.settings, MODEL)
        self.kept = self.row.folder(self.settings) / "dicho"

    @cached_property
    def _session(self) -> InferenceSession:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = self.settings.llm_threads
        return InferenceSession(str(ready_path(self.settings, self.row)), options, providers=["CPUExecutionProvider"])

    @cached_property
    def _symbols(self) -> dict[str, int]:
        found: dict[str, int] = json.loads((_FOLDER / "symbols.json").read_text(encoding="utf-8"))
        return found

    @cached_property
    def _styles(self) -> dict[str, np.ndarray]:
        with np.load(_FOLDER / "voices.npz") as found:
            return {name: found[name].astype(np.float32) for name in found.files}

    def say(self, text: str, voice: str = VOICES[0], speed: float = 1.0) -> bytes:
        """A WAV (24 kHz, mono, 16 bits) of one sentence. Raises :class:`ModelError` without the weights."""
        key = hashlib.sha256(f"{voice} {speed} {text}".encode()).hexdigest()[:24]
        path = self.kept / f"{key}.wav"
        if not path.is_file():
            made = wav(self._samples(text, voice, speed))
            self.kept.mkdir(parents=True, exist_ok=True)
            half = path.with_suffix(".half")
            half.write_bytes(made)
            half.replace(path)
        return path.read_bytes()

    def _samples(self, text: str, voice: str, speed: float) -> np.ndarray:
        numbers = [self._symbols[c] for c in phonetic(text) if c in self._symbols]
        styles = self._styles[voice]
        if not 0 < len(numbers) < len(styles):
            raise UsageError(f"La frase tiene {len(numbers)} sonidos; la voz dice de 1 a {len(styles) - 1}.")
        given = {
            "tokens": np.array([[0, *numbers, 0]], dtype=np.int64),
            "style": styles[len(numbers)][None],
            "speed": np.array([speed], dtype=np.float32),
        }
        return np.asarray(self._session.run(None, given)[0], dtype=np.float32).ravel()


def wav(samples: np.ndarray, rate: int = RATE) -> bytes:
    """Samples in -1…1, one channel, as a 16-bit WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as handle:
        handle.setnchannels(1)
        handle.setsampwidth(2)
        handle.setframerate(rate)
        handle.writeframes((np.clip(samples, -1, 1) * 32767).astype(np.int16).tobytes())
    return out.getvalue()
