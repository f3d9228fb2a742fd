"""What is made piece by piece, as one answer."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import aclosing
from typing import TypeVar

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hwamei.web.sockets import in_threads

Made = TypeVar("Made")

log = structlog.get_logger(__name__)


async def whole(request: Request, made: Generator[Made, None, None]) -> list[Made] | None:
    """All that a generator makes, each in a thread of the pool; None where the client is gone meanwhile. The generator
    is closed in any case. Raises what it raises."""
    found: list[Made] = []
    async with aclosing(in_threads(made)) as pieces:
        async for piece in pieces:
            found.append(piece)
            if await request.is_disconnected():
                log.info("nobody listens")
                return None
    return found


class WholeResponse(Response):
    """Chunks that are sent when all are there: the beginning of the answer tells its length. What fails until then is
    an ordinary error. `completed`: all chunks together as what is sent."""

    def __init__(
        self, chunks: Generator[bytes, None, None], completed: Callable[[bytes], bytes], *, headers: Mapping[str, str]
    ) -> None:
        super().__init__(headers=dict(headers))
        self._chunks, self._completed = chunks, completed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait until all is there, or nobody waits any more. Raises what the chunks raise."""
        found = await whole(Request(scope, receive), self._chunks)
        if found is None:
            return
        self.body = self._completed(b"".join(found))
        self.headers["content-length"] = str(len(self.body))
        await super().__call__(scope, receive, send)
