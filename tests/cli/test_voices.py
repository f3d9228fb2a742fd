"""`hwamei clone` and `hwamei voices` through the real program."""

from __future__ import annotations

import json
import os
from pathlib import Path
from uuid import UUID

import pytest

from hwamei.storage.folder import FolderVoiceStore
from tests.cli.program import Program

STOPPING_ENGINE = '''
"""The tone engine, interrupted as with Ctrl-C when its training has come half way for the first time."""
import signal
from pathlib import Path

from hwamei.engines.tone.engine import ToneEngine


class StoppingEngine(ToneEngine):
    def enrol(self, reference, *, progress, checkpoints, **order):
        stopped = Path(__file__).with_name("stopped")
        Path(__file__).with_name("resumed").write_text(str(checkpoints.load() is not None))

        def stop_half_way(percent):
            progress(percent)
            if percent > 50 and not stopped.exists():
                stopped.touch()
                signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in what a shell runs behind
                signal.raise_signal(signal.SIGINT)

        return super().enrol(reference, progress=stop_half_way, checkpoints=checkpoints, **order)


def open_engine(settings):
    return StoppingEngine()
'''


def install(folder: Path) -> None:
    """Put the engine where Python finds it, as a package that was installed beside Hwamei."""
    about = folder / "stopping-1.0.dist-info"
    about.mkdir()
    (folder / "stopping_engine.py").write_text(STOPPING_ENGINE, encoding="utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: stopping\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[hwamei.engines]\nstopping = stopping_engine:open_engine\n", "utf-8")


def test_clone_gives_an_object_as_its_last_line(hwamei: Program, recording: Path) -> None:
    voice = hwamei.json("clone", "me", recording, "--level", "trained", "--language", "en", "--seed", "3")
    assert str(UUID(voice["id"])) == voice["id"]
    assert (voice["name"], voice["level"], voice["language"], voice["engine"]) == ("me", "trained", "en", "tone")
    assert 0 <= voice["likeness"] <= 1
    assert voice["reference"]["speech_s"] > 5


def test_clone_tells_a_person_how_to_go_on(hwamei: Program, recording: Path) -> None:
    done = hwamei("clone", "my voice", recording)
    assert done.returncode == 0
    assert "hwamei say 你好 --voice 'my voice' --out" in done.stdout
    assert done.stderr == ""


def test_an_interrupted_clone_says_how_to_go_on_and_does(tmp_path: Path, recording: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    install(package)
    hwamei = Program.at(tmp_path / "data", HWAMEI_ENGINE="stopping", PYTHONPATH=str(package))
    call = ("clone", "me", str(recording), "--level", "trained")
    stopped = hwamei.in_a_process(*call)
    assert stopped.returncode == 130
    assert "the same command again" in stopped.stderr
    assert stopped.stderr.count("\n") == 1
    assert FolderVoiceStore(hwamei.data / "voices").list() == []
    assert hwamei.in_a_process(*call).returncode == 0
    assert (package / "resumed").read_text() == "True"


def test_recordings_that_cannot_be_used_are_refused_with_the_reason(hwamei: Program, tmp_path: Path) -> None:
    (tmp_path / "me.wav").write_bytes(b"not sound")
    done = hwamei("clone", "me", tmp_path / "me.wav")
    assert done.returncode == 2
    assert "WAV, MP3, M4A" in done.stderr
    hwamei.json("say", "Hello.", "--out", tmp_path / "short.wav")
    done = hwamei("clone", "me", tmp_path / "short.wav")
    assert done.returncode == 2
    assert "at least 3 s" in done.stderr


def test_a_name_is_taken_once(with_voice: Program, recording: Path) -> None:
    done = with_voice("clone", "me", recording)
    assert done.returncode == 2
    assert "'me'" in done.stderr


def test_voices_are_listed_with_those_of_the_engine(with_voice: Program) -> None:
    listed = with_voice.json("voices", "list")
    assert [voice["name"] for voice in listed["voices"]] == ["me"]
    assert listed["presets"] == ["alto", "tenor"]
    rows = [line.split("\t") for line in with_voice("voices", "list").stdout.splitlines()]
    assert [row[0] for row in rows] == ["me", "alto", "tenor"]
    assert rows[0][1] == listed["voices"][0]["id"]


def test_a_voice_is_shown(with_voice: Program) -> None:
    assert with_voice.json("voices", "show", "me") == with_voice.json("voices", "list")["voices"][0]
    assert "reference speech_s" in with_voice("voices", "show", "me").stdout


def test_a_voice_is_exported_deleted_and_imported(hwamei: Program, recording: Path, tmp_path: Path) -> None:
    voice = hwamei.json("clone", "me", recording)
    file = tmp_path / "me.hwamei"
    assert "recordings" in hwamei("voices", "export", "me", file).stdout
    assert hwamei.json("voices", "delete", voice["id"])["deleted"] is True
    assert hwamei("voices", "show", "me").returncode == 3
    assert hwamei.json("voices", "import", file, "--name", "again") == voice | {"name": "again"}
    hwamei.json("say", "Hello.", "--voice", "again", "--out", tmp_path / "a.wav")


def test_what_is_no_voice_file_is_refused(hwamei: Program, tmp_path: Path) -> None:
    (tmp_path / "me.hwamei").write_text("no")
    assert hwamei("voices", "import", tmp_path / "me.hwamei").returncode == 2


def test_a_voice_that_is_not_there_is_exit_status_3(hwamei: Program) -> None:
    for verb in (["show"], ["delete"], ["export"]):
        arguments = ["nobody", "x.hwamei"] if verb == ["export"] else ["nobody"]
        done = hwamei("voices", *verb, *arguments)
        assert done.returncode == 3
        assert "nobody" in done.stderr


LISTENING_ENGINE = '''
"""The tone engine, which writes down the words that it is told."""
import json
from pathlib import Path

from hwamei.engines.tone.engine import ToneEngine


class ListeningEngine(ToneEngine):
    def enrol(self, reference, *, said, **order):
        Path(__file__).with_name("said.json").write_text(json.dumps(said), "utf-8")
        return super().enrol(reference, said=said, **order)


def open_engine(settings):
    return ListeningEngine()
'''


@pytest.fixture
def listening(tmp_path: Path) -> Program:
    """The program with that engine, installed beside Hwamei."""
    beside = tmp_path / "beside"
    about = beside / "listening-1.0.dist-info"
    about.mkdir(parents=True)
    (beside / "listening_engine.py").write_text(LISTENING_ENGINE, encoding="utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: listening\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[hwamei.engines]\nlistening = listening_engine:open_engine\n", "utf-8")
    path = os.pathsep.join(filter(None, [str(beside), os.environ.get("PYTHONPATH", "")]))
    return Program.at(tmp_path / "data", HWAMEI_ENGINE="listening", PYTHONPATH=path)


def test_clone_passes_the_words_on_or_those_in_the_file_beside(
    listening: Program, recording: Path, tmp_path: Path
) -> None:
    said = tmp_path / "beside" / "said.json"
    mine = tmp_path / "mine.wav"
    mine.write_bytes(recording.read_bytes())
    mine.with_suffix(".txt").write_text("from the file", encoding="utf-8")
    done = listening.in_a_process("clone", "a", mine)
    assert done.returncode == 0, done.stderr
    assert json.loads(said.read_text("utf-8")) == ["from the file"]
    assert listening.in_a_process("clone", "b", mine, "--text", "from the option").returncode == 0
    assert json.loads(said.read_text("utf-8")) == ["from the option"]
    wrong = listening.in_a_process("clone", "c", mine, mine, "--text", "one for two")
    assert wrong.returncode == 2
    assert "give one text for each" in wrong.stderr
