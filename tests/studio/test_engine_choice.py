"""Where a server has several engines, a person sees and chooses which one a voice has."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.serving import Site
from tests.studio.conftest import NewPerson
from tests.studio.person import PATIENCE_MS, PHONE


def test_the_engine_of_a_voice_is_seen_and_chosen(new_person: NewPerson, site: Site) -> None:
    person = new_person("zh", PHONE)
    person.go("voices/new", "new.title")
    choice = person.page.get_by_label(person.t("engine.label"))
    expect(choice).to_have_value("tone")
    assert {"kokoro", "tone"} <= set(choice.locator("option").all_inner_texts())
    person.check_accessibility()
    card = person.make_voice(site.recording, "Anna")
    expect(card).to_contain_text("tone")
    card.get_by_role("button", name=person.t("voice.do", what=person.t("voice.retrain"), name="Anna")).click()
    dialog = person.page.get_by_role("dialog")
    expect(dialog.get_by_label(person.t("engine.label"))).to_have_value("tone")
    person.check_accessibility()
    with person.page.expect_request("**/retrain") as asked:
        dialog.get_by_role("button", name=person.t("voice.retrain")).click()
    assert asked.value.post_data_json == {"level": "instant", "engine": "tone"}
    expect(person.page.locator("article[data-state=ready]")).to_have_count(1, timeout=PATIENCE_MS)
