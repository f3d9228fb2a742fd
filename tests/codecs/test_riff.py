"""WAVE files that were written into a pipe get their true lengths."""

from __future__ import annotations

import io
import wave

import pytest

from hwamei.codecs.riff import header, with_lengths


@pytest.mark.parametrize("length_samples", [0, 1, 1000])
def test_a_wave_out_of_a_pipe_says_how_long_it_is(length_samples: int) -> None:
    samples = b"\1\2" * length_samples
    whole = with_lengths(header(16_000, {"AIGC": "{}"}) + samples)
    assert whole == header(16_000, {"AIGC": "{}"}, len(samples)) + samples
    with wave.open(io.BytesIO(whole)) as file:
        assert (file.getnframes(), file.getframerate()) == (length_samples, 16_000)
        assert file.readframes(length_samples) == samples


def test_one_that_says_it_already_and_what_is_none_stay_as_they_are() -> None:
    whole = header(8_000, {}, 4) + b"abcd"
    assert with_lengths(whole) == whole
    assert with_lengths(b"OggS" + bytes(40)) == b"OggS" + bytes(40)
