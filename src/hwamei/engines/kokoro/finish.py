"""From what the decoder says to what is heard: the recording's colour, and the person's sounds."""

from __future__ import annotations

from hwamei.domain.audio import Samples
from hwamei.dsp.fir import equalise
from hwamei.engines.kokoro.frames import SAMPLE_RATE_HZ
from hwamei.engines.kokoro.sounds import changed
from hwamei.engines.kokoro.voiceprint import KokoroVoice


def finished(samples: Samples, voice: KokoroVoice) -> Samples:
    """The decoder's sound float32 [n] at 24 kHz as the voice sounds, nothing shifted in time."""
    return with_own_sounds(equalise(samples, voice.equaliser), voice)


def with_own_sounds(coloured: Samples, voice: KokoroVoice) -> Samples:
    """The second half of it: from sound that has the recording's colour; without such sounds as it is."""
    return coloured if voice.sounds is None else changed(coloured, voice.sounds, SAMPLE_RATE_HZ)
