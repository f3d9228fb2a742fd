"""Chromium, with a microphone that plays a file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright

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
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def launched(playwright: Playwright, *, microphone: Path) -> Iterator[Browser]:
    """The browser of this machine. `microphone`: the WAV file that it hears, again and again."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, "these tests need Chromium: apt-get install chromium fonts-noto-cjk"
    arguments = [*ARGUMENTS, f"--use-file-for-fake-audio-capture={microphone}"]
    browser = playwright.chromium.launch(executable_path=program, args=arguments)
    try:
        yield browser
    finally:
        browser.close()
