"""Sounds fitted to two judges: that what they are shown is what is heard, that the gradients are right, and that a
voice comes nearer to a person in phrases that were not in the fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hwamei.domain.audio import Audio
from hwamei.dsp.envelope import envelope
from hwamei.dsp.loudness import Leveller
from hwamei.dsp.moving_equaliser import equalise_moving
from hwamei.dsp.spectrum import BAND_COUNT
from hwamei.engines.kokoro.effort import Fit
from hwamei.engines.kokoro.frames import SAMPLE_RATE_HZ
from hwamei.engines.kokoro.judges import Heard, Judges, cosine
from hwamei.engines.kokoro.phrases import CHINESE, ENGLISH
from hwamei.engines.kokoro.runtime import Runtime
from hwamei.engines.kokoro.sounds import CEPSTRA, SHAPE, change, changed, cosines, gains_of, measured
from hwamei.engines.kokoro.sounds_fit import SIZE, Phrase, SoundsFit, fitted
from hwamei.engines.kokoro.style_space import Floats, StyleSpace
from hwamei.engines.kokoro.target import Target, listen
from hwamei.engines.kokoro.trial import Booth
from hwamei.engines.kokoro.voiceprint import preset_voice
from hwamei.speaker.ge2e import SpeakerEncoder
from hwamei.speaker.house import house_encoder
from hwamei.speaker.layers import unit
from hwamei.speaker.log_bands import log_bands
from tests.dsp.signals import speech
from tests.engines.kokoro.people import UNHEARD, unheeded

RANDOM_CHANGE = 0.02 * np.random.default_rng(3).standard_normal(SHAPE).astype(np.float32)
TO_FIT = (ENGLISH[0], ENGLISH[1], CHINESE[0])
UNFITTED = (*ENGLISH[4:], *CHINESE[2:])


@pytest.fixture(scope="module")
def booth(runtime: Runtime, encoder: SpeakerEncoder, space: StyleSpace) -> Booth:
    """Where a voice shall become like another published one, which has said other things."""
    nobody = Target(np.ones(256, np.float32), UNHEARD, np.zeros(BAND_COUNT, np.float32), None, None)
    person = preset_voice("bf_emma", space)
    deaf = Booth(runtime, encoder, space, nobody)
    said = [deaf.say(person, phrase) for phrase in (*ENGLISH[2:4], *CHINESE[2:])]
    return replace(deaf, target=listen(said, encoder))


@pytest.fixture(scope="module")
def spoken(booth: Booth, space: StyleSpace) -> list[Audio]:
    return [booth.say(preset_voice("af_heart", space), phrase) for phrase in TO_FIT]


@pytest.fixture(scope="module")
def by(booth: Booth, spoken: list[Audio]) -> Floats:
    """What transport makes of it."""
    own, wanted = measured(spoken), booth.target.sounds
    assert own is not None
    assert wanted is not None
    return change(own, wanted)


@pytest.fixture(scope="module")
def best(by: Floats, spoken: list[Audio], booth: Booth, judges: Judges) -> Floats:
    return fitted(by, spoken, booth.target, judges, fits=[Fit(8)], progress=unheeded)[0]


def test_gains_move_with_a_change_as_their_pull_back_says() -> None:
    levels = envelope(speech(2.0).samples, 16_000)
    weights = np.random.default_rng(1).standard_normal((len(levels), BAND_COUNT)).astype(np.float32)
    _, pull_back = gains_of(levels, RANDOM_CHANGE)
    slope = pull_back(weights)
    direction = 1e-4 * np.random.default_rng(2).standard_normal(SHAPE).astype(np.float32)
    ahead, behind = (gains_of(levels, RANDOM_CHANGE + sign * direction)[0] for sign in (1, -1))
    expected = float(((ahead.astype(np.float64) - behind) * weights).sum() / 2)
    assert float((slope * direction).sum()) == pytest.approx(expected, rel=0.02)


def test_the_judges_are_shown_what_is_heard(encoder: SpeakerEncoder, judges: Judges) -> None:
    """Gains done to band powers, and to the sound: embeddings of the two are alike, and unlike those without gains."""
    sound = Audio(speech(3.0).samples, 16_000)
    random = np.random.default_rng(5)
    tilts = 8 * random.standard_normal((40, 1)) * np.linspace(-1, 1, BAND_COUNT)
    gains = np.repeat(tilts, 8, axis=0)[: len(envelope(sound.samples, 16_000))].astype(np.float32)
    shown = Heard.of(sound)
    truly = equalise_moving(sound.samples, gains, 16_000)
    bands, _ = shown.bands(gains)
    network = house_encoder().network
    alike, plain = (
        float(network(bands)[0][0] @ network(log_bands(samples[None]))[0][0]) for samples in (truly, sound.samples)
    )
    assert 1 - alike < 0.3 * (1 - plain)
    mels, _ = shown.mels(gains)
    mean = unit(judges.ge2e(mels)[0].mean(axis=0, keepdims=True))[0][0]
    as_in_files = [Leveller().level(Audio(samples, 16_000)) for samples in (truly, sound.samples)]
    alike, plain = (float(mean @ encoder.embed(audio)) for audio in as_in_files)
    assert 1 - alike < 0.6 * (1 - plain)  # the encoder cuts silence out, too


def test_no_gains_please_a_judge_by_making_speech_softer() -> None:
    """GE2E hears levels, but files have one."""
    shown = Heard.of(Audio(speech(2.0).samples, 16_000))
    even = np.zeros((len(shown.powers), BAND_COUNT), np.float32)
    as_it_is, _ = shown.mels(even)
    softer, to_gains = shown.mels(even - 9)
    np.testing.assert_allclose(softer, as_it_is, rtol=1e-3)
    slope = to_gains(np.ones_like(softer))
    assert abs(slope.sum()) < 1e-3 * np.abs(slope).sum()
    tilted, _ = shown.mels(even + np.linspace(-6, 6, BAND_COUNT, dtype=np.float32))
    assert np.abs(np.log(tilted[:100] / as_it_is[:100])).max() > 0.5


def test_the_likeness_that_is_told_is_that_of_files_however_soft_the_engine_speaks(
    booth: Booth, spoken: list[Audio]
) -> None:
    softer = [Audio(audio.samples * np.float32(0.25), audio.sample_rate_hz) for audio in spoken]
    assert booth.likeness(softer) == pytest.approx(booth.likeness(spoken), abs=1e-4)


def test_the_gradient_is_that_of_finite_differences(
    by: Floats, spoken: list[Audio], booth: Booth, judges: Judges
) -> None:
    fit = SoundsFit([Phrase.of(audio, by) for audio in spoken], judges, booth.target, by, Fit(0))
    where = 0.01 * np.random.default_rng(6).standard_normal((1, SIZE)).astype(np.float32)
    value, gradient = fit(where)
    assert value.shape == (1,)
    assert gradient.shape == (1, SIZE)
    chance = 0.3 * np.random.default_rng(7).standard_normal((1, SIZE)).astype(np.float32)
    for direction in (gradient, gradient + chance * np.abs(gradient).max()):
        along = direction / np.linalg.norm(direction)
        ahead, behind = (fit(where + sign * np.float32(0.01) * along)[0][0] for sign in (1, -1))
        assert float((gradient * along).sum()) == pytest.approx(float(ahead - behind) / 0.02, rel=0.15)


def test_a_voice_comes_nearer_by_both_judges_in_what_was_not_fitted(
    by: Floats, best: Floats, booth: Booth, space: StyleSpace
) -> None:
    voice = preset_voice("af_heart", space)
    said = [booth.say(voice, phrase).samples for phrase in UNFITTED]

    def liked(by: Floats) -> Floats:
        heard = [Audio(changed(samples, by, SAMPLE_RATE_HZ), SAMPLE_RATE_HZ) for samples in said]
        by_ge2e = [booth.encoder.embed(audio) @ booth.target.embedding for audio in heard]
        by_house = [house_encoder().embed(audio) @ booth.target.house for audio in heard]
        return np.array([np.mean(by_ge2e), np.mean(by_house)], np.float32)

    gain = liked(best) - liked(by)
    assert gain.min() > 0
    assert gain.sum() > 0.03


def test_what_moves_goes_on_moving_as_it_did(by: Floats, best: Floats, spoken: list[Audio]) -> None:
    """Words stay words: no band's course is mixed with another's."""
    for audio in spoken:
        phrase = Phrase.of(audio, by)
        before = phrase.levels + phrase.usual
        after = phrase.levels + gains_of(phrase.levels, best)[0]
        courses = [np.corrcoef(before[phrase.speech, band], after[phrase.speech, band])[0, 1] for band in range(40)]
        assert min(courses) > 0.9


def test_what_tells_words_apart_is_mixed_less_than_what_is_finer(by: Floats, best: Floats, spoken: list[Audio]) -> None:
    added, moved = [], []
    for audio in spoken:
        phrase = Phrase.of(audio, by)
        apart = (gains_of(phrase.levels, best)[0] - phrase.usual)[phrase.speech] @ cosines().T
        added.append(apart.var(axis=0))
        moved.append(phrase.usual_cepstra.var(axis=0))
    share = np.mean(added, axis=0) / np.mean(moved, axis=0)
    assert share[:13].mean() < 0.5 * share[13:].mean()


def test_mixing_costs_more_than_moving_further_and_most_where_words_are_told_apart(
    by: Floats, spoken: list[Audio], booth: Booth, judges: Judges
) -> None:
    phrases = [Phrase.of(audio, by) for audio in spoken]

    def cost(to: int, of: int) -> float:
        """Of adding to one cepstrum a tenth of how another moves."""
        place = np.zeros((CEPSTRA, CEPSTRA + 1), np.float32)
        place[to, of] = 0.1
        free, dear = (
            SoundsFit(phrases, judges, booth.target, by, Fit(0, mixing_cost=mixing_cost))(place.reshape(1, -1))[0][0]
            for mixing_cost in (0, 100)
        )
        return float(free - dear)

    assert cost(to=3, of=3) < 0.5 * cost(to=3, of=5)
    assert cost(to=20, of=18) < 0.2 * cost(to=3, of=5)


def test_where_nothing_is_better_nothing_changes(by: Floats, spoken: list[Audio], booth: Booth, judges: Judges) -> None:
    told: list[float] = []
    changes = fitted(by, spoken, booth.target, judges, fits=[Fit(0), Fit(0)], progress=told.append)
    assert all(change is by for change in changes)
    assert told == sorted(told)


def test_a_fit_goes_on_from_the_one_before(by: Floats, spoken: list[Audio], booth: Booth, judges: Judges) -> None:
    """One that may mix the sounds more goes further."""
    first, then = fitted(by, spoken, booth.target, judges, fits=[Fit(4), Fit(4, mixing_cost=0.5)], progress=unheeded)
    assert np.linalg.norm(then - by) > np.linalg.norm(first - by) > 0


def test_a_cosine_moves_with_the_embeddings() -> None:
    windows = np.random.default_rng(8).standard_normal((3, 256)).astype(np.float32)
    target = unit(windows[:1] + 1)[0][0]
    value, slope = cosine(windows, target)
    direction = np.random.default_rng(9).standard_normal(windows.shape).astype(np.float32)
    ahead, behind = (cosine(windows + sign * np.float32(0.01) * direction, target)[0] for sign in (1, -1))
    assert float((slope * direction).sum()) == pytest.approx((ahead - behind) / 0.02, abs=1e-3)
    assert value == pytest.approx(float(unit(windows.mean(0, keepdims=True))[0][0] @ target))
