"""How an utterance goes up and down: as the voice foretells it, or in the tones of a native speaker.

A place of the style space that is most like a person need not speak Mandarin: in some clones every high tone rises. The
tones lie in the pitch alone, so a cloned voice takes the pitch from a published voice whose mother tongue it is, put on
its own timing and at its own height; durations, loudness and timbre stay the clone's. Taking the native's whole
prosody instead costs three times as much likeness.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from hwamei.domain.language import Language
from hwamei.engines.kokoro.frames import Frames
from hwamei.engines.kokoro.pace import retimed_pitch
from hwamei.engines.kokoro.runtime import Runtime
from hwamei.engines.kokoro.style_space import PROSODY, Floats, StyleSpace
from hwamei.engines.kokoro.voiceprint import KokoroVoice

# Of the eight published voices that speak Mandarin the one whose tones are clearest.
NATIVES = {Language.CHINESE: "zf_xiaoxiao"}
NATURAL_PACE = 1.0


def native_melodies(space: StyleSpace) -> Mapping[Language, Floats]:
    """What a cloned voice takes from native speakers: float32 [7, 128], prosody style and its directions."""
    return {language: np.vstack(space.voice(name))[:, PROSODY] for language, name in NATIVES.items()}


def foretold(
    runtime: Runtime,
    voice: KokoroVoice,
    language: Language,
    tokens: Sequence[int],
    space: StyleSpace,
    *,
    pace: float = NATURAL_PACE,
) -> Frames:
    """Frames of tokens in a voice, with its own median pitch; the voice's factor and width are not in it yet."""
    style = voice.style(language, len(tokens), space)
    own = runtime.predict(tokens, style, pace)
    melody = voice.melodies.get(language)
    if melody is None:
        return own
    style = style.copy()
    style[PROSODY] = melody[0] + space.bend[len(tokens) - 1] @ melody[1:]
    native = runtime.predict(tokens, style, pace)
    sung = replace(own, pitch_hz=retimed_pitch(native, own.counts))
    return sung.with_pitch(own.median_pitch_hz / sung.median_pitch_hz)
