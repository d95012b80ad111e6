"""A recording in memory → 16 kHz mono samples. Nothing goes to disk; no file that a recording names is opened."""

from __future__ import annotations

import io

import numpy as np

from copilot.errors import InputError

RATE = 16_000
"""Samples a second, as Whisper wants them."""
LEAST_S = 0.3
FORMATS = "wav,mp3,ogg,matroska,webm,mov,mp4,m4a,flac,aac,amr"
"""Containers that are read. Playlists and the like, which name other files, are not among them."""
QUIET = 0.003
"""Loudest sample (of 1.0) below which nothing was said."""
_NOT_AUDIO = "El archivo no es un audio que se pueda leer. Use WAV, MP3, M4A, OGG, WEBM o FLAC."


def read(data: bytes, most_s: float) -> np.ndarray:
    """Samples [n] float32 in −1…1 at :data:`RATE`.

    Raises :class:`InputError` (Spanish) for what is not audio, is too long, too short, or silent.
    """
    import av
    from av.audio.resampler import AudioResampler

    if not data:
        raise InputError("No llegó ningún audio.")
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    taken: list[np.ndarray] = []
    count, most = 0, int(most_s * RATE)
    try:
        options = {"format_whitelist": FORMATS, "protocol_whitelist": "none"}
        with av.open(io.BytesIO(data), mode="r", metadata_errors="ignore", options=options) as container:
            if not container.streams.audio:
                raise InputError(_NOT_AUDIO)
            broken = 0
            frames = container.decode(audio=0)
            while True:
                try:
                    frame = next(frames)
                except StopIteration:
                    break
                except av.error.InvalidDataError:
                    broken += 1
                    if broken > 50:
                        break
                    continue
                for piece in resampler.resample(frame):
                    taken.append(piece.to_ndarray().reshape(-1))
                    count += taken[-1].size
                if count > most:
                    raise InputError(f"El audio dura más de {most_s / 60:g} min. Díctelo en partes.")
            for piece in resampler.resample(None):
                taken.append(piece.to_ndarray().reshape(-1))
    except InputError:
        raise
    except (av.error.FFmpegError, ValueError, IndexError, OSError, MemoryError, RuntimeError):
        raise InputError(_NOT_AUDIO) from None
    samples = np.concatenate(taken).astype(np.float32) / 32768.0 if taken else np.zeros(0, np.float32)
    if samples.size < LEAST_S * RATE:
        raise InputError("La grabación es demasiado corta; no se oye nada.")
    if float(np.abs(samples).max()) < QUIET:
        raise InputError("La grabación está en silencio. Revise el micrófono.")
    return samples
