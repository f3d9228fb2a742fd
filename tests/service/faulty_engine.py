"""The tone engine with the faults that real engines have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from hwamei.domain.audio import Audio
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Voiceprint
from hwamei.engines.tone.engine import ToneEngine

Fault = Callable[[SpokenUtterance], SpokenUtterance]


class FaultyEngine(ToneEngine):
    """Does `fault` to every utterance of more than `most_words`, and to those said faster than `fastest`."""

    def __init__(self, fault: Fault, *, most_words: int = 0, fastest: float = 9.0) -> None:
        self._fault, self._most_words, self._fastest = fault, most_words, fastest
        self.asked: list[tuple[Utterance, Delivery]] = []

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """As the tone engine, or with the fault."""
        self.asked.append((utterance, delivery))
        spoken = super().speak(utterance, voiceprint, delivery)
        well = len(utterance.words) <= self._most_words and delivery.speed <= self._fastest
        return spoken if well else self._fault(spoken)


def without_last_word(spoken: SpokenUtterance) -> SpokenUtterance:
    """Silence where the last word should be."""
    samples = spoken.audio.samples.copy()
    samples[round(spoken.timings[-1].start_s * spoken.audio.sample_rate_hz) :] = 0
    return _with(spoken, samples)


def cut_short(spoken: SpokenUtterance) -> SpokenUtterance:
    """A tenth of the sound, all words timed in it."""
    end = len(spoken.audio.samples) // 10
    timings = tuple(replace(t, start_s=t.start_s / 10, end_s=t.end_s / 10) for t in spoken.timings)
    return replace(_with(spoken, spoken.audio.samples[:end]), timings=timings)


def silent(spoken: SpokenUtterance) -> SpokenUtterance:
    """No sound at all."""
    return _with(spoken, np.zeros_like(spoken.audio.samples))


def not_a_number(spoken: SpokenUtterance) -> SpokenUtterance:
    """One sample that is no number."""
    samples = spoken.audio.samples.copy()
    samples[len(samples) // 2] = np.nan
    return _with(spoken, samples)


def untimed(spoken: SpokenUtterance) -> SpokenUtterance:
    """One time too few."""
    return replace(spoken, timings=spoken.timings[:-1])


def empty(spoken: SpokenUtterance) -> SpokenUtterance:
    """Not one sample."""
    return _with(spoken, np.zeros(0, np.float32))


def _with(spoken: SpokenUtterance, samples: np.ndarray[tuple[int], np.dtype[np.float32]]) -> SpokenUtterance:
    return replace(spoken, audio=Audio(samples, spoken.audio.sample_rate_hz))
