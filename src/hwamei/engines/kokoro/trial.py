"""Speaking a phrase in a voice that is being made, and hearing how much it is like the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import soxr

from hwamei.domain.audio import Audio
from hwamei.domain.language import Language
from hwamei.dsp.fir import equalise
from hwamei.dsp.loudness import Leveller
from hwamei.dsp.spectrum import Bands, equaliser, long_term_spectrum
from hwamei.engines.kokoro.cloning import at_pitch, pitch_factor, pitch_width, voice_at
from hwamei.engines.kokoro.effort import Fit
from hwamei.engines.kokoro.finish import finished, with_own_sounds
from hwamei.engines.kokoro.frames import SAMPLE_RATE_HZ, Frames
from hwamei.engines.kokoro.judges import Judges
from hwamei.engines.kokoro.melody import foretold
from hwamei.engines.kokoro.pace import paced
from hwamei.engines.kokoro.phrases import Phrase
from hwamei.engines.kokoro.runtime import Runtime
from hwamei.engines.kokoro.sounds import change, measured
from hwamei.engines.kokoro.sounds_fit import fitted
from hwamei.engines.kokoro.style_space import Floats, StyleSpace
from hwamei.engines.kokoro.target import RATE_HZ, Target
from hwamei.engines.kokoro.voiceprint import KokoroVoice
from hwamei.ports import Progress
from hwamei.speaker.ge2e import Embedding, SpeakerEncoder, likeness

BRISK = 1.15  # speaking speed of the trials: less sound to make, the same voice to hear


@dataclass(frozen=True, eq=False)
class Trial:
    """How a voice sounded in one phrase. `spectrum`: before the equaliser; `pitch_hz`: as foretold, unchanged;
    `pitch_deviation`: so, too."""

    coordinates: Floats
    language: Language
    embedding: Embedding
    spectrum: Bands
    pitch_hz: float
    pitch_deviation: float


@dataclass(frozen=True, eq=False)
class Booth:
    """Where voices are tried. Holds nothing that changes: several threads may use it at once."""

    runtime: Runtime
    encoder: SpeakerEncoder
    space: StyleSpace
    target: Target

    def try_out(self, coordinates: Floats, phrase: Phrase) -> Trial:
        """The phrase in the voice at these coordinates, with the target's pitch and colour, as it is heard."""
        voice = voice_at(coordinates, self.space)
        own = foretold(self.runtime, voice, phrase.language, phrase.tokens, self.space, pace=BRISK)
        own_hz, moves = own.median_pitch_hz, own.pitch_deviation
        frames = own.with_pitch(pitch_factor(self.target, own_hz), width=pitch_width(self.target, moves))
        frames = frames.without_quiet_ends()
        style = voice.style(phrase.language, len(phrase.tokens), self.space)
        samples = soxr.resample(self.runtime.decode(frames, style), SAMPLE_RATE_HZ, RATE_HZ)
        spectrum = long_term_spectrum(Audio(samples, RATE_HZ))
        heard = equalise(samples, equaliser(self.target.gains_db(spectrum), RATE_HZ))
        embedding = self.encoder.embed(Audio(heard, RATE_HZ))
        return Trial(coordinates, phrase.language, embedding, spectrum, own_hz, moves)

    def likeness(self, spoken: Sequence[Audio]) -> float:
        """To the target, 0..1, a mean over what a finished voice said, as loud as files are."""
        heard = [self.encoder.embed(Leveller().level(audio)) for audio in spoken]
        return float(np.mean([likeness(each, self.target.embedding) for each in heard]))

    def at_pitch(self, voice: KokoroVoice, phrases: Sequence[Phrase]) -> KokoroVoice:
        """The voice at the target's pitch, as it is foretold for phrases of every language; nothing is spoken."""
        heard = [(phrase.language, self._foretold(voice, phrase)) for phrase in phrases]
        return at_pitch(voice, self.target, [(lang, one.median_pitch_hz, one.pitch_deviation) for lang, one in heard])

    def with_sounds(
        self,
        voice: KokoroVoice,
        spoken: Sequence[Audio],
        judges: Judges,
        *,
        fits: Mapping[Language, Fit],
        progress: Progress,
    ) -> KokoroVoice:
        """A voice with the person's sounds, as far as the recording tells them, fitted for one language after the
        other. `spoken`: what it said without them, in any language: all of it is heard in each fit."""
        wanted, own = self.target.sounds, measured(spoken)
        if wanted is None or own is None:
            return voice
        different = list(dict.fromkeys(fits.values()))
        changes = fitted(change(own, wanted), spoken, self.target, judges, fits=different, progress=progress)
        return replace(voice, sounds={lang: changes[different.index(fit)] for lang, fit in fits.items()})

    def say_all(self, voice: KokoroVoice, phrases: Sequence[Phrase]) -> list[Audio]:
        """The phrases in a finished voice, at 24 kHz; two are spoken at once."""
        with ThreadPoolExecutor(max_workers=2) as pool:
            return list(pool.map(lambda phrase: self.say(voice, phrase), phrases))

    def say(self, voice: KokoroVoice, phrase: Phrase) -> Audio:
        """The phrase in a finished voice, at 24 kHz."""
        language = phrase.language
        frames = paced(self._foretold(voice, phrase), voice.paces[language])
        frames = frames.with_pitch(voice.pitch_factors[language], width=voice.pitch_widths[language])
        style = voice.style(language, len(phrase.tokens), self.space)
        samples = self.runtime.decode(frames.without_quiet_ends(), style)
        return Audio(finished(samples, voice, language), SAMPLE_RATE_HZ)

    def finished(self, voice: KokoroVoice, spoken: Audio, language: Language) -> Audio:
        """What a voice said without the person's sounds, with them."""
        return Audio(with_own_sounds(spoken.samples, voice, language), spoken.sample_rate_hz)

    def _foretold(self, voice: KokoroVoice, phrase: Phrase) -> Frames:
        return foretold(self.runtime, voice, phrase.language, phrase.tokens, self.space)
