"""Sound in answers, however it is cut, and whatever it is."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.audio import Audio
from hwamei.engines.remote.failures import Broken
from hwamei.engines.remote.sound import PcmForm, sound_in, wav_of
from tests.engines.remote.loopback import buzz

SOUND = Audio(buzz(0.05), 24_000)
CONTENT = wav_of(SOUND)


def pieces_of(content: bytes, cuts: list[int]) -> list[bytes]:
    """The content, cut there."""
    return [content[start:end] for start, end in pairwise([0, *sorted(cuts), len(content)])]


@given(st.lists(st.integers(0, len(CONTENT))))
def test_a_file_is_the_same_however_it_is_cut(cuts: list[int]) -> None:
    found = list(sound_in(iter(pieces_of(CONTENT, cuts)), None))
    assert {piece.sample_rate_hz for piece in found} == {24_000}
    assert all(piece.samples.dtype == np.float32 and piece.samples.ndim == 1 for piece in found)
    assert np.abs(np.concatenate([piece.samples for piece in found]) - SOUND.samples).max() <= 1 / 32_768


@given(st.integers(0, 60), st.binary(min_size=1, max_size=8), st.integers(0, len(CONTENT)))
def test_a_spoilt_file_is_broken_or_read(at: int, with_what: bytes, length: int) -> None:
    spoilt = (CONTENT[:at] + with_what + CONTENT[at + len(with_what) :])[:length]
    try:
        for piece in sound_in(iter([spoilt]), None):
            assert np.isfinite(piece.samples).all()
            assert np.abs(piece.samples).max(initial=0) <= 1
    except Broken:
        return


@given(st.binary(max_size=200), st.integers(1, 8))
def test_bare_samples_are_any_bytes(content: bytes, channels: int) -> None:
    found = list(sound_in(iter([content]), PcmForm(16_000, channels)))
    assert sum(len(piece.samples) for piece in found) == len(content) // (2 * channels)
