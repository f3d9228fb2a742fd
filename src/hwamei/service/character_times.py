"""Speech at once, with the times of the characters of its text."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from hwamei.service.now_order import NowOrder
from hwamei.service.timed_speech import TimedSpeech
from hwamei.subtitles.characters import CharacterClock, TimedCharacter, TimedLine

__all__ = ["SpelledChunk", "TimedCharacter", "TimedLine", "spelled"]


@dataclass(frozen=True, slots=True)
class SpelledChunk:
    """A piece of sound and the stretches of text that begin in it, times from the beginning of all sound."""

    sound: bytes
    lines: tuple[TimedLine, ...]


def spelled(
    timed: TimedSpeech, order: NowOrder, *, shown: Sequence[str] | None = None
) -> Generator[SpelledChunk, None, None]:
    """The speech piece by piece; all stretches of a segment joined are its text, so the last piece may be without
    sound. `shown`: what the user wrote instead of each text, as long. Closing this closes the speech."""
    chunks = _spelled(timed, order, shown)
    next(chunks)
    return chunks


def _spelled(timed: TimedSpeech, order: NowOrder, shown: Sequence[str] | None) -> Generator[SpelledChunk, None, None]:
    """The first `next` only enters it, so that closing stops the engine whenever it comes."""
    texts = [segment.order.text for segment in order.segments]
    clocks = [CharacterClock(text, shown=as_shown) for text, as_shown in zip(texts, shown or texts, strict=True)]
    try:
        yield SpelledChunk(b"", ())
        for chunk in timed.chunks:
            lines = (clocks[line.segment].line(line.words, end=line.end, until_s=line.until_s) for line in chunk.lines)
            yield SpelledChunk(chunk.sound, tuple(lines))
        rests = tuple(rest for rest in (clock.rest() for clock in clocks) if rest.written)
        if rests:
            yield SpelledChunk(b"", rests)
    finally:
        timed.chunks.close()
