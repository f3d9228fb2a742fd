"""An utterance to sound, in a given voice."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock

import numpy as np

from hwamei.domain.audio import Audio, Samples
from hwamei.domain.errors import EngineFailed
from hwamei.domain.language import Language
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import Mark, SpokenUtterance, Utterance, Word
from hwamei.dsp.joins import EdgeFader, fade_edges
from hwamei.dsp.trim import sounding
from hwamei.engines.kokoro.early import Beginning, PartDecoder, beginning, decode_early
from hwamei.engines.kokoro.finish import finished
from hwamei.engines.kokoro.frames import SAMPLE_RATE_HZ, Floats, Frames
from hwamei.engines.kokoro.melody import foretold
from hwamei.engines.kokoro.pace import paced
from hwamei.engines.kokoro.phones import MAX_TOKENS, TokenLine, token_line
from hwamei.engines.kokoro.runtime import Runtime
from hwamei.engines.kokoro.style_space import StyleSpace
from hwamei.engines.kokoro.timing import shifted, word_timings
from hwamei.engines.kokoro.voiceprint import ENGINE, KokoroVoice

BEFORE_S = 0.03  # quiet kept before the first sound
AFTER_S = 0.06  # and after the last: the room that a final vowel dies away in
SEMITONES_IN_OCTAVE = 12


class Underway:
    """How many utterances and voices in the making share the processor. Used by several threads at once."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = Lock()

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """While it takes its share."""
        with self._lock:
            self.count += 1
        try:
            yield
        finally:
            with self._lock:
                self.count -= 1


@dataclass(frozen=True, eq=False)
class Speaker:
    """The loaded model with its style space. Used by several threads at once."""

    runtime: Runtime
    space: StyleSpace
    underway: Underway = field(default_factory=Underway)
    max_tokens: int = MAX_TOKENS

    def speak(self, utterance: Utterance, voice: KokoroVoice, delivery: Delivery) -> SpokenUtterance:
        """The utterance with little quiet at both ends. Raises EngineFailed."""
        with self.underway.one_more():
            return self._wholly(utterance, voice, delivery)

    def _wholly(self, utterance: Utterance, voice: KokoroVoice, delivery: Delivery) -> SpokenUtterance:
        line = token_line(utterance)
        if len(line.tokens) > self.max_tokens:
            return self._in_two(utterance, voice, delivery)
        frames, style = self._foretold(line, utterance.language, voice, delivery)
        return self._in_one_go(utterance, line, frames, style, voice)

    def speak_early(
        self, utterance: Utterance, voice: KokoroVoice, delivery: Delivery
    ) -> Generator[SpokenUtterance, None, None]:
        """The utterance in one or two parts of whole words, which follow each other without a join. Raises
        EngineFailed."""
        with self.underway.one_more():
            line, decoder = token_line(utterance), self.runtime.decoder
            if len(line.tokens) > self.max_tokens or not isinstance(decoder, PartDecoder):
                yield self._wholly(utterance, voice, delivery)
                return
            frames, style = self._foretold(line, utterance.language, voice, delivery)
            first = beginning(frames, line.spans, at_once=self.underway.count)
            if first is None:
                yield self._in_one_go(utterance, line, frames, style, voice)
                return
            made = decode_early(decoder, frames, style, first)
            sounds = (finished(samples, voice, utterance.language) for samples in made)
            yield from _in_parts(utterance, line, frames, first, sounds)

    def _foretold(
        self, line: TokenLine, language: Language, voice: KokoroVoice, delivery: Delivery
    ) -> tuple[Frames, Floats]:
        """What is to be decoded, and in which style."""
        own = foretold(self.runtime, voice, language, line.tokens, self.space)
        frames = paced(own, voice.paces[language] * delivery.speed)
        factor = voice.pitch_factors[language] * 2 ** (delivery.pitch_semitones / SEMITONES_IN_OCTAVE)
        frames = frames.with_pitch(factor, width=voice.pitch_widths[language]).without_quiet_ends()
        return frames, voice.style(language, len(line.tokens), self.space)

    def _in_one_go(
        self, utterance: Utterance, line: TokenLine, frames: Frames, style: Floats, voice: KokoroVoice
    ) -> SpokenUtterance:
        samples = finished(self.runtime.decode(frames, style), voice, utterance.language)
        audio = Audio(samples, SAMPLE_RATE_HZ)
        start, end = _sounding_part(audio)
        cut = fade_edges(Audio(samples[start:end], SAMPLE_RATE_HZ))
        timings = word_timings(line.spans, frames.counts, audio)
        return SpokenUtterance(utterance, cut, shifted(timings, -start / SAMPLE_RATE_HZ, cut.duration_s))

    def _in_two(self, utterance: Utterance, voice: KokoroVoice, delivery: Delivery) -> SpokenUtterance:
        """An utterance of more tokens than the model takes, spoken as two."""
        middle = len(utterance.parts) // 2
        if middle == 0:
            raise EngineFailed(engine=ENGINE, problem=f"{utterance.words[0].text!r} is too long to be said as one word")
        halves = (utterance.parts[:middle], utterance.parts[middle:])
        first, second = (self._wholly(replace(utterance, parts=half), voice, delivery) for half in halves)
        audio = Audio(np.concatenate([first.audio.samples, second.audio.samples]), SAMPLE_RATE_HZ)
        later = shifted(second.timings, first.audio.duration_s, audio.duration_s)
        return SpokenUtterance(utterance, audio, first.timings + later)


def _in_parts(
    utterance: Utterance, line: TokenLine, frames: Frames, first: Beginning, sounds: Iterator[Samples]
) -> Generator[SpokenUtterance, None, None]:
    """`sounds`: of the beginning and more, and of the whole."""
    edges, words = EdgeFader(SAMPLE_RATE_HZ), first.words
    at = utterance.parts.index(line.spans[words].word)

    def part(parts: Sequence[Word | Mark], pause_after_ms: int, samples: Samples, start: int) -> SpokenUtterance:
        timings = word_timings(line.spans, frames.counts, Audio(heard, SAMPLE_RATE_HZ))
        own = timings[:words] if start == begin else timings[words:]
        audio = Audio(samples, SAMPLE_RATE_HZ)
        said = replace(utterance, parts=tuple(parts), pause_after_ms=pause_after_ms)
        return SpokenUtterance(said, audio, shifted(own, -start / SAMPLE_RATE_HZ, audio.duration_s))

    heard = next(sounds)
    begin, _ = _sounding_part(Audio(heard, SAMPLE_RATE_HZ))
    ready = edges.push(heard[begin : first.settled_samples])
    yield part(utterance.parts[:at], 0, ready, begin)
    heard = next(sounds)
    _, end = _sounding_part(Audio(heard, SAMPLE_RATE_HZ))
    rest = np.concatenate([edges.push(heard[first.settled_samples : end]), edges.finish()])
    yield part(utterance.parts[at:], utterance.pause_after_ms, rest, begin + len(ready))


def _sounding_part(audio: Audio) -> tuple[int, int]:
    """First and last + 1 sample to keep. Raises EngineFailed where nothing is heard."""
    if not np.isfinite(audio.samples).all():
        raise EngineFailed(engine=ENGINE, problem="the model gave values that are not numbers")
    span = sounding(audio)
    if span is None:
        raise EngineFailed(engine=ENGINE, problem="the model gave silence")
    start = span[0] - round(BEFORE_S * audio.sample_rate_hz)
    end = span[1] + round(AFTER_S * audio.sample_rate_hz)
    return max(0, start), min(len(audio.samples), end)
