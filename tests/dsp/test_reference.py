"""What a recording is worth as a reference."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from hwamei.domain.audio import Audio
from hwamei.domain.errors import ReferenceRefused, RefusalReason
from hwamei.domain.language import Language
from hwamei.dsp.bandwidth import bandwidth_hz
from hwamei.dsp.clipping import clipped_share
from hwamei.dsp.reference import LONGEST_PAUSE_S, measure, refuse_unusable, speech_only
from hwamei.dsp.resample import resample
from hwamei.dsp.vad import speech_segments
from tests.dsp import signals


def refusal(*audios: Audio) -> RefusalReason | None:
    """Why a voice cannot be made of these, or None."""
    try:
        refuse_unusable(measure(audios))
    except ReferenceRefused as refused:
        return refused.reason
    return None


SPEAKERS = [(95.0, 1), (120.0, 2), (160.0, 3), (210.0, 4), (260.0, 5), (330.0, 6)]


@pytest.mark.parametrize(("pitch_hz", "seed"), SPEAKERS)
def test_a_speaker_low_or_high_is_taken(pitch_hz: float, seed: int) -> None:
    assert refusal(signals.speech(12, pitch_hz=pitch_hz, seed=seed)) is None


@pytest.mark.parametrize("level_dbfs", [-50.0, -35.0, -15.0])
def test_a_speaker_soft_or_loud_is_taken(level_dbfs: float) -> None:
    assert refusal(signals.speech(12, level_dbfs=level_dbfs)) is None


@pytest.mark.parametrize("below_db", [30.0, 20.0, 12.0])
def test_a_speaker_in_some_noise_is_taken(below_db: float) -> None:
    assert refusal(signals.mixed(signals.speech(12), signals.noise(12), below_db=below_db)) is None


def test_a_speaker_with_soft_music_behind_is_taken() -> None:
    music = signals.chords(12, decay_per_s=1.0, change_s=1.0)
    assert refusal(signals.mixed(signals.speech(12), music, below_db=25.0)) is None


@pytest.mark.parametrize("sample_rate_hz", [8_000, 22_050, 44_100, 48_000])
def test_a_speaker_at_any_sample_rate_is_taken(sample_rate_hz: int) -> None:
    assert refusal(resample(signals.speech(8), sample_rate_hz)) is None


def test_several_short_recordings_make_one_reference() -> None:
    parts = [signals.speech(2.0, seed=seed) for seed in range(4)]
    measured = measure(parts)
    assert measured.duration_s == pytest.approx(8.0)
    assert refusal(*parts) is None
    assert refusal(parts[0]) is RefusalReason.TOO_SHORT


NOT_SPEECH = {
    "organ": lambda: signals.chords(10, decay_per_s=0.0, change_s=1.0),
    "piano": lambda: signals.chords(10, decay_per_s=1.5, change_s=0.5),
    "slow arpeggio": lambda: signals.arpeggio(10, notes_per_s=3.0),
    "fast arpeggio": lambda: signals.arpeggio(10, notes_per_s=8.0),
    "arpeggio and drums": lambda: signals.mixed(signals.arpeggio(10, notes_per_s=4.0), signals.drums(10), below_db=3.0),
    "drums": lambda: signals.drums(10),
    "slow sweep": lambda: signals.sweep(10),
    "fast sweeps": lambda: signals.joined(*[signals.sweep(2) for _ in range(5)]),
    "tone": lambda: signals.sine(440, 10, sample_rate_hz=16_000),
    "hum": lambda: signals.mixed(signals.sine(50, 10, sample_rate_hz=16_000), signals.noise(10), below_db=30.0),
    "engaged tone": lambda: signals.joined(
        *[signals.sine(450, 0.35, sample_rate_hz=16_000), signals.silent(0.35)] * 14
    ),
    "white noise": lambda: signals.noise(10),
}


@pytest.mark.parametrize("sound", NOT_SPEECH)
def test_music_tones_and_noise_are_refused_as_no_speech(sound: str) -> None:
    assert refusal(NOT_SPEECH[sound]()) is RefusalReason.NOT_SPEECH


def test_music_among_the_recordings_is_refused_though_the_others_are_speech() -> None:
    music = signals.chords(10, decay_per_s=0.0, change_s=1.0)
    assert refusal(signals.speech(60), music) is RefusalReason.NOT_SPEECH


@pytest.mark.parametrize("sound", [signals.silent(10), signals.noise(10, rms=1e-4), signals.silent(0.0)])
def test_silence_is_refused(sound: Audio) -> None:
    assert refusal(sound) is RefusalReason.SILENT


def test_less_than_three_seconds_of_speech_are_refused_however_long_the_recording() -> None:
    short = signals.joined(signals.silent(5), signals.speech(2), signals.silent(5))
    with pytest.raises(ReferenceRefused, match="at least 3 s are needed") as refused:
        refuse_unusable(measure([short]))
    assert refused.value.reason is RefusalReason.TOO_SHORT
    assert refused.value.measured < 3


def test_speech_drowned_in_noise_is_refused_with_its_reason() -> None:
    drowned = signals.mixed(signals.speech(15), signals.noise(15), below_db=2.0)
    assert refusal(drowned) in (RefusalReason.TOO_NOISY, RefusalReason.NOT_SPEECH)


def test_speech_cut_off_by_the_recorder_is_refused() -> None:
    loud = signals.speech(10)
    limit = float(np.quantile(np.abs(loud.samples), 0.93))
    cut = loud.samples.clip(-limit, limit) * np.float32(0.9 / limit)
    assert refusal(Audio(cut, 16_000)) is RefusalReason.CLIPPED


def test_level_and_noise_are_those_of_the_signal_to_2_db() -> None:
    """The speaker's level is over all of it, pauses included, so the speech alone is up to 2 dB louder."""
    measured = measure([signals.speech(30, level_dbfs=-23.0)])
    assert -23.0 <= measured.level_dbfs <= -21.0
    assert measured.noise_dbfs == pytest.approx(-23.0 - 45.0, abs=2.0)


def test_a_sine_has_the_level_of_its_formula() -> None:
    measured = measure([signals.sine(440, 5, peak=0.5, sample_rate_hz=16_000)])
    assert measured.level_dbfs == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.1)


@pytest.mark.parametrize("cut_off_hz", [3_400, 5_000, 7_000])
def test_bandwidth_is_found_to_one_band(cut_off_hz: float) -> None:
    """Noise whose spectrum is cut off without any slope, over noise 60 dB softer."""
    spectrum = np.fft.rfft(signals.noise(4, seed=1).samples)
    spectrum[np.fft.rfftfreq(4 * 16_000, 1 / 16_000) > cut_off_hz] = 0
    cut = np.fft.irfft(spectrum).astype(np.float32)
    assert bandwidth_hz(cut, signals.noise(2, rms=5e-5, seed=2).samples, 16_000) == pytest.approx(cut_off_hz, abs=250)


def test_the_share_of_clipped_samples_of_a_cut_sine_follows_from_its_phase() -> None:
    """sin > c for the share 1 − 2·asin(c)/π of the time, on both sides together."""
    sine = signals.sine(100, 2, peak=1.0).samples
    for limit in (0.5, 0.8, 0.9):
        flat = float(np.arcsin(0.985 * limit))
        expected = 1 - 2 * flat / np.pi
        assert clipped_share(sine.clip(-limit, limit)) == pytest.approx(expected, abs=0.005)


def test_natural_peaks_are_not_clipped() -> None:
    assert clipped_share(signals.speech(20).samples) < 1e-3
    assert clipped_share(signals.silent(1).samples) == 0


def test_speech_segments_are_where_the_speech_is_to_150_ms() -> None:
    sound = signals.joined(
        signals.noise(2, rms=5e-4),
        signals.speech(4, seed=1),
        signals.noise(2, rms=5e-4, seed=1),
        signals.speech(3, seed=2),
    )
    segments = speech_segments(sound)
    assert segments[0][0] == pytest.approx(2.0, abs=0.15)
    assert all(end <= 6.15 or start >= 7.85 for start, end in segments)
    assert 5.0 < sum(end - start for start, end in segments) < 7.0


def test_segments_are_in_order_apart_and_inside() -> None:
    sound = signals.speech(20, seed=3)
    edges = [edge for segment in speech_segments(sound) for edge in segment]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= sound.duration_s


def test_speech_only_has_no_long_pause_and_loses_no_speech() -> None:
    sound = signals.joined(signals.speech(5), signals.silent(4), signals.speech(5, seed=1), signals.silent(3))
    short = speech_only(sound)
    segments = speech_segments(short)
    gaps = [start - end for (_, end), (start, _) in pairwise(segments)]
    before = sum(end - start for start, end in speech_segments(sound))
    after = sum(end - start for start, end in segments)
    assert max(gaps, default=0) < LONGEST_PAUSE_S + 0.1
    assert after == pytest.approx(before, rel=0.03)
    assert short.duration_s < 10.5


def test_speech_only_does_not_click_where_it_cuts() -> None:
    """A tone that goes on through the cut would jump; no step may be larger than the tone's own steepest."""
    loud = signals.sine(200, 12, peak=0.1, sample_rate_hz=16_000).samples
    sound = Audio(signals.speech(12, level_dbfs=-15).samples + 0.0 * loud, 16_000)
    steps = np.abs(np.diff(speech_only(sound).samples))
    assert steps.max() <= np.abs(np.diff(sound.samples)).max() + 1e-6


def test_speech_only_of_silence_is_empty() -> None:
    assert len(speech_only(signals.silent(3)).samples) == 0


def test_the_facts_are_those_measured() -> None:
    measured = measure([signals.speech(8)])
    facts = measured.facts(speakers_heard=1, language=Language.CHINESE)
    assert (facts.duration_s, facts.speech_s) == (measured.duration_s, measured.speech_s)
    assert (facts.speakers_heard, facts.language) == (1, Language.CHINESE)
