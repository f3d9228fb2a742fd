"""When each character of a text is heard, also while the text is still being spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hwamei.domain.utterance import WordTiming

_MARKUP = re.compile(r"\[\[[A-Za-z]+:[^\[\]\n]*\]\]")


@dataclass(frozen=True, slots=True)
class TimedCharacter:
    """A character, from when to when, in seconds."""

    character: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class TimedLine:
    """A stretch of a text in time: as it is written, and as it is spoken, with figures and the like read out."""

    written: tuple[TimedCharacter, ...]
    spoken: tuple[TimedCharacter, ...]


class CharacterClock:
    """Times the characters of a text from the times of its words, stretch by stretch. Used by one thread.

    The written stretches joined are the text, their times never go back. Characters of a word share its time evenly,
    those between two words the time between them.
    """

    def __init__(self, text: str, *, shown: str | None = None) -> None:
        """`shown`: what the user wrote, where the spoken text is that with some places replaced, character for
        character."""
        self._text = text
        self._shown = text if shown is None else shown
        self._position, self._time_s = 0, 0.0

    def line(self, words: Sequence[WordTiming], *, end: int, until_s: float) -> TimedLine:
        """The text from where the last stretch ended to `end` (not included), which is reached at `until_s`."""
        written: list[TimedCharacter] = []
        spoken: list[TimedCharacter] = []
        for timing in words:
            self._pass(timing.word.start, timing.start_s, written, spoken)
            spoken += spread(timing.word.spoken or timing.word.text, timing.start_s, timing.end_s)
            self._pass(timing.word.end, timing.end_s, written, [])
        self._pass(end, until_s, written, spoken)
        return TimedLine(tuple(written), tuple(spoken))

    def rest(self) -> TimedLine:
        """What nothing was heard of at the end of the text, such as a line break."""
        return self.line((), end=len(self._text), until_s=self._time_s)

    def _pass(self, to: int, at_s: float, written: list[TimedCharacter], spoken: list[TimedCharacter]) -> None:
        """Go on to a place that is reached at a time."""
        to, at_s = max(to, self._position), max(at_s, self._time_s)
        written += spread(self._shown[self._position : to], self._time_s, at_s)
        spoken += spread(_MARKUP.sub("", self._text[self._position : to]), self._time_s, at_s)
        self._position, self._time_s = to, at_s


def spread(text: str, start_s: float, end_s: float) -> Iterator[TimedCharacter]:
    """The characters, each as long as any other."""
    step_s = (end_s - start_s) / max(1, len(text))
    for number, character in enumerate(text):
        yield TimedCharacter(character, start_s + number * step_s, start_s + (number + 1) * step_s)
