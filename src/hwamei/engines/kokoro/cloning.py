"""A place in the style space as a voice: native tones, the person's pitch, the recording's colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from hwamei.domain.language import Language
from hwamei.dsp.spectrum import Bands, equaliser
from hwamei.engines.kokoro.frames import SAMPLE_RATE_HZ
from hwamei.engines.kokoro.melody import native_melodies
from hwamei.engines.kokoro.style_space import Floats, StyleSpace
from hwamei.engines.kokoro.target import Target
from hwamei.engines.kokoro.voiceprint import NO_EQUALISER, KokoroVoice

USUAL_SYLLABLE_RATE_HZ = 4.45  # of twenty clones, English and Mandarin sentences; they differ by a twentieth
PITCH_WIDTHS = (0.7, 1.3)  # what tones and stress need to be told apart, and what still sounds like speech
# Not all of the way: a person reads one text more slowly than another, and a foreign language most slowly. In Mandarin
# not at all: drawn-out words are told apart less well.
PACE_SHARES = {Language.ENGLISH: 2 / 3, Language.CHINESE: 0.0}
PACES = (0.8, 1.2)  # slower drags, faster swallows sounds
PITCH_FACTORS = (0.75, 1.33)  # five semitones down and up: beyond that the decoder sounds forced


def voice_at(coordinates: Floats, space: StyleSpace) -> KokoroVoice:
    """The voice at these coordinates as it is by itself, but for the native tones."""
    return KokoroVoice(
        styles=dict.fromkeys(Language, space.style(coordinates)),
        directions=space.common_directions,
        pitch_factors=dict.fromkeys(Language, 1.0),
        equaliser=NO_EQUALISER,
        melodies=native_melodies(space),
    )


def coloured(spectrum: Bands, target: Target) -> Floats:
    """The taps that bring speech of this long-term spectrum, float32 [40] dB, to the target's."""
    return equaliser(target.gains_db(spectrum), SAMPLE_RATE_HZ)


def at_pitch(voice: KokoroVoice, target: Target, heard: Sequence[tuple[Language, float, float]]) -> KokoroVoice:
    """The voice at the target's pitch. `heard`: of what it says by itself, at least once in each language: the
    language, the median pitch in Hz, how far it moves."""
    log_hz = {lang: [np.log(own_hz) for one, own_hz, _ in heard if one is lang] for lang in Language}
    moves = {lang: [deviation for one, _, deviation in heard if one is lang] for lang in Language}
    return replace(
        voice,
        pitch_factors={lang: pitch_factor(target, float(np.exp(np.mean(log_hz[lang])))) for lang in Language},
        pitch_widths={lang: pitch_width(target, float(np.mean(moves[lang]))) for lang in Language},
    )


def pitch_width(target: Target, own_deviation: float) -> float:
    """What brings a voice whose ln F0 deviates so much half the way to the person's, within PITCH_WIDTHS; 1 if that is
    unclear. Half: a person reads one text flatter than another, and a foreign language has its own range."""
    if target.pitch_deviation is None or not own_deviation:
        return 1.0
    return float(np.clip(np.sqrt(target.pitch_deviation / own_deviation), *PITCH_WIDTHS))


def paces(target: Target) -> Mapping[Language, float]:
    """From the engine's pace towards the person's, within PACES, as far as PACE_SHARES say; 1 if that is unclear."""
    if target.syllable_rate_hz is None:
        return dict.fromkeys(Language, 1.0)
    own = target.syllable_rate_hz / USUAL_SYLLABLE_RATE_HZ
    return {language: float(np.clip(own**share, *PACES)) for language, share in PACE_SHARES.items()}


def pitch_factor(target: Target, own_pitch_hz: float) -> float:
    """What brings a voice of this pitch to the target's, within PITCH_FACTORS; 1 if the target's is unclear."""
    if target.pitch_hz is None:
        return 1.0
    return float(np.clip(target.pitch_hz / own_pitch_hz, *PITCH_FACTORS))
