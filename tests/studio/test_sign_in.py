"""Signing in and out, by a key and by the link that the server prints."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.serving import Site
from tests.studio.conftest import NewPerson
from tests.studio.person import Person

KEPT = "() => [sessionStorage.getItem('hwamei.key'), localStorage.getItem('hwamei.key')]"


def link(site: Site) -> str:
    return f"{site.url}/#/welcome/{site.platform.invitations.issue()}"


def test_the_link_signs_in_once_and_stays_in_no_history(new_person: NewPerson, site: Site) -> None:
    person, address = new_person(signed_in=False), link(site)
    person.page.goto(address)
    expect(person.heading("welcome.in")).to_be_visible()
    assert person.page.url == f"{site.url}/#/"
    key = person.page.locator("[data-is=api_key]").inner_text()
    assert key.startswith("hw_")
    person.check_accessibility()
    person.button("welcome.go_on").click()
    expect(person.heading("voices.title")).to_be_visible()
    assert person.page.evaluate(KEPT) == [key, None]
    another = new_person("zh", signed_in=False)
    another.page.goto(address)
    expect(another.page.get_by_role("alert")).to_have_text(another.t("welcome.link_used"))
    another.page.get_by_label(another.t("welcome.key")).fill(key)
    another.button("welcome.sign_in").click()
    expect(another.heading("voices.title")).to_be_visible()


def test_the_link_says_nothing_to_anybody_on_the_way(new_person: NewPerson, site: Site) -> None:
    person, address = new_person(signed_in=False), link(site)
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(f"{request.url} {request.headers.get('referer', '')}"))
    person.page.goto(address)
    expect(person.heading("welcome.in")).to_be_visible()
    assert [each for each in asked if address.rpartition("/")[2] in each] == []


def test_a_wrong_key_is_told_in_plain_words(new_person: NewPerson, site: Site) -> None:
    person = new_person(signed_in=False)
    person.page.goto(site.url)
    person.page.get_by_label(person.t("welcome.key")).fill("hw_wrong")
    person.button("welcome.sign_in").click()
    expect(person.page.get_by_role("alert")).to_contain_text(person.t("problem.not_signed_in"))
    assert person.page.evaluate(KEPT) == [None, None]


def test_a_key_is_kept_for_the_tab_alone_unless_one_asks_to_be_remembered(new_person: NewPerson, site: Site) -> None:
    key, person = site.credentials().api_key, new_person(signed_in=False)
    person.sign_in(key)
    assert person.page.evaluate(KEPT) == [key, None]
    person.button("nav.leave").click()
    expect(person.heading("welcome.title")).to_be_visible()
    assert person.page.evaluate(KEPT) == [None, None]
    person.page.get_by_label(person.t("welcome.key")).fill(key)
    person.page.get_by_label(person.t("welcome.remember")).check()
    person.button("welcome.sign_in").click()
    expect(person.heading("voices.title")).to_be_visible()
    assert person.page.evaluate(KEPT) == [None, key]


def test_who_comes_next_in_the_same_tab_sees_nothing_of_who_left(new_person: NewPerson, site: Site) -> None:
    person = new_person()
    person.go("voices/new", "new.title")
    person.page.set_input_files("#recordings", site.recording)
    chosen = person.page.get_by_role("list", name=person.t("new.recordings")).get_by_role("listitem")
    expect(chosen).to_have_count(1)
    person.go("voices", "voices.title")
    person.go("voices/new", "new.title")
    expect(chosen).to_have_count(1)
    person.button("nav.leave").click()
    person.page.get_by_label(person.t("welcome.key")).fill(site.credentials().api_key)
    person.button("welcome.sign_in").click()
    expect(person.heading("voices.title")).to_be_visible()
    person.go("voices/new", "new.title")
    expect(chosen).to_have_count(0)


def test_who_is_disabled_meanwhile_is_signed_out(new_person: NewPerson, site: Site) -> None:
    credentials, person = site.credentials(), new_person(signed_in=False)
    person.sign_in(credentials.api_key)
    site.platform.accounts.disable(credentials.app_id)
    person.page.goto(f"{site.url}/#/tasks")
    expect(person.heading("welcome.title")).to_be_visible()
    expect(person.page.get_by_role("alert")).to_have_text(person.t("welcome.lost"))


def test_a_new_key_replaces_the_old_one_everywhere(new_person: NewPerson, site: Site) -> None:
    credentials, person = site.credentials(), new_person(signed_in=False)
    person.sign_in(credentials.api_key)
    person.go("account", "account.title")
    person.button("account.new_key").click()
    person.page.get_by_role("dialog").get_by_role("button", name=person.t("account.new_key")).click()
    shown = person.page.get_by_role("dialog").get_by_label(person.t("account.key"))
    expect(shown).to_have_value(re.compile("^hw_"))
    person.check_accessibility()
    person.button("common.done").click()
    expect(person.heading("account.title")).to_be_visible()
    assert person.page.evaluate(KEPT)[0] != credentials.api_key


def test_nothing_is_asked_of_anybody_before_one_signs_in(new_person: NewPerson, site: Site) -> None:
    person: Person = new_person(signed_in=False)
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(request.url))
    person.page.goto(f"{site.url}/#/account")
    expect(person.heading("welcome.title")).to_be_visible()
    assert [each for each in asked if "/hwamei/" in each] == []
