"""The eight bits of telephones, against an independent decoder."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from hwamei.codecs.companding import TELEPHONE_RATE_HZ, Compander, Law
from hwamei.dsp.quantise import quantise
from tests.dsp import signals

SUBTYPES = {Law.MU: "ULAW", Law.A: "ALAW"}


@pytest.mark.parametrize("law", list(Law))
def test_what_a_telephone_hears_is_what_was_said_to_three_per_cent(law: Law) -> None:
    said = signals.sine(440, 0.5, sample_rate_hz=TELEPHONE_RATE_HZ).samples
    pcm = quantise(said).astype("<i2").tobytes()
    compander = Compander(law, TELEPHONE_RATE_HZ)
    companded = b"".join(compander.push(pcm[start : start + 640]) for start in range(0, len(pcm), 640))
    assert len(companded) == len(said)
    raw = {"samplerate": TELEPHONE_RATE_HZ, "channels": 1, "format": "RAW", "subtype": SUBTYPES[law]}
    heard, _ = soundfile.read(io.BytesIO(companded), dtype="float32", **raw)
    loud = np.abs(said) > 0.05  # G.711's steps are relative to the sample, but for the smallest
    assert np.abs(heard[loud] / said[loud] - 1).max() < 0.035


def test_nothing_companded_is_nothing() -> None:
    assert Compander(Law.MU, TELEPHONE_RATE_HZ).push(b"") == b""
