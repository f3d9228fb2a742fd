"""What the tests of the program share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import Program

REFERENCE_TEXT = (
    "The ferry leaves the old town at sunrise, and nobody looks up. 今天天气很好，我们去公园吧。"
    "What a lovely day this is! 你好，世界。"
)


@pytest.fixture
def hwamei(tmp_path: Path) -> Program:
    """The program with an empty data folder."""
    return Program.at(tmp_path / "data")


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine seconds that pass for a person's speech, made by the program."""
    folder = tmp_path_factory.mktemp("recording")
    Program.at(folder / "data").json("say", REFERENCE_TEXT, "--out", folder / "me.flac")
    return folder / "me.flac"


@pytest.fixture(scope="session")
def with_voice(recording: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program with a voice named `me`. Tests leave it as it is."""
    program = Program.at(tmp_path_factory.mktemp("with_voice") / "data")
    program.json("clone", "me", recording)
    return program
