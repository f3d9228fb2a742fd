"""Answers that are made while they are sent."""

from __future__ import annotations

from collections.abc import Generator, Mapping

import anyio
import structlog
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

STALL_S = 60.0  # how long a client may read nothing while we hold something for it

log = structlog.get_logger(__name__)


class ChunkResponse(Response):
    """Chunks from a generator, which works in a thread of the pool and is closed when the client is gone.

    The first chunk is there before the status is sent, so what fails until then is an ordinary error. What fails later
    ends the connection: an answer that broke off never looks complete.
    """

    def __init__(
        self,
        first: bytes,
        rest: Generator[bytes, None, None],
        *,
        status: int = 200,
        headers: Mapping[str, str],
        stall_s: float = STALL_S,
    ) -> None:
        super().__init__(status_code=status, headers=dict(headers))
        if "content-length" not in {name.lower() for name in headers}:
            del self.headers["content-length"]
        self._first, self._rest, self._stall_s = first, rest, stall_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the end, or until nobody listens."""
        request = Request(scope, receive)
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            chunk: bytes | None = self._first
            while chunk is not None:
                if not await self._sent(send, chunk) or await request.is_disconnected():
                    log.info("nobody listens")
                    return
                chunk = await run_sync(next, self._rest, None)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            with anyio.CancelScope(shield=True):
                await run_sync(self._rest.close)

    async def _sent(self, send: Send, chunk: bytes) -> bool:
        """Whether the client has room for it in time: what waits for its reading holds an engine or a file."""
        with anyio.move_on_after(self._stall_s):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            return True
        return False
