"""Takes callbacks out of the outbox and brings them to their receivers, again and again for a day.

Each arrives at least once: a worker may die between a receiver's answer and the note of it. `Hwamei-Delivery` is the
same every time, so that a receiver can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from hwamei.domain.app import AppId
from hwamei.domain.callback import Callback, CallbackState, next_attempt_at
from hwamei.domain.errors import HwameiError, NotFetched, NotFound, UrlRefused
from hwamei.domain.signature import DELIVERY_HEADER, SIGNATURE_HEADER, signature_of
from hwamei.ports import Clock, Fetcher, Upkeep
from hwamei.service.observer import Observer, Unobserved

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A callback as the dialect in its order has it. `url`: where it goes this time."""

    url: str
    body: bytes
    headers: Mapping[str, str]


Render = Callable[[Callback], Rendered]
"""Raises NotFound when what the callback tells of is gone."""

AT_ONCE = 200
LANES = 16  # receivers that are called at the same time
ROUND = timedelta(seconds=5)  # then nothing more is begun: with the last call, a round ends within 15 s
LEASE_S = 120.0  # well over a round, so that nobody else takes what we still may send

_NO_ANSWER = "its receiver did not answer to another callback a moment ago"


@dataclass(frozen=True)
class Deliveries:
    """Delivers. Used by one thread in each worker; several workers share the outbox without delivering twice.

    `secret_of`: what an app's signatures are made with; raises NotFound.
    """

    upkeep: Upkeep
    fetcher: Fetcher
    secret_of: Callable[[AppId], str] = field(repr=False)
    render: Render
    clock: Clock
    observer: Observer = field(default_factory=Unobserved)

    def deliver_due(self) -> int:
        """How many of the callbacks that were due have arrived. The others have another time to be tried at, or have
        been given up. Raises StoreUnavailable."""
        began = self.clock()
        due = self.upkeep.due_callbacks(began, lease_s=LEASE_S, at_most=AT_ONCE)
        if not due:
            return 0
        receivers = _by_receiver(due)
        with ThreadPoolExecutor(min(LANES, len(receivers)), "callbacks") as threads:
            return sum(threads.map(lambda callbacks: self._deliver_to_one(callbacks, began + ROUND), receivers))

    def _deliver_to_one(self, callbacks: Sequence[Callback], until: datetime) -> int:
        """How many arrived at one receiver, one after the other. Where one gets no answer the others are not tried,
        and what has no time left is handed back."""
        arrived, answers = 0, True
        for callback in callbacks:
            if self.clock() >= until:
                self.upkeep.save_callback(callback)
                continue
            try:
                after = self._tried(callback) if answers else self._failed(callback, _NO_ANSWER)
            except NotFetched as error:
                answers, after = False, self._failed(callback, error.problem)
            self.upkeep.save_callback(after)
            arrived += after.state is CallbackState.DELIVERED
        return arrived

    def _tried(self, callback: Callback) -> Callback:
        """The callback after one attempt. Raises NotFetched where nobody answered."""
        try:
            rendered = self.render(callback)
            rendered = replace(rendered, headers=self._signed(callback, rendered))
        except NotFound as error:  # what it tells of is gone
            return self._given_up(callback, str(error))
        except HwameiError as error:
            return self._failed(callback, str(error))
        except Exception as error:  # the worker's job: a fault of one dialect ends this attempt alone
            log.exception("callback not rendered", callback_id=str(callback.id), dialect=callback.order.dialect)
            return self._failed(callback, f"it could not be rendered ({type(error).__name__})")
        return self._sent(callback, rendered)

    def _sent(self, callback: Callback, rendered: Rendered) -> Callback:
        try:
            status = self.fetcher.post(rendered.url, rendered.body, rendered.headers)
        except UrlRefused as error:
            return self._given_up(callback, str(error))
        if not 200 <= status < 300:
            return self._failed(callback, f"the answer was HTTP {status}")
        self.observer.called_back("delivered")
        return replace(callback, state=CallbackState.DELIVERED, attempts=callback.attempts + 1, problem=None)

    def _failed(self, callback: Callback, problem: str) -> Callback:
        """The callback after an attempt that failed: to be tried again, or given up after a day."""
        due_at = next_attempt_at(callback, self.clock())
        if due_at is None:
            return self._given_up(callback, problem)
        log.info("callback failed", callback_id=str(callback.id), attempts=callback.attempts + 1, problem=problem)
        self.observer.called_back("failed")
        return replace(callback, attempts=callback.attempts + 1, problem=problem, due_at=due_at)

    def _given_up(self, callback: Callback, problem: str) -> Callback:
        log.warning("callback given up", callback_id=str(callback.id), attempts=callback.attempts + 1, problem=problem)
        self.observer.called_back("given_up")
        return replace(callback, state=CallbackState.GIVEN_UP, attempts=callback.attempts + 1, problem=problem)

    def _signed(self, callback: Callback, rendered: Rendered) -> dict[str, str]:
        signature = signature_of(self.secret_of(callback.app_id), rendered.body, now_s=self.clock().timestamp())
        return {**rendered.headers, SIGNATURE_HEADER: signature, DELIVERY_HEADER: str(callback.id)}


def _by_receiver(due: Iterable[Callback]) -> list[list[Callback]]:
    """By scheme, host and port, in the order in which they fell due."""
    receivers: dict[tuple[str, ...], list[Callback]] = {}
    for callback in due:
        receivers.setdefault(tuple(callback.order.url.split("/", 3)[:3]), []).append(callback)
    return list(receivers.values())
