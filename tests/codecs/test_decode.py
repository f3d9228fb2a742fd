"""Sound files of all kinds are read; what is none, or too much, is refused and does no harm."""

from __future__ import annotations

import io
import struct
import tracemalloc
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from av.audio.stream import AudioStream
from hypothesis import given, settings
from hypothesis import strategies as st

from hwamei.codecs.decode import DecodeLimits, decode, decode_file
from hwamei.codecs.encode import open_encoder
from hwamei.codecs.formats import Format
from hwamei.domain.audio import Audio
from hwamei.domain.errors import BadAudio
from tests.codecs import mp4
from tests.dsp import signals

TONE = signals.sine(440, 1.0, sample_rate_hz=48_000)


def read(content: bytes, limits: DecodeLimits | None = None) -> Audio:
    """The sound in these bytes."""
    return decode_file(io.BytesIO(content), "given.bin", limits or DecodeLimits())


def read_or_refused(content: bytes) -> Audio | BadAudio:
    """The sound, or the refusal; anything else that is raised fails the test."""
    try:
        return read(content)
    except BadAudio as refused:
        return refused


def written(format: Format, sound: Audio = TONE) -> bytes:
    """A file of Hwamei's own."""
    file = io.BytesIO()
    with open_encoder(file, format, sound.sample_rate_hz) as encoder:
        encoder.write(sound.samples)
    return file.getvalue()


def muxed(container: str, codec: str, *, layout: str = "mono", picture: bool = False) -> bytes:
    """The tone as somebody else's program writes it; with a picture: as a film."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        film = output.add_stream("mpeg4", rate=10, width=32, height=32, pix_fmt="yuv420p") if picture else None
        stream = output.add_stream(codec, rate=48_000, layout=layout)
        assert isinstance(stream, AudioStream)
        channels = 1 if layout == "mono" else 2
        frame = av.AudioFrame.from_ndarray(np.tile(TONE.samples, (channels, 1)), format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
        if film is not None:
            still = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), dtype=np.uint8), format="rgb24")
            still.pts = 0
            output.mux(film.encode(still))
            output.mux(film.encode(None))
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def assert_is_the_tone(sound: Audio) -> None:
    """Of its level (LAME turns it down by 0.45 dB), length and sample values −1..1."""
    assert sound.samples.dtype == np.float32
    assert sound.samples.ndim == 1
    assert sound.duration_s == pytest.approx(1.0, abs=0.08)
    inner = sound.samples[len(sound.samples) // 4 : len(sound.samples) * 3 // 4]
    assert signals.level_db(inner) == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.5)


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("webm", "libopus"),
        ("matroska", "flac"),
        ("ogg", "libopus"),
        ("ogg", "flac"),
        ("mp4", "aac"),
        ("mov", "pcm_s16le"),
        ("adts", "aac"),
        ("mp3", "libmp3lame"),
        ("aiff", "pcm_s16be"),
        ("caf", "pcm_s16be"),
        ("wav", "pcm_u8"),
        ("wav", "pcm_s24le"),
        ("wav", "pcm_s32le"),
        ("wav", "pcm_f32le"),
        ("wav", "pcm_f64le"),
        ("wav", "pcm_mulaw"),
        ("wav", "adpcm_ima_wav"),
    ],
)
@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_what_people_record_with_is_read(container: str, codec: str, layout: str) -> None:
    assert_is_the_tone(read(muxed(container, codec, layout=layout)))


@pytest.mark.parametrize(("container", "codec"), [("mp4", "aac"), ("matroska", "libopus"), ("mov", "aac")])
def test_of_a_film_the_sound_is_taken(container: str, codec: str) -> None:
    assert_is_the_tone(read(muxed(container, codec, picture=True)))


def test_the_content_counts_and_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "speech.txt"
    path.write_bytes(written(Format.MP3))
    assert_is_the_tone(decode(path))


def test_id3_tags_before_an_mp3_or_a_flac_are_skipped() -> None:
    tag = b"ID3\x04\x00\x00" + bytes([0, 0, 1, 0]) + bytes(128)
    for format in (Format.MP3, Format.FLAC):
        assert_is_the_tone(read(tag + written(format)))


@pytest.mark.parametrize("channels", [1, 2])
def test_samples_of_any_width_are_read(channels: int, tmp_path: Path) -> None:
    """Nobody records in 64 bits, but a damaged header may say so."""
    sound = np.repeat(np.sin(np.arange(8000) / 20) / 2, channels)
    for bits in (16, 32, 64):
        samples = (sound * 2 ** (bits - 1)).astype(f"<i{bits // 8}").tobytes()
        each = channels * bits // 8
        fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, 16_000, 16_000 * each, each, bits)
        body = b"WAVE" + fmt + struct.pack("<4sI", b"data", len(samples)) + samples
        path = tmp_path / f"{bits}.wav"
        path.write_bytes(struct.pack("<4sI", b"RIFF", len(body)) + body)
        np.testing.assert_allclose(decode(path).samples, sound[::channels], atol=1e-4)


def test_channels_are_mixed_to_their_mean(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    channels = np.array([[0.5, 0.1], [-0.25, 0.75]] * 1_000)
    soundfile.write(path, channels, 16_000, subtype="FLOAT")
    assert np.allclose(decode(path).samples, channels.mean(axis=1), atol=1e-7)


@pytest.mark.parametrize("sample_rate_hz", [8_000, 11_025, 16_000, 44_100, 96_000, 192_000])
def test_the_files_own_rate_is_kept(sample_rate_hz: int, tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    soundfile.write(path, np.zeros(sample_rate_hz // 4), sample_rate_hz)
    assert decode(path).sample_rate_hz == sample_rate_hz
    assert len(decode(path).samples) == sample_rate_hz // 4


@pytest.mark.parametrize("sample_rate_hz", [4_000, 384_000])
def test_rates_out_of_range_are_refused(sample_rate_hz: int, tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    soundfile.write(path, np.zeros(sample_rate_hz), sample_rate_hz)
    with pytest.raises(BadAudio, match=r"8000\.\.192000 are read"):
        decode(path)


def test_numbers_that_are_none_are_silenced_and_too_loud_floats_are_turned_down(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    samples = np.array([np.nan, np.inf, -np.inf, 2.0, -1.0, 0.5] * 1_000)
    soundfile.write(path, samples, 16_000, subtype="FLOAT")
    assert decode(path).samples[:6].tolist() == [0, 0, 0, 1.0, -0.5, 0.25]


# What is refused.


def test_a_file_over_the_size_limit_is_refused_unread() -> None:
    with pytest.raises(BadAudio, match=r"has 2 MiB, at most 1 MiB are read; cut it"):
        read(bytes(2 << 20), DecodeLimits(file_bytes=1 << 20))


def test_a_recording_over_the_length_limit_is_refused_with_what_to_do() -> None:
    with pytest.raises(BadAudio, match=r"is longer than 0\.01 minutes; cut it"):
        read(written(Format.FLAC), DecodeLimits(duration_s=0.6))


def test_a_recording_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(BadAudio, match="is too much to hold"):
        read(written(Format.FLAC), DecodeLimits(decoded_bytes=100_000))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 5_000,
        b"hello, this is text\n" * 100,
        b"%PDF-1.7\n" + bytes(500),
        b"RIFF\x24\0\0\0AVI LIST",
        b"MThd" + bytes(90),
    ],
)
def test_what_is_no_sound_file_is_refused_with_what_is_one(content: bytes) -> None:
    with pytest.raises(BadAudio, match=r"^given\.bin: .*WAV, MP3, M4A/MP4, FLAC, Ogg, Opus or WebM"):
        read(content)


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{}'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 9999 RTP/AVP 0\n",
        '<?xml version="1.0"?><MPD><BaseURL>{}</BaseURL></MPD>',
    ],
)
def test_a_list_of_other_files_opens_none(playlist: str, tmp_path: Path) -> None:
    (tmp_path / "other.wav").write_bytes(written(Format.WAV))
    path = tmp_path / "list.wav"
    path.write_text(playlist.format(tmp_path / "other.wav"))
    with pytest.raises(BadAudio, match="is not a sound file"):
        decode(path)


def test_files_that_are_missing_or_no_files_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.wav", tmp_path):
        with pytest.raises(BadAudio, match="cannot be read"):
            decode(path)


def test_a_film_without_sound_is_refused() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        film = output.add_stream("mpeg4", rate=10, width=32, height=32, pix_fmt="yuv420p")
        output.mux(film.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), dtype=np.uint8), format="rgb24")))
        output.mux(film.encode(None))
    with pytest.raises(BadAudio, match="has no sound in it"):
        read(file.getvalue())


def test_a_header_alone_is_refused() -> None:
    for format in (Format.WAV, Format.FLAC, Format.MP3, Format.OPUS):
        with pytest.raises(BadAudio):
            read(written(format, signals.silent(0)))


# What claims more than it holds.


def peak_mib(content: bytes) -> float:
    """What Python's side took at most while this was read or refused."""
    tracemalloc.start()
    read_or_refused(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / (1 << 20)


def test_a_small_wav_that_claims_ten_hours_takes_no_memory() -> None:
    ten_hours_bytes = 10 * 3_600 * 48_000 * 2
    fmt = struct.pack("<HHIIHH", 1, 1, 48_000, 96_000, 2, 16)
    header = b"RIFF" + struct.pack("<I", ten_hours_bytes + 36) + b"WAVEfmt " + struct.pack("<I", 16) + fmt
    content = header + b"data" + struct.pack("<I", ten_hours_bytes) + bytes(1_000 * 2)
    assert peak_mib(content) < 2
    assert len(read(content).samples) == 1_000


def test_a_flac_that_unpacks_to_much_more_stops_at_the_limit() -> None:
    """Silence packs a thousandfold."""
    content = written(Format.FLAC, signals.silent(120, sample_rate_hz=48_000))
    assert len(content) < 60_000
    with pytest.raises(BadAudio, match="is longer than"):
        read(content, DecodeLimits(duration_s=20))


@pytest.mark.parametrize("packets", [20_000_000, 4_000_000_000])
@pytest.mark.parametrize("bytes_each", [0, 1, 4])
@pytest.mark.parametrize("fragmented", [True, False])
def test_a_small_mp4_whose_tables_claim_days_is_refused_before_they_are_built(
    packets: int, bytes_each: int, fragmented: bool
) -> None:
    content = mp4.file_with_equal_packets(packets, bytes_each, fragmented=fragmented)
    assert len(content) < 1_000
    with pytest.raises(BadAudio, match="declares more sound than a file may have"):
        read(content)


def test_a_table_hidden_where_none_belongs_is_found_too() -> None:
    honest = mp4.file_with_equal_packets(10, 4)
    hidden = mp4.box(b"udta", mp4.table(b"stsz", 1, 4_000_000_000))
    with pytest.raises(BadAudio, match="declares more sound"):
        read(mp4.inside_moov(honest, hidden))


def test_chunks_that_repeat_too_much_are_refused() -> None:
    with pytest.raises(BadAudio, match="declares more sound"):
        read(mp4.pcm_file(chunks=64, samples_per_chunk=0x7FFF_FFFF))


def test_a_packed_index_is_refused() -> None:
    with pytest.raises(BadAudio, match="declares more sound"):
        read(mp4.box(b"ftyp", b"qt  " + bytes(4)) + mp4.box(b"moov", mp4.box(b"cmov", bytes(64))))


def test_a_recording_in_bare_pcm_in_a_film_is_not_mistaken_for_a_bomb() -> None:
    """Its table counts every sample, of which a minute has more than any honest number of packets."""
    minute = np.tile(TONE.samples, 60)
    file = io.BytesIO()
    with av.open(file, "w", format="mov") as output:
        stream = output.add_stream("pcm_s16le", rate=48_000, layout="mono")
        assert isinstance(stream, AudioStream)
        frame = av.AudioFrame.from_ndarray((minute * 32_767).astype(np.int16)[np.newaxis], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
        output.mux(stream.encode(frame))
    assert read(file.getvalue()).duration_s == 60


# What is damaged.


@pytest.mark.parametrize("format", [Format.WAV, Format.FLAC, Format.MP3, Format.OPUS])
def test_of_a_truncated_file_what_is_there_is_read(format: Format) -> None:
    content = written(format, signals.sine(440, 4, sample_rate_hz=48_000))
    sound = read(content[: len(content) // 2])
    assert 1.0 < sound.duration_s < 3.0
    assert signals.level_db(sound.samples[20_000:40_000]) == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.3)


def test_an_m4a_cut_in_its_index_is_refused() -> None:
    content = written(Format.M4A)
    with pytest.raises(BadAudio):
        read(content[:200])


VALID = {format: written(format, signals.sine(440, 0.3, sample_rate_hz=24_000)) for format in Format if format != "pcm"}
VALID_OTHERS = [muxed("webm", "libopus"), muxed("adts", "aac"), muxed("aiff", "pcm_s16be"), muxed("caf", "pcm_s16be")]


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    """A valid file with bytes changed, left out or put in, mostly near its beginning, and perhaps its end cut off."""
    content = bytearray(draw(st.sampled_from([*VALID.values(), *VALID_OTHERS])))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, min(len(content) - 1, draw(st.sampled_from([64, 600, len(content)])))))
        change = draw(st.binary(min_size=0, max_size=8))
        content[place : place + draw(st.integers(0, 8))] = change
        content = content or bytearray(b"\0")
    return bytes(content[: draw(st.integers(1, len(content)))] if draw(st.booleans()) else content)


@given(damaged_files())
@settings(max_examples=250)
def test_a_damaged_file_gives_sound_or_a_refusal_and_nothing_else(content: bytes) -> None:
    sound = read_or_refused(content)
    if isinstance(sound, BadAudio):
        assert str(sound).startswith("given.bin: ")
        return
    assert np.isfinite(sound.samples).all()
    assert np.abs(sound.samples).max() <= 1
    assert 8_000 <= sound.sample_rate_hz <= 192_000


@given(
    st.sampled_from(
        [b"RIFF\0\0\0\0WAVE", b"fLaC", b"OggS", b"\x1a\x45\xdf\xa3", b"\0\0\0\x20ftypM4A ", b"\xff\xfb", b"ID3"]
    ),
    st.binary(max_size=300),
)
@settings(max_examples=150)
def test_garbage_behind_a_true_beginning_gives_sound_or_a_refusal(beginning: bytes, garbage: bytes) -> None:
    sound = read_or_refused(beginning + garbage)
    assert isinstance(sound, BadAudio) or np.isfinite(sound.samples).all()
