"""Parts of files: what a client asks for (RFC 9110, 13 and 14). No HTTP here but the meaning of its headers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hwamei.web.refusals import RangeNotSatisfiable

_ONE_RANGE = re.compile(r"bytes=[ \t]*(\d*)-(\d*)[ \t]*", re.IGNORECASE)
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes from `start` to `end`, not included."""

    start: int
    end: int

    @property
    def size_bytes(self) -> int:
        """How many."""
        return self.end - self.start


def part_wanted(asked: str | None, size_bytes: int) -> Part | None:
    """The part that a Range header asks for; None: the whole. Raises RangeNotSatisfiable.

    A header that cannot be understood is passed over, as RFC 9110 14.2 wants; several parts at once are answered with
    the whole, which it allows.
    """
    match = _ONE_RANGE.fullmatch(asked or "")
    if match is None or match[1] == match[2] == "":
        return None
    first, last = match[1], match[2]
    if not first:
        start, end = max(0, size_bytes - int(last)), size_bytes
    else:
        start, end = int(first), min(int(last) + 1, size_bytes) if last else size_bytes
        if last and int(last) < start:
            return None  # not a range at all
    if start >= size_bytes or start >= end:
        raise RangeNotSatisfiable(given=(asked or "")[:100], size_bytes=size_bytes)
    return Part(start, end)


def same_tag(asked: str | None, tag: str) -> bool:
    """Whether an If-None-Match (or If-Match) header names this tag, or any; weak tags count as strong."""
    if asked is None:
        return False
    return asked.strip() == "*" or tag in {each.removeprefix("W/") for each in _TAG.findall(asked)}


def still_same(asked: str | None, tag: str) -> bool:
    """Whether a Range may be answered with a part: no If-Range header, or one that names this tag strongly.

    A date never does: files have no Last-Modified, their content cannot change.
    """
    return asked is None or asked.strip() == tag
