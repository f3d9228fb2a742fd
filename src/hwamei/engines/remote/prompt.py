"""The few seconds of a person's recordings that a voice is spoken on from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from hwamei.domain.audio import Audio, Samples
from hwamei.domain.errors import EngineFailed
from hwamei.dsp.frames import frame_powers
from hwamei.dsp.joins import fade_edges
from hwamei.dsp.quantise import FULL_SCALE_16_BIT, quantise
from hwamei.dsp.resample import resample
from hwamei.engines.remote.told_stretch import told_stretch

ENGINE = "remote"
RATE_HZ = 24_000  # what the models that are served so take, or more than they take

_ENOUGH_S = 3.0  # the least from which such models clone
_GAP_S = 0.25  # between recordings that are put together
_FRAME_S = 0.02
_SPEAKS_ABOVE_LOUDEST_DB = -35.0
_MAX_EDGE_MOVE_FRAMES = 15  # how far a cut is moved to where it is quiet
_NAME_DIGITS = 32


@dataclass(frozen=True, eq=False)
class Prompt:
    """`samples`: float32 [n], -1..1, at RATE_HZ, exact in 16 bits. `text`: what is said in it, None if unknown."""

    samples: Samples
    text: str | None

    @property
    def name(self) -> str:
        """What servers know it by: the same for the same sound and text, in signs that all of them take."""
        digest = sha256(quantise(self.samples).tobytes() + b"\0" + (self.text or "").encode())
        return f"hwamei-{digest.hexdigest()[:_NAME_DIGITS]}"

    @property
    def audio(self) -> Audio:
        """The sound with its rate."""
        return Audio(self.samples, RATE_HZ)


def best_prompt(reference: Sequence[Audio], said: Sequence[str | None], *, longest_s: float) -> Prompt:
    """Whole recordings whose words are known, if those are enough, or a stretch of one with its words; else whole ones,
    or the fullest stretch of the longest. Raises EngineFailed where there is no sound."""
    texts = [*said, *[None] * (len(reference) - len(said))]
    spoken = [(_exact(audio), text) for audio, text in zip(reference, texts, strict=True) if len(audio.samples)]
    if not spoken:
        raise EngineFailed(engine=ENGINE, problem="there is no sound in the recordings")
    told = [(audio, text) for audio, text in spoken if text and text.strip()]
    prompt = _together(told, longest_s)
    if prompt is None or prompt.audio.duration_s < _ENOUGH_S:
        prompt = _stretch_of(told, longest_s)
    if prompt is not None:
        return prompt
    longest = max((audio for audio, _ in spoken), key=lambda audio: audio.duration_s)
    whole = _together(spoken, longest_s) if longest.duration_s <= longest_s else None
    return whole or Prompt(_fullest(longest, longest_s), None)


def _stretch_of(told: Sequence[tuple[Audio, str]], longest_s: float) -> Prompt | None:
    """The longest stretch whose words are known, of any of the recordings."""
    found = [told_stretch(audio, text, shortest_s=_ENOUGH_S, longest_s=longest_s) for audio, text in told]
    stretches = [each for each in found if each is not None]
    if not stretches:
        return None
    audio, text = max(stretches, key=lambda stretch: stretch[0].duration_s)
    return Prompt(_exact(fade_edges(audio)).samples, text)


def _exact(audio: Audio) -> Audio:
    """At RATE_HZ, in steps of 16 bits, so that what is sent is what is kept."""
    steps = quantise(resample(audio, RATE_HZ).samples)
    return Audio((steps / np.float32(FULL_SCALE_16_BIT)).astype(np.float32), RATE_HZ)


def _together(spoken: Sequence[tuple[Audio, str | None]], longest_s: float) -> Prompt | None:
    """As many of the recordings as fit, the longest first, in one; its text is known if that of each is."""
    gap = np.zeros(round(_GAP_S * RATE_HZ), np.float32)
    samples, texts = np.zeros(0, np.float32), list[str | None]()
    for audio, text in sorted(spoken, key=lambda pair: -pair[0].duration_s):
        longer = np.concatenate([samples, gap, audio.samples]) if texts else audio.samples
        if len(longer) <= longest_s * RATE_HZ:
            samples, texts = longer, [*texts, text]
    if not texts:
        return None
    known = [text.strip() for text in texts if text]
    return Prompt(samples, " ".join(known) if len(known) == len(texts) else None)


def _fullest(audio: Audio, longest_s: float) -> Samples:
    """The stretch with most speech in it, from pause to pause as far as there are any: float32 [<= longest_s]."""
    width = round(_FRAME_S * RATE_HZ)
    powers = frame_powers(audio.samples, width)
    speaks = powers > powers.max(initial=0.0) * 10 ** (_SPEAKS_ABOVE_LOUDEST_DB / 10)
    frames = min(len(powers), int(longest_s / _FRAME_S))
    spoken = np.convolve(speaks, np.ones(frames), "valid")
    start = int(np.argmax(spoken))
    edge = min(_MAX_EDGE_MOVE_FRAMES, frames // 4)
    first = start + int(np.argmin(powers[start : start + edge + 1]))
    last = start + frames - 1 - int(np.argmin(powers[start + frames - 1 - edge : start + frames][::-1]))
    cut = replace(audio, samples=audio.samples[first * width : (last + 1) * width])
    return _exact(fade_edges(cut)).samples
