"""Waiting for work that a server does."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from hwamei.domain.errors import RateLimited, StoreUnavailable
from hwamei.ports import Progress

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0
_SLOWER = 1.5  # times as long after each look

Work = TypeVar("Work")


def unheeded(percent: float) -> None:
    """Nobody looks."""


@dataclass(frozen=True)
class Patience:
    """How to wait: with this clock and these pauses."""

    now_s: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep

    def until(
        self,
        look: Callable[[], Work],
        *,
        ended: Callable[[Work], bool],
        percent: Callable[[Work], float],
        progress: Progress = unheeded,
        timeout_s: float | None = None,
    ) -> Work:
        """What is there in the end; goes on through what passes. Raises TimeoutError, and what `look` raises."""
        begun_s, pause_s = self.now_s(), FIRST_PAUSE_S
        while True:
            wait_s = pause_s
            try:
                work = look()
            except RateLimited as error:
                wait_s = max(pause_s, error.retry_after_s)
            except StoreUnavailable:
                wait_s = LONGEST_PAUSE_S
            else:
                progress(percent(work))
                if ended(work):
                    return work
            if timeout_s is not None and self.now_s() + wait_s - begun_s > timeout_s:
                raise TimeoutError(f"it has not ended within {timeout_s:g} s; it goes on, and can be waited for again")
            self.pause(wait_s)
            pause_s = min(LONGEST_PAUSE_S, pause_s * _SLOWER)
