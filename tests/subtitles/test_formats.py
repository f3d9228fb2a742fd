"""Subtitle files say what the cues say; FFmpeg is the independent reader."""

from __future__ import annotations

from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.errors import BadSubtitles, Unknown
from hwamei.subtitles.cue import Cue, TimedWord
from hwamei.subtitles.cut import cut_into_cues
from hwamei.subtitles.formats import SubtitleFormat, parse, render, write_subtitles
from tests.subtitles.timed_text import TimedText, spread, timed_texts

WITHOUT_WORDS = [SubtitleFormat.SRT, SubtitleFormat.VTT]


def lines() -> st.SearchStrategy[str]:
    """One line of text, as cues have it."""
    return st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).filter(str.strip)


@st.composite
def cue_lists(draw: st.DrawFn) -> list[Cue]:
    edges = sorted(draw(st.lists(st.integers(0, 400 * 3600 * 1000), max_size=12, unique=True)))
    return [Cue(a, b, draw(lines())) for a, b in zip(edges[::2], edges[1::2], strict=False)]


@pytest.mark.parametrize("format", WITHOUT_WORDS)
@given(cues=cue_lists())
def test_what_is_written_is_read_back(format: SubtitleFormat, cues: list[Cue]) -> None:
    assert parse(render(cues, format=format), format=format) == cues


@given(spoken=timed_texts())
def test_json_also_keeps_the_words(spoken: TimedText) -> None:
    cues = cut_into_cues(spoken.text, spoken.timings, duration_s=spoken.duration_s)
    assert parse(render(cues, format=SubtitleFormat.JSON), format=SubtitleFormat.JSON) == cues


@pytest.mark.parametrize("ending", ["srt", "vtt"])
def test_ffmpeg_reads_the_same_cues(ending: str, tmp_path: Path) -> None:
    spoken = spread("The ferry leaves at sunrise, and nobody looks up. 今天天气很好，我们去公园吧。")
    cues = cut_into_cues(spoken.text, spoken.timings, duration_s=spoken.duration_s)
    path = tmp_path / f"cues.{ending}"
    write_subtitles(cues, path)
    with av.open(path) as container:
        packets = [packet for packet in container.demux() if packet.size]
    read = [(packet.pts, packet.duration, bytes(packet).decode().rstrip()) for packet in packets]
    assert read == [(cue.start_ms, cue.end_ms - cue.start_ms, cue.text) for cue in cues]


def test_an_srt_file_looks_like_one() -> None:
    cues = [Cue(0, 1_500, "one"), Cue(3_661_004, 3_662_000, "二")]
    written = "1\n00:00:00,000 --> 00:00:01,500\none\n\n2\n01:01:01,004 --> 01:01:02,000\n二\n\n"
    assert render(cues, format=SubtitleFormat.SRT) == written


def test_vtt_writes_angle_brackets_as_entities() -> None:
    assert "a &lt;b&gt; &amp; c" in render([Cue(0, 1, "a <b> & c")], format=SubtitleFormat.VTT)


def test_json_gives_seconds() -> None:
    cue = Cue(100, 1_500, "one", (TimedWord("one", 100, 900),))
    (read,) = parse(render([cue], format=SubtitleFormat.JSON), format=SubtitleFormat.JSON)
    assert read == cue
    assert '"end": 1.5' in render([cue], format=SubtitleFormat.JSON)


def test_files_with_carriage_returns_comments_and_a_mark_of_order_are_read() -> None:
    content = (
        "\ufeffWEBVTT\r\n\r\nNOTE made by hand\r\n\r\nname\r\n00:01.000 --> 00:02.500 align:start\r\ntwo\r\nlines\r\n"
    )
    assert parse(content, format=SubtitleFormat.VTT) == [Cue(1_000, 2_500, "two\nlines")]


@pytest.mark.parametrize(
    ("content", "format"),
    [
        ("1\n00:00:01 --> soon\ntext\n", SubtitleFormat.SRT),
        ('[{"start": "x", "end": 1, "text": ""}]', SubtitleFormat.JSON),
        ("nothing", SubtitleFormat.JSON),
    ],
)
def test_what_is_no_subtitle_file_is_refused(content: str, format: SubtitleFormat) -> None:
    with pytest.raises(BadSubtitles):
        parse(content, format=format)


def test_an_unknown_ending_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(Unknown, match=r"\.srt, \.vtt, \.json"):
        write_subtitles([], tmp_path / "cues.ass")
