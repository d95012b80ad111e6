"""Dictation into the microphone: chromium is given a recording for a microphone."""

from __future__ import annotations

import shutil
import subprocess
import wave
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from eval.serving import FLAGS, chromium

from .conftest import at_work

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence with silence around it, so that the page notices where it ends."""
    voice = shutil.which("espeak-ng")
    assert voice, "apt-get install espeak-ng"
    folder = tmp_path_factory.mktemp("microfono")
    words, path = folder / "frase.wav", folder / "microfono.wav"
    said = "Tensión arterial de ciento treinta sobre ochenta."
    subprocess.run([voice, "-v", "es-419", "-s", "140", "-w", str(words), said], check=True)
    with wave.open(str(words)) as given, wave.open(str(path), "wb") as out:
        out.setparams(given.getparams())
        silence = b"\0\0" * given.getframerate() * 2
        out.writeframes(silence + given.readframes(given.getnframes()) + silence)
    return path


def test_what_is_said_appears_at_the_pause_and_waits_to_be_seen(
    server: str, spoken: Path, playwright: Playwright
) -> None:
    device = [
        "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={spoken}%noloop",
    ]  # fmt: skip
    browser = playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, *device])
    with at_work(browser, server, "medica") as seen:
        page = seen.page
        page.get_by_role("button", name="Dictar", exact=True).click()
        page.click("[data-dictado=grabar]")
        expect(page.locator("#dictado-estado")).to_have_text("Grabando", timeout=20_000)
        # What the synthetic voice is heard as is measured elsewhere; here: that it is heard, and waits to be seen.
        expect(page.locator("#dictado-texto")).not_to_be_empty(timeout=90_000)
        assert page.locator("#texto textarea").input_value() == "", "nothing counts before it was seen"
        page.click("[data-dictado=pausa]")
        expect(page.locator("#dictado-estado")).to_have_text("En pausa")
        page.click("[data-dictado=pausa]")
        expect(page.locator("#dictado-estado")).to_have_text("Grabando")
        page.click("[data-dictado=grabar]")
        expect(page.locator("[data-dictado=pausa]")).to_be_hidden()
        open_tracks = "document.querySelectorAll('audio, video').length"
        assert page.evaluate(open_tracks) == 0, "nothing plays or keeps what was said"
    browser.close()
