"""From a recording to speech that one keeps, in both languages, at a desk and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from hwamei.labels.inspect import inspect
from tests.serving import Site
from tests.studio.conftest import NewPerson
from tests.studio.person import DESKTOP, PATIENCE_MS, PHONE, Person

NOTE_WHAT_IS_MARKED = """() => {
  window.marked = [];
  const words = [...document.querySelectorAll(".transcript .word")];
  const note = (changes) => {
    for (const { target } of changes) {
      const index = words.indexOf(target);
      if (target.classList.contains("said") && !window.marked.includes(index)) window.marked.push(index);
    }
  };
  const watched = { subtree: true, attributeFilter: ["class"] };
  new MutationObserver(note).observe(document.querySelector(".transcript"), watched);
}"""
TEXTS = {"en": "Good morning. The ferry leaves at sunrise, 我们走吧。", "zh": "早上好。今天天气很好，我们去公园吧。"}

AGAIN = pytest.mark.long("the same once more, at the other size")
WHERE = [
    ("en", PHONE),
    ("zh", DESKTOP),
    pytest.param("en", DESKTOP, marks=AGAIN),
    pytest.param("zh", PHONE, marks=AGAIN),
]


@pytest.mark.parametrize(("language", "size"), WHERE, ids=["en-phone", "zh-desk", "en-desk", "zh-phone"])
def test_a_voice_is_cloned_speaks_is_heard_and_kept(
    language: str, size: tuple[int, int], new_person: NewPerson, site: Site, tmp_path: Path
) -> None:
    person = new_person(language, size)
    person.check_accessibility()
    card = person.make_voice(site.recording, "Anna 安娜", level="trained")
    assert person.page.locator("html").get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[language]
    expect(card).to_contain_text(person.t("voice.likeness_means"))
    for key in ("voice.recording", "voice.preview"):
        _plays(card.get_by_role("button", name=person.t("player.play", what=f"{person.t(key)}: Anna 安娜"), exact=True))
    person.check_accessibility()
    card.get_by_role("link", name=person.t("voice.speak")).click()
    expect(person.heading("speak.title")).to_be_visible()
    person.write(TEXTS[language])
    person.button("speak.make").click()
    _highlights(person)
    person.check_accessibility()
    _keeps(person, tmp_path)
    assert not _is_wider_than_the_screen(person)


def _plays(button: Locator) -> None:
    button.click()
    line = button.page.locator(".line", has=button.page.locator("[aria-valuenow]:not([aria-valuenow='0'])"))
    expect(line.first).to_be_visible()


def _highlights(person: Person) -> None:
    """Words are marked one after the other while they are said; a click on one leads to it."""
    words = person.page.locator(".transcript .word")
    expect(words.first).to_be_visible()
    person.page.evaluate(NOTE_WHAT_IS_MARKED)
    person.button("player.play", what=person.t("task.speech")).click()
    expect(person.button("player.pause", what=person.t("task.speech"))).to_be_visible()
    expect(person.button("player.play", what=person.t("task.speech"))).to_be_visible(timeout=PATIENCE_MS)
    marked: list[int] = person.page.evaluate("window.marked")
    assert marked == sorted(marked), "not in their order"
    assert len(marked) > 0.7 * words.count(), "a busy browser may skip a short word, but not many"
    words.nth(words.count() - 1).click()
    expect(words.last).to_have_class(re.compile("said"))
    expect(words.last).to_have_attribute("aria-current", "true")


def _keeps(person: Person, folder: Path) -> None:
    for kind, beginning in (("srt", "1\n00:00:00,"), ("vtt", "WEBVTT")):
        with person.page.expect_download() as waiting:
            person.page.locator(f"[data-gets={kind}]").click()
        target = folder / waiting.value.suggested_filename
        waiting.value.save_as(target)
        assert target.suffix == f".{kind}"
        assert target.read_text("utf-8").startswith(beginning)
    with person.page.expect_download() as waiting:
        person.page.locator("[data-gets=audio]").click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    assert target.suffix == ".mp3"
    assert inspect(target) is not None


def _is_wider_than_the_screen(person: Person) -> bool:
    wide: bool = person.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return wide
