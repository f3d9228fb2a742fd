"""`hwamei say` through the real program."""

from __future__ import annotations

import json
from pathlib import Path

import av
import pytest
import soundfile

from hwamei.subtitles.formats import SubtitleFormat, parse
from tests.cli.program import Program

TEXT = "你好，world. This costs $4.50."


@pytest.mark.parametrize("ending", ["wav", "mp3", "flac", "opus", "m4a"])
def test_every_format_can_be_played(ending: str, with_voice: Program, tmp_path: Path) -> None:
    facts = with_voice.json("say", TEXT, "--voice", "me", "--out", tmp_path / f"hello.{ending}")
    with av.open(tmp_path / f"hello.{ending}") as container:
        samples = sum(frame.samples for frame in container.decode(audio=0))
        played_s = samples / container.streams.audio[0].codec_context.sample_rate
    assert played_s == pytest.approx(facts["duration_s"], abs=0.15)  # codecs add up to two blocks
    assert facts["words"] == 6


def test_pcm_is_bare_samples(hwamei: Program, tmp_path: Path) -> None:
    facts = hwamei.json("say", "Hello.", "--out", tmp_path / "hello.pcm", "--sample-rate", "8000")
    assert len((tmp_path / "hello.pcm").read_bytes()) == pytest.approx(facts["duration_s"] * 16_000, abs=32)


@pytest.mark.parametrize("format", list(SubtitleFormat))
def test_subtitles_of_every_format_fit_the_sound(format: SubtitleFormat, hwamei: Program, tmp_path: Path) -> None:
    target = tmp_path / f"hello.{format}"
    facts = hwamei.json("say", TEXT, "--out", tmp_path / "hello.wav", "--subtitles", target)
    cues = parse(target.read_text(encoding="utf-8"), format=format)
    assert [cue.text for cue in cues] == ["你好，world.", "This costs $4.50."]
    assert cues[-1].end_ms <= 1000 * facts["duration_s"] + 1


def test_the_sample_rate_is_as_asked(hwamei: Program, tmp_path: Path) -> None:
    hwamei.json("say", "Hello.", "--out", tmp_path / "hello.wav", "--sample-rate", "16000")
    assert soundfile.info(tmp_path / "hello.wav").samplerate == 16_000


def test_text_comes_from_standard_input_or_a_file(hwamei: Program, tmp_path: Path) -> None:
    written = hwamei.json("say", TEXT, "--out", tmp_path / "a.wav")
    piped = hwamei("say", "-", "--out", tmp_path / "b.wav", "--json", text="\ufeff" + TEXT)
    assert json.loads(piped.stdout.splitlines()[-1])["duration_s"] == written["duration_s"]
    (tmp_path / "text.txt").write_text(TEXT, encoding="utf-8")
    assert hwamei.json("say", "--file", tmp_path / "text.txt", "--out", tmp_path / "c.wav")["words"] == 6


def test_speed_and_pitch_and_the_cue_are_heeded(hwamei: Program, tmp_path: Path) -> None:
    plain = hwamei.json("say", "Hello.", "--out", tmp_path / "a.wav")["duration_s"]
    fast = hwamei.json("say", "Hello.", "--out", tmp_path / "b.wav", "--speed", "2", "--pitch", "-3")["duration_s"]
    cued = hwamei.json("say", "Hello.", "--out", tmp_path / "c.wav", "--cue")["duration_s"]
    assert fast < 0.7 * plain < plain + 1 < cued


def test_a_voice_is_named_by_any_spelling_of_its_id_or_by_its_name(with_voice: Program, tmp_path: Path) -> None:
    voice_id = with_voice.json("voices", "show", "me")["id"]
    for given in (voice_id, voice_id.replace("-", "").upper(), "ME"):
        with_voice.json("say", "Hello.", "--voice", given, "--out", tmp_path / "a.wav")


def test_a_voice_of_the_engine_can_be_named(hwamei: Program, tmp_path: Path) -> None:
    hwamei.json("say", "Hello.", "--voice", "tenor", "--out", tmp_path / "a.wav")


def test_without_json_a_person_is_told_what_was_made(hwamei: Program, tmp_path: Path) -> None:
    done = hwamei("say", "Hello.", "--out", tmp_path / "a.wav")
    assert done.stdout.startswith(str(tmp_path / "a.wav"))
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""  # no progress bar in a pipe


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["Hello.", "--out", "a.wav", "--speed", "3"], "speed 3 is outside 0.5..2"),
        (["Hello.", "--out", "a.wav", "--pitch", "13"], "pitch_semitones 13 is outside -12..12"),
        (["Hello.", "--out", "a.wav", "--pitch", "nan"], "pitch_semitones nan is outside"),
        (["Hello.", "--out", "a.xyz"], ".wav, .mp3, .flac"),
        (["Hello.", "--out", "a.opus", "--sample-rate", "44100"], "8000, 12000"),
        (["Hello.", "--out", "a.wav", "--subtitles", "a.ass"], ".srt, .vtt, .json"),
        (["Hello.", "--out", "a.wav", "--language", "fr"], "'auto', 'zh', 'en'"),
        (["……", "--out", "a.wav"], "at least one word"),
        (["--out", "a.wav"], "either TEXT"),
        (["Hello.", "--file", "a.txt", "--out", "a.wav"], "either TEXT"),
        (["Hello."], "--out"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_that_says_what_can(
    arguments: list[str], told: str, hwamei: Program
) -> None:
    done = hwamei("say", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stderr.startswith("hwamei: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert not list(hwamei.data.parent.glob("a.*"))


def test_the_installed_program_reads_bytes_and_writes_a_file(hwamei: Program, tmp_path: Path) -> None:
    done = hwamei.in_a_process("say", "-", "--out", "a.flac", "--json", text=TEXT.encode())
    assert done.returncode == 0
    assert done.stderr == ""
    assert json.loads(done.stdout)["duration_s"] == pytest.approx(
        soundfile.info(tmp_path / "a.flac").duration, abs=1e-3
    )


def test_an_unknown_voice_is_exit_status_3(hwamei: Program) -> None:
    done = hwamei("say", "Hello.", "--voice", "nobody", "--out", "a.wav")
    assert done.returncode == 3
    assert "nobody" in done.stderr


def test_a_folder_that_is_not_there_is_exit_status_6(hwamei: Program, tmp_path: Path) -> None:
    for option in (["--out", "none/a.wav"], ["--out", "a.wav", "--subtitles", "none/a.srt"]):
        done = hwamei("say", "Hello.", *option)
        assert done.returncode == 6
        assert done.stderr.startswith("hwamei: none: No such file")
    assert not (tmp_path / "a.wav").exists()


def test_text_that_is_not_utf8_is_refused(hwamei: Program) -> None:
    done = hwamei("say", "-", "--out", "a.wav", text="你好".encode("gb18030"))
    assert done.returncode == 2
    assert "UTF-8" in done.stderr


def test_text_that_is_too_long_is_refused(hwamei: Program) -> None:
    done = hwamei("say", "-", "--out", "a.wav", text="a" * 100_001)
    assert done.returncode == 2
    assert "at most 100000" in done.stderr
