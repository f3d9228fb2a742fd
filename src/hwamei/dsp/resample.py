"""Changing the sample rate, by soxr."""

from __future__ import annotations

import numpy as np
import soxr

from hwamei.domain.audio import Audio, Samples

QUALITY = "HQ"  # soxr: 20 bits, pass band to 91 % of the lower Nyquist frequency


def resampled_length(length_samples: int, from_hz: int, to_hz: int) -> int:
    """How many samples there are at the other rate: the nearest whole number, halves up."""
    return (2 * length_samples * to_hz + from_hz) // (2 * from_hz)


def resample(audio: Audio, sample_rate_hz: int) -> Audio:
    """The sound at the other rate, of resampled_length."""
    resampler = Resampler(audio.sample_rate_hz, sample_rate_hz)
    return Audio(np.concatenate([resampler.push(audio.samples), resampler.finish()]), sample_rate_hz)


class Resampler:
    """Sound that comes in pieces, at another rate; of resampled_length in all. Used by one thread."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._from_hz, self._to_hz = from_hz, to_hz
        self._soxr = soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality=QUALITY)
        self._taken_samples = self._given_samples = 0

    def push(self, samples: Samples) -> Samples:
        """What is ready after these samples, float32."""
        self._taken_samples += len(samples)
        if self._from_hz == self._to_hz:
            return samples
        ready: Samples = self._soxr.resample_chunk(np.ascontiguousarray(samples, dtype=np.float32))
        self._given_samples += len(ready)
        return ready

    def finish(self) -> Samples:
        """The rest."""
        if self._from_hz == self._to_hz:
            return np.zeros(0, dtype=np.float32)
        rest: Samples = self._soxr.resample_chunk(np.zeros(0, dtype=np.float32), last=True)
        wanted = resampled_length(self._taken_samples, self._from_hz, self._to_hz) - self._given_samples
        return np.pad(rest[: max(wanted, 0)], (0, max(0, wanted - len(rest))))
