"""Contents that nobody has any more, removed at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from hwamei.domain.errors import StoreUnavailable
from hwamei.ports import Blobs, Clock

SETTLED = timedelta(minutes=1)  # between the moment in which a content is there and that in which a file has it

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Erasure:
    """Removes contents sooner than the next sweep would. Safe from many threads and processes.

    `in_use`: which of some contents a file still has. A content that was added just now is left to the sweep: somebody
    may be about to make a file of it.
    """

    blobs: Blobs
    in_use: Callable[[Sequence[str]], frozenset[str]]
    clock: Clock

    def erase(self, sha256s: Sequence[str]) -> None:
        """Remove those that no file has. What cannot be removed now is swept later."""
        added_before = self.clock() - SETTLED
        try:
            used = self.in_use(sha256s)
            for sha256 in set(sha256s) - used:
                self.blobs.remove(sha256, unless_added_since=added_before)
        except StoreUnavailable as error:
            log.warning("contents not erased yet", contents=len(sha256s), problem=error.problem)
