"""Speech at once, with the times of its words: each piece of sound comes with what is heard in it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace

from hwamei.domain.app import App
from hwamei.domain.utterance import SpokenUtterance, WordTiming
from hwamei.dsp.cue import DURATION_S as CUE_S
from hwamei.service.now_order import NowOrder
from hwamei.service.speak_now import NowSpoken, SpeakNow
from hwamei.service.speech import shifted


@dataclass(frozen=True, slots=True)
class HeardLine:
    """An utterance in time. `end`: where it ends in the text of its segment, its marks included; times in seconds from
    the beginning of all sound; `until_s`: when the pause after it is over."""

    segment: int
    words: tuple[WordTiming, ...]
    end: int
    until_s: float


@dataclass(frozen=True, slots=True)
class TimedChunk:
    """A piece of sound and the utterances that begin in it. What an encoder holds back comes with the next piece, so
    an utterance may end there."""

    sound: bytes
    lines: tuple[HeardLine, ...]


@dataclass(frozen=True, eq=False)
class TimedSpeech:
    """Speech on its way, as NowSpoken has it, with times."""

    spoken: NowSpoken
    chunks: Generator[TimedChunk, None, None]


def speak_in_time(now: SpeakNow, app: App, order: NowOrder) -> TimedSpeech:
    """The order as a stream with times; the first chunk is there. Closing `chunks` stops the engine within one
    utterance. Raises what SpeakNow does."""
    cued = any(segment.order.cue for segment in order.segments)
    tape = _Tape(CUE_S if cued else 0.0)
    spoken = now.speak_order(app, replace(order, heard=tape.hear))
    chunks = _timed(spoken, tape)
    next(chunks)
    return TimedSpeech(spoken, chunks)


def _timed(spoken: NowSpoken, tape: _Tape) -> Generator[TimedChunk, None, None]:
    """The first `next` only enters it, so that closing stops the engine whenever it comes."""
    try:
        yield TimedChunk(b"", ())
        for sound in spoken.chunks:
            yield TimedChunk(sound, tape.taken())
    finally:
        spoken.chunks.close()


@dataclass
class _Tape:
    """Notes what is heard when. Used by the one thread that speaks."""

    position_s: float
    _lines: list[HeardLine] = field(default_factory=list)

    def hear(self, segment: int, spoken: SpokenUtterance) -> None:
        words = tuple(shifted(spoken.timings, self.position_s))
        self.position_s += spoken.audio.duration_s + spoken.utterance.pause_after_ms / 1000
        end = max((part.end for part in spoken.utterance.parts), default=0)
        self._lines.append(HeardLine(segment, words, end, self.position_s))

    def taken(self) -> tuple[HeardLine, ...]:
        taken, self._lines = tuple(self._lines), []
        return taken
