"""A clone's sounds become the person's: with sounds whose cepstra are known, and with the real engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import soxr

from hwamei.domain.audio import Audio
from hwamei.domain.language import Language
from hwamei.domain.voice import Level
from hwamei.dsp.envelope import Levels, envelope
from hwamei.dsp.moving_equaliser import equalise_moving
from hwamei.dsp.spectrum import BAND_COUNT
from hwamei.dsp.transport import Moments
from hwamei.engines.kokoro.effort import Fit
from hwamei.engines.kokoro.judges import Judges
from hwamei.engines.kokoro.phrases import A_FEW
from hwamei.engines.kokoro.runtime import Runtime
from hwamei.engines.kokoro.sounds import SHAPE, change, changed, measured
from hwamei.engines.kokoro.style_space import StyleSpace
from hwamei.engines.kokoro.target import Target, listen
from hwamei.engines.kokoro.trial import Booth
from hwamei.engines.kokoro.voiceprint import pack, preset_voice, unpack
from hwamei.speaker.ge2e import SpeakerEncoder
from tests.dsp.signals import joined, level_db, noise, silent, speech
from tests.engines.kokoro.people import UNHEARD, unheeded

SECONDS = 20.0
UNFITTED = dict.fromkeys(Language, Fit(0))
BANDS = np.arange(BAND_COUNT) / BAND_COUNT
TILT, BEND = np.cos(np.pi * BANDS), np.cos(2 * np.pi * BANDS)


def babble(tilt_db: float, bend_db: float, *, together: float, seed: int) -> Audio:
    """Noise whose spectrum tilts and bends every 150 ms as chance will have it, by so many decibels (deviation); how
    the two go together is a correlation. At 24 kHz."""
    chance = np.random.default_rng(seed).standard_normal((round(SECONDS / 0.15), 2))
    tilts, own = chance.T
    bends = together * tilts + np.sqrt(1 - together**2) * own
    sounds = tilt_db * tilts[:, None] * TILT + bend_db * bends[:, None] * BEND
    gains = np.repeat(sounds, 15, axis=0)[: round(SECONDS * 100) + 1].astype(np.float32)
    steady = noise(SECONDS, seed=seed, sample_rate_hz=24_000)
    return Audio(equalise_moving(steady.samples, _to(gains, steady), 24_000), 24_000)


def _to(gains: Levels, audio: Audio) -> Levels:
    return np.pad(gains, ((0, len(envelope(audio.samples, 24_000)) - len(gains)), (0, 0)), mode="edge")


def moments_of(audio: Audio) -> Moments:
    found = measured([audio])
    assert found is not None
    return found


def test_sounds_that_differ_otherwise_come_to_differ_as_the_persons_do() -> None:
    """Spread and correlation of the first cepstra: at least four fifths of the way to the person's. Learnt from one
    stretch and done to another."""
    wanted = moments_of(babble(4, 2, together=0.8, seed=1))
    by = change(moments_of(babble(2, 4, together=-0.5, seed=2)), wanted, share=1.0)
    assert by.shape == SHAPE
    assert by.dtype == np.float32
    other = babble(2, 4, together=-0.5, seed=3)
    before, after = moments_of(other), moments_of(Audio(changed(other.samples, by, 24_000), 24_000))
    moving = slice(1, 3)

    def apart(one: Moments) -> float:
        return float(np.linalg.norm((one.covariance - wanted.covariance)[moving, moving]))

    assert apart(after) < 0.2 * apart(before)


def test_a_colour_that_all_sounds_have_is_taken_over_and_the_loudness_is_not() -> None:
    plain = babble(3, 3, together=0.0, seed=4)
    colour = np.linspace(6, -6, BAND_COUNT, dtype=np.float32)
    louder = np.tile(colour + 9, (len(envelope(plain.samples, 24_000)), 1))
    wanted = Audio(equalise_moving(plain.samples, louder, 24_000), 24_000)
    by = change(moments_of(plain), moments_of(wanted), share=1.0)
    out = Audio(changed(plain.samples, by, 24_000), 24_000)
    gains = (envelope(out.samples, 24_000) - envelope(plain.samples, 24_000))[5:-5].mean(axis=0)
    np.testing.assert_allclose(gains, colour, atol=1.0)


def test_a_voice_that_has_the_persons_sounds_stays_as_it_is() -> None:
    sound = babble(3, 3, together=0.3, seed=5)
    by = change(moments_of(sound), moments_of(sound))
    np.testing.assert_allclose(changed(sound.samples, by, 24_000), sound.samples, atol=1e-5)


def test_the_room_between_the_words_is_left_alone() -> None:
    room = noise(1.0, rms=0.05 * 10 ** (-60 / 20), sample_rate_hz=24_000)
    sound = joined(babble(2, 2, together=0.0, seed=6), room)
    by = change(moments_of(sound), moments_of(babble(4, 4, together=0.5, seed=7)))
    out = changed(sound.samples, by, 24_000)[-22_000:]
    np.testing.assert_allclose(level_db(out), level_db(sound.samples[-22_000:]), atol=0.05)


@pytest.mark.parametrize("seconds", [0.0, 0.5, 1.5])
def test_too_little_speech_tells_nothing(seconds: float) -> None:
    assert measured([noise(seconds)]) is None
    assert measured([]) is None


def test_silence_stays_silent() -> None:
    by = change(moments_of(babble(2, 2, together=0.0, seed=8)), moments_of(babble(4, 4, together=0.5, seed=9)))
    assert not changed(silent(1.0).samples, by, 16_000).any()


def test_a_voice_comes_nearer_to_the_sounds_of_another(
    runtime: Runtime, encoder: SpeakerEncoder, judges: Judges, space: StyleSpace
) -> None:
    """Of a published voice that says the same, so that only the voices differ: more than half of the way."""
    person, voice = (preset_voice(name, space) for name in ("bf_emma", "af_heart"))
    silent_target = Target(np.ones(256, np.float32), UNHEARD, np.zeros(BAND_COUNT, np.float32), None, None)
    wanted = measured([Booth(runtime, encoder, space, silent_target).say(person, phrase) for phrase in A_FEW])
    assert wanted is not None
    booth = Booth(runtime, encoder, space, replace(silent_target, sounds=wanted))
    near = booth.with_sounds(voice, booth.say_all(voice, A_FEW), judges, fits=UNFITTED, progress=unheeded)
    assert near.sounds[Language.ENGLISH] is near.sounds[Language.CHINESE]
    heard = [measured([booth.say(one, phrase) for phrase in A_FEW]) for one in (near, voice)]
    apart = [np.linalg.norm(one.mean[1:] - wanted.mean[1:]) for one in heard if one]
    spreads = [np.linalg.norm(one.covariance - wanted.covariance) for one in heard if one]
    assert apart[0] < 0.5 * apart[1]
    assert spreads[0] < 0.5 * spreads[1]


def test_where_the_recording_tells_nothing_the_voice_stays(
    runtime: Runtime, encoder: SpeakerEncoder, judges: Judges, space: StyleSpace
) -> None:
    voice = preset_voice("af_heart", space)
    target = Target(np.ones(256, np.float32), UNHEARD, np.zeros(BAND_COUNT, np.float32), None, None)
    booth = Booth(runtime, encoder, space, target)
    spoken = booth.say_all(voice, A_FEW)
    assert booth.with_sounds(voice, spoken, judges, fits=UNFITTED, progress=unheeded) is voice
    assert booth.finished(voice, spoken[0], Language.ENGLISH).samples is spoken[0].samples


def test_a_recording_over_a_telephone_line_tells_nothing(encoder: SpeakerEncoder) -> None:
    low = soxr.resample(soxr.resample(speech(8.0).samples, 16_000, 8_000), 8_000, 16_000)
    assert listen([Audio(low, 16_000)], encoder).sounds is None
    assert listen([speech(8.0)], encoder).sounds is not None


def test_a_voiceprint_keeps_the_sounds_and_old_ones_have_one_for_both_languages_or_none(space: StyleSpace) -> None:
    voice = preset_voice("af_heart", space)
    random = np.random.default_rng(1)
    sounds = {language: random.standard_normal(SHAPE).astype(np.float32) for language in Language}
    packed = pack(replace(voice, sounds=sounds), level=Level.INSTANT, facts={})
    kept = unpack(packed).sounds
    for language in Language:
        np.testing.assert_array_equal(kept[language], sounds[language])
    without = {name: array for name, array in packed.arrays.items() if name != "sounds_en"}
    of_both = unpack(replace(packed, arrays=without)).sounds
    np.testing.assert_array_equal(of_both[Language.ENGLISH], sounds[Language.CHINESE])
    assert not unpack(pack(voice, level=Level.INSTANT, facts={})).sounds
