"""How often an app may do something: at most so many times in any so many seconds."""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from hwamei.domain.app import App, AppId, Operation, Rate
from hwamei.domain.errors import RateLimited

SLOTS = 60
"""Requests are counted by sixtieths of the period. A whole slot leaves the window at once, so a window is at most one
slot too long and never too short, and costs the same for ten requests and for a million."""


LATE_S = 1.0
"""How much nearer together than they were sent requests may arrive, from the first to the last of a period."""

ROUNDING_S = 0.001
"""Added to every wait, so that who comes back at that very moment is not refused for the last digit of a sum."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an app stands: of `allowed` requests in a period `left` are left, and all are in `full_in_s`."""

    allowed: int
    left: int
    full_in_s: float


class Rates:
    """Counts requests by app and operation or call, in this process. Used by many threads at once.

    Keeps nothing of apps that have been quiet for a period. `now_s` never goes back.
    """

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._windows: OrderedDict[tuple[AppId, str], _Window] = OrderedDict()  # the longest unused first
        self._lock = Lock()

    def check(self, app: App, operation: Operation) -> None:
        """Count one request. Raises RateLimited, and counts nothing, where it is one too many.

        An operation that the app's quota does not name has no limit.
        """
        rate = app.quota.rates.get(operation)
        if rate is not None:
            self._count(app.id, operation, rate, times=rate.times)

    def check_call(self, app: App, call: str, rate: Rate) -> None:
        """Count one request against the rate that a call has by itself, whoever asks; as `check`, but with room for who
        asks again and again at exactly this rate. `call`: a name that no operation has.
        """
        self._count(app.id, call, rate, times=_with_room(rate))

    def standing(self, app: App, operation: Operation) -> Standing | None:
        """Where the app stands with an operation, counting nothing; None where it has no limit."""
        rate = app.quota.rates.get(operation)
        if rate is None:
            return None
        with self._lock:
            window = self._windows.get((app.id, operation))
            used, full_in_s = (0, 0.0) if window is None else window.used(self._now_s())
        return Standing(rate.times, max(0, rate.times - used), full_in_s)

    @property
    def watched(self) -> int:
        """How many apps' operations are being counted now."""
        return len(self._windows)

    def _count(self, app_id: AppId, what: str, rate: Rate, *, times: int) -> None:
        with self._lock:
            now_s = self._now_s()
            wait_s = self._window(app_id, what, rate, now_s).take(times, now_s)
        if wait_s > 0:
            raise RateLimited(operation=what, allowed=rate.times, period_s=rate.period_s, retry_after_s=wait_s)

    def _window(self, app_id: AppId, what: str, rate: Rate, now_s: float) -> _Window:
        key = app_id, what
        window = self._windows.get(key)
        if window is None or window.period_s != rate.period_s:
            self._forget_the_quiet(now_s)
            window = self._windows[key] = _Window(rate.period_s)
        self._windows.move_to_end(key)
        return window

    def _forget_the_quiet(self, now_s: float) -> None:
        while self._windows and next(iter(self._windows.values())).quiet(now_s):
            self._windows.popitem(last=False)


def _with_room(rate: Rate) -> int:
    """How many requests may fall into a window of one that sends them evenly: the window is up to a slot longer than
    the period, what is sent last may travel faster, and both ends count."""
    longest_s = rate.period_s * (1 + 1 / SLOTS) + LATE_S
    return math.floor(rate.times * longest_s / rate.period_s) + 1


class _Window:
    """How many requests there were in each of the last slots. Used under the lock of Rates."""

    def __init__(self, period_s: int) -> None:
        self.period_s = period_s
        self._slot_s = period_s / SLOTS
        self._slots: deque[list[int]] = deque()  # [number of the slot, requests in it], the oldest first
        self._total = 0

    def take(self, times: int, now_s: float) -> float:
        """0.0 and one more counted, or after how many seconds there will be room."""
        slot = math.floor(now_s / self._slot_s)
        self._drop_before(slot - SLOTS)
        if self._total >= times:
            return self._room_in_s(times, now_s)
        if not self._slots or self._slots[-1][0] != slot:
            self._slots.append([slot, 0])
        self._slots[-1][1] += 1
        self._total += 1
        return 0.0

    def used(self, now_s: float) -> tuple[int, float]:
        """How many requests are in the window, and after how many seconds none of them will be."""
        if self.quiet(now_s):
            return 0, 0.0
        return self._total, (self._slots[-1][0] + SLOTS + 1) * self._slot_s - now_s

    def quiet(self, now_s: float) -> bool:
        """Whether nothing is in the window any more."""
        self._drop_before(math.floor(now_s / self._slot_s) - SLOTS)
        return not self._slots

    def _drop_before(self, slot: int) -> None:
        while self._slots and self._slots[0][0] < slot:
            self._total -= self._slots.popleft()[1]

    def _room_in_s(self, times: int, now_s: float) -> float:
        left = self._total
        for slot, requests in self._slots:
            left -= requests
            if left < times:
                return (slot + SLOTS + 1) * self._slot_s - now_s + ROUNDING_S
        return float(self.period_s)  # a rate that allows none: there never will be
