"""The lines that the studio shows for programs work as they are, for every dialect that the server speaks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from hwamei import dialects
from hwamei.labels.inspect import inspect
from tests.dialects.native.test_voices import order
from tests.serving import API, Site, ended
from tests.studio.conftest import NewPerson

TEXT = 'He said: "it\'s $5" — 你好。'
NEEDS = {"API_KEY", "APP_ID", "SECRET", "PROJECT_ID"}


@pytest.fixture(scope="module")
def environment(site: Site) -> Mapping[str, str]:
    """The credentials of an app that has a voice, and the voice's id."""
    made = site.credentials()
    with httpx.Client(base_url=site.url + API, headers={"Authorization": f"Bearer {made.api_key}"}) as mine:
        ordered = order(mine, site.recording)
        assert ended(mine, f"/training-jobs/{ordered['job']['id']}")["state"] == "succeeded"
    return {
        "API_KEY": made.api_key,
        "APP_ID": made.app_id,
        "SECRET": made.secret,
        "PROJECT_ID": made.project_id,
        "VOICE": ordered["voice"]["id"],
    }


def lines(name: str, kind: str, site: Site, voice: str) -> str:
    """Filled in as the page does it."""
    blanks = {"base": site.url, "voice": voice, "voice_hex": voice.replace("-", ""), "text": json.dumps(TEXT)}
    examples: Any = dialects.examples(name)
    return re.sub(r"\{\{(\w+)\}\}", lambda match: blanks[match[1]], "\n".join(examples[kind]))


@pytest.mark.parametrize("name", dialects.names())
def test_every_dialect_says_how_a_program_speaks_it(name: str) -> None:
    examples: Any = dialects.examples(name)
    assert examples is not None, f"write dialects/{name}/examples.json"
    assert examples["title"].keys() == {"en", "zh"}
    assert set(examples["needs"]) <= NEEDS
    assert set(re.findall(r"\$\{?([A-Z_]{5,})|environ\[.([A-Z_]+)", str(examples))) != set()


@pytest.mark.parametrize("kind", ["curl", "python"])
@pytest.mark.parametrize("name", dialects.names())
def test_the_lines_run(name: str, kind: str, site: Site, environment: Mapping[str, str], tmp_path: Path) -> None:
    program = lines(name, kind, site, environment["VOICE"])
    call = ["bash", "-euo", "pipefail", "-c", program] if kind == "curl" else [sys.executable, "-c", program]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HWAMEI_")}
    done = subprocess.run(
        call, env={**kept, **environment}, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sounds = list(tmp_path.glob("speech.*"))
    if sounds:
        assert inspect(sounds[0]) is not None
    else:
        assert re.search(r'"(task_id|job_id|audio)"', done.stdout), done.stdout


def test_the_page_shows_them_with_what_is_on_screen(new_person: NewPerson, site: Site) -> None:
    person = new_person()
    voice = person.make_voice(site.recording, "Anna").get_attribute("data-voice") or ""
    person.go(f"speak/{voice}", "speak.title")
    person.write(TEXT)
    person.page.get_by_text(person.t("programs.title")).click()
    tabs = person.page.get_by_role("group", name=person.t("programs.which")).get_by_role("button")
    assert tabs.count() == len(dialects.names())
    for index, name in enumerate(dialects.names()):
        tabs.nth(index).click()
        shown = person.page.locator("details pre").first.inner_text()
        expected = lines(name, "curl", site, voice).replace(json.dumps(TEXT), json.dumps(TEXT, ensure_ascii=False))
        assert shown == expected
    person.check_accessibility()
