"""Every file says that it is AI-made, once, where the standard has it; other programs find it there."""

from __future__ import annotations

import io
from pathlib import Path

import av
import mutagen
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutagen.flac import FLAC
from mutagen.id3 import ID3, TIT2, TXXX
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus

from hwamei.codecs import riff
from hwamei.codecs.decode import decode
from hwamei.codecs.encode import open_encoder
from hwamei.codecs.formats import Format
from hwamei.domain.errors import BadAudio, BadLabel
from hwamei.labels.aigc import AigcLabel, to_json
from hwamei.labels.finish import finish, stream
from hwamei.labels.inspect import inspect
from hwamei.labels.write import write
from tests.dsp import signals
from tests.labels.test_aigc import labels

LABEL = AigcLabel.first("Hwamei", "7f3d")
OTHER = AigcLabel.first('Other "quoted" \\ ; = #', "id 2")
WITH_TAGS = [each for each in Format if each is not Format.PCM]


def names(folder: Path) -> list[str]:
    """What is in the folder."""
    return sorted(path.name for path in folder.iterdir())


def finished(folder: Path, format: Format, label: AigcLabel = LABEL) -> Path:
    """A labelled file."""
    path = folder / f"speech.{format}"
    finish([signals.sine(440, 0.5)], path, format=format, sample_rate_hz=24_000, label=label)
    return path


def bare(folder: Path, format: Format) -> Path:
    """A file without a label."""
    path = folder / f"bare.{format}"
    with path.open("wb") as file, open_encoder(file, format, 24_000) as encoder:
        encoder.write(signals.sine(440, 0.5).samples)
    return path


def found_by_mutagen(path: Path) -> list[str]:
    """All labels that an independent library finds; in a WAV, which it reads no chunks of, all chunks."""
    if path.suffix == ".wav":
        with path.open("rb") as file:
            bodies = [(chunk.name, file.seek(chunk.start), file.read(chunk.size)) for chunk in riff.chunks(file)]
        return [body.decode("ascii") for name, _, body in bodies if name == b"AIGC"]
    tags = ID3(path) if path.suffix == ".aac" else mutagen.File(path).tags  # it takes any tag of this kind for an MP3's
    if isinstance(tags, ID3):
        return [str(frame.text[0]) for frame in tags.getall("TXXX") if frame.desc == "AIGC"]
    if path.suffix == ".m4a":
        return [str(value) for values in tags.values() for value in values if str(value).startswith("{")]
    return [value for key, value in tags if key.upper() == "AIGC"]


@pytest.mark.parametrize("format", Format)
def test_a_finished_file_is_labelled(format: Format, tmp_path: Path) -> None:
    assert inspect(finished(tmp_path, format)) == LABEL


@pytest.mark.parametrize("format", WITH_TAGS)
def test_another_program_finds_the_label_once_and_word_for_word(format: Format, tmp_path: Path) -> None:
    assert found_by_mutagen(finished(tmp_path, format)) == [to_json(LABEL)]


@pytest.mark.parametrize("format", [each for each in WITH_TAGS if each is not Format.WAV])
def test_ffmpeg_shows_the_label_under_its_key(format: Format, tmp_path: Path) -> None:
    with av.open(finished(tmp_path, format)) as container:
        tables = [container.metadata, *(each.metadata for each in container.streams)]
    assert [table["AIGC"] for table in tables if "AIGC" in table] == [to_json(LABEL)]


def test_in_an_m4a_the_key_is_one_of_the_handler_mdta(tmp_path: Path) -> None:
    content = finished(tmp_path, Format.M4A).read_bytes()
    order = [
        content.index(name) for name in (b"moov", b"udta", b"meta", b"mdta", b"keys", b"mdtaAIGC", b"ilst", b'{"Label"')
    ]
    assert order == sorted(order)


def test_in_a_wav_the_label_is_a_chunk_before_the_sound_and_all_lengths_are_right(tmp_path: Path) -> None:
    path = finished(tmp_path, Format.WAV)
    with path.open("rb") as file:
        chunks = list(riff.chunks(file))
    assert [chunk.name for chunk in chunks] == [b"fmt ", b"AIGC", b"data"]
    assert all(chunk.start % 2 == 0 for chunk in chunks)
    assert chunks[-1].end == path.stat().st_size == int.from_bytes(path.read_bytes()[4:8], "little") + 8


@pytest.mark.parametrize("format", [Format.WAV, Format.MP3, Format.FLAC, Format.OPUS])
def test_a_stream_says_it_in_its_first_bytes(format: Format, tmp_path: Path) -> None:
    pieces = stream(iter([signals.sine(440, 1)] * 3), format=format, sample_rate_hz=24_000, label=LABEL)
    first = next(iter(pieces))
    assert to_json(LABEL).encode() in first[:1_024]
    path = tmp_path / "stream.bin"
    path.write_bytes(first + b"".join(pieces))
    assert inspect(path) == LABEL


@pytest.mark.parametrize("format", Format)
def test_a_label_is_written_into_a_file_without_one_and_the_sound_stays(format: Format, tmp_path: Path) -> None:
    path = bare(tmp_path, format)
    if format is not Format.PCM:
        assert inspect(path) is None
    before = path.read_bytes() if format is Format.PCM else decode(path).samples.tobytes()
    write(path, LABEL)
    assert inspect(path) == LABEL
    assert (path.read_bytes() if format is Format.PCM else decode(path).samples.tobytes()) == before


@pytest.mark.parametrize("format", Format)
def test_a_label_written_again_takes_the_place_of_the_first(format: Format, tmp_path: Path) -> None:
    path = finished(tmp_path, format)
    write(path, OTHER)
    write(path, OTHER)
    assert inspect(path) == OTHER
    if format is not Format.PCM:
        assert found_by_mutagen(path) == [to_json(OTHER)]
        assert b"7f3d" not in path.read_bytes()


@given(labels, st.sampled_from(list(Format)))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_label_comes_back_from_any_format(tmp_path: Path, label: AigcLabel, format: Format) -> None:
    assert inspect(finished(tmp_path, format, label)) == label
    write(tmp_path / f"speech.{format}", OTHER)
    assert inspect(tmp_path / f"speech.{format}") == OTHER


def test_other_tags_and_chunks_stay(tmp_path: Path) -> None:
    song = finished(tmp_path, Format.MP3)
    tags = ID3(song)
    tags.add(TIT2(text=["a title"]))
    tags.add(TXXX(desc="aigc", text=["an old one"]))
    tags.save(song)
    write(song, OTHER)
    assert str(ID3(song)["TIT2"]) == "a title"
    assert [frame.desc for frame in ID3(song).getall("TXXX") if frame.desc.lower() == "aigc"] == ["AIGC"]

    wave = finished(tmp_path, Format.WAV)
    wave.write_bytes(
        wave.read_bytes() + riff.chunk_bytes(b"LIST", b"INFOINAM\x04\0\0\0abc\0") + riff.chunk_bytes(b"aigc", b"{}")
    )
    write(wave, OTHER)
    with wave.open("rb") as file:
        assert [chunk.name for chunk in riff.chunks(file)] == [b"fmt ", b"AIGC", b"data", b"LIST"]


# What others write is read too.


def test_a_label_anywhere_in_a_wav_is_found(tmp_path: Path) -> None:
    text = to_json(LABEL).encode()
    places = {
        "at the end": riff.chunk_bytes(b"AIGC", text),
        "in small letters": riff.chunk_bytes(b"aigc", text),
        "ended by a zero": riff.chunk_bytes(b"AIGC", text + b"\0"),
        "after an odd chunk": riff.chunk_bytes(b"junk", b"abc") + riff.chunk_bytes(b"AIGC", text),
        "in a list": riff.chunk_bytes(b"LIST", b"INFO" + riff.chunk_bytes(b"AIGC", text)),
    }
    for place, chunk in places.items():
        path = bare(tmp_path, Format.WAV)
        path.write_bytes(path.read_bytes() + chunk)
        assert inspect(path) == LABEL, place


def test_labels_that_other_programs_wrote_are_read_in_any_letter_case(tmp_path: Path) -> None:
    text = to_json(OTHER)
    song = bare(tmp_path, Format.MP3)
    tags = ID3()
    tags.add(TXXX(encoding=1, desc="aigc", text=[text]))
    tags.save(song)
    flac = FLAC(bare(tmp_path, Format.FLAC))
    flac["aigc"] = [text]
    flac.save()
    opus = OggOpus(bare(tmp_path, Format.OPUS))
    opus["Aigc"] = [text]
    opus.save()
    apple = MP4(bare(tmp_path, Format.M4A))
    apple["----:com.apple.iTunes:AIGC"] = [text.encode()]
    apple.save()
    for format in (Format.MP3, Format.FLAC, Format.OPUS, Format.M4A):
        assert inspect(tmp_path / f"bare.{format}") == OTHER, format


def test_a_wav_that_claims_more_than_it_has_is_read_up_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(b"RIFF\xff\xff\xff\xffWAVE" + b"AIGC\xff\xff\xff\x7f" + to_json(LABEL).encode())
    assert inspect(path) == LABEL


# What is refused.


@pytest.mark.parametrize("name", ["text.wav", "none.pcm"])
def test_what_is_no_sound_file_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("hello")
    with pytest.raises(BadAudio, match="is neither a sound file nor"):
        inspect(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadAudio, match="does not exist"):
        inspect(tmp_path / "missing.wav")
    with pytest.raises(BadAudio, match="cannot be read"):
        inspect(tmp_path)


def test_a_bad_label_leaves_the_file_alone(tmp_path: Path) -> None:
    path = finished(tmp_path, Format.WAV)
    before = path.read_bytes()
    with pytest.raises(BadLabel):
        write(path, AigcLabel("1", "画眉", "1", "", "1", "1", ""))
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"hello", b"#!AMR\n\0\0", b"fLaC\0\0", b"\0\0\0\x20ftypM4A ", b"OggS" + bytes(40)])
def test_a_label_is_not_written_into_what_cannot_hold_it_and_nothing_is_left_behind(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(content)
    with pytest.raises(BadAudio):
        write(path, LABEL)
    assert path.read_bytes() == content
    assert names(tmp_path) == ["speech.wav"]


LABELLED: dict[Format, bytes] = {}


def labelled_content(format: Format) -> bytes:
    """A labelled file's bytes, made once."""
    if format not in LABELLED:
        LABELLED[format] = _as_bytes(format)
    return LABELLED[format]


def _as_bytes(format: Format) -> bytes:
    file = io.BytesIO()
    with open_encoder(file, format, 24_000, tags={"AIGC": to_json(LABEL)}) as encoder:
        encoder.write(np.zeros(4_800, dtype=np.float32))
    return file.getvalue()


@given(st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_gives_a_label_or_none_or_a_refusal(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(labelled_content(data.draw(st.sampled_from(WITH_TAGS))))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, min(700, len(content) - 1)))
        content[place : place + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=6))
    path = tmp_path / "damaged.bin"
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        found = inspect(path)
    except BadAudio:
        return
    assert found is None or isinstance(found, AigcLabel)
