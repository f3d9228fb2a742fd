"""What a subtitle file is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word of a cue, in milliseconds from the start of the file; `text` is what the user wrote."""

    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Cue:
    """A text and when it is shown, in whole milliseconds from the start of the file, which every format can hold."""

    start_ms: int
    end_ms: int
    text: str
    words: tuple[TimedWord, ...] = ()
