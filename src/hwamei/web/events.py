"""Server-sent events (HTML, 9.2): something is told each time that it is different, until it has ended."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import anyio
from anyio.to_thread import run_sync
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from hwamei.domain.errors import HwameiError
from hwamei.web.connections import STOPPING

MEDIA_TYPE = "text/event-stream"
LOOK_EVERY_S = 0.4
QUIET_FOR_S = 15.0  # then a comment is sent: who listens learns that we are there, and we that nobody listens
LONGEST_S = 600.0  # then it ends, and who still wants to know asks again: what may be asked for may have changed


@dataclass(frozen=True, slots=True)
class Seen:
    """How a thing stands. `data`: in one line, as JSON; `ended`: nothing more will happen to it."""

    data: str
    ended: bool


Look = Callable[[], Seen]
"""Looks at the thing now, in a thread of the pool. Raises what the service raises, such as NotFound when it is gone."""


class EventResponse(StreamingResponse):
    """`event: changed` for each difference, `event: ended` for the last one, `event: gone` where it is not there now.

    It is looked at once before this is made, so that what fails then is an ordinary error. Between two looks no thread
    is held: many can listen to much that takes long.
    """

    def __init__(self, first: Seen, look: Look) -> None:
        super().__init__(self._told(first, look), media_type=MEDIA_TYPE, headers=_HEADERS)
        self._scope: Scope = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell until it has ended, nobody listens, or the server stops."""
        self._scope = scope
        await super().__call__(scope, receive, send)

    async def _told(self, seen: Seen, look: Look) -> AsyncIterator[str]:
        yield _event(seen)
        began_s = told_s = anyio.current_time()
        while not seen.ended and not self._scope.get(STOPPING) and anyio.current_time() - began_s < LONGEST_S:
            await anyio.sleep(LOOK_EVERY_S)
            try:
                now = await run_sync(look)
            except HwameiError:  # gone, disabled, or out of reach: who asks again is told which
                yield "event: gone\ndata: {}\n\n"
                return
            if now != seen:
                yield _event(now)
                seen, told_s = now, anyio.current_time()
            elif anyio.current_time() - told_s > QUIET_FOR_S:
                yield ": still there\n\n"
                told_s = anyio.current_time()


_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # the second: nginx is to hold nothing back


def _event(seen: Seen) -> str:
    return f"event: {'ended' if seen.ended else 'changed'}\ndata: {seen.data}\n\n"
