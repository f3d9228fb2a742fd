"""What each view shows and does, for somebody at a desk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import soundfile
from playwright.sync_api import Request, expect

from hwamei.domain.app import Quota
from tests.serving import API, Site
from tests.studio.conftest import NewPerson
from tests.studio.person import DESKTOP, PATIENCE_MS, PHONE, Person


def asked_for(request: Request) -> dict[str, Any]:
    """What the page sent."""
    sent: dict[str, Any] = json.loads(request.post_data or "")
    return sent


VIEWS = {
    "voices": "voices.title",
    "voices/new": "new.title",
    "speak": "speak.title",
    "tasks": "tasks.title",
    "account": "account.title",
    "inspect": "inspect.title",
}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_view_can_be_used_by_everybody(language: str, size: tuple[int, int], new_person: NewPerson) -> None:
    person = new_person(language, size)
    for place, heading in VIEWS.items():
        person.go(place, heading)
        person.check_accessibility()
        assert person.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), place


def test_the_language_and_the_colours_are_switched_and_kept(person: Person) -> None:
    person.go("speak", "speak.title")
    person.write("你好。")
    person.page.get_by_role("button", name="中文").click()
    expect(person.page.get_by_role("heading", name="朗读", level=1)).to_be_visible()
    expect(person.page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(person.page.locator("#text-1")).to_have_value("你好。")
    expect(person.page.locator("#language")).to_be_focused()
    person.page.get_by_role("button", name="深色").click()
    expect(person.page.locator("html")).to_have_attribute("data-theme", "dark")
    person.page.reload()
    expect(person.page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(person.page.get_by_role("button", name="English")).to_be_visible()


def test_the_studio_is_used_by_keyboard_alone(person: Person) -> None:
    keys = person.page.keyboard
    person.page.reload()
    expect(person.heading("voices.title")).to_be_visible()
    keys.press("Tab")
    expect(person.page.get_by_role("link", name=person.t("nav.skip"))).to_be_focused()
    for _ in range(3):
        keys.press("Tab")
    expect(person.page.get_by_role("link", name=person.t("nav.speak"))).to_be_focused()
    keys.press("Enter")
    expect(person.heading("speak.title")).to_be_visible()
    person.page.locator("#text-1").focus()
    keys.type("Hello there, my friend.")
    person.button("speak.make").focus()
    keys.press("Enter")
    place = person.page.get_by_role("slider", name=person.t("player.place", what=person.t("task.speech")))
    expect(place).to_be_visible()
    has_length = "place => Number(place.getAttribute('aria-valuemax')) > 0"
    person.page.wait_for_function(has_length, arg=place.element_handle())
    place.focus()
    keys.press("End")
    expect(place).not_to_have_attribute("aria-valuenow", "0")
    keys.press("Home")
    expect(place).to_have_attribute("aria-valuenow", "0")
    keys.press("Tab")
    expect(person.page.locator(".transcript .word").first).to_be_focused()
    keys.press("ArrowRight")
    expect(person.page.locator(".transcript .word").nth(1)).to_be_focused()


def test_a_reading_and_a_pause_are_put_into_the_text_by_a_click(person: Person) -> None:
    person.go("speak", "speak.title")
    person.write("😀银行的行长。SQL!")
    person.button("readings.title").click()
    words = person.page.locator(".readings .word")
    expect(words.nth(2)).to_contain_text("háng")
    person.check_accessibility()
    words.nth(2).click()
    dialog = person.page.get_by_role("dialog")
    expect(dialog).to_contain_text(person.t("readings.how", word="行"))
    dialog.get_by_label("xíng").check()
    dialog.get_by_label(person.t("readings.pause")).select_option("500ms")
    person.check_accessibility()
    dialog.get_by_role("button", name=person.t("readings.insert")).click()
    expect(person.page.locator("#text-1")).to_have_value("😀银行[[pinyin:xing2]][[pause:500ms]]的行长。SQL!")
    expect(person.page.locator(".word.set")).to_contain_text("xíng")
    person.page.locator(".word.set").click()
    dialog.get_by_label("héng").check()
    dialog.get_by_role("button", name=person.t("readings.insert")).click()
    expect(person.page.locator("#text-1")).to_have_value("😀银行[[pinyin:heng2]][[pause:500ms]]的行长。SQL!")
    person.page.locator(".word", has_text="SQL").click()
    dialog.get_by_label(person.t("readings.say")).fill("sequel")
    dialog.get_by_role("button", name=person.t("readings.insert")).click()
    expect(person.page.locator("#text-1")).to_have_value(
        "😀银行[[pinyin:heng2]][[pause:500ms]]的行长。SQL[[say:sequel]]!"
    )
    person.page.locator(".chip").click()
    person.page.locator(".word.set").first.click()
    dialog.get_by_role("button", name=person.t("readings.remove")).click()
    expect(person.page.locator("#text-1")).to_have_value("😀银行的行长。SQL[[say:sequel]]!")


def test_a_reading_that_is_none_is_refused_where_it_is_written(person: Person) -> None:
    person.go("speak", "speak.title")
    person.write("银行")
    person.button("readings.title").click()
    person.page.locator(".readings .word").first.click()
    dialog = person.page.get_by_role("dialog")
    dialog.get_by_label(person.t("readings.other")).fill("xx9")
    dialog.get_by_role("button", name=person.t("readings.insert")).click()
    expect(dialog.get_by_role("alert")).to_contain_text(person.t("problem.bad_markup"))
    person.page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(person.page.locator("#text-1")).to_have_value("银行")


def test_a_sentence_is_heard_while_it_is_spoken(person: Person) -> None:
    person.go("speak", "speak.title")
    person.write("The first one. The second one is here. The third.")
    person.page.locator("#text-1").evaluate("area => area.setSelectionRange(20, 20)")
    with person.page.expect_request(f"**{API}/speech") as asked:
        person.button("speak.hear").click()
    assert asked_for(asked.value)["text"] == "The second one is here."
    expect(person.page.locator("[data-heard=yes]")).to_be_visible()
    expect(person.button("speak.hear")).to_be_visible(timeout=PATIENCE_MS)


def test_paragraphs_have_voices_of_their_own(person: Person) -> None:
    person.go("speak", "speak.title")
    person.write("One.")
    person.button("speak.add").click()
    expect(person.page.locator("#text-2")).to_be_focused()
    person.page.locator("#text-2").fill("两个。")
    person.page.get_by_label(person.t("speak.voice_of", number=2)).select_option("tenor")
    person.page.get_by_label(person.t("speak.format")).select_option("pcm")
    with person.page.expect_request(f"**{API}/speech-tasks") as asked:
        person.button("speak.make").click()
    assert [segment["voice"] for segment in asked_for(asked.value)["segments"]] == ["alto", "tenor"]
    expect(person.page.locator(".transcript .word")).to_have_count(3)
    person.button("player.play", what=person.t("task.speech")).click()
    expect(person.page.locator(".word.said")).to_have_count(1)
    person.page.get_by_role("button", name=person.t("speak.remove", number=1)).click()
    expect(person.page.locator("#text-1")).to_have_value("两个。")


def test_a_voice_is_renamed_exported_imported_and_deleted(person: Person, site: Site, tmp_path: Path) -> None:
    card = person.make_voice(site.recording, "Anna")
    card.get_by_text(person.t("voice.more")).click()
    expect(card).to_contain_text("Anna Li")
    expect(card).to_contain_text(person.t("ground.agreed"))
    card.get_by_role("button", name=person.t("voice.do", what=person.t("voice.rename"), name="Anna")).click()
    dialog = person.page.get_by_role("dialog")
    dialog.get_by_label(person.t("new.name")).fill("Berta")
    dialog.get_by_role("button", name=person.t("common.save")).click()
    card = person.page.get_by_role("article", name="Berta")
    with person.page.expect_download() as waiting:
        card.get_by_role("button", name=person.t("voice.do", what=person.t("voice.export"), name="Berta")).click()
    target = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(target)
    assert target.name == "Berta.hwamei"
    card.get_by_role("button", name=person.t("voice.do", what=person.t("voice.retrain"), name="Berta")).click()
    dialog.get_by_role("button", name=person.t("voice.retrain")).click()
    expect(person.page.locator("article[data-state=ready]")).to_have_count(1, timeout=PATIENCE_MS)
    card.get_by_role("button", name=person.t("voice.do", what=person.t("common.delete"), name="Berta")).click()
    person.check_accessibility()
    dialog.get_by_role("button", name=person.t("common.delete")).click()
    expect(person.page.get_by_text(person.t("voices.none"))).to_be_visible()
    person.page.locator("input[type=file]").set_input_files(target)
    card = person.page.get_by_role("article", name="Berta")
    expect(card).to_have_attribute("data-state", "ready")
    card.get_by_text(person.t("voice.more")).click()
    expect(card).to_contain_text("Anna Li")


def test_what_cannot_make_a_voice_says_why_and_what_to_do(person: Person, tmp_path: Path) -> None:
    silent = tmp_path / "silent.wav"
    soundfile.write(silent, [0.0] * 16_000 * 5, 16_000)
    person.go("voices/new", "new.title")
    person.button("new.make").click()
    expect(person.page.get_by_role("alert")).to_have_text(person.t("new_missing.recordings"))
    person.page.set_input_files("#recordings", str(silent))
    person.button("new.make").click()
    expect(person.page.get_by_role("alert")).to_have_text(person.t("new_missing.name"))
    expect(person.page.get_by_label(person.t("new.name"), exact=True)).to_be_focused()
    person.page.get_by_label(person.t("new.name"), exact=True).fill("Nobody")
    person.page.get_by_label(person.t("voice.consent_speaker"), exact=True).fill("Nobody")
    person.button("new.make").click()
    card = person.page.get_by_role("article", name="Nobody")
    expect(card).to_have_attribute("data-state", "failed", timeout=PATIENCE_MS)
    expect(card).to_contain_text(person.t("reason.silent"))
    expect(card.get_by_role("button", name=person.t("voice.retry"))).to_be_visible()
    person.check_accessibility()
    person.go("tasks", "tasks.title")
    person.button("kind.jobs").click()
    expect(person.page.get_by_text(person.t("reason.silent"))).to_be_visible()
    person.check_accessibility()


def test_tasks_are_filtered_stopped_said_again_and_deleted(new_person: NewPerson, site: Site) -> None:
    credentials, person = site.credentials(), new_person(signed_in=False)
    with httpx.Client(base_url=site.url + API, headers={"Authorization": f"Bearer {credentials.api_key}"}) as mine:
        long = {"segments": [{"text": "Hello there, how are you today? " * 3000, "voice": "tenor"}]}
        task = mine.post("/speech-tasks", json=long).json()["id"]
        person.sign_in(credentials.api_key)
        person.go("tasks", "tasks.title")
        row = person.page.locator(f"[data-id='{task}']")
        row.get_by_role("button", name=person.t("common.stop")).click()
        expect(row).to_contain_text(person.t("task_state.cancelled"))
        row.get_by_role("button", name=person.t("voice.retry")).click()
        expect(person.page.locator("tbody tr")).to_have_count(2)
        again = mine.get("/speech-tasks").json()["items"][0]["id"]
        mine.post(f"/speech-tasks/{again}/cancel")
        person.page.get_by_label(person.t("tasks.state"), exact=True).select_option("done")
        expect(person.page.get_by_text(person.t("tasks.none"))).to_be_visible()
        person.page.get_by_label(person.t("tasks.state"), exact=True).select_option("cancelled")
        row.get_by_role("button", name=person.t("common.delete")).click()
        person.page.get_by_role("dialog").get_by_role("button", name=person.t("common.delete")).click()
        expect(row).to_have_count(0)


FOLLOW_MANY = """async (path) => {
  const { follow, get } = await import("/studio/api.js");
  const stop = new AbortController();
  const told = new Set();
  for (let number = 0; number < 12; number++) follow(path, () => told.add(number), stop.signal);
  while (told.size < 12) await new Promise((resolve) => setTimeout(resolve, 50));
  const me = await get("/me");
  stop.abort();
  return me.name;
}"""


def test_much_can_be_followed_at_once_without_keeping_the_rest_from_the_server(person: Person) -> None:
    person.go("speak", "speak.title")
    person.write("Hello there, how are you today? " * 3000)
    with person.page.expect_response(f"**{API}/speech-tasks") as ordered:
        person.button("speak.make").click()
    task = ordered.value.json()["id"]
    assert person.page.evaluate(FOLLOW_MANY, f"/speech-tasks/{task}") == "tests"
    person.button("common.stop").click()
    expect(person.page.locator(f"[data-task='{task}']")).to_contain_text(person.t("task_state.cancelled"))


def test_a_task_can_be_opened_and_heard_again(person: Person) -> None:
    person.go("speak", "speak.title")
    person.write("Hello again.")
    person.button("speak.make").click()
    expect(person.page.locator(".transcript")).to_be_visible()
    person.go("tasks", "tasks.title")
    person.page.get_by_role("link", name=person.t("tasks.open")).click()
    expect(person.heading("task.title")).to_be_visible()
    expect(person.page.locator(".transcript")).to_contain_text("Hello again")
    person.check_accessibility()


def test_a_used_up_limit_is_told_with_what_to_do(new_person: NewPerson, site: Site) -> None:
    credentials, person = site.credentials(quota=Quota(characters_per_month=10)), new_person(signed_in=False)
    person.sign_in(credentials.api_key)
    person.go("speak", "speak.title")
    person.write("This is more than ten characters.")
    expect(person.page.get_by_text(person.t("speak.left", count=10))).to_be_visible()
    person.button("speak.make").click()
    expect(person.page.get_by_role("alert")).to_contain_text(person.t("problem.quota_used_up"))
    person.go("account", "account.title")
    expect(person.page.get_by_role("row", name=person.t("limit.characters_per_month"))).to_contain_text("10")


def test_a_file_says_whether_it_was_made_by_ai(person: Person, site: Site, tmp_path: Path) -> None:
    bare = tmp_path / "bare.wav"
    soundfile.write(bare, [0.1, -0.1] * 8_000, 16_000)
    person.go("inspect", "inspect.title")
    person.page.set_input_files("#inspected", str(site.recording))
    expect(person.page.locator("[data-marked=yes]")).to_contain_text("Hwamei")
    person.check_accessibility()
    person.page.set_input_files("#inspected", str(bare))
    expect(person.page.locator("[data-marked=no]")).to_contain_text(person.t("inspect.unmarked"))
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"no sound")
    person.page.set_input_files("#inspected", str(broken))
    expect(person.page.get_by_role("alert")).to_contain_text(person.t("problem.bad_audio"))


def test_a_server_that_is_gone_is_told_in_plain_words(person: Person) -> None:
    person.go("speak", "speak.title")
    person.write("Hello.")
    person.page.context.set_offline(True)
    person.button("speak.make").click()
    expect(person.page.get_by_role("alert")).to_contain_text(person.t("problem.offline"))
    person.page.context.set_offline(False)
    person.problems.clear()  # the browser says it too


def test_the_pages_of_the_api_work_without_a_network(person: Person, site: Site) -> None:
    person.page.goto(f"{site.url}{API}/docs")
    calls = person.page.locator("#calls details")
    expect(calls.first).to_be_visible()
    assert calls.count() > 30
    person.page.locator("#find").fill("inspect")
    expect(person.page.locator("#calls details:visible")).to_have_count(1)
    person.page.locator("#calls details:visible summary").click()
    expect(person.page.locator("#calls details:visible pre").first).to_be_visible()
    person.check_accessibility()
