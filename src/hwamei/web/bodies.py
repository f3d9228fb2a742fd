"""Bodies on their way in: how much and how slowly, before anything of them is parsed."""

from __future__ import annotations

import time

import anyio
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hwamei.domain.errors import TooBig
from hwamei.web.refusals import BodyCutOff, BodyTooSlow

MAX_JSON_BYTES = 4 * 1024 * 1024
MAX_FORM_EXTRA_BYTES = 1024 * 1024  # what a form has around its files: fields and boundaries
GRACE_S = 15.0  # what every body may take
LEAST_RATE_BYTES_PER_S = 16 * 1024
LONGEST_S = 3600.0
LINGER_S = 2.0  # how long the rest of a refused body is read, so that the client sees the answer and no reset

_KEY = "hwamei.body"


class BodyGuard:
    """ASGI: refuses bodies that are too big or too slow, while they are read. Raises TooBig, BodyTooSlow, BodyCutOff
    from `receive`."""

    def __init__(self, app: ASGIApp, *, grace_s: float = GRACE_S) -> None:
        self._app, self._grace_s = app, grace_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app on a watched body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(Headers(scope=scope), receive, send, self._grace_s)
        scope[_KEY] = body
        await self._app(scope, body.receive, body.send)


def allow(request: Request, max_bytes: int) -> None:
    """Let this request have a bigger body than JSON may have; called before anything of it is read."""
    body: _Body = request.scope[_KEY]
    body.max_bytes = max_bytes


class _Body:
    """One body. Used by the one task of its request."""

    def __init__(self, headers: Headers, receive: Receive, send: Send, grace_s: float) -> None:
        self.max_bytes = MAX_JSON_BYTES
        self._receive, self._send, self._grace_s = receive, send, grace_s
        declared = headers.get("content-length", "")
        self._declared_bytes = int(declared) if declared.isascii() and declared.isdigit() else 0
        self._complete = not self._declared_bytes and "transfer-encoding" not in headers
        self._received_bytes = 0
        self._begun_s: float | None = None

    async def receive(self) -> Message:
        if self._complete:
            return await self._receive()
        self._refuse_if_too_big(self._declared_bytes)
        message = await self._in_time()
        if message["type"] == "http.disconnect":
            raise BodyCutOff(received_bytes=self._received_bytes)
        self._received_bytes += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        self._refuse_if_too_big(self._received_bytes)
        return message

    async def send(self, message: Message) -> None:
        """As the app sends; where it answers before it has all of the body, the connection ends with the answer."""
        if self._complete:
            await self._send(message)
        elif message["type"] == "http.response.start":
            await self._send({**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]})
        elif message.get("more_body", False):
            await self._send(message)
        else:
            await self._send({**message, "more_body": True})
            await self._linger()
            await self._send({"type": "http.response.body", "body": b""})

    def _refuse_if_too_big(self, size_bytes: int) -> None:
        if size_bytes > self.max_bytes:
            raise TooBig(what="the body", allowed=self.max_bytes)

    async def _in_time(self) -> Message:
        now_s = time.monotonic()
        begun_s = self._begun_s = now_s if self._begun_s is None else self._begun_s
        allowed_s = min(LONGEST_S, self._grace_s + self._received_bytes / LEAST_RATE_BYTES_PER_S)
        with anyio.move_on_after(begun_s + allowed_s - now_s):
            return await self._receive()
        raise BodyTooSlow(received_bytes=self._received_bytes, waited_s=time.monotonic() - begun_s)

    async def _linger(self) -> None:
        with anyio.move_on_after(LINGER_S):
            while not self._complete:
                message = await self._receive()
                self._complete = message["type"] == "http.disconnect" or not message.get("more_body", False)
