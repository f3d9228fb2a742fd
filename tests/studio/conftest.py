"""A browser, and a person who uses the studio with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import soundfile
import soxr
from playwright.sync_api import Browser, expect, sync_playwright

from tests.serving import Site
from tests.studio.browsing import launched
from tests.studio.person import DESKTOP, PATIENCE_MS, Person

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
    with sync_playwright() as playwright, launched(playwright, microphone=spoken_wav) as browser:
        expect.set_options(timeout=PATIENCE_MS)  # a busy machine
        yield browser


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
