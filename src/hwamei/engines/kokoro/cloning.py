"""A place in the style space as a voice: native prosody, the person's pitch, the recording's colour."""

from __future__ import annotations

import numpy as np

from hwamei.domain.language import Language
from hwamei.dsp.spectrum import Bands, equaliser
from hwamei.engines.kokoro.runtime import SAMPLE_RATE_HZ
from hwamei.engines.kokoro.style_space import Floats, StyleSpace
from hwamei.engines.kokoro.target import Target
from hwamei.engines.kokoro.voiceprint import KokoroVoice

PITCH_FACTORS = (0.75, 1.33)  # five semitones down and up: beyond that the decoder sounds forced


def voice_at(
    coordinates: Floats, space: StyleSpace, *, pitch_factors: dict[Language, float], spectrum: Bands, target: Target
) -> KokoroVoice:
    """The voice at these coordinates; `spectrum` is what its speech has by itself, float32 [40] dB."""
    style = space.style(coordinates)
    return KokoroVoice(
        styles=dict.fromkeys(Language, style),
        directions=space.common_directions,
        pitch_factors=pitch_factors,
        equaliser=equaliser(target.gains_db(spectrum), SAMPLE_RATE_HZ),
    )


def pitch_factor(target: Target, own_pitch_hz: float) -> float:
    """What brings a voice of this pitch to the target's, within PITCH_FACTORS; 1 if the target's is unclear."""
    if target.pitch_hz is None:
        return 1.0
    return float(np.clip(target.pitch_hz / own_pitch_hz, *PITCH_FACTORS))
