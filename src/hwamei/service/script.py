"""The segments of an order as one sequence of utterances."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from uuid import UUID

from hwamei.domain.speech_task import Segment
from hwamei.domain.utterance import Utterance
from hwamei.text.emoji_names import match_emoji
from hwamei.text.lexicon import Lexicon
from hwamei.text.plan import plan

_SCRIPTS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Line:
    """An utterance, the segment that it belongs to, and whether it is the last of all."""

    segment: int
    utterance: Utterance
    is_last: bool


def check_script(segments: Sequence[Segment], lexicon: Lexicon) -> None:
    """Raises BadMarkup or TextEmpty for what can be told from the texts without reading them aloud."""
    for segment in segments:
        plan(segment.order.text, language=segment.order.language, lexicon=lexicon)


def script(segments: Sequence[Segment], lexicon: Lexicon) -> Iterator[Line]:
    """All utterances in their order, made as they are asked for; the same each time. Raises BadMarkup, TextEmpty."""
    waiting: tuple[int, Utterance] | None = None
    for index, utterance in _utterances(segments, lexicon):
        if waiting is not None:
            yield Line(*waiting, is_last=False)
        waiting = (index, utterance)
    if waiting is not None:
        yield Line(*waiting, is_last=True)


def _utterances(segments: Sequence[Segment], lexicon: Lexicon) -> Iterator[tuple[int, Utterance]]:
    for index, segment in enumerate(segments):
        last: Utterance | None = None
        for utterance in plan(segment.order.text, language=segment.order.language, lexicon=lexicon):
            if last is not None:
                yield index, last
            last = utterance
        if last is not None:
            yield index, replace(last, pause_after_ms=last.pause_after_ms + segment.pause_after_ms)


def emoji_in(text: str) -> str | None:
    """The first emoji of a text, for those who will not have any; None if there is none."""
    return next((found for position in range(len(text)) if (found := match_emoji(text, position))), None)


class OpenScripts:
    """Scripts under way, so that the next line need not be found from the beginning. Safe from many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: OrderedDict[UUID, tuple[int, Iterator[Line]]] = OrderedDict()

    def line(self, task_id: UUID, number: int, begin: Callable[[], Iterator[Line]]) -> Line:
        """The line of this number; after the one before it, at once."""
        with self._lock:
            next_number, lines = self._open.pop(task_id, (0, None))
        if lines is None or next_number != number:
            lines = islice(begin(), number, None)
        line = next(lines)
        with self._lock:
            self._open[task_id] = (number + 1, lines)
            while len(self._open) > _SCRIPTS_KEPT:
                self._open.popitem(last=False)
        return line

    def forget(self, task_id: UUID) -> None:
        """The task has ended."""
        with self._lock:
            self._open.pop(task_id, None)
