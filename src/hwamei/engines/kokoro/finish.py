"""From what the decoder says to what is heard: the recording's colour, and the person's sounds."""

from __future__ import annotations

from hwamei.domain.audio import Samples
from hwamei.domain.language import Language
from hwamei.dsp.fir import equalise
from hwamei.engines.kokoro.frames import SAMPLE_RATE_HZ
from hwamei.engines.kokoro.sounds import changed
from hwamei.engines.kokoro.voiceprint import KokoroVoice


def finished(samples: Samples, voice: KokoroVoice, language: Language) -> Samples:
    """The decoder's sound float32 [n] at 24 kHz as the voice sounds, nothing shifted in time."""
    return with_own_sounds(equalise(samples, voice.equaliser), voice, language)


def with_own_sounds(coloured: Samples, voice: KokoroVoice, language: Language) -> Samples:
    """The second half of it: from sound that has the recording's colour; without such sounds as it is."""
    sounds = voice.sounds.get(language)
    return coloured if sounds is None else changed(coloured, sounds, SAMPLE_RATE_HZ)
