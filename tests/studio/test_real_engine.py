"""The studio with the engine that people have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import hwamei
from hwamei.labels.inspect import inspect
from tests.serving import REFERENCE_TEXT, Site, opened_site, settings_of
from tests.studio.person import DESKTOP, Person

pytestmark = pytest.mark.long(reason="the engine that people have clones and speaks")

PATIENCE_MS = 300_000


@pytest.fixture(scope="module")
def real_site(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Iterator[Site]:
    """A server and its worker with the embedded engine."""
    with opened_site(tmp_path_factory.mktemp("real"), engine="kokoro", models=models_folder) as site:
        yield site


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Path:
    """Somebody who speaks both languages."""
    folder = tmp_path_factory.mktemp("speaker")
    with hwamei.open(settings_of(folder, engine="kokoro", models=models_folder)) as studio:
        return studio.say(REFERENCE_TEXT, voice="zf_xiaoni", out=folder / "speaker.wav").path


def test_a_voice_is_cloned_and_speaks_both_languages(
    real_site: Site, browser: Browser, recording: Path, tmp_path: Path
) -> None:
    person = Person.at(real_site, browser, "zh", DESKTOP)
    person.page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    try:
        person.sign_in(real_site.credentials().api_key)
        card = person.make_voice(recording, "小妮")
        likeness = float(card.get_by_role("meter").get_attribute("value") or 0)
        assert 0.6 < likeness <= 1
        card.get_by_role("link", name=person.t("voice.speak")).click()
        expect(person.heading("speak.title")).to_be_visible()
        person.write("银行的行长说：下午三点见。See you at three.")
        person.button("speak.hear").click()
        expect(person.page.locator("[data-heard=yes]")).to_be_visible()
        person.button("speak.make").click()
        words = person.page.locator(".transcript .word")
        expect(words.first).to_be_visible()
        assert words.count() == len("银行的行长说下午三点见") + 4
        person.button("player.play", what=person.t("task.speech")).click()
        expect(person.page.locator(".word.said")).to_have_count(1)
        with person.page.expect_download() as waiting:
            person.page.locator("[data-gets=audio]").click()
        target = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(target)
        assert inspect(target) is not None
    finally:
        person.page.context.close()
    assert person.problems == []
