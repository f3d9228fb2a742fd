"""The style space: coordinates and styles are two names of the same places, and the published voices lie in it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hwamei.domain.errors import Unknown
from hwamei.domain.language import Language
from hwamei.domain.voice import Level
from hwamei.engines.kokoro.style_space import Floats, language_of, style_space
from hwamei.engines.kokoro.voiceprint import pack, preset_voice, unpack

SPACE = style_space()
PLACES = arrays(np.float32, 48, elements=st.floats(-5, 5, width=32))


def test_the_space_has_the_shapes_that_it_is_described_with() -> None:
    assert len(SPACE.names) == 54
    assert SPACE.means.shape == (54, 256)
    assert SPACE.bend.shape == (510, 6)
    assert SPACE.directions.shape == (54, 6, 256)
    assert SPACE.timbre_axes.shape == (32, 128)
    assert SPACE.prosody_axes.shape == (16, 128)


@given(place=PLACES)
def test_coordinates_of_the_style_at_a_place_are_the_place(place: Floats) -> None:
    style = SPACE.style(place)
    assert style.shape == (256,)
    assert style.dtype == np.float32
    np.testing.assert_allclose(SPACE.coordinates(style), place, atol=2e-3)


@given(place=PLACES, noise=arrays(np.float32, 256, elements=st.floats(-0.125, 0.125, width=32)))
def test_no_place_is_nearer_to_a_style_than_its_coordinates(place: Floats, noise: Floats) -> None:
    style = SPACE.style(place) + noise
    nearest = SPACE.style(SPACE.coordinates(style))
    assert np.linalg.norm(nearest - style) <= np.linalg.norm(SPACE.style(place) - style) + 1e-4


def test_the_voices_deviate_by_one_along_every_coordinate() -> None:
    places = np.stack([SPACE.coordinates(mean) for mean in SPACE.means])
    np.testing.assert_allclose(places.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(places.std(axis=0), 1, atol=1e-2)


@pytest.mark.parametrize("tokens", [1, 40, 510])
@pytest.mark.parametrize("name", ["zf_xiaoxiao", "am_michael"])
def test_a_preset_is_the_row_of_the_published_pack(name: str, tokens: int) -> None:
    index = SPACE.names.index(name)
    row = SPACE.means[index] + SPACE.bend[tokens - 1] @ SPACE.directions[index]
    voice = unpack(pack(preset_voice(name, SPACE), level=Level.INSTANT, facts={}))
    for language in Language:
        np.testing.assert_allclose(voice.style(language, tokens, SPACE), row, atol=1e-6)
        assert voice.pitch_factors[language] == 1


def test_rows_of_published_packs_are_kept_within_half_precision() -> None:
    """Pinned from kokoro-js 1.2.1, voices/zf_xiaoxiao.bin and am_michael.bin: rows 0, 50 and 400, each 40th value."""
    for name, rows in PUBLISHED.items():
        for tokens, values in rows.items():
            style = preset_voice(name, SPACE).style(Language.CHINESE, tokens, SPACE)
            np.testing.assert_allclose(style[::40], values, atol=2e-3)


def test_a_voice_that_was_not_published_is_refused() -> None:
    with pytest.raises(Unknown) as caught:
        SPACE.voice("zf_xiaoxia")
    assert "zf_xiaoxiao" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("zf_xiaoxiao", Language.CHINESE),
        ("am_michael", Language.ENGLISH),
        ("bf_emma", Language.ENGLISH),
        ("jf_alpha", None),
    ],
)
def test_the_first_letter_of_a_voice_tells_its_language(name: str, language: Language | None) -> None:
    assert name in SPACE.names
    assert language_of(name) is language


PUBLISHED = {
    "zf_xiaoxiao": {
        1: [0.0364, 0.0880, 0.0416, -0.0472, 0.4657, -0.0546, 0.1053],
        51: [0.0426, 0.3071, 0.0263, 0.0683, 0.0052, -0.0750, -0.0644],
        401: [0.0441, 0.3515, 0.0071, 0.0927, -0.0855, -0.1148, -0.1572],
    },
    "am_michael": {
        1: [-0.2916, -0.0409, 0.0514, -0.1287, 0.2351, -0.2313, -0.3523],
        51: [-0.1925, 0.0407, 0.1237, -0.1221, 0.0781, -0.0866, -0.2008],
        401: [-0.1612, 0.0669, 0.1450, -0.1093, 0.0370, -0.0448, -0.1273],
    },
}
