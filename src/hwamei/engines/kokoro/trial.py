"""Speaking a phrase in a voice that is being made, and hearing how much it is like the person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import soxr

from hwamei.domain.audio import Audio
from hwamei.domain.language import Language
from hwamei.dsp.fir import equalise
from hwamei.dsp.spectrum import Bands, equaliser, long_term_spectrum
from hwamei.engines.kokoro.cloning import pitch_factor, pitch_width, voice_at
from hwamei.engines.kokoro.effort import Effort
from hwamei.engines.kokoro.finish import finished
from hwamei.engines.kokoro.frames import SAMPLE_RATE_HZ
from hwamei.engines.kokoro.judges import Judges
from hwamei.engines.kokoro.melody import foretold
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
        style = voice.style(phrase.language, len(phrase.tokens), self.space)
        samples = soxr.resample(self.runtime.decode(frames, style), SAMPLE_RATE_HZ, RATE_HZ)
        spectrum = long_term_spectrum(Audio(samples, RATE_HZ))
        heard = equalise(samples, equaliser(self.target.gains_db(spectrum), RATE_HZ))
        embedding = self.encoder.embed(Audio(heard, RATE_HZ))
        return Trial(coordinates, phrase.language, embedding, spectrum, own_hz, moves)

    def hear(self, voice: KokoroVoice, phrase: Phrase) -> float:
        """Likeness to the target, 0..1, of a finished voice that says the phrase."""
        return likeness(self.encoder.embed(self.say(voice, phrase)), self.target.embedding)

    def with_sounds(self, voice: KokoroVoice, judges: Judges, effort: Effort, progress: Progress) -> KokoroVoice:
        """The finished voice with the person's sounds, as far as the recording tells them; it says phrases to be
        compared."""
        wanted = self.target.sounds
        if wanted is None:
            return voice
        with ThreadPoolExecutor(max_workers=2) as pool:
            spoken = list(pool.map(lambda phrase: self.say(voice, phrase), effort.to_measure))
        own = measured(spoken)
        if own is None:
            return voice
        by = change(own, wanted)
        by = fitted(by, spoken, self.target, judges, steps=effort.fit_steps, progress=progress)
        return replace(voice, sounds=by)

    def say(self, voice: KokoroVoice, phrase: Phrase) -> Audio:
        """The phrase in a finished voice, at 24 kHz."""
        language = phrase.language
        frames = foretold(self.runtime, voice, language, phrase.tokens, self.space)
        frames = frames.with_pitch(voice.pitch_factors[language], width=voice.pitch_widths[language])
        style = voice.style(language, len(phrase.tokens), self.space)
        return Audio(finished(self.runtime.decode(frames, style), voice), SAMPLE_RATE_HZ)
