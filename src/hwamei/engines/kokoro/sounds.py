"""The person's own spectra, sound by sound.

One equaliser makes a clone's long-term spectrum that of the recording; but which spectrum each sound has, and how they
differ, is as much a person's own. Both are learnt from the cepstra of the speech: their mean, and how they move
together. The least change that gives the clone's cepstra the person's covariance is one matrix, so no sound of the
recording needs to be found among the clone's sounds, and no frame is copied; its difference to no change at all is
what a moving equaliser does to the clone's speech, which leaves pitch and noise as the decoder made them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Audio, Samples
from hwamei.dsp.envelope import Levels, envelope
from hwamei.dsp.moving_equaliser import equalise_moving
from hwamei.dsp.spectrum import BAND_COUNT
from hwamei.dsp.transport import Moments, moments, transport
from hwamei.speaker.layers import Floats, Traced

SHAPE = (BAND_COUNT, BAND_COUNT + 1)
CEPSTRA = 25  # of 40: what is finer is the harmonics of high voices
NOISE_DB2 = 1.0  # cepstra (in dB) move by less from one measurement of a sound to the next
SPEECH_WITHIN_DB = 30.0  # of the loudest frames; what is softer is the room
LOUDEST_SHARE = 0.98  # the level that this share of frames does not reach counts as the loudest
FEWEST_FRAMES = 200  # less than two seconds of speech do not tell how sounds differ
SHARE = 0.8  # the rest of the way costs more of the quality than it brings likeness
MOST_GAIN_DB = 12.0
FADES_FROM_DB, FADES_TO_DB = 30.0, 45.0  # under the loudest: the room and the breath are left as they are
SMOOTH = np.array([1, 3, 4, 3, 1]) / 12  # of gains, over 50 ms: a sound glides into the next


def measured(pieces: Sequence[Audio]) -> Moments | None:
    """How the cepstra of one person's speech lie, [25]; None where there is too little speech. 16 to 24 kHz."""
    heard = [envelope(audio.samples, audio.sample_rate_hz) for audio in pieces]
    levels = np.concatenate([np.empty((0, BAND_COUNT), np.float32), *(one[speech_in(one)] for one in heard)])
    return moments(levels @ cosines().T) if len(levels) >= FEWEST_FRAMES else None


def change(own: Moments, wanted: Moments, *, share: float = SHARE) -> Floats:
    """What turns a clone's sounds into the person's, float32 [40, 41]: gains in dB are the first 40 columns times the
    levels in the bands, plus the last one. `share`: how far it goes, 0..1. The mean loudness stays."""
    turn = transport(own, wanted, noise=NOISE_DB2)
    shift = wanted.mean - turn @ own.mean
    shift[0] += own.mean[0] - wanted.mean[0]
    rows = cosines()
    by_levels = rows.T @ (turn - np.eye(CEPSTRA)) @ rows
    return (share * np.column_stack([by_levels, rows.T @ shift])).astype(np.float32)


def changed(samples: Samples, by: Floats, sample_rate_hz: int) -> Samples:
    """Speech of a clone, float32 [n], with the person's sounds; `by`: what `change` gives."""
    gains, _ = gains_of(envelope(samples, sample_rate_hz), by)
    return equalise_moving(samples, gains, sample_rate_hz)


def gains_of(levels: Levels, by: Floats) -> Traced:
    """What a change does to speech of these levels, dB: float32 [frames, 40]; and from a gradient by that the one by
    the change, float32 [40, 41]."""
    wanted = levels @ by[:, :-1].T + by[:, -1]
    share = _share(levels)[:, None]

    def back(gradient: Floats) -> Floats:
        by_wanted = _smooth_back(gradient) * share * (np.abs(wanted) < MOST_GAIN_DB)
        return np.column_stack([by_wanted.T @ levels, by_wanted.sum(axis=0)])

    return _smooth(wanted.clip(-MOST_GAIN_DB, MOST_GAIN_DB) * share), back


def _share(levels: Levels) -> Floats:
    """How much of a change each frame gets, float32 [frames], 0..1."""
    loudness = _loudness(levels)
    under = np.quantile(loudness, LOUDEST_SHARE) - loudness
    share: Floats = ((FADES_TO_DB - under) / (FADES_TO_DB - FADES_FROM_DB)).clip(0, 1).astype(np.float32)
    return share


def speech_in(levels: Levels) -> NDArray[np.bool_]:
    """Which frames are speech and not the room, bool [frames]."""
    loudness = _loudness(levels)
    spoken: NDArray[np.bool_] = loudness > np.quantile(loudness, LOUDEST_SHARE) - SPEECH_WITHIN_DB
    return spoken


def _loudness(levels: Levels) -> Floats:
    """dB, float32 [frames]."""
    loudness: Floats = 10 * np.log10(np.mean(10 ** (levels / 10), axis=1))
    return loudness


def _smooth(gains: Floats) -> Levels:
    reach = len(SMOOTH) // 2
    padded = np.pad(gains, ((reach, reach), (0, 0)), mode="edge")
    smooth = sum(weight * padded[start : start + len(gains)] for start, weight in enumerate(SMOOTH))
    return np.asarray(smooth, np.float32)


def _smooth_back(gradient: Floats) -> Floats:
    """Gradient by the gains before smoothing from that by those after; at the edges they are repeated."""
    reach = len(SMOOTH) // 2
    wide = np.zeros((len(gradient) + 2 * reach, gradient.shape[1]), np.float32)
    for start, weight in enumerate(SMOOTH):
        wide[start : start + len(gradient)] += np.float32(weight) * gradient
    inner = wide[reach : reach + len(gradient)]
    inner[0] += wide[:reach].sum(axis=0)
    inner[-1] += wide[-reach:].sum(axis=0)
    return inner


def cosines() -> NDArray[np.float64]:
    """The first rows of the orthonormal discrete cosine transform (type II): float64 [25, 40]."""
    order, band = np.arange(CEPSTRA)[:, None], np.arange(BAND_COUNT)
    rows: NDArray[np.float64] = np.sqrt(2 / BAND_COUNT) * np.cos(np.pi * order * (band + 0.5) / BAND_COUNT)
    rows[0] /= np.sqrt(2)
    return rows
