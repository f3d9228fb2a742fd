"""Takes the pictures of docs/studio.md, with the engine that people have: `make screenshots`."""

from __future__ import annotations

import tempfile
from base64 import b64decode, b64encode
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

import hwamei
from hwamei.settings import Settings
from tests.serving import REFERENCE_TEXT, Site, opened_site, settings_of
from tests.studio.browsing import launched
from tests.studio.person import PHONE, Person

FOLDER = Path(__file__).parents[2] / "docs" / "studio"
DESK = (1180, 860)
PATIENCE_MS = 300_000
QUALITY = 0.82
TEXT = {
    "en": "银行的行长说：“下午三点见。” The ferry leaves at sunrise, and nobody looks up.",
    "zh": "清晨的江边很安静，雾气慢慢散开，一只画眉在竹林里唱个不停。You can hear it from the bridge.",
}
AS_WEBP = """async ([png, quality]) => {
  const picture = new Image();
  picture.src = `data:image/png;base64,${png}`;
  await picture.decode();
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext("2d").drawImage(picture, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality });
  return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
}"""


def main() -> None:
    """All pictures."""
    FOLDER.mkdir(exist_ok=True)
    expect.set_options(timeout=PATIENCE_MS)
    models = Settings().models_folder
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Path(folder)
        with hwamei.open(settings_of(place / "speaker", engine="kokoro", models=models)) as studio:
            recording = studio.say(REFERENCE_TEXT * 2, voice="zf_xiaoni", out=place / "speaker.wav").path
        with (
            opened_site(place, engine="kokoro", models=models) as site,
            launched(playwright, microphone=recording) as browser,
        ):
            key = site.credentials().api_key
            _at_a_desk(site, browser, key, recording)
            _on_a_phone(site, browser, key)


def _at_a_desk(site: Site, browser: Browser, key: str, recording: Path) -> None:
    person = _somebody(site, browser, "en", DESK)
    person.sign_in(key)
    person.make_voice(recording, "Anna 安娜")
    person.page.wait_for_timeout(1000)
    _keep(person, "voices-en")
    person.page.get_by_role("link", name=person.t("voice.speak")).last.click()
    expect(person.heading("speak.title")).to_be_visible()
    person.write(TEXT["en"])
    person.button("readings.title").click()
    expect(person.page.locator(".readings ruby").first).to_be_visible()
    person.button("speak.make").click()
    words = person.page.locator(".transcript .word")
    expect(words.first).to_be_visible()
    person.page.wait_for_timeout(1500)
    words.nth(7).click()
    person.page.wait_for_timeout(300)
    _keep(person, "speak-en")
    person.page.locator(".readings .word").nth(1).click()
    _keep(person, "readings-en")


def _on_a_phone(site: Site, browser: Browser, key: str) -> None:
    person = _somebody(site, browser, "zh", PHONE)
    person.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    person.sign_in(key)
    person.go("voices/new", "new.title")
    person.page.get_by_text(person.t("record.title")).click()
    person.button("record.begin").click()
    person.page.wait_for_timeout(7000)
    person.page.locator(".read").scroll_into_view_if_needed()
    person.page.evaluate("document.querySelector('.read').scrollIntoView({block: 'start'}); window.scrollBy(0, -130)")
    _keep(person, "record-zh-phone")
    person.go("speak", "speak.title")
    person.write(TEXT["zh"])
    person.button("speak.make").click()
    words = person.page.locator(".transcript .word")
    expect(words.first).to_be_visible()
    person.page.wait_for_timeout(1500)
    words.nth(9).click()
    person.page.wait_for_timeout(300)
    person.page.locator(".transcript").scroll_into_view_if_needed()
    person.page.mouse.wheel(0, 400)
    _keep(person, "speak-zh-phone")


def _somebody(site: Site, browser: Browser, language: str, size: tuple[int, int]) -> Person:
    person = Person.at(site, browser, language, size)
    person.page.set_default_timeout(PATIENCE_MS)
    return person


def _keep(person: Person, name: str) -> None:
    """What is on the screen, as WebP."""
    person.page.wait_for_timeout(400)
    png = b64encode(person.page.screenshot()).decode()
    blank = person.page.context.new_page()
    content = b64decode(blank.evaluate(AS_WEBP, [png, QUALITY]))
    blank.close()
    (FOLDER / f"{name}.webp").write_bytes(content)


if __name__ == "__main__":
    main()
