"""The audible mark of AI-made speech: "AI" in Morse code (short long, short short), as in GB 45438-2025."""

from __future__ import annotations

import numpy as np

from hwamei.domain.audio import Audio, Samples
from hwamei.dsp.decibel import amplitude
from hwamei.dsp.joins import fade_edges, silence
from hwamei.dsp.loudness import TARGET_LOUDNESS_LUFS

UNIT_S = 0.12
TONE_HZ = 800.0
BELOW_SPEECH_DB = 12.0
GAP_S = 0.5  # between the cue and the first word
_FADE_S = 0.01
_LETTERS = (".-", "..")  # A, I
_UNITS = {".": 1, "-": 3}  # ITU-R M.1677-1: a dash is three dots, one dot between elements, three between letters
_SINE_LUFS_AT_FULL_SCALE = -3.01  # BS.1770-4, annex 1: 0 dBFS at 997 Hz in one channel

DURATION_S = 11 * UNIT_S + GAP_S
"""How long the cue is, gap included: five units of A, three of I and three between them."""


def cue(sample_rate_hz: int) -> Audio:
    """The tones, BELOW_SPEECH_DB under the loudness of the speech, and a gap."""
    letters = [_letter(elements, sample_rate_hz) for elements in _LETTERS]
    parts = [*_separated(letters, 3, sample_rate_hz), silence(GAP_S, sample_rate_hz).samples]
    return Audio(np.concatenate(parts), sample_rate_hz)


def _letter(elements: str, sample_rate_hz: int) -> Samples:
    tones = [_tone(_UNITS[element] * UNIT_S, sample_rate_hz) for element in elements]
    return np.concatenate(_separated(tones, 1, sample_rate_hz))


def _separated(parts: list[Samples], units: int, sample_rate_hz: int) -> list[Samples]:
    gap = silence(units * UNIT_S, sample_rate_hz).samples
    return [piece for part in parts for piece in (part, gap)][:-1]


def _tone(duration_s: float, sample_rate_hz: int) -> Samples:
    time_s = np.arange(round(duration_s * sample_rate_hz)) / sample_rate_hz
    level = amplitude(TARGET_LOUDNESS_LUFS - BELOW_SPEECH_DB - _SINE_LUFS_AT_FULL_SCALE)
    sine = (level * np.sin(2 * np.pi * TONE_HZ * time_s)).astype(np.float32)
    return fade_edges(Audio(sine, sample_rate_hz), _FADE_S).samples
