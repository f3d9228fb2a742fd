"""The request edge: ids, log lines, counts, and the one place where whatever went wrong becomes an answer."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from contextlib import suppress
from secrets import token_hex

import structlog
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from hwamei.domain.errors import Failed
from hwamei.web.dialect import Dialect, words_for
from hwamei.web.failures import LONGEST_SHOWN, Failure, error_of
from hwamei.web.metrics import Metrics
from hwamei.web.refusals import NoSuchCall

REQUEST_ID = b"x-request-id"
OPENED = 101  # HTTP: the protocol is switched
CLOSE_BROKEN = 1011  # RFC 6455, 7.4.1: something went wrong in the server
_SANE_ID = re.compile(rb"[A-Za-z0-9._:-]{1,80}")

log = structlog.get_logger(__name__)


class RequestEdge:
    """ASGI: around everything that answers a request."""

    def __init__(self, app: ASGIApp, *, dialects: Sequence[Dialect], metrics: Metrics) -> None:
        self._app, self._dialects, self._metrics = app, dialects, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        # Each request is a task of its own, with a context of its own, which ends with it.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        answer = _Answer(send, request_id) if scope["type"] == "http" else _Talk(send, request_id, scope["path"])
        begun_s = time.monotonic()
        try:
            await self._app(scope, receive, answer.send)
        except WebSocketDisconnect:
            log.info("nobody listens")
        except Exception as error:  # noqa: BLE001  # the request edge: whatever happens ends this request alone
            await self._tell(error, scope, receive, answer)
        finally:
            self._note(scope, answer, time.monotonic() - begun_s)

    async def _tell(self, error: Exception, scope: Scope, receive: Receive, answer: _Answer) -> None:
        """Answer with the failure; where an answer has begun, let the client see that it was not completed."""
        if answer.status is not None:
            log.error("answer broken off", exc_info=error)
            await answer.break_off()
            return
        response = failed_response(HTTPConnection(scope), error, self._dialects)
        await response(scope, receive, answer.send)

    def _note(self, scope: Scope, answer: _Answer, took_s: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        status = answer.status or 0
        method = scope.get("method", "GET")  # as which a socket is opened
        self._metrics.answered(method, route, status, took_s)
        log.info("request", method=method, route=route, status=status, took_ms=round(1000 * took_s, 1))


def failed_response(request: HTTPConnection, error: Exception, dialects: Sequence[Dialect]) -> Response:
    """The failure in the words of the dialect that the path belongs to. What is our fault is logged."""
    ours = error_of(error, method=request.scope.get("method", "GET"), path=request.url.path)
    failure = Failure(ours, request.state.request_id, request.url.path)
    if isinstance(ours, Failed):
        log.error("request failed", code=failure.code, exc_info=error)
    response = words_for(request.url.path, dialects, request.headers)(failure)
    for name, value in failure.headers.items():
        response.headers.setdefault(name, value)
    return response


def _request_id(scope: Scope) -> str:
    given = dict(scope["headers"]).get(REQUEST_ID, b"")
    return given.decode() if _SANE_ID.fullmatch(given) else token_hex(16)


class _Answer:
    """What goes out. Used by the one task of its request."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._id_header = (REQUEST_ID, request_id.encode())
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        """Send, with the request's id in the headers."""
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            message = self._with_id(message)
        await self._send(message)

    async def break_off(self) -> None:
        """Say no more: the server closes the connection of an answer that was not completed."""

    def _with_id(self, message: Message) -> Message:
        return {**message, "headers": [*message.get("headers", ()), self._id_header]}


class _Talk(_Answer):
    """What goes out over a socket: that it is open, or why it is not, and then messages."""

    def __init__(self, send: Send, request_id: str, path: str) -> None:
        super().__init__(send, request_id)
        self._path = path
        self._closed = False

    async def send(self, message: Message) -> None:
        """Send, with the request's id in the headers. A failure comes too late when the socket is open: it closes then.

        Raises NoSuchCall where nobody wants the socket: then the framework closes what was never opened.
        """
        kind = message["type"]
        if self.status == OPENED and kind.startswith("websocket.http.response"):
            await self.break_off()
        elif kind == "websocket.close" and self.status is None:
            raise NoSuchCall(path=self._path[:LONGEST_SHOWN])
        else:
            await self._send(self._noted(message))

    async def break_off(self) -> None:
        """Close, so that what was said cannot be taken for all there was to say."""
        if not self._closed:
            self._closed = True
            with suppress(OSError):  # the client is gone already
                await self._send({"type": "websocket.close", "code": CLOSE_BROKEN})

    def _noted(self, message: Message) -> Message:
        match message["type"]:
            case "websocket.accept":
                self.status = OPENED
            case "websocket.http.response.start":
                self.status = int(message["status"])
            case "websocket.close":
                self._closed = True
                return message
            case _:
                return message
        return self._with_id(message)
