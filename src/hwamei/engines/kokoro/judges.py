"""Who judges whether a clone sounds like the person: two speaker encoders that were trained apart.

A fit against one encoder pleases that encoder first. What both like is more likely to be the person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hwamei.domain.audio import Audio
from hwamei.dsp.envelope import Levels
from hwamei.dsp.loudness import Leveller, k_weighting
from hwamei.dsp.spectrum import BAND_CENTRES_HZ
from hwamei.settings import Settings
from hwamei.speaker import log_bands, mel
from hwamei.speaker.ge2e import WINDOW_FRAMES, window_starts
from hwamei.speaker.ge2e_network import open_network
from hwamei.speaker.house import house_encoder, levelled
from hwamei.speaker.layers import Floats, Layer, Traced, unit
from hwamei.speaker.rate import RATE_HZ, at_16_khz

FRAME_SAMPLES = mel.HOP_SAMPLES  # 10 ms, as gains have them
LOG_PER_DB = np.float32(np.log(10) / 10)  # natural logarithm of power


@dataclass(frozen=True, eq=False)
class Judges:
    """Both encoders as networks that tell how their embeddings move."""

    ge2e: Layer
    house: Layer


def open_judges(settings: Settings) -> Judges:
    """The judges with their weights loaded. Raises ModelMissing, ModelDamaged."""
    return Judges(open_network(settings), house_encoder().network)


@dataclass(frozen=True, eq=False)
class Heard:
    """A phrase as both judges hear it before any gains.

    `powers`: of GE2E's bands, float32 [frames, 40], a frame each 10 ms; `energies`: of the house encoder's, float32
    [frames, 64], a frame each 12.5 ms. GE2E hears levels, too, so the powers are as loud as files are, and stay so
    whatever the gains are: otherwise it would be pleased by gains that make speech softer, which nobody will hear.
    """

    powers: Floats
    energies: Floats

    @classmethod
    def of(cls, audio: Audio) -> Heard:
        """Speech of a second and more."""
        as_loud = Leveller().level(audio)
        return cls(mel.mel_power(at_16_khz(as_loud)), log_bands.band_energies(levelled(at_16_khz(audio))))

    def mels(self, gains_db: Levels) -> Traced:
        """What GE2E hears after an equaliser with these gains, windows of 1.6 s: float32 [160, windows, 40]."""
        powers = self.powers[: len(gains_db)]
        changed = powers * np.exp(LOG_PER_DB * (gains_db[: len(powers)] @ _GE2E_SHARES))
        loud, to_logs = _as_loud_as(powers, changed)
        starts = window_starts((len(powers) - 1) * FRAME_SAMPLES)
        padded = np.pad(loud, ((0, max(0, starts[-1] + WINDOW_FRAMES - len(loud))), (0, 0)))

        def back(gradient: Floats) -> Floats:
            wide = np.zeros_like(padded)
            for window, start in enumerate(starts):
                wide[start : start + WINDOW_FRAMES] += gradient[:, window]
            by_gains = LOG_PER_DB * to_logs(wide[: len(loud)]) @ _GE2E_SHARES.T
            return np.pad(by_gains, ((0, len(gains_db) - len(by_gains)), (0, 0)))

        return np.stack([padded[start : start + WINDOW_FRAMES] for start in starts], axis=1), back

    def bands(self, gains_db: Levels) -> Traced:
        """What the house encoder hears after an equaliser with these gains: float32 [1, frames, 64]."""
        moments = (np.arange(len(self.energies)) + 1) * (log_bands.HOP_SAMPLES / FRAME_SAMPLES)
        before = np.minimum(moments.astype(int), len(gains_db) - 2)
        after_share = (moments - before).clip(0, 1).astype(np.float32)[:, None]
        at_moments = gains_db[before] * (1 - after_share) + gains_db[before + 1] * after_share
        louder = self.energies * np.exp(LOG_PER_DB * (at_moments @ _HOUSE_SHARES))
        floor = log_bands.floor(louder)
        logs = np.log(louder + floor)

        def back(gradient: Floats) -> Floats:
            by_logs = gradient[0] - gradient[0].mean(axis=0)
            by_moments = LOG_PER_DB * (by_logs * louder / (louder + floor)) @ _HOUSE_SHARES.T
            by_gains = np.zeros_like(gains_db)
            np.add.at(by_gains, before, by_moments * (1 - after_share))
            np.add.at(by_gains, before + 1, by_moments * after_share)
            return by_gains

        return (logs - logs.mean(axis=0))[None], back


def _as_loud_as(before: Floats, after: Floats) -> Traced:
    """The band powers `after`, float32 [frames, 40], at the loudness (BS.1770, without gates) of those `before`; and
    from a gradient by that the one by the logarithms of `after`."""
    weighted = after * _LOUDNESS_WEIGHTS
    loud = after * np.float32((before * _LOUDNESS_WEIGHTS).sum() / weighted.sum())

    def back(gradient: Floats) -> Floats:
        by_logs = gradient * loud
        by_logs -= by_logs.sum() / weighted.sum() * weighted
        return by_logs

    return loud, back


def cosine(windows: Floats, target: Floats) -> tuple[float, Floats]:
    """Of the mean of embeddings, float32 [windows, size], with a target of length 1; and its gradient by them."""
    direction, through = unit(windows.mean(axis=0, keepdims=True))
    by_mean = through(target[None])
    return float(direction[0] @ target), np.repeat(by_mean / len(windows), len(windows), axis=0)


def _shares(filters: Floats) -> Floats:
    """How gains in our bands weigh in an encoder's: float32 [40, bands]; filters: [bands, bins up to 8 kHz]."""
    bins_hz = np.linspace(0, RATE_HZ / 2, filters.shape[1])
    in_bins = np.stack([np.interp(bins_hz, BAND_CENTRES_HZ, one) for one in np.eye(len(BAND_CENTRES_HZ))])
    shares: Floats = (in_bins @ (filters / filters.sum(axis=1, keepdims=True)).T).astype(np.float32)
    return shares


def _loudness_weights() -> Floats:
    """How much the power in each band of GE2E, whose triangles are of equal area, adds to loudness: float32 [40]."""
    peaks_hz = mel.FILTERS.argmax(axis=1) * (RATE_HZ / mel.WINDOW_SAMPLES)
    weights: Floats = (k_weighting(peaks_hz, RATE_HZ) / mel.FILTERS.max(axis=1)).astype(np.float32)
    return weights


_GE2E_SHARES = _shares(mel.FILTERS)
_HOUSE_SHARES = _shares(log_bands.filters())
_LOUDNESS_WEIGHTS = _loudness_weights()
