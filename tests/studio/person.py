"""Somebody who uses the studio, in their language, on their device."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

import hwamei.studio
from tests.serving import Site

DESKTOP, PHONE = (1280, 900), (390, 844)
PATIENCE_MS = 60_000
_TAGS = {"en": "en-GB", "zh": "zh-CN"}
_EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


@dataclass
class Person:
    """What a person sees and does. `problems`: what the browser complained of, that nobody expected."""

    page: Page
    url: str
    messages: Mapping[str, str]
    problems: list[str] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    @classmethod
    def at(cls, site: Site, browser: Browser, language: str, size: tuple[int, int]) -> Person:
        """Somebody whose browser speaks this language, on a screen of this size."""
        context = browser.new_context(
            locale=_TAGS[language],
            viewport={"width": size[0], "height": size[1]},
            has_touch=size == PHONE,
            accept_downloads=True,
            reduced_motion="reduce",  # colours that are on their way are no colours to be judged
        )
        context.grant_permissions(["clipboard-read", "clipboard-write", "microphone"], origin=site.url)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        table = Path(str(files(hwamei.studio))) / "page" / "messages" / f"{language}.json"
        person = cls(page, site.url, json.loads(table.read_text("utf-8")))
        page.on("console", person._hear)
        page.on("pageerror", lambda error: person.problems.append(str(error)))
        page.on("response", person._notice)
        return person

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _EXPECTED.match(message.text):
            self.problems.append(message.text)

    def _notice(self, response: Response) -> None:
        if not response.url.startswith((self.url, "blob:", "data:")):
            self.problems.append(f"asked elsewhere: {response.url}")
        if response.status >= 500:
            self.problems.append(f"{response.status}: {response.url}")

    def t(self, key: str, **given: object) -> str:
        """The words that the page has for a key."""
        text = self.messages[key]
        for name, value in given.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def sign_in(self, key: str) -> None:
        """With a key, by hand."""
        self.page.goto(self.url)
        self.page.get_by_label(self.t("welcome.key")).fill(key)
        self.button("welcome.sign_in").click()
        expect(self.heading("voices.title")).to_be_visible()

    def go(self, place: str, heading: str) -> None:
        """Look at another view."""
        self.page.goto(f"{self.url}/#/{place}")
        expect(self.heading(heading)).to_be_visible()

    def heading(self, key: str) -> Locator:
        """The heading of a view."""
        return self.page.get_by_role("heading", name=self.t(key), level=1)

    def button(self, key: str, **given: object) -> Locator:
        """The button with these words."""
        return self.page.get_by_role("button", name=self.t(key, **given), exact=True)

    def make_voice(self, recording: Path, name: str, *, level: str = "instant") -> Locator:
        """Order a voice of a file, and wait until it can speak; its card."""
        self.go("voices/new", "new.title")
        self.page.set_input_files("#recordings", str(recording))
        self.page.get_by_label(self.t("new.name"), exact=True).fill(name)
        self.page.locator(f"[name=level][value={level}]").check()
        self.page.get_by_label(self.t("voice.consent_speaker"), exact=True).fill("Anna Li")
        self.page.locator("[name=ground][value=agreed]").check()
        self.button("new.make").click()
        card = self.page.get_by_role("article", name=name)
        expect(card).to_have_attribute("data-state", "ready", timeout=PATIENCE_MS)
        return card

    def write(self, text: str) -> None:
        """The text of the first paragraph."""
        self.page.locator("#text-1").fill(text)

    def check_accessibility(self) -> None:
        """In light and in dark, by axe."""
        for colours in ("light", "dark"):
            self.page.emulate_media(color_scheme=colours, reduced_motion="reduce")
            found = Axe().run(self.page)
            told = [_told(violation) for violation in found.response["violations"]]
            assert not told, f"{self.page.url} in {colours}: {told}"


def _told(violation: dict[str, Any]) -> str:
    nodes = [(node["html"][:160], node.get("failureSummary", "")[:200]) for node in violation["nodes"][:3]]
    return f"{violation['id']}: {violation['help']}: {nodes}"
