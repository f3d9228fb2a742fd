"""The request edge: ids, log lines, counts, and the one place where whatever went wrong becomes an answer."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from uuid import uuid4

import structlog
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hwamei.domain.errors import Failed
from hwamei.web.dialect import Dialect, words_for
from hwamei.web.failures import Failure, error_of
from hwamei.web.metrics import Metrics

REQUEST_ID = "x-request-id"
_SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,80}")

log = structlog.get_logger(__name__)


class RequestEdge:
    """ASGI: around everything that answers a request."""

    def __init__(self, app: ASGIApp, *, dialects: Sequence[Dialect], metrics: Metrics) -> None:
        self._app, self._dialects, self._metrics = app, dialects, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            answer = _Answer(send, request_id)
            begun_s = time.monotonic()
            try:
                await self._app(scope, receive, answer.send)
            except Exception as error:  # noqa: BLE001  # the request edge: whatever happens ends this request alone
                await self._tell(error, scope, receive, answer)
            finally:
                self._note(scope, answer, time.monotonic() - begun_s)

    async def _tell(self, error: Exception, scope: Scope, receive: Receive, answer: _Answer) -> None:
        """Answer with the failure; where an answer has begun, let the server see that it was not completed: it closes
        the connection then."""
        if answer.status is not None:
            log.error("answer broken off", exc_info=error)
            return
        response = failed_response(Request(scope), error, self._dialects)
        await response(scope, receive, answer.send)

    def _note(self, scope: Scope, answer: _Answer, took_s: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        status = answer.status or 0
        self._metrics.answered(scope["method"], route, status, took_s)
        log.info("request", method=scope["method"], route=route, status=status, took_ms=round(1000 * took_s, 1))


def failed_response(request: Request, error: Exception, dialects: Sequence[Dialect]) -> Response:
    """The failure in the words of the dialect that the path belongs to. What is our fault is logged."""
    ours = error_of(error, method=request.method, path=request.url.path)
    failure = Failure(ours, request.state.request_id)
    if isinstance(ours, Failed):
        log.error("request failed", code=failure.code, exc_info=error)
    response = words_for(request.url.path, dialects)(failure)
    for name, value in failure.headers.items():
        response.headers.setdefault(name, value)
    return response


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get(REQUEST_ID, "")
    return given if _SANE_ID.fullmatch(given) else uuid4().hex


class _Answer:
    """What goes out. Used by the one task of its request."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._id_header = (REQUEST_ID.encode(), request_id.encode())
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        """Send, with the request's id in the headers."""
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            message = {**message, "headers": [*message.get("headers", ()), self._id_header]}
        await self._send(message)
