"""The steps between a user's text and its words: pieces with what is said for them, marks, and pauses."""

from __future__ import annotations

from dataclasses import dataclass

from hwamei.domain.language import Language
from hwamei.domain.utterance import Mark


@dataclass(frozen=True, slots=True)
class Piece:
    """A written stretch and what is said for it: Chinese characters, or English words joined by blanks.

    `start` and `end` are offsets into the user's text. `reading` is set where a user or a lexicon gave it;
    `glued`: part of the same written expression as the piece before.
    """

    start: int
    end: int
    language: Language
    spoken: str
    reading: tuple[str, ...] | None = None
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that the user asked for."""

    start: int
    end: int
    duration_ms: int


Item = Piece | Mark | Pause


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the user's text, `start` to `end`, and the pause that what ends it calls for."""

    start: int
    end: int
    pause_ms: int
