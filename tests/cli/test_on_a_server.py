"""The verbs of a studio, done by a server: the same calls, the same output."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwamei.client import Client
from hwamei.codecs.formats import Format
from hwamei.subtitles.formats import SubtitleFormat, parse
from tests.cli.program import Program
from tests.serving import Site

TEXT = "你好，world. This costs $4.50."


@pytest.fixture
def there(site: Site, tmp_path: Path) -> Program:
    """The program, told to use the server as a new app."""
    key = site.credentials().api_key
    return Program.at(tmp_path / "data", HWAMEI_SERVER=site.url, HWAMEI_KEY=key)


def shape(facts: object) -> object:
    """Which fields there are."""
    return {key: shape(value) for key, value in facts.items()} if isinstance(facts, dict) else None


def test_clone_passes_on_what_lies_beside_a_recording(
    there: Program, recording: Path, tmp_path: Path, site: Site
) -> None:
    mine = tmp_path / "mine.wav"
    mine.write_bytes(recording.read_bytes())
    mine.with_suffix(".txt").write_text("from the file", encoding="utf-8")
    made = there.json("clone", "me", mine)
    with Client(site.url, there.environment["HWAMEI_KEY"]) as client:
        assert [each.text for each in client.voices.get(made["id"]).reference] == ["from the file"]


def test_clone_say_voices_and_inspect_print_the_same_on_a_server_and_here(
    there: Program, hwamei: Program, recording: Path, tmp_path: Path
) -> None:
    calls: list[tuple[str | Path, ...]] = [
        ("clone", "me", recording, "--language", "en", "--seed", "3"),
        ("voices", "list"),
        ("voices", "show", "ME"),
        ("say", TEXT, "--voice", "me", "--out", tmp_path / "a.wav", "--subtitles", tmp_path / "a.srt"),
        ("inspect", tmp_path / "a.wav"),
        ("voices", "delete", "me"),
    ]
    remote, local = ([program.json(*call) for call in calls] for program in (there, hwamei))
    assert shape(remote) == shape(local)
    for on_server, here in zip(remote, local, strict=True):
        same = ("name", "level", "engine", "language", "reference", "likeness", "words", "presets", "deleted", "out")
        assert {key: on_server[key] for key in same if key in on_server} == {
            key: here[key] for key in same if key in here
        }
    assert remote[3]["duration_s"] == pytest.approx(local[3]["duration_s"], abs=0.1)


def test_a_person_is_told_the_same(there: Program, recording: Path, tmp_path: Path) -> None:
    assert "hwamei say 你好 --voice me --out" in there("clone", "me", recording).stdout
    assert there("say", "Hello.", "--out", tmp_path / "a.mp3").stdout.startswith(str(tmp_path / "a.mp3"))
    assert [line.split("\t")[0] for line in there("voices", "list").stdout.splitlines()] == ["me", "alto", "tenor"]
    assert "Label: 1" in there("inspect", tmp_path / "a.mp3").stdout


@pytest.mark.parametrize("format", [each for each in Format if each is not Format.PCM])
def test_every_format_is_written(format: Format, there: Program, tmp_path: Path) -> None:
    target = tmp_path / f"a.{format}"
    there.json("say", "Hello.", "--out", target, "--sample-rate", "16000")
    assert there.json("inspect", target)["AIGC"]["Label"] == "1"
    assert target.stat().st_mode & 0o777 == 0o644


def test_bare_samples_get_their_mark_beside_them(there: Program, tmp_path: Path) -> None:
    there.json("say", "Hello.", "--out", tmp_path / "a.pcm")
    assert Program.at(tmp_path / "data").json("inspect", tmp_path / "a.pcm")["AIGC"]["Label"] == "1"


@pytest.mark.parametrize("format", list(SubtitleFormat))
def test_subtitles_of_every_format_are_written(format: SubtitleFormat, there: Program, tmp_path: Path) -> None:
    target = tmp_path / f"a.{format}"
    there.json("say", TEXT, "--out", tmp_path / "a.wav", "--subtitles", target)
    assert [cue.text for cue in parse(target.read_text("utf-8"), format=format)] == [
        "你好，world.",
        "This costs $4.50.",
    ]


def test_a_lexicon_file_is_heeded_and_not_left_behind(there: Program, site: Site, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("hwamei\tsay:a very much longer reading than before\n", encoding="utf-8")
    plain = there.json("say", "hwamei", "--out", tmp_path / "a.wav")["duration_s"]
    longer = there.json("say", "hwamei", "--out", tmp_path / "b.wav", "--lexicon", tmp_path / "mine.txt")["duration_s"]
    assert longer > 2 * plain
    (tmp_path / "bad.txt").write_text("no reading\n", encoding="utf-8")
    assert there("say", "hwamei", "--out", tmp_path / "c.wav", "--lexicon", tmp_path / "bad.txt").returncode == 2


def test_the_server_can_be_named_in_the_call(site: Site, hwamei: Program) -> None:
    credentials = site.credentials()
    named = ("--server", site.url, "--key", credentials.api_key)
    assert hwamei.json("voices", "list", *named)["voices"] == []


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("say", "Hello.", "--voice", "nobody", "--out", "a.wav"), 3, "nobody"),
        (("voices", "show", "nobody"), 3, "nobody"),
        (("say", "Hello.", "--out", "a.wav", "--speed", "3"), 2, "speed"),
        (("say", "Hello.", "--out", "a.xyz"), 2, ".wav, .mp3, .flac"),
        (("say", "Hello.", "--out", "a.wav", "--subtitles", "a.ass"), 2, ".srt, .vtt, .json"),
        (("say", "……", "--out", "a.wav"), 2, "at least one word"),
        (("say", "Hello.", "--out", "none/a.wav"), 6, "none"),
        (("clone", "me", "none.wav"), 6, "none.wav"),
        (("inspect", "none.wav"), 6, "none.wav"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_with_a_status(
    arguments: tuple[str, ...], status: int, told: str, there: Program
) -> None:
    done = there(*arguments)
    assert done.returncode == status, done.stderr
    assert told in done.stderr
    assert done.stderr.startswith("hwamei: ")
    assert done.stderr.count("\n") == 1
    assert not list(there.data.parent.glob("a.*"))


def test_a_recording_that_the_server_refuses_is_exit_status_2_with_the_reason(there: Program, tmp_path: Path) -> None:
    (tmp_path / "me.wav").write_bytes(b"not sound")
    done = there("clone", "me", tmp_path / "me.wav")
    assert done.returncode == 2
    assert "WAV, MP3, M4A" in done.stderr


def test_a_server_that_cannot_be_reached_is_exit_status_7(hwamei: Program) -> None:
    done = hwamei("voices", "list", "--server", "http://127.0.0.1:1", "--key", "x")
    assert done.returncode == 7
    assert "does not answer" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_server_without_a_key_and_a_wrong_key_are_exit_status_2(hwamei: Program, site: Site) -> None:
    assert "HWAMEI_KEY" in hwamei("voices", "list", "--server", site.url).stderr
    wrong = hwamei("voices", "list", "--server", site.url, "--key", "hw_wrong")
    assert wrong.returncode == 2
    assert "hw_wrong" not in wrong.stderr


def test_a_voice_is_retrained_under_its_id_on_a_server_and_here(
    there: Program, hwamei: Program, recording: Path
) -> None:
    for program in (there, hwamei):
        made = program.json("clone", "me", recording, "--engine", "tone")
        again = program.json("voices", "retrain", "me", "--level", "trained", "--engine", "tone")
        assert (again["id"], again["level"], again["engine"]) == (made["id"], "trained", "tone")
        assert program.json("voices", "show", "me")["level"] == "trained"
        refused = program("voices", "retrain", "me", "--engine", "lute")
        assert refused.returncode == 2
        assert "lute" in refused.stderr
        assert program("voices", "retrain", "nobody").returncode == 3
    assert "it speaks with tone, instant" in hwamei("voices", "retrain", "me", "--level", "instant").stdout
