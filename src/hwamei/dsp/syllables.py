"""How fast somebody speaks, without knowing what is said: nuclei of syllables are louder than what is beside them.

After N. H. de Jong, T. Wempe: *Praat script to detect syllable nuclei and measure speech rate automatically*, Behavior
Research Methods 41, 2009: peaks of loudness with a dip on both sides. Here loudness is that of the bands of vowels'
first formants, so that a hiss is no syllable.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Audio
from hwamei.dsp.envelope import HOP_S, envelope
from hwamei.dsp.spectrum import BAND_CENTRES_HZ

VOWELS_HZ = (250.0, 2500.0)
SMOOTH_FRAMES = 9  # 90 ms: less than a syllable, more than a period of a voice
DIP_DB = 2.0
SOUND_WITHIN_DB = 40.0  # of the very loudest frame; softer is silence
LOUDEST_SHARE = 0.95  # what this share of the others does not reach counts as the loudest
SPEECH_WITHIN_DB = 30.0  # of it; softer is a pause
NUCLEI_WITHIN_DB = 25.0
LEAST_SPEECH_S = 4.0  # in less there are some ten syllables: their rate says more about the text than about the person


def syllable_rate_hz(audio: Audio) -> float | None:
    """Nuclei in a second of speech, pauses not counted; None where there is too little speech. 16 to 24 kHz.

    Read English has as many as a dictionary says, give or take a tenth."""
    loudness = _loudness(audio)
    loudest = np.quantile(loudness[loudness > loudness.max() - SOUND_WITHIN_DB], LOUDEST_SHARE)
    speech_s = float(np.sum(loudness > loudest - SPEECH_WITHIN_DB)) * HOP_S
    if speech_s < LEAST_SPEECH_S:
        return None
    nuclei = np.sum(_peaks(loudness, DIP_DB) > loudest - NUCLEI_WITHIN_DB)
    return float(nuclei) / speech_s if nuclei else None


def _loudness(audio: Audio) -> NDArray[np.float64]:
    """Of vowels, in dB, float64 [frames]."""
    of_vowels = (VOWELS_HZ[0] <= BAND_CENTRES_HZ) & (VOWELS_HZ[1] >= BAND_CENTRES_HZ)
    levels = envelope(audio.samples, audio.sample_rate_hz)[:, of_vowels].astype(np.float64)
    loudness = 10 * np.log10(np.sum(10 ** (levels / 10), axis=1))
    window = np.hanning(SMOOTH_FRAMES + 2)[1:-1]
    padded = np.pad(loudness, SMOOTH_FRAMES // 2, mode="edge")
    smooth: NDArray[np.float64] = np.convolve(padded, window / window.sum(), "valid")
    return smooth


def _peaks(curve: NDArray[np.float64], dip: float) -> NDArray[np.float64]:
    """Heights of the peaks that have a dip of this depth before and behind them, or an end of the curve before."""
    peaks = []
    low = high = float("-inf")
    rising = True
    for value in curve.tolist():
        if rising:
            high = max(high, value)
            if value < high - dip:
                peaks.append(high)
                low, rising = value, False
        else:
            low = min(low, value)
            if value > low + dip:
                high, rising = value, True
    return np.array(peaks)
