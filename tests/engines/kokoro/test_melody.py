"""The tones of a native speaker at the voice's own height, on its own timing, and how far they go up and down."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hwamei.domain.errors import EngineFailed
from hwamei.domain.language import Language
from hwamei.domain.voice import Level
from hwamei.engines.kokoro import voiceprint as prints
from hwamei.engines.kokoro.cloning import PITCH_WIDTHS, pitch_width, voice_at
from hwamei.engines.kokoro.frames import VOICED_FROM_HZ, Floats, Frames
from hwamei.engines.kokoro.melody import NATIVES, foretold
from hwamei.engines.kokoro.phones import token_line
from hwamei.engines.kokoro.runtime import Runtime
from hwamei.engines.kokoro.style_space import StyleSpace
from hwamei.engines.kokoro.target import Target
from hwamei.engines.kokoro.voiceprint import KokoroVoice, preset_voice
from hwamei.text.plan import plan
from tests.engines.kokoro.people import UNHEARD

EVEN = np.zeros(40, np.float32)


@pytest.fixture
def foreigner(space: StyleSpace) -> KokoroVoice:
    """A voice at the place of one whose mother tongue is English."""
    return voice_at(space.coordinates(space.voice("am_michael")[0]), space)


def tokens_of(text: str) -> list[int]:
    (utterance,) = plan(text)
    return list(token_line(utterance).tokens)


def token_pitch(frames: Frames) -> Floats:
    """The mean of ln F0 in each token, NaN where one has no voice."""
    bounds = 2 * np.cumsum(frames.counts)[:-1]
    voiced = [piece[piece > VOICED_FROM_HZ] for piece in np.split(frames.pitch_hz[0], bounds)]
    return np.array([np.log(piece).mean() if len(piece) else np.nan for piece in voiced], np.float32)


def test_mandarin_is_said_in_the_tones_of_a_native_at_ones_own_height_and_pace(
    foreigner: KokoroVoice, runtime: Runtime, space: StyleSpace
) -> None:
    tokens = tokens_of("妈妈骑马马慢妈妈骂马。")
    said = foretold(runtime, foreigner, Language.CHINESE, tokens, space)
    own = foretold(runtime, replace(foreigner, melodies={}), Language.CHINESE, tokens, space)
    native = foretold(runtime, preset_voice(NATIVES[Language.CHINESE], space), Language.CHINESE, tokens, space)
    np.testing.assert_array_equal(said.counts, own.counts)
    np.testing.assert_array_equal(said.features, own.features)
    np.testing.assert_array_equal(said.energy, own.energy)
    assert said.median_pitch_hz == pytest.approx(own.median_pitch_hz, rel=0.01)
    assert likeness_of_melody(said, native) > 0.9
    assert likeness_of_melody(own, native) < 0.7


def likeness_of_melody(one: Frames, other: Frames) -> float:
    """Correlation of the tokens' pitch, where both have voice."""
    pitches = np.stack([token_pitch(one), token_pitch(other)])
    matrix = np.asarray(np.corrcoef(pitches[:, ~np.isnan(pitches).any(axis=0)]))
    return float(matrix[0, 1])


def test_english_keeps_its_own_melody(foreigner: KokoroVoice, runtime: Runtime, space: StyleSpace) -> None:
    tokens = tokens_of("The birds began to sing.")
    style = foreigner.style(Language.ENGLISH, len(tokens), space)
    said = foretold(runtime, foreigner, Language.ENGLISH, tokens, space)
    np.testing.assert_array_equal(said.pitch_hz, runtime.predict(tokens, style, 1.0).pitch_hz)


def some_frames(pitch_hz: list[float]) -> Frames:
    values = np.array([pitch_hz], np.float32)
    return Frames(np.zeros((1, 512, len(pitch_hz) // 2), np.float32), values, values, np.array([len(pitch_hz) // 2]))


def test_a_width_scales_the_distance_in_octaves_and_leaves_what_has_no_voice() -> None:
    frames = some_frames([0.5, 100.0, 200.0, 400.0]).with_pitch(1.5, width=0.5)
    np.testing.assert_allclose(frames.pitch_hz[0], [0.5, 300 / np.sqrt(2), 300, 300 * np.sqrt(2)], rtol=1e-5)


def test_a_width_of_what_has_no_voice_at_all_changes_nothing() -> None:
    frames = some_frames([0.5, 0.0, 1.0, 0.5])
    np.testing.assert_array_equal(frames.with_pitch(2.0, width=0.8).pitch_hz, frames.pitch_hz)
    assert frames.pitch_deviation == 0


def target(pitch_deviation: float | None) -> Target:
    return Target(np.full(256, 1 / 16, np.float32), UNHEARD, EVEN, 120.0, pitch_deviation)


@pytest.mark.parametrize(
    ("person", "own", "width"),
    [
        (0.2, 0.2, 1.0),
        (0.16, 0.25, 0.8),
        (0.01, 0.2, PITCH_WIDTHS[0]),
        (0.9, 0.2, PITCH_WIDTHS[1]),
        (None, 0.2, 1.0),
        (0.2, 0.0, 1.0),
    ],
)
def test_the_width_goes_half_the_way_to_the_person_within_bounds(
    person: float | None, own: float, width: float
) -> None:
    assert pitch_width(target(person), own) == pytest.approx(width)


def test_a_voiceprint_keeps_the_melody_and_one_without_is_read_as_it_was(
    foreigner: KokoroVoice, space: StyleSpace
) -> None:
    voice = replace(foreigner, pitch_widths={Language.CHINESE: 0.8, Language.ENGLISH: 1.1})
    packed = prints.pack(voice, level=Level.INSTANT, facts={})
    read = prints.unpack(packed)
    np.testing.assert_array_equal(read.melodies[Language.CHINESE], voice.melodies[Language.CHINESE])
    assert read.pitch_widths == pytest.approx(voice.pitch_widths)
    older = {name: array for name, array in packed.arrays.items() if name not in ("melody_zh", "pitch_widths")}
    read = prints.unpack(replace(packed, arrays=older))
    assert (read.melodies, read.pitch_widths) == ({}, dict.fromkeys(Language, 1.0))


@pytest.mark.parametrize("name", ["melody_zh", "pitch_widths"])
def test_a_damaged_melody_is_refused(name: str, foreigner: KokoroVoice) -> None:
    packed = prints.pack(foreigner, level=Level.INSTANT, facts={})
    with pytest.raises(EngineFailed, match=f"{name} is damaged"):
        prints.unpack(replace(packed, arrays={**packed.arrays, name: packed.arrays[name][:1]}))
