"""Edges and pauses: what makes two stretches of sound follow each other without a click."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Audio, Samples

FADE_S = 0.004  # ours: shorter than any consonant's burst, long enough that the edge is no click


def fade_edges(audio: Audio, fade_s: float = FADE_S) -> Audio:
    """The same length, beginning and ending at zero: raised cosines over fade_s, or half of a shorter sound."""
    fade_samples = min(round(fade_s * audio.sample_rate_hz), len(audio.samples) // 2)
    if not fade_samples:
        return audio
    faded = audio.samples.copy()
    ramp = rise(fade_samples)
    faded[:fade_samples] *= ramp
    faded[-fade_samples:] *= ramp[::-1]
    return Audio(faded, audio.sample_rate_hz)


class EdgeFader:
    """`fade_edges` of a sound that comes in pieces. Holds back the last fade_s, which may be its end. Used by one
    thread."""

    def __init__(self, sample_rate_hz: int, fade_s: float = FADE_S) -> None:
        self._sample_rate_hz, self._fade_s = sample_rate_hz, fade_s
        self._ramp = rise(round(fade_s * sample_rate_hz))
        self._held: Samples = np.zeros(0, dtype=np.float32)
        self._begun = False

    def push(self, samples: Samples) -> Samples:
        """What is ready after these samples, float32."""
        held = np.concatenate([self._held, samples])
        fade_samples = len(self._ramp)
        if not self._begun:
            if len(held) < 2 * fade_samples:  # it may be a short sound, with shorter fades
                self._held = held
                return held[:0]
            held[:fade_samples] *= self._ramp
            self._begun = True
        ready, self._held = np.split(held, [len(held) - fade_samples])
        return ready

    def finish(self) -> Samples:
        """The rest, with which the sound ends."""
        if not self._begun:
            return fade_edges(Audio(self._held, self._sample_rate_hz), self._fade_s).samples
        return self._held * self._ramp[::-1]


def rise(length_samples: int) -> Samples:
    """Half a raised cosine, float32 [length_samples], from 0 towards 1."""
    phase: NDArray[np.float64] = np.pi * np.arange(length_samples) / max(length_samples, 1)
    return (0.5 - 0.5 * np.cos(phase)).astype(np.float32)


def silence(duration_s: float, sample_rate_hz: int) -> Audio:
    """Digital silence, rounded to whole samples."""
    return Audio(np.zeros(round(duration_s * sample_rate_hz), dtype=np.float32), sample_rate_hz)


def with_pause(audio: Audio, pause_ms: float) -> Audio:
    """The sound with faded edges, then pause_ms of silence."""
    faded = fade_edges(audio)
    pause = silence(pause_ms / 1000, audio.sample_rate_hz)
    return Audio(np.concatenate([faded.samples, pause.samples]), audio.sample_rate_hz)
