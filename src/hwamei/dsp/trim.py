"""Cutting the silence at both ends of speech down to what is wanted."""

from __future__ import annotations

import numpy as np

from hwamei.domain.audio import Audio
from hwamei.dsp.decibel import SILENCE_DB
from hwamei.dsp.frames import frame_levels_db
from hwamei.dsp.joins import fade_edges

SILENT_BELOW_PEAK_DB = 45.0  # ours: the end of a word's last vowel is louder, room tone is softer
_FRAME_S = 0.005


def trim_silence(audio: Audio, *, before_ms: float, after_ms: float) -> Audio:
    """The sound from before_ms ahead of its first loud frame to after_ms behind its last; never longer than it was."""
    span = sounding(audio)
    if span is None:
        return audio
    start = max(0, span[0] - round(before_ms / 1000 * audio.sample_rate_hz))
    end = min(len(audio.samples), span[1] + round(after_ms / 1000 * audio.sample_rate_hz))
    return fade_edges(Audio(audio.samples[start:end], audio.sample_rate_hz))


def sounding(audio: Audio, below_peak_db: float = SILENT_BELOW_PEAK_DB) -> tuple[int, int] | None:
    """First and last + 1 sample of what is less than below_peak_db under the loudest frame, to 5 ms; None: silence."""
    frame_samples = max(1, round(_FRAME_S * audio.sample_rate_hz))
    levels_db = frame_levels_db(audio.samples, frame_samples)
    loud = np.flatnonzero((levels_db > levels_db.max(initial=SILENCE_DB) - below_peak_db) & (levels_db > SILENCE_DB))
    if not len(loud):
        return None
    return int(loud[0]) * frame_samples, min(len(audio.samples), (int(loud[-1]) + 1) * frame_samples)
