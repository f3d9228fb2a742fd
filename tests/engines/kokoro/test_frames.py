"""What is said before it is sound: the quiet at both ends goes, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hwamei.engines.kokoro.frames import LENGTH_STEP_FRAMES, QUIET_FRAMES, Frames
from hwamei.engines.kokoro.phrases import ENGLISH
from hwamei.engines.kokoro.runtime import Runtime
from hwamei.engines.kokoro.style_space import StyleSpace
from hwamei.engines.kokoro.voiceprint import preset_voice

SILENCE, SOUND = -9.0, 5.0


def an_utterance(before: int, sound: int, after: int, last: int) -> Frames:
    """A pad, a token that sounds and is then quiet, some more quiet tokens; features tell the place."""
    count = before + sound + after + last
    energy = np.full(count, SILENCE, np.float32)
    energy[before : before + sound] = SOUND
    places = np.arange(count, dtype=np.float32)
    twice = np.repeat(energy, 2)[None]
    pitch_hz = np.repeat(places, 2)[None]
    return Frames(np.tile(places, (1, 512, 1)), pitch_hz, twice, np.array([before, sound + after, last]))


ENDS = st.integers(1, 60)


@given(before=ENDS, sound=st.integers(1, 200), after=st.integers(0, 60), last=ENDS)
def test_all_that_sounds_is_kept_with_some_quiet_around(before: int, sound: int, after: int, last: int) -> None:
    whole = an_utterance(before, sound, after, last)
    cut = whole.without_quiet_ends()
    count = cut.features.shape[2]
    assert cut.pitch_hz.shape == cut.energy.shape == (1, 2 * count)
    assert cut.counts.sum() == count
    assert (cut.counts >= 1).all()
    kept = cut.features[0, 0]
    np.testing.assert_array_equal(np.diff(kept), 1)
    np.testing.assert_array_equal(cut.pitch_hz[0, ::2], kept)
    assert kept[0] <= max(0, before - QUIET_FRAMES)
    assert kept[-1] >= min(before + sound + after + last, before + sound + QUIET_FRAMES) - 1
    assert count % LENGTH_STEP_FRAMES == 0 or count == whole.features.shape[2]
    assert count < sound + 2 * QUIET_FRAMES + LENGTH_STEP_FRAMES + 1


@given(before=ENDS, sound=st.integers(1, 5), brief=st.integers(1, 60))
def test_every_token_keeps_a_frame_however_many_are_quiet(before: int, sound: int, brief: int) -> None:
    whole = an_utterance(before, sound, 0, brief)
    each = replace(whole, counts=np.array([before, sound, *[1] * brief]))
    cut = each.without_quiet_ends()
    assert cut.counts.sum() == cut.features.shape[2]
    assert (cut.counts >= 1).all()


@given(count=st.integers(1, 50))
def test_where_nothing_sounds_all_is_kept(count: int) -> None:
    quiet = Frames(
        np.zeros((1, 512, count), np.float32),
        np.zeros((1, 2 * count), np.float32),
        np.full((1, 2 * count), SILENCE, np.float32),
        np.array([count]),
    )
    assert quiet.without_quiet_ends() is quiet


def test_the_model_foretells_its_quiet(runtime: Runtime, space: StyleSpace) -> None:
    """What goes is quiet in the whole sound, too, and there is much of it."""
    voice = preset_voice("af_heart", space)
    style = voice.style(ENGLISH[0].language, len(ENGLISH[0].tokens), space)
    whole = runtime.predict(ENGLISH[0].tokens, style, 1.0)
    cut = whole.without_quiet_ends()
    assert cut.features.shape[2] < 0.92 * whole.features.shape[2]
    samples = runtime.decode(whole, style)
    before = int(whole.counts[0] - cut.counts[0]) * 600
    after = before + cut.features.shape[2] * 600
    loudest = np.abs(samples).max()
    assert np.abs(samples[:before]).max() < 0.03 * loudest
    assert np.abs(samples[after:]).max() < 0.03 * loudest
