"""What is written is what is read: exactly for the lossless formats, closely for the others."""

from __future__ import annotations

import io
import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from hwamei.codecs.decode import decode, decode_file
from hwamei.codecs.encode import open_encoder
from hwamei.codecs.formats import SAMPLE_RATE_RANGE_HZ, Format
from hwamei.domain.audio import Samples
from hwamei.domain.errors import OutOfRange, Unknown
from hwamei.dsp.quantise import quantise
from tests.codecs.pipe import Pipe
from tests.dsp import signals

STEP = 1 / 32_768
READABLE = [each for each in Format if each is not Format.PCM]
LOSSY = [Format.MP3, Format.OPUS, Format.M4A]
FILLED = {Format.M4A: 1_024, Format.AAC: 2 * 1_024}  # samples: AAC has frames of 1,024 (ISO 14496-3)


def encoded(samples: Samples, format: Format, sample_rate_hz: int = 24_000, *, cuts: list[int] | None = None) -> bytes:
    """The bytes of a file with these samples, written in pieces."""
    file = io.BytesIO()
    with open_encoder(file, format, sample_rate_hz) as encoder:
        for piece in np.split(samples, np.cumsum(sorted(cuts or []))):
            encoder.write(piece)
    return file.getvalue()


# A few values of any kind, repeated: a codec needs a file's worth of them.
samples_of_any_kind = st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=40).map(
    lambda values: np.resize(np.asarray(values, dtype=np.float32), 700 + len(values))
)


@given(samples_of_any_kind, st.sampled_from([Format.WAV, Format.FLAC]), st.lists(st.integers(0, 500), max_size=3))
@settings(max_examples=30)
def test_lossless_formats_give_back_every_sample_within_a_step(
    samples: Samples, format: Format, cuts: list[int]
) -> None:
    read = decode_file(io.BytesIO(encoded(samples, format, cuts=cuts)), "x")
    assert read.sample_rate_hz == 24_000
    assert len(read.samples) == len(samples)
    assert np.abs(read.samples - samples).max() <= STEP


@given(samples_of_any_kind)
@settings(max_examples=20)
def test_pcm_is_the_bare_samples(samples: Samples) -> None:
    bare = np.frombuffer(encoded(samples, Format.PCM), dtype="<i2")
    assert np.array_equal(bare, quantise(samples))


@given(st.lists(st.floats(-4, 4, width=32), min_size=1))
def test_quantising_rounds_to_the_nearest_step_and_never_wraps(values: list[float]) -> None:
    samples = np.asarray(values, dtype=np.float32)
    back = quantise(samples) / 32_768
    inside = np.abs(samples) < 32_767 / 32_768
    assert np.all(np.abs(back - samples)[inside] <= STEP / 2)
    assert np.all(np.sign(back)[~inside] == np.sign(samples)[~inside])


@pytest.mark.parametrize("format", LOSSY)
@pytest.mark.parametrize("sample_rate_hz", [16_000, 24_000, 48_000])
def test_lossy_formats_keep_level_pitch_and_place(format: Format, sample_rate_hz: int) -> None:
    """A voice-like tone at least 20 dB above what coding adds to it, and nothing shifted in time."""
    sine = signals.sine(440, 2, sample_rate_hz=sample_rate_hz)
    read = decode_file(io.BytesIO(encoded(sine.samples, format, sample_rate_hz)), "x")
    wanted = signals.sine(440, 2, sample_rate_hz=read.sample_rate_hz).samples
    assert len(read.samples) == pytest.approx(len(wanted), abs=1_024 if format is Format.M4A else 2)
    inner = slice(len(wanted) // 4, len(wanted) // 2)
    error = read.samples[inner] - wanted[inner]
    assert signals.level_db(wanted[inner]) - signals.level_db(error) > 20


def test_bare_aac_is_the_same_sound_one_frame_later() -> None:
    """It has no place to say that its first frame is not to be heard."""
    sine = signals.sine(440, 2, sample_rate_hz=24_000)
    read = decode_file(io.BytesIO(encoded(sine.samples, Format.AAC)), "x")
    inner = slice(len(sine.samples) // 4, len(sine.samples) // 2)
    error = read.samples[1_024:][inner] - sine.samples[inner]
    assert signals.level_db(sine.samples[inner]) - signals.level_db(error) > 20


@pytest.mark.parametrize("format", READABLE)
@pytest.mark.parametrize("length", [480, 481, 2_399, 24_000, 50_021])
def test_lengths_survive_in_files(format: Format, length: int) -> None:
    """Exact to the sample; Opus counts at 48 kHz, and AAC fills its last frame up; bare, it has one more before it."""
    samples = signals.noise(3, sample_rate_hz=24_000).samples[:length]
    read = decode_file(io.BytesIO(encoded(samples, format)), "x")
    assert read.duration_s == pytest.approx(length / 24_000, abs=FILLED.get(format, 0) / 24_000 + 1e-9)


@pytest.mark.parametrize("format", [each for each in Format if each.streams])
def test_a_pipe_gets_sound_as_it_is_written_and_what_came_out_can_be_read(format: Format) -> None:
    sound = signals.sine(300, 3)
    pipe, sizes = Pipe(), []
    with open_encoder(pipe, format, 24_000) as encoder:
        for piece in np.split(sound.samples, 6):
            encoder.write(piece)
            sizes.append(len(pipe.content))
    assert all(earlier < later for earlier, later in pairwise(sizes))
    assert sizes[2] > 0.3 * len(pipe.content)
    if format is not Format.PCM:
        assert decode_file(io.BytesIO(bytes(pipe.content)), "x").duration_s == pytest.approx(3, abs=0.1)


def test_an_m4a_goes_into_a_pipe_when_it_is_complete_and_begins_with_its_index() -> None:
    pipe = Pipe()
    with open_encoder(pipe, Format.M4A, 24_000) as encoder:
        encoder.write(signals.sine(300, 1).samples)
        assert not pipe.content
    assert pipe.content.index(b"moov") < pipe.content.index(b"mdat")


def test_wav_lengths_are_right_for_a_strict_reader(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    samples = signals.noise(1, sample_rate_hz=22_050).samples[:22_049]
    path.write_bytes(encoded(samples, Format.WAV, 22_050))
    with wave.open(str(path)) as read:
        assert (read.getnframes(), read.getframerate(), read.getnchannels(), read.getsampwidth()) == (
            22_049,
            22_050,
            1,
            2,
        )
    assert int.from_bytes(path.read_bytes()[4:8], "little") == path.stat().st_size - 8


@pytest.mark.parametrize("format", [Format.WAV, Format.FLAC, Format.MP3, Format.OPUS])
def test_an_independent_library_reads_the_same(format: Format, tmp_path: Path) -> None:
    """libsndfile has decoders of its own."""
    path = tmp_path / f"speech.{format}"
    path.write_bytes(encoded(signals.speech(2).samples, format, 16_000))
    theirs, rate_hz = soundfile.read(path, dtype="float32")
    ours = decode(path)
    assert rate_hz == ours.sample_rate_hz or format is Format.OPUS
    if rate_hz == ours.sample_rate_hz:
        length = min(len(theirs), len(ours.samples))
        assert np.abs(theirs[:length] - ours.samples[:length]).max() < 2e-3


@pytest.mark.parametrize("format", READABLE)
def test_the_same_samples_make_the_same_file(format: Format) -> None:
    """But for an Ogg stream's random number, and none of an M4A's times."""
    samples = signals.speech(1).samples
    first, second = (decode_file(io.BytesIO(encoded(samples, format)), "x").samples for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("format", Format)
def test_a_file_without_sound_is_closed_well(format: Format) -> None:
    assert isinstance(encoded(np.zeros(0, dtype=np.float32), format), bytes)


@pytest.mark.parametrize("format", Format)
@pytest.mark.parametrize("sample_rate_hz", [0, 7_999, 48_001, 96_000])
def test_sample_rates_out_of_range_are_refused(format: Format, sample_rate_hz: int) -> None:
    with pytest.raises(OutOfRange, match=r"8000\.\.48000"), open_encoder(io.BytesIO(), format, sample_rate_hz):
        pass


@pytest.mark.parametrize("format", LOSSY)
def test_sample_rates_that_a_format_does_not_know_are_refused_with_those_it_knows(format: Format) -> None:
    with pytest.raises(Unknown, match="choose one of: 8000, ") as refused:
        format.check_sample_rate(23_999)
    for known in refused.value.known:
        assert SAMPLE_RATE_RANGE_HZ[0] <= int(known) <= SAMPLE_RATE_RANGE_HZ[1]
        assert encoded(signals.noise(0.1, sample_rate_hz=int(known)).samples, format, int(known))


@pytest.mark.parametrize("format", Format)
def test_a_suffix_chooses_the_format_in_any_letter_case(format: Format) -> None:
    assert Format.from_suffix(Path(f"a.b/speech.{format.value}")) is format
    assert Format.from_suffix(f"SPEECH.{format.value.upper()}") is format
    assert format.content_type.startswith("audio/")


@pytest.mark.parametrize("name", ["speech", "speech.xyz", "wav", ".wav"])
def test_an_unknown_suffix_is_refused_with_those_known(name: str) -> None:
    with pytest.raises(Unknown, match=r"\.wav, \.mp3, \.flac, \.opus"):
        Format.from_suffix(name)
