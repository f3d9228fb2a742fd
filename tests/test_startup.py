"""What a call of the program loads: nothing slow that it could do without. Each runs in a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from tests.cli.program import Program
from tests.dsp import signals

NEVER_AT_RUN_TIME = {"scipy", "pyloudnorm"}  # judges of the tests; SciPy alone takes two seconds to import
ONCE_A_MACHINE = {"onnx"}  # rewrites graphs, which are kept
SELDOM = {"structlog", "rich", "asyncio"}  # nothing went wrong, nobody looks, nobody is served


def loaded_by(program: Program, *arguments: str) -> set[str]:
    """The top-level modules that a call which goes well has loaded when it ends."""
    call = [sys.executable, "-X", "importtime", "-m", "hwamei", *arguments]
    folder = program.data.parent
    done = subprocess.run(call, capture_output=True, text=True, env=dict(program.environment), cwd=folder, check=False)
    assert done.returncode == 0, done.stderr
    lines = (line for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


def test_no_module_of_ours_imports_a_judge() -> None:
    imported = re.compile(rf"^\s*(?:from|import) (?:{'|'.join(sorted(NEVER_AT_RUN_TIME))})\b", re.MULTILINE)
    modules = (Path(__file__).parents[1] / "src").rglob("*.py")
    assert [path.name for path in modules if imported.search(path.read_text("utf-8"))] == []


def test_what_is_loaded_is_seen(tmp_path: Path) -> None:
    assert {"hwamei", "numpy", "av"} <= loaded_by(Program.at(tmp_path / "data"), "say", "Hello.", "--out", "a.wav")


@pytest.mark.parametrize(
    "arguments",
    [
        ("say", "你好, world.", "--out", "a.mp3"),
        ("say", "你好, world.", "--out", "a.wav", "--subtitles", "a.srt", "--cue"),
        ("voices", "list"),
    ],
)
def test_speaking_and_listing_load_nothing_that_they_can_do_without(arguments: tuple[str, ...], tmp_path: Path) -> None:
    loaded = loaded_by(Program.at(tmp_path / "data"), *arguments)
    assert loaded & (NEVER_AT_RUN_TIME | ONCE_A_MACHINE | SELDOM) == set()


@pytest.mark.long("clones a voice in a process of its own")
def test_cloning_loads_nothing_that_it_can_do_without(tmp_path: Path) -> None:
    reference = signals.speech(8)
    soundfile.write(tmp_path / "reference.wav", reference.samples, reference.sample_rate_hz)
    loaded = loaded_by(Program.at(tmp_path / "data"), "clone", "mei", "reference.wav")
    assert loaded & (NEVER_AT_RUN_TIME | ONCE_A_MACHINE) == set()


@pytest.mark.long("makes the graph, then speaks in processes of their own")
def test_the_embedded_engine_does_not_load_what_makes_graphs_once_they_are_made(
    tmp_path: Path, models_folder: Path
) -> None:
    program = Program.at(tmp_path / "data", HWAMEI_ENGINE="kokoro", HWAMEI_MODELS=str(models_folder))
    call = ("say", "好。", "--out", "a.wav")
    loaded_by(program, *call)
    assert loaded_by(program, *call) & (NEVER_AT_RUN_TIME | ONCE_A_MACHINE | SELDOM) == set()
