"""Recursive filters of second order, one after the other, and the impulse response that they come down to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RESPONSE_S = 0.25  # the filters here ring no longer: see their own modules


class Biquad(NamedTuple):
    """H(z) = (b0 + b1 z⁻¹ + b2 z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²)."""

    b: tuple[float, float, float]
    a: tuple[float, float, float]


class Gains(NamedTuple):
    """Factors of a biquad far above its frequency, at it (times its Q), and far below it."""

    above: float
    around: float = 0.0
    below: float = 0.0


def biquad(frequency_hz: float, quality: float, gains: Gains, sample_rate_hz: int) -> Biquad:
    """(above s² + around s + below) / (s² + s/Q + 1) by the bilinear transform, exact at the frequency.

    Oppenheim and Schafer, section 7.2.
    """
    warped = float(np.tan(np.pi * frequency_hz / sample_rate_hz))
    scale = 1 + warped / quality + warped**2
    even, odd = gains.above + gains.below * warped**2, gains.around * warped
    middle = 2 * (gains.below * warped**2 - gains.above)
    poles = (1.0, 2 * (warped**2 - 1) / scale, (1 - warped / quality + warped**2) / scale)
    return Biquad(((even + odd) / scale, middle / scale, (even - odd) / scale), poles)


def butterworth_high_pass(order: int, cutoff_hz: float, sample_rate_hz: int) -> list[Biquad]:
    """A Butterworth high-pass of even order."""
    qualities = [0.5 / np.cos(np.pi * (2 * pair + 1) / (2 * order)) for pair in range(order // 2)]
    return [biquad(cutoff_hz, float(quality), Gains(above=1.0), sample_rate_hz) for quality in qualities]


def impulse_response(biquads: Sequence[Biquad], sample_rate_hz: int) -> NDArray[np.float64]:
    """What comes out of the filters after a single 1: float64 [n], n the power of two from RESPONSE_S on.

    Taken from the frequency response, so what rings on after its end is folded back onto its beginning: nothing, for
    filters that have died away by then.
    """
    length = 1 << (int(RESPONSE_S * sample_rate_hz) - 1).bit_length()
    spectrum = np.ones(length // 2 + 1, dtype=np.complex128)
    for biquad in biquads:
        spectrum *= np.fft.rfft(biquad.b, length) / np.fft.rfft(biquad.a, length)
    response: NDArray[np.float64] = np.fft.irfft(spectrum, length)
    return response
