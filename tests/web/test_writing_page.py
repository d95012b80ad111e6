"""Writing mode in the page, with the default model: what it wrote is told, and one click takes the own words back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from eval.serving import serving
from guardrails.audit import Role

from .conftest import at_work, people

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SAID = ("tos seca 3 dias", "sin fiebre")


def test_a_reworded_statement_says_so_and_gives_the_own_words_back(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "datos"
    people(folder, {"medica": [Role.PHYSICIAN]})
    with serving(folder) as running, at_work(browser, running.address, "medica") as seen:
        page = seen.page
        switch = page.locator("#redactar input")
        assert not switch.is_checked(), "off until the physician wants it"
        switch.check()
        page.locator("#texto textarea").fill(f"{' '.join(SAID)}. TA 120/80.")
        page.locator("#texto textarea").press("Control+Enter")
        page.wait_for_selector("#apartados .frase", timeout=280_000)
        shown = " ".join(page.locator("#apartados .frase").all_inner_texts())
        assert "120/80" in shown, "figures are those that were written"
        written = page.locator("#apartados .redactada")
        # The guard may also have let nothing through: then the words are the physician's.
        for _ in range(written.count()):
            assert any(words in (written.first.get_attribute("title") or "") for words in (*SAID, "TA 120/80"))
            before = written.count()
            written.first.hover()
            written.first.locator("xpath=ancestor::li").locator("[data-literal]").click()
            expect(written).to_have_count(before - 1)
        left = " ".join(page.locator("#apartados .frase").all_inner_texts())
        assert all(words in left for words in SAID)
