"""Turns an utterance into tones: one for each syllable that is read, with times that are exact to the sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Audio, Samples
from hwamei.domain.language import Language
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import Mark, SpokenUtterance, Utterance, Word, WordTiming
from hwamei.engines.tone.voiceprint import HARMONICS, Tone

SAMPLE_RATE_HZ = 24_000

_SYLLABLE_S = 0.1
_SIGN_S = 0.03  # for each sign of the reading
_GAP_S = 0.02  # between words
_PAUSE_S = {",": 0.15, ";": 0.15, ":": 0.15, ".": 0.25, "?": 0.25, "!": 0.25, "…": 0.25, "—": 0.15}
_FADE_S = 0.005
_AMPLITUDE = 0.3
_TOP_SHARE = 0.45  # harmonics above this share of the sample rate are left out
_TONES_SEMITONES = {"1": (3, 3), "2": (-2, 3), "3": (-4, -3), "4": (4, -4), "5": (0, 0)}  # Mandarin, start and end
_STATEMENT_SEMITONES = (1, -1)


@dataclass(frozen=True, slots=True)
class _Note:
    """A syllable: where it lies, in samples, and how its pitch moves, in semitones from the voice's."""

    start: int
    end: int
    glide: tuple[float, float]


def sing(utterance: Utterance, tone: Tone, delivery: Delivery) -> SpokenUtterance:
    """The utterance as tones at 24 kHz."""
    notes: list[_Note] = []
    timings: list[WordTiming] = []
    at = 0
    for part in utterance.parts:
        if isinstance(part, Mark):
            at += _samples(_PAUSE_S.get(part.symbol, 0.0), delivery)
            continue
        if notes and not part.joined:
            at += _samples(_GAP_S, delivery)
        word_notes = _notes(part, at, delivery)
        timings.append(WordTiming(part, at / SAMPLE_RATE_HZ, word_notes[-1].end / SAMPLE_RATE_HZ))
        notes += word_notes
        at = word_notes[-1].end
    f0_hz = tone.f0_hz * 2 ** (delivery.pitch_semitones / 12)
    samples = np.zeros(at, np.float32)
    for note in notes:
        samples[note.start : note.end] = _sound(note, f0_hz, tone.weights)
    return SpokenUtterance(utterance, Audio(samples, SAMPLE_RATE_HZ), tuple(timings))


def _notes(word: Word, start: int, delivery: Delivery) -> list[_Note]:
    notes: list[_Note] = []
    for reading in word.reading or (word.spoken,):
        length = _samples(_SYLLABLE_S + _SIGN_S * len(reading), delivery)
        notes.append(_Note(start, start + length, _glide(word.language, reading)))
        start += length
    return notes


def _samples(duration_s: float, delivery: Delivery) -> int:
    return round(duration_s / delivery.speed * SAMPLE_RATE_HZ)


def _glide(language: Language, reading: str) -> tuple[float, float]:
    if language is Language.CHINESE:
        return _TONES_SEMITONES.get(reading[-1:], (0, 0))
    return _STATEMENT_SEMITONES


def _sound(note: _Note, f0_hz: float, weights: NDArray[np.float32]) -> Samples:
    """float32 [end - start], -0.3..0.3, fading in and out."""
    length = note.end - note.start
    pitch_hz = f0_hz * 2 ** (np.linspace(*note.glide, length) / 12)
    phase = 2 * np.pi * np.cumsum(pitch_hz) / SAMPLE_RATE_HZ
    audible = np.arange(1, HARMONICS + 1) * pitch_hz.max() < _TOP_SHARE * SAMPLE_RATE_HZ
    sound = np.zeros(length)
    for number, weight in enumerate(weights * audible, start=1):
        sound += weight * np.sin(number * phase)
    fade = np.clip(np.minimum(np.arange(length), np.arange(length)[::-1]) / (_FADE_S * SAMPLE_RATE_HZ), 0, 1)
    return np.asarray(_AMPLITUDE * fade * sound, np.float32)
