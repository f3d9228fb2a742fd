"""The engine in one file that docs/engines.md shows does what the page says."""

from __future__ import annotations

import importlib
import os
import re
import tomllib
from pathlib import Path

import pytest

import hwamei
from hwamei import engines
from hwamei.settings import Settings
from hwamei.testing import EngineUnderTest, check_engine
from tests.cli.program import Program
from tests.engines.test_contract import praat_median_f0_hz
from tests.serving import REFERENCE_TEXT, settings_of

PAGE = Path(__file__).parents[2] / "docs" / "engines.md"
MODULE, NAME = "hwamei_vowel", "vowel"


def block(language: str, first: str) -> str:
    """The block of the page whose first line begins so."""
    blocks: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return next(text for text in blocks if text.startswith(first))


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the package, as pip would have put it there."""
    folder = tmp_path / "site-packages"
    about = folder / "hwamei_vowel-1.0.dist-info"
    about.mkdir(parents=True)
    (folder / f"{MODULE}.py").write_text(block("python", f"# {MODULE}.py"), encoding="utf-8")
    points = tomllib.loads(block("toml", "[project.entry-points"))["project"]["entry-points"]
    lines = [
        f"[{group}]\n" + "".join(f"{name} = {what}\n" for name, what in named.items())
        for group, named in points.items()
    ]
    (about / "entry_points.txt").write_text("".join(lines))
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: hwamei-vowel\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
    importlib.invalidate_caches()
    return folder


def test_the_engine_of_the_page_keeps_the_contract(installed: Path, settings: Settings) -> None:
    assert NAME in engines.names()
    open_engine = engines.find(NAME)
    check_engine(EngineUnderTest(open_engine=lambda: open_engine(settings), median_f0_hz=praat_median_f0_hz))


def test_a_voice_of_it_is_cloned_and_speaks_and_is_retrained(installed: Path, tmp_path: Path) -> None:
    recording = tmp_path / "me.flac"
    with hwamei.open(settings_of(tmp_path / "other")) as studio:
        studio.say(REFERENCE_TEXT, out=recording)
    program = Program.at(tmp_path / "data")
    cloned = program.json("clone", "me", recording, "--engine", NAME, "--level", "trained")
    assert (cloned["engine"], cloned["level"]) == (NAME, "trained")
    assert program.json("say", "你好，world.", "--voice", "me", "--out", tmp_path / "a.wav")["engine"] == NAME
    again = program.json("voices", "retrain", "me", "--engine", "tone", "--level", "instant")
    assert (again["id"], again["engine"], again["level"]) == (cloned["id"], "tone", "instant")
    assert program.json("say", "你好，world.", "--voice", "me", "--out", tmp_path / "b.wav")["engine"] == "tone"


def test_the_page_is_short_enough_to_be_read() -> None:
    assert len(block("python", f"# {MODULE}.py").splitlines()) <= 120
