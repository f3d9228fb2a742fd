"""A text that comes piece by piece, cut where it can be spoken without the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hwamei.dialects.elevenlabs.wire.realtime import LEAST_TRIGGERED, USUAL_SCHEDULE

_CLAUSE_END = re.compile(r"""[，。；：！？、…—\n]["'”’」』）)]*|[,.;:!?)]["'”’)]*(?=\s)""")


class Pieces:
    """What has come and is not spoken yet. Used by one task.

    `schedule`: how many characters must be there before the first, second, … piece is spoken; the last counts for all
    later ones. A piece ends with a clause: what comes behind the last one waits for more.
    """

    def __init__(self, schedule: Sequence[float] | None = None, *, at_once: bool = False) -> None:
        self._schedule = tuple(schedule or USUAL_SCHEDULE)
        self._at_once = at_once
        self._waiting = ""
        self._taken = 0

    def add(self, text: str, *, triggered: bool = False) -> str:
        """What can be spoken now that this text has come; empty: nothing yet."""
        self._waiting += text
        if self._at_once:
            return self.rest()
        needed = self._schedule[min(self._taken, len(self._schedule) - 1)]
        if len(self._waiting) < (min(needed, LEAST_TRIGGERED) if triggered else needed):
            return ""
        ends = [found.end() for found in _CLAUSE_END.finditer(self._waiting)]
        return self._take(ends[-1]) if ends else ""

    def rest(self) -> str:
        """All that waits; empty where that is nothing that can be said."""
        return self._take(len(self._waiting))

    def _take(self, end: int) -> str:
        piece, self._waiting = self._waiting[:end], self._waiting[end:]
        if not any(character.isalnum() for character in piece):
            return ""
        self._taken += 1
        return piece
