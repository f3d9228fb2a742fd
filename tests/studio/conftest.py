"""A browser, and a person who uses the studio with it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import soundfile
import soxr
from playwright.sync_api import Browser, sync_playwright

from tests.serving import Site
from tests.studio.person import DESKTOP, Person

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
MICROPHONE_HZ = 48_000

NewPerson = Callable[..., Person]


@pytest.fixture(scope="session")
def spoken_wav(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the fake microphone hears."""
    samples, rate_hz = soundfile.read(site.recording)
    target = tmp_path_factory.mktemp("microphone") / "spoken.wav"
    soundfile.write(target, soxr.resample(samples, rate_hz, MICROPHONE_HZ), MICROPHONE_HZ, subtype="PCM_16")
    return target


@pytest.fixture(scope="module")
def browser(spoken_wav: Path) -> Iterator[Browser]:
    """Chromium. For one module: an event loop runs in this thread as long as it is open."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "these tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        arguments = [*ARGUMENTS, f"--use-file-for-fake-audio-capture={spoken_wav}"]
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def new_person(site: Site, browser: Browser) -> Iterator[NewPerson]:
    """Makes a person with an app of their own, signed in; what went wrong unseen fails the test in the end."""
    people: list[Person] = []

    def make(language: str = "en", size: tuple[int, int] = DESKTOP, *, signed_in: bool = True) -> Person:
        person = Person.at(site, browser, language, size)
        people.append(person)
        if signed_in:
            person.sign_in(site.credentials().api_key)
        return person

    yield make
    for person in people:
        person.page.context.close()
    assert [problem for person in people for problem in person.problems] == []


@pytest.fixture
def person(new_person: NewPerson) -> Person:
    """Somebody with an app of their own, signed in, at a desk."""
    return new_person()
