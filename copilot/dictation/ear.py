"""Whisper on this machine, through faster-whisper (MIT): samples → words with their probability, segment by segment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from copilot.dictation.audio import RATE
from copilot.dictation.shapes import Word
from copilot.errors import ModelError
from copilot.models import find_model, ready_path
from copilot.settings import Settings

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

LEAD_S = 0.4
"""Silence put before every recording, in seconds."""


class Segment(NamedTuple):
    """What was heard up to a moment of the recording."""

    words: list[Word]
    until_s: float


class Ear:
    """Loads the model on first use; one recording at a time is the caller's matter."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._loading = threading.Lock()

    @cached_property
    def _loaded(self) -> WhisperModel:
        row = find_model(self.settings, self.settings.dictation) if self.settings.dictation else None
        if row is None or row.kind != "whisper":
            raise ModelError("El dictado no está activado en este equipo (COPILOT_DICTATION).")
        try:
            folder = ready_path(self.settings, row).parent
        except ModelError:
            raise ModelError(
                f"Falta el modelo del dictado. Quien administra el equipo lo trae con: copilot models pull {row.name}"
            ) from None
        try:
            from faster_whisper import WhisperModel

            return WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=self.settings.llm_threads,
                local_files_only=True,
            )  # fmt: skip
        except (ImportError, RuntimeError, ValueError, OSError) as error:
            raise ModelError(f"No se pudo cargar el modelo del dictado ({type(error).__name__}).") from None

    def model(self) -> WhisperModel:
        """The model, loaded. Raises :class:`ModelError`."""
        with self._loading:
            return self._loaded

    def hear(self, samples: np.ndarray) -> Iterator[Segment]:
        """Words of the recording, a segment at a time as they are understood. Raises :class:`ModelError`."""
        model = self.model()
        # A recording that begins with its first word would lose the word's beginning («enoxaparina» → «noxaparina»).
        samples = np.concatenate([np.zeros(int(LEAD_S * RATE), np.float32), samples])
        segments, _ = model.transcribe(
            samples,
            language="es",
            beam_size=5,
            word_timestamps=True,
            # Silence makes Whisper invent; what follows a mistake would repeat it.
            vad_filter=True,
            condition_on_previous_text=False,
            # No initial prompt: one with figures in it («saturación 95 %») came back as if it had been heard.
        )
        for one in segments:
            words = _words(one.words or ())
            if words:
                yield Segment(words, max(0.0, float(one.end) - LEAD_S))


def _words(given: Any) -> list[Word]:
    """Whisper's words; what it cut inside a number («130» «/80», «12» «.5») is put together again."""
    out: list[Word] = []
    for one in given:
        text = one.word
        if out and not text.startswith(" "):
            out[-1] = Word(out[-1].text + text.strip(), min(out[-1].sure, one.probability))
        elif text.strip():
            out.append(Word(text.strip(), float(one.probability)))
    return out
