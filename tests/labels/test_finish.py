"""The one way to a file or a listener: level, length, ceiling, all or nothing."""

from __future__ import annotations

import itertools
import stat
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest

from hwamei.codecs.decode import decode
from hwamei.codecs.formats import Format
from hwamei.domain.audio import Audio
from hwamei.domain.errors import BadLabel, EngineFailed, OutOfRange, Unknown
from hwamei.dsp import cue
from hwamei.dsp.joins import with_pause
from hwamei.dsp.loudness import TARGET_LOUDNESS_LUFS
from hwamei.dsp.resample import resample
from hwamei.labels.aigc import AigcLabel
from hwamei.labels.finish import FinishedFacts, finish, stream
from tests.dsp import signals

LABEL = AigcLabel.first("Hwamei", "7f3d")
EXACT = [Format.WAV, Format.FLAC, Format.PCM]


def utterances(count: int = 4, *, level_dbfs: float = -28.0) -> list[Audio]:
    """What an engine gives: 24 kHz, each with a pause after it."""
    return [
        with_pause(resample(signals.speech(1.5, seed=seed, level_dbfs=level_dbfs), 24_000), 200)
        for seed in range(count)
    ]


def names(folder: Path) -> list[str]:
    """What is in the folder."""
    return sorted(path.name for path in folder.iterdir())


def to_file(path: Path, sounds: list[Audio], *, sample_rate_hz: int = 24_000, cued: bool = False) -> FinishedFacts:
    """Finished in the format of its suffix."""
    format = Format.from_suffix(path)
    return finish(sounds, path, format=format, sample_rate_hz=sample_rate_hz, label=LABEL, cue=cued)


def samples_of(path: Path) -> np.ndarray:
    """Whatever the format, −1..1."""
    if path.suffix == ".pcm":
        return np.frombuffer(path.read_bytes(), dtype="<i2") / np.float32(32_768)
    return decode(path).samples


@pytest.mark.parametrize("format", EXACT)
@pytest.mark.parametrize("sample_rate_hz", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000])
def test_the_length_is_that_of_the_utterances_to_the_sample(
    format: Format, sample_rate_hz: int, tmp_path: Path
) -> None:
    sounds = utterances(2)
    path = tmp_path / f"speech.{format}"
    facts = to_file(path, sounds, sample_rate_hz=sample_rate_hz)
    expected = round(sum(len(sound.samples) for sound in sounds) * sample_rate_hz / 24_000)
    assert len(samples_of(path)) == expected
    assert facts.duration_s == expected / sample_rate_hz


@pytest.mark.parametrize("format", [each for each in Format if each is not Format.PCM])
@pytest.mark.parametrize("level_dbfs", [-45.0, -15.0])
def test_the_loudness_is_the_target_in_every_format(format: Format, level_dbfs: float, tmp_path: Path) -> None:
    path = tmp_path / f"speech.{format}"
    facts = to_file(path, utterances(level_dbfs=level_dbfs))
    sound = decode(path)
    heard = pyloudnorm.Meter(sound.sample_rate_hz, "DeMan").integrated_loudness(sound.samples.astype(np.float64))
    assert heard == pytest.approx(TARGET_LOUDNESS_LUFS, abs=1.0)
    assert facts.loudness_lufs == pytest.approx(heard, abs=0.4)


@pytest.mark.parametrize("format", [each for each in Format if each is not Format.PCM])
def test_nothing_clips_however_spiky_the_speech(format: Format, tmp_path: Path) -> None:
    """Clicks 30 dB over the speech; a lossy codec may overshoot the ceiling, but not full scale."""
    sounds = utterances()
    for sound in sounds:
        sound.samples[3_000::6_000] = 1.0
    path = tmp_path / f"speech.{format}"
    facts = to_file(path, sounds)
    assert facts.peak_dbfs <= -1.0 + 1e-3
    assert np.abs(samples_of(path)).max() < 1.0


@pytest.mark.parametrize("louder_db", [-12.0, -3.8, 0.0, 4.7])
def test_a_file_may_be_louder_or_softer_than_usual(louder_db: float, tmp_path: Path) -> None:
    label, path = AigcLabel.first("Hwamei", "one"), tmp_path / "speech.wav"
    finish(utterances(), path, format=Format.WAV, sample_rate_hz=24_000, label=label, louder_db=louder_db)
    sound = decode(path)
    heard = pyloudnorm.Meter(sound.sample_rate_hz, "DeMan").integrated_loudness(sound.samples.astype(np.float64))
    assert heard == pytest.approx(TARGET_LOUDNESS_LUFS + louder_db, abs=1.0)
    assert np.abs(sound.samples).max() < 1.0


def test_lossless_files_are_one_rounding_from_the_float_pipeline(tmp_path: Path) -> None:
    to_file(tmp_path / "a.wav", utterances())
    to_file(tmp_path / "a.flac", utterances())
    to_file(tmp_path / "a.pcm", utterances())
    wav, flac, pcm = (samples_of(tmp_path / name) for name in ("a.wav", "a.flac", "a.pcm"))
    assert np.array_equal(wav, flac)
    assert np.array_equal(wav, pcm)


def test_the_same_utterances_make_the_same_wav(tmp_path: Path) -> None:
    to_file(tmp_path / "a.wav", utterances())
    to_file(tmp_path / "b.wav", utterances())
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


@pytest.mark.parametrize("duration_s", [0.05, 0.25, 0.39])
def test_a_very_short_utterance_comes_out_clean_and_loud_enough(duration_s: float, tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    facts = to_file(path, [signals.sine(300, duration_s, peak=0.05)])
    samples = samples_of(path)
    assert facts.duration_s == pytest.approx(duration_s, abs=1e-4)
    assert facts.loudness_lufs == pytest.approx(TARGET_LOUDNESS_LUFS, abs=1.5)
    assert abs(samples[0]) < 1e-3
    assert abs(samples[-1]) < 1e-3


def test_pauses_stay_silent_to_the_last_bit(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    sound = signals.sine(300, 1.0)
    to_file(path, [with_pause(sound, 500), with_pause(sound, 500)])
    assert not samples_of(path)[24_000 + 200 : 36_000 - 200].any()


def test_utterances_of_other_rates_are_brought_to_that_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    facts = to_file(path, [signals.sine(300, 1.0), signals.sine(300, 1.0, sample_rate_hz=16_000)])
    assert facts.duration_s == 2.0


def test_the_cue_comes_first_and_is_told_so_that_times_can_be_moved(tmp_path: Path) -> None:
    without = to_file(tmp_path / "a.wav", utterances())
    with_cue = to_file(tmp_path / "b.wav", utterances(), cued=True)
    assert (without.cue_s, with_cue.cue_s) == (0.0, cue.DURATION_S)
    assert with_cue.duration_s == pytest.approx(without.duration_s + cue.DURATION_S, abs=1e-3)
    plain, cued = samples_of(tmp_path / "a.wav"), samples_of(tmp_path / "b.wav")
    shift = len(cued) - len(plain)
    assert np.abs(cued[shift:] - plain).max() <= 1 / 32_768
    speech_db = signals.level_db(plain[np.abs(plain) > 0])
    assert signals.level_db(cued[: round(0.12 * 24_000)]) < speech_db - 8


# All or nothing.


class Interrupted(BaseException):
    """As when a person presses Ctrl-C."""


@pytest.mark.parametrize("format", Format)
@pytest.mark.parametrize("error", [ValueError, Interrupted])
def test_an_error_on_the_way_leaves_nothing_behind_and_the_old_file_alone(
    format: Format, error: type[BaseException], tmp_path: Path
) -> None:
    def failing() -> Iterator[Audio]:
        yield from utterances(2)
        raise error

    path = tmp_path / f"speech.{format}"
    path.write_bytes(b"old")
    with pytest.raises(error):
        finish(failing(), path, format=format, sample_rate_hz=24_000, label=LABEL)
    assert names(tmp_path) == [path.name]
    assert path.read_bytes() == b"old"


def test_nothing_of_the_file_is_seen_before_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"

    def watching() -> Iterator[Audio]:
        for sound in utterances(3):
            assert not path.exists()
            yield sound

    finish(watching(), path, format=Format.WAV, sample_rate_hz=24_000, label=LABEL)
    assert names(tmp_path) == ["speech.wav"]


def test_a_file_may_be_read_by_whom_the_person_lets_read_new_files(tmp_path: Path) -> None:
    (tmp_path / "new").touch()
    to_file(tmp_path / "speech.wav", utterances(1))
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("new", "speech.wav")}
    assert len(modes) == 1


def test_bare_pcm_gets_its_label_beside_it(tmp_path: Path) -> None:
    to_file(tmp_path / "speech.pcm", utterances(1))
    assert names(tmp_path) == ["speech.pcm", "speech.pcm.aigc.json"]


def test_what_cannot_be_is_refused_before_anything_is_spoken(tmp_path: Path) -> None:
    def unspoken() -> Iterator[Audio]:
        for sound in utterances(1):
            spoken.append(sound)
            yield sound

    spoken: list[Audio] = []
    bad = AigcLabel("1", "画眉", "1", "", "1", "1", "")
    cases = [
        (OutOfRange, Format.WAV, 7_999, LABEL),
        (Unknown, Format.MP3, 23_999, LABEL),
        (BadLabel, Format.WAV, 24_000, bad),
    ]
    for error, format, rate, label in cases:
        with pytest.raises(error):
            finish(unspoken(), tmp_path / "a", format=format, sample_rate_hz=rate, label=label)
        with pytest.raises(error):
            stream(unspoken(), format=format, sample_rate_hz=rate, label=label)
    with pytest.raises(Unknown, match="format to stream"):
        stream(unspoken(), format=Format.M4A, sample_rate_hz=24_000, label=LABEL)
    assert not names(tmp_path)
    assert not spoken


@pytest.mark.parametrize("sounds", [[], [Audio(np.zeros(0, dtype=np.float32), 24_000)]])
def test_no_sound_at_all_is_the_engines_failure(sounds: list[Audio], tmp_path: Path) -> None:
    with pytest.raises(EngineFailed, match="no sound"):
        to_file(tmp_path / "speech.wav", sounds)
    with pytest.raises(EngineFailed, match="no sound"):
        stream(sounds, format=Format.WAV, sample_rate_hz=24_000, label=LABEL)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_samples_that_are_no_numbers_are_the_engines_failure(value: float, tmp_path: Path) -> None:
    broken = Audio(np.array([0.1, value, 0.1] * 1_000, dtype=np.float32), 24_000)
    with pytest.raises(EngineFailed, match="no numbers"):
        to_file(tmp_path / "speech.wav", [*utterances(1), broken])
    assert not names(tmp_path)


# Streams.


@pytest.mark.parametrize("format", EXACT)
def test_a_stream_carries_the_same_sound_as_the_file(format: Format, tmp_path: Path) -> None:
    to_file(tmp_path / f"a.{format}", utterances())
    pieces = stream(iter(utterances()), format=format, sample_rate_hz=24_000, label=LABEL)
    (tmp_path / f"b.{format}").write_bytes(b"".join(pieces))
    assert np.array_equal(samples_of(tmp_path / f"a.{format}"), samples_of(tmp_path / f"b.{format}"))


@pytest.mark.parametrize("format", [each for each in Format if each.streams])
def test_a_stream_speaks_one_utterance_before_it_returns_and_the_next_when_asked(format: Format) -> None:
    spoken = []

    def speaking() -> Iterator[Audio]:
        for sound in utterances():
            spoken.append(sound)
            yield sound

    pieces = stream(speaking(), format=format, sample_rate_hz=24_000, label=LABEL)
    assert len(spoken) == 1
    assert len(next(iter(pieces))) > 1_000
    next(iter(pieces))
    assert len(spoken) == 2


def test_an_error_in_the_first_utterance_comes_before_the_first_byte() -> None:
    def speak(sound: Audio) -> Audio:
        raise EngineFailed(engine="tone", problem=f"cannot speak {sound.duration_s} s")

    failing = map(speak, utterances(1))
    with pytest.raises(EngineFailed, match="cannot speak"):
        stream(failing, format=Format.MP3, sample_rate_hz=24_000, label=LABEL)


def test_closing_a_stream_closes_what_speaks() -> None:
    closed = []

    def speaking() -> Iterator[Audio]:
        try:
            yield from utterances()
        finally:
            closed.append(True)

    pieces = stream(speaking(), format=Format.MP3, sample_rate_hz=24_000, label=LABEL)
    next(iter(pieces))
    pieces.close()
    assert closed == [True]


def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    sound = signals.sine(300, 2.0)

    def peak_mib(count: int) -> float:
        tracemalloc.start()
        finish(
            itertools.repeat(sound, count), tmp_path / "a.wav", format=Format.WAV, sample_rate_hz=24_000, label=LABEL
        )
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak / (1 << 20)

    peak_mib(2)
    assert peak_mib(60) < peak_mib(4) + 1
