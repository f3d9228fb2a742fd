"""The speech that was cut out of a voice's recordings, as a file for people to hear what the voice is made from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hwamei.codecs.encode import open_encoder
from hwamei.codecs.formats import DEFAULT_SAMPLE_RATE_HZ, Format
from hwamei.codecs.whole_file import whole_file
from hwamei.domain.audio import Audio
from hwamei.dsp.resample import resample

CLIP_FORMAT = Format.WAV
LONGEST_CLIP_S = 300.0  # 14 MB; the rest would tell a listener nothing more


def write_clip(speech: Sequence[Audio], target: Path) -> None:
    """The pieces one after the other, at 24 kHz, cut off after LONGEST_CLIP_S. No mark is in it: a person spoke.

    The file appears when it is complete. Raises OSError."""
    left_samples = round(LONGEST_CLIP_S * DEFAULT_SAMPLE_RATE_HZ)
    with (
        whole_file(target) as file,
        open_encoder(file, CLIP_FORMAT, DEFAULT_SAMPLE_RATE_HZ) as encoder,
    ):
        for piece in speech:
            samples = resample(piece, DEFAULT_SAMPLE_RATE_HZ).samples[:left_samples]
            left_samples -= len(samples)
            encoder.write(samples)
