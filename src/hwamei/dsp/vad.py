"""Where somebody speaks: WebRTC's voice activity detector, held to what stands out from the recording's own noise.

The detector alone takes steady noise and hum for speech now and then, and its verdict depends on the level; so the
recording is brought to one level before, and a frame counts only if it is also well above the noise floor.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import webrtcvad
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from hwamei.domain.audio import Audio, Samples
from hwamei.dsp.biquad import butterworth_high_pass, impulse_response
from hwamei.dsp.convolution import Convolver
from hwamei.dsp.decibel import SILENCE_DB, amplitude
from hwamei.dsp.frames import frame_powers
from hwamei.dsp.quantise import quantise
from hwamei.dsp.resample import resample

RATE_HZ = 16_000
FRAME_S = 0.02
_FRAME_SAMPLES = round(FRAME_S * RATE_HZ)
_MODE = 2  # WebRTC's own scale, 0 (lets everything through) .. 3

_RUMBLE_HZ = 90.0  # mains hum, traffic and drums are below; of the lowest voices a harmonic is lost, of speech nothing
_LOUD_DBFS = -20.0  # where the loud frames are brought to before the detector hears them
_ABOVE_FLOOR_DB = 6.0
_BELOW_LOUD_DB = 35.0  # softer than this under the loud frames is breath and room
_FLOOR_AT_LEAST_BELOW_LOUD_DB = 12.0  # a recording without pauses has its softest frames in the speech itself
_SHORTEST_SPEECH_S = 0.1
_LONGEST_GAP_S = 0.2  # a stop consonant and the breath between two words are still speech
_MARGIN_S = 0.04  # soft onsets and endings that both miss


def speech_segments(audio: Audio) -> list[tuple[float, float]]:
    """Start and end of each stretch of speech in seconds, in order, apart, within the recording."""
    segments = segments_of(at_detector_rate(audio))
    return [(start_s, min(end_s, audio.duration_s)) for start_s, end_s in segments]


def segments_of(samples: Samples) -> list[tuple[float, float]]:
    """The same for samples as at_detector_rate gives them."""
    kept = [
        (start, end) for start, end in runs(speech_frames(samples)) if (end - start) * FRAME_S >= _SHORTEST_SPEECH_S
    ]
    margin = round(_MARGIN_S / FRAME_S)
    widened = ((max(0, start - margin), end + margin) for start, end in kept)
    closed = _closed(widened, round(_LONGEST_GAP_S / FRAME_S))
    return [(start * FRAME_S, end * FRAME_S) for start, end in closed]


def at_detector_rate(audio: Audio) -> Samples:
    """The recording at RATE_HZ without rumble, its loud frames at one level, float32 [n]."""
    samples = _without_rumble(resample(audio, RATE_HZ).samples)
    levels_db = frame_levels_db(samples)
    loud_dbfs = float(np.percentile(levels_db, 95)) if len(levels_db) else SILENCE_DB
    if loud_dbfs <= SILENCE_DB + 1:
        return samples
    return samples * np.float32(amplitude(_LOUD_DBFS - loud_dbfs))


def _without_rumble(samples: Samples) -> Samples:
    # Its longest ringing pole, with Q 1.3 at 90 Hz, dies away by e⁻⁵⁴ in the response's quarter of a second.
    high_pass = butterworth_high_pass(4, _RUMBLE_HZ, RATE_HZ)
    return Convolver(impulse_response(high_pass, RATE_HZ)).push(samples)


def speech_frames(samples: Samples) -> NDArray[np.bool_]:
    """Whether each frame of FRAME_S is speech, bool [frames]; `samples` as at_detector_rate gives them."""
    levels_db = frame_levels_db(samples)
    if not len(levels_db):
        return np.zeros(0, dtype=np.bool_)
    return _majority(_detected(samples), of=5) & (levels_db > _threshold_db(levels_db))


def _majority(flags: NDArray[np.bool_], *, of: int) -> NDArray[np.bool_]:
    """Whether most of the `of` flags around each one are set, the ends mirrored: bool [n], n >= 1."""
    around = sliding_window_view(np.pad(flags, of // 2, mode="symmetric"), of)
    most: NDArray[np.bool_] = around.sum(axis=1) > of // 2
    return most


def frame_levels_db(samples: Samples) -> NDArray[np.float64]:
    """RMS of each whole frame of FRAME_S at RATE_HZ in dB, float64 [frames]."""
    powers = frame_powers(samples, _FRAME_SAMPLES)
    levels_db: NDArray[np.float64] = 10 * np.log10(np.maximum(powers, 10 ** (SILENCE_DB / 10)))
    return levels_db


def _threshold_db(levels_db: NDArray[np.float64]) -> float:
    loud_db = float(np.percentile(levels_db, 95))
    floor_db = min(float(np.percentile(levels_db, 10)), loud_db - _FLOOR_AT_LEAST_BELOW_LOUD_DB)
    return max(floor_db + _ABOVE_FLOOR_DB, loud_db - _BELOW_LOUD_DB)


def _detected(samples: Samples) -> NDArray[np.bool_]:
    detector = webrtcvad.Vad(_MODE)
    sound = quantise(samples).astype("<i2").tobytes()
    step = 2 * _FRAME_SAMPLES
    whole = len(sound) // step
    heard = (detector.is_speech(sound[step * index : step * (index + 1)], RATE_HZ) for index in range(whole))
    return np.fromiter(heard, dtype=np.bool_, count=whole)


def runs(frames: NDArray[np.bool_]) -> Iterable[tuple[int, int]]:
    """First and last + 1 frame of each stretch of true ones."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], frames.astype(np.int8), [0]])))
    return ((int(start), int(end)) for start, end in edges.reshape(-1, 2))


def _closed(runs: Iterable[tuple[int, int]], longest_gap: int) -> list[tuple[int, int]]:
    """The runs, those joined whose gap is no longer than longest_gap."""
    closed: list[tuple[int, int]] = []
    for start, end in runs:
        if closed and start - closed[-1][1] <= longest_gap:
            closed[-1] = (closed[-1][0], max(end, closed[-1][1]))
        else:
            closed.append((start, end))
    return closed
