"""The program as a whole, and its smaller verbs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hwamei.cli.choices import LanguageChoice, LevelChoice
from hwamei.cli.exit_codes import ExitCode, exit_code_of
from hwamei.domain import errors
from hwamei.domain.language import Language
from hwamei.domain.voice import Level
from tests.cli.program import Program
from tests.models.loopback_hub import LoopbackHub, opened


def test_choices_are_those_of_the_domain() -> None:
    assert [str(choice) for choice in LevelChoice] == [str(level) for level in Level]
    assert {choice.code for choice in LanguageChoice} == {None, *map(str, Language)}


def test_every_error_has_an_exit_status_and_every_status_a_meaning() -> None:
    assert exit_code_of(errors.VoiceNotFound(given="x")) is ExitCode.NOT_FOUND
    assert exit_code_of(errors.TextEmpty()) is ExitCode.REFUSED
    assert exit_code_of(errors.EngineFailed(engine="x", problem="y")) is ExitCode.ENGINE
    assert exit_code_of(errors.ModelMissing(name="x", remedy="y")) is ExitCode.MODEL
    assert exit_code_of(FileNotFoundError()) is ExitCode.FILE
    for failed in errors.Failed.__subclasses__():
        error = failed.__new__(failed)
        assert exit_code_of(error) in (ExitCode.MODEL, ExitCode.ENGINE, ExitCode.LATER)
    assert all(code.meaning for code in ExitCode)


def test_without_a_verb_the_help_is_shown(hwamei: Program) -> None:
    done = hwamei()
    assert done.returncode == 0
    for verb in ("clone", "say", "voices", "models", "doctor", "inspect"):
        assert verb in done.stdout


def test_help_is_quick_because_it_loads_nothing_heavy() -> None:
    program = "import sys, hwamei.cli.main; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {"numpy", "scipy", "av", "pydantic", "onnxruntime"} & set(done.stdout.split()) == set()


def test_the_version_is_shown(hwamei: Program) -> None:
    assert hwamei("--version").stdout.startswith("hwamei 0.")


@pytest.mark.parametrize("arguments", [["sing"], ["voices"], ["voices", "sing"], ["say", "--loud"]])
def test_a_wrong_call_is_exit_status_2_and_one_line(arguments: list[str], hwamei: Program) -> None:
    done = hwamei(*arguments)
    assert done.returncode == 2
    assert "--help` shows what is allowed" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_wrong_setting_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    done = Program.at(tmp_path / "data", HWAMEI_THREAD="2")("voices", "list")
    assert done.returncode == 2
    assert "HWAMEI_THREADS" in done.stderr


def test_debug_shows_where_an_error_came_from(hwamei: Program) -> None:
    done = hwamei("--debug", "voices", "show", "nobody")
    assert done.returncode == 3
    assert "Traceback" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("hwamei: ")


def test_inspect_reads_the_label(hwamei: Program, recording: Path, tmp_path: Path) -> None:
    label = hwamei.json("inspect", recording)["AIGC"]
    assert (label["Label"], label["ContentProducer"], label["ContentPropagator"]) == ("1", "Hwamei", "Hwamei")
    assert label["ProduceID"] == label["PropagateID"] != ""
    assert "Label: 1" in hwamei("inspect", recording).stdout
    assert hwamei("inspect", tmp_path / "none.wav").returncode == 2


def test_the_producer_in_the_label_is_a_setting(tmp_path: Path) -> None:
    program = Program.at(tmp_path / "data", HWAMEI_CONTENT_PRODUCER="Our Radio")
    program.json("say", "Hello.", "--out", tmp_path / "a.wav")
    assert program.json("inspect", tmp_path / "a.wav")["AIGC"]["ContentProducer"] == "Our Radio"


def test_models_are_listed_with_size_licence_hash_and_source(hwamei: Program) -> None:
    models = hwamei.json("models", "list")["models"]
    assert {"kokoro-82m-int8", "ge2e"} <= {model["name"] for model in models}
    assert all(model["size_bytes"] and model["licence"] and model["sha256"] and model["source"] for model in models)


def test_a_model_that_is_missing_or_damaged_is_exit_status_4(hwamei: Program) -> None:
    missing = hwamei("models", "verify", "ge2e")
    assert missing.returncode == 4
    folder = hwamei.data / "models"
    folder.mkdir(parents=True)
    (folder / "ge2e.npz").write_bytes(b"damaged")
    damaged = hwamei("models", "verify", "ge2e")
    assert damaged.returncode == 4
    assert "damaged" in damaged.stdout
    assert hwamei("models", "verify", "nothing").returncode == 2


@pytest.mark.long("makes the model for each arithmetic and speaks with it")
def test_what_is_fastest_is_measured_and_said(tmp_path: Path, models_folder: Path) -> None:
    program = Program.at(tmp_path / "data", HWAMEI_MODELS=str(models_folder), HWAMEI_KOKORO_ARITHMETIC="float32")
    done = program("models", "tune", "--json")
    assert done.returncode == 0
    assert "HWAMEI_KOKORO_ARITHMETIC is set" in done.stderr
    tuned = json.loads(done.stdout.splitlines()[-1])
    factors = tuned["real_time_factors"]
    assert {"int8", "float32"} <= factors.keys()
    assert factors[tuned["chosen"]] == min(factors.values()) > 0


def test_optional_models_are_listed_but_neither_fetched_nor_missed_unless_they_are_named(
    tmp_path: Path, models_folder: Path
) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "ge2e.npz").symlink_to(models_folder / "ge2e.npz")
    with opened(LoopbackHub({})) as hub:
        program = Program.at(tmp_path / "data", HWAMEI_MODELS=str(tmp_path / "models"), HWAMEI_HUB_URL=hub.url)
        listed = {model["name"]: model for model in program.json("models", "list")["models"]}
        assert listed["zipvoice"]["optional"] is True
        assert listed["ge2e"]["optional"] is False
        assert program("models", "pull").returncode == 0
        assert program("models", "verify").returncode == 0
        assert hub.asked == 0
        done = program("models", "pull", "zipvoice")
        assert done.returncode == 4
        assert "HTTP 404; HWAMEI_HUB chooses another hub" in done.stderr
        assert hub.asked == 1


def test_the_doctor_says_what_is_wrong(hwamei: Program) -> None:
    found = hwamei("doctor", "--json")
    assert found.returncode == 4  # GE2E is not in this data folder
    done = hwamei("doctor")
    for name in ("python", "processor", "data folder", "model ge2e", "codecs", "engine", "real-time factor"):
        assert f" {name}: " in done.stdout
    assert "WRONG  model ge2e: missing; run `hwamei models pull`" in done.stdout


def test_a_bar_is_shown_on_a_terminal_and_the_result_alone_in_the_pipe(tmp_path: Path) -> None:
    program = Program.at(tmp_path / "data", TERM="xterm", COLUMNS="80")
    ours, theirs = os.openpty()
    call = [sys.executable, "-m", "hwamei", "say", "Hello. " * 30, "--out", str(tmp_path / "a.wav"), "--json"]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=theirs, env=dict(program.environment)) as process:
        os.close(theirs)
        shown = _all_of(ours)
        printed = process.stdout.read() if process.stdout else b""
    assert process.returncode == 0
    assert b"speaking" in shown
    assert printed.count(b"\n") == 1


def _all_of(terminal: int) -> bytes:
    """What is written to a pseudo terminal until the last writer closes it."""
    shown = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # how Linux says that the other end is closed
            piece = b""
        if not piece:
            os.close(terminal)
            return shown
        shown += piece
