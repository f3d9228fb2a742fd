"""What SubRip and WebVTT have in common: blocks of a line with two times and lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hwamei.domain.errors import BadSubtitles
from hwamei.subtitles.clock import milliseconds

_TIME = r"(?:\d+:)?\d{2}:\d{2}[.,]\d{3}"
_TIMES = re.compile(rf"({_TIME}) +--> +({_TIME})(?: .*)?")


@dataclass(frozen=True, slots=True)
class Block:
    """The times and the text of one cue, as written."""

    start_ms: int
    end_ms: int
    text: str


def read_blocks(content: str) -> Iterator[Block]:
    """The blocks that have a time line; headers, comments and styles have none. Raises BadSubtitles."""
    lines = content.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    position = 0
    while position < len(lines):
        block = _lines_until_empty(lines, position)
        timed = next((i for i, line in enumerate(block[:2]) if "-->" in line), None)
        if timed is not None:
            yield _block(block, timed, line_number=position + timed + 1)
        position += len(block) + 1


def _lines_until_empty(lines: list[str], position: int) -> list[str]:
    end = next((i for i in range(position, len(lines)) if not lines[i]), len(lines))
    return lines[position:end]


def _block(lines: list[str], timed: int, *, line_number: int) -> Block:
    times = _TIMES.fullmatch(lines[timed])
    if times is None:
        raise BadSubtitles(
            line=line_number, problem=f"{lines[timed]!r} is no time line; write 00:00:01,500 --> 00:00:02,750"
        )
    return Block(milliseconds(times[1]), milliseconds(times[2]), "\n".join(lines[timed + 1 :]))
