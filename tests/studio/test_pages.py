"""The page as it is served, without a browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import httpx
import pytest

import hwamei.studio
from hwamei import dialects
from hwamei.domain.errors import HwameiError, RefusalReason
from hwamei.domain.owned_voice import VoiceState
from hwamei.domain.problem import code_of
from hwamei.domain.speech_task import TaskState
from hwamei.domain.training_job import JobState
from hwamei.domain.usage import Measure
from hwamei.domain.voice import Level
from hwamei.studio.pages import ASSETS_PATH, POLICY, assets
from hwamei.web.refusals import Unexpected
from tests.serving import Site

PAGE = Path(str(files(hwamei.studio))) / "page"
MODULES = sorted(PAGE.rglob("*.js"))
MAX_MODULE_LINES = 300
LANGUAGES = ("en", "zh")
OURS = ("hwamei.domain.", "hwamei.web.")  # what the native API can answer with


def messages(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((PAGE / "messages" / f"{language}.json").read_text("utf-8"))
    return found


def kinds(root: type[HwameiError]) -> set[type[HwameiError]]:
    return {root}.union(*(kinds(each) for each in root.__subclasses__()))


def test_the_page_is_at_the_root_with_a_strict_policy(site: Site) -> None:
    page = httpx.get(site.url)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == POLICY
    assert (page.headers["x-content-type-options"], page.headers["referrer-policy"]) == ("nosniff", "no-referrer")
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


def test_what_belongs_to_it_is_served_by_its_kind_and_only_once(site: Site) -> None:
    for name, asset in assets().items():
        answer = httpx.get(f"{site.url}{ASSETS_PATH}/{name}")
        assert answer.content == asset.content
        assert answer.headers["content-type"] == asset.media_type
        assert answer.headers["content-security-policy"] == POLICY
        again = httpx.get(f"{site.url}{ASSETS_PATH}/{name}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["", "none.js", "../pages.py", "..%2fpages.py", "messages", "%00", "page/index.html"])
def test_nothing_else_is_served(path: str, site: Site) -> None:
    answer = httpx.get(f"{site.url}{ASSETS_PATH}/{path}")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "no_such_call"


def test_it_stands_in_no_dialects_way(site: Site) -> None:
    ours = ("/", f"{ASSETS_PATH}/main.js")
    claims = [claim for make in dialects.find_all() for claim in make(site.platform).claims]
    assert [claim.dialect.name for claim in claims if any(claim.spelling.match(path) for path in ours)] == []


def test_nothing_comes_from_elsewhere() -> None:
    for name, asset in assets().items():
        text = asset.content.decode()
        assert set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text)) <= {"http://www.w3.org"}, name
        assert "innerHTML" not in text


def test_the_index_names_files_that_are_there() -> None:
    index = assets()["index.html"].content.decode()
    named = re.findall(r'(?:src|href)="([^"#]+)"', index)
    assert named
    assert {each for each in named if each.removeprefix(f"{ASSETS_PATH}/") not in assets()} == set()


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_is_small_and_imports_what_is_there(module: Path) -> None:
    text = module.read_text("utf-8")
    assert len(text.splitlines()) <= MAX_MODULE_LINES
    for named in re.findall(r'from "([^"]+)"', text):
        assert (module.parent / named).is_file(), named


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_every_message_that_is_used_exists(module: Path) -> None:
    text = module.read_text("utf-8")
    used = set(re.findall(r'\bt\(\s*"([^"]+)"', text)) | set(re.findall(r'\blabel: "([a-z_]+\.[a-z_.]+)"', text))
    assert used - messages("en").keys() == set()
    for family in re.findall(r'\bt\.of\(\s*"([a-z_]+)"', text):
        assert any(key.startswith(f"{family}.") for key in messages("en")), family


def test_both_languages_say_the_same_things_with_the_same_blanks() -> None:
    english, chinese = (messages(language) for language in LANGUAGES)
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", chinese[key])), key
        assert text.strip()
        assert chinese[key].strip()


def test_every_message_is_used() -> None:
    text = "".join(path.read_text("utf-8") for path in MODULES) + (PAGE / "index.html").read_text("utf-8")
    families = set(re.findall(r'\bt\.of\(\s*"([a-z_]+)"', text))
    unused = {key for key in messages("en") if f'"{key}"' not in text and key.partition(".")[0] not in families}
    assert unused == set()


def test_every_state_and_every_failure_has_its_words() -> None:
    wanted = {f"job_state.{each}" for each in JobState}
    wanted |= {f"task_state.{each}" for each in TaskState} | {f"voice_state.{each}" for each in VoiceState}
    wanted |= {f"level.{each}" for each in Level} | {f"reason.{each}" for each in RefusalReason}
    wanted |= {f"measure.{each}" for each in Measure}
    leaves = {kind for kind in kinds(HwameiError) if not kind.__subclasses__()}
    wanted |= {f"problem.{code_of(kind)}" for kind in leaves | {Unexpected} if kind.__module__.startswith(OURS)}
    wanted |= {"problem.cancelled"}
    assert wanted - messages("en").keys() == set()


@pytest.mark.long(reason="it builds a wheel")
def test_the_page_is_in_the_wheel(tmp_path: Path) -> None:
    root, copy = Path(__file__).parents[2], tmp_path / "hwamei"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(root / name, copy)
    shutil.copytree(root / "src", copy / "src", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(copy)], check=True
    )
    (wheel,) = tmp_path.glob("hwamei-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"hwamei/studio/page/{name}" for name in assets()} <= names
    assert {f"hwamei/dialects/{name}/examples.json" for name in dialects.names()} <= names
