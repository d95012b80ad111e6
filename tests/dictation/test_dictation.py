"""From a recording to a proposal: what is refused, what is marked, and that nothing of the audio stays anywhere.

Recordings are spoken by espeak-ng (a synthetic voice: far worse than people, good enough to try the path).
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from copilot.dictation import Mark
from copilot.dictation.audio import RATE, read
from copilot.dictation.shapes import Heard, Word
from copilot.dictation.work import Dictation, Partial, written
from copilot.errors import InputError, ModelError
from copilot.facade import Actor, Copilot
from copilot.settings import Settings
from eval.dictation.voice import wav
from guardrails.audit import Filters, Reader

SAID = "Tensión arterial de ciento treinta sobre ochenta."


def spoken(text: str) -> bytes:
    voice = shutil.which("espeak-ng")
    assert voice, "apt-get install espeak-ng"
    done = subprocess.run([voice, "-v", "es-419", "-s", "140", "--stdout", text], capture_output=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copilot]:
    pilot = Copilot(Settings(data_dir=tmp_path_factory.mktemp("dictado"), use_llm=False))
    yield pilot
    pilot.log.close()


@pytest.mark.parametrize(("data", "words"), [
    (b"", "No llegó"),
    (b"no soy un audio, soy una nota con tos", "no es un audio"),
    (b"RIFF\x00\x00\x00\x00WAVEfmt ", "no es un audio"),
    (b"%PDF-1.7\n" + b"\x00" * 4000, "no es un audio"),
    (b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n", "no es un audio"),
    (b"ffconcat version 1.0\nfile /etc/passwd\n", "no es un audio"),
    (wav(np.zeros(RATE * 2), RATE), "silencio"),
    (wav(np.sin(np.arange(800) / 5) * 0.5, RATE), "demasiado corta"),
    (wav(np.sin(np.arange(RATE * 3) / 5) * 0.5, RATE), "dura más"),
])  # fmt: skip
def test_what_is_no_usable_recording_is_refused_in_spanish(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(data, most_s=2)


def test_a_small_file_that_unfolds_to_hours_is_stopped_in_time() -> None:
    """A file bomb: FLAC packs silence a thousandfold."""
    ffmpeg = shutil.which("ffmpeg")
    assert ffmpeg, "apt-get install ffmpeg"
    quiet = ["-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "3600", "-f", "flac", "-"]
    bomb = subprocess.run([ffmpeg, "-v", "error", *quiet], capture_output=True, check=True).stdout
    assert len(bomb) < 5_000_000
    with pytest.raises(InputError, match="dura más"):
        read(bomb, most_s=60)


def test_a_recording_becomes_a_marked_proposal_and_leaves_only_redacted_text(pilot: Copilot, tmp_path: Path) -> None:
    work = Dictation(pilot)
    steps = list(work.hear(work.read(spoken(SAID)), Actor("dra.ruiz")))
    heard = steps[-1]
    assert isinstance(heard, Heard)
    assert [one for one in steps if isinstance(one, Partial)], "partial text while it is heard"
    assert "130/80" in heard.text
    for one in heard.pieces:
        if any(c.isdigit() for c in one.text):
            assert {Mark.NUMBER, Mark.DOSE} & set(one.marks), one.text
    rows = [one for one in pilot.log.search(Filters(), reader=Reader("c")) if one.action == "dictate"]
    said = " ".join(f"{one.context_text} {one.content_text} {one.decision_text}" for one in rows)
    assert '"provisional"' in said and '"ok"' in said
    assert "ruiz" not in said


def test_drugs_are_marked_also_where_they_are_misheard_next_to_a_dose() -> None:
    said = "Tomar paracetamon 500 miligramos y Metformina. Reposo"
    pieces = written([Word(one, 0.9) for one in said.split()])
    assert [one.text for one in pieces if Mark.DRUG in one.marks] == ["paracetamon", "Metformina."]


def test_no_trace_of_the_audio_stays(pilot: Copilot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No file anywhere: neither in the data directory nor in the temporary one, nor bytes of it in the log."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    sound = spoken("Niega alergias.")
    folder = Path(pilot.settings.data_dir)
    Dictation(pilot).run(sound)
    for place in (folder, tmp_path):
        for path in place.rglob("*"):
            if path.is_file():
                assert sound[2000:2064] not in path.read_bytes(), path.name
                assert path.suffix not in (".wav", ".mp3", ".ogg", ".webm", ".flac", ".raw")
    assert list(tmp_path.iterdir()) == []


def test_without_the_model_the_reason_says_what_to_do(tmp_path: Path) -> None:
    pilot = Copilot(Settings(data_dir=tmp_path / "datos", model_dir=tmp_path / "modelos"))
    with pytest.raises(ModelError, match="copilot models pull whisper-base"):
        Dictation(pilot).run(wav(np.sin(np.arange(RATE) / 5) * 0.5, RATE))


def test_a_site_may_do_without(tmp_path: Path) -> None:
    pilot = Copilot(Settings(data_dir=tmp_path, dictation=""))
    with pytest.raises(ModelError, match="no está activado"):
        Dictation(pilot).run(wav(np.sin(np.arange(RATE) / 5) * 0.5, RATE))
