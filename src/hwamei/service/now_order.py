"""What is to be spoken at once, and how it is to come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from hwamei.codecs.companding import Law
from hwamei.codecs.formats import Format
from hwamei.domain.errors import OutOfRange, Unknown
from hwamei.domain.speech_task import Segment
from hwamei.domain.utterance import SpokenUtterance

BITS_PER_S_RANGE = (8_000, 320_000)

Heard = Callable[[int, SpokenUtterance], None]
"""Told of each utterance, with the number of its segment, when its sound is about to be sent."""


def unheard(segment: int, spoken: SpokenUtterance) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class SoundForm:
    """How sound is to come. `format`: a suffix (`wav`, `mp3`, …), or `ulaw` or `alaw`: pcm in the eight bits of
    telephones; `bits_per_s`: of a lossy format, None: what speech needs. Raises OutOfRange."""

    format: str
    sample_rate_hz: int
    bits_per_s: int | None = None

    def __post_init__(self) -> None:
        if self.bits_per_s is not None:
            OutOfRange.check("bits_per_s", self.bits_per_s, *BITS_PER_S_RANGE)

    @property
    def law(self) -> Law | None:
        """The law of telephones, if it is one's."""
        return Law(self.format) if self.format in set(Law) else None

    def streamable(self) -> Format:
        """The format that an encoder makes, if it can be played before it is complete. Raises Unknown, OutOfRange."""
        known = [*(each.value for each in Format if each.streams), *(law.value for law in Law)]
        if self.format not in known:
            raise Unknown(what="format to stream", given=self.format, known=known)
        wanted = Format.PCM if self.law is not None else Format(self.format)
        wanted.check_sample_rate(self.sample_rate_hz)
        return wanted

    @property
    def content_type(self) -> str:
        """The media type for HTTP, without parameters."""
        return self.law.content_type if self.law is not None else Format(self.format).content_type


@dataclass(frozen=True, slots=True)
class NowOrder:
    """Segments to be spoken one after the other. `lexicons`: names of the app's, with the version or None for the
    newest; what an earlier one says of a word counts."""

    segments: tuple[Segment, ...]
    form: SoundForm
    lexicons: tuple[tuple[str, int | None], ...] = ()
    heard: Heard = unheard

    @property
    def voices(self) -> tuple[UUID | str, ...]:
        """The voices of the segments, each once."""
        return tuple(dict.fromkeys(segment.voice for segment in self.segments))
