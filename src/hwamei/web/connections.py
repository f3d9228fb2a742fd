"""Connections: what uvicorn leaves open: how long and how big the head of a request may be, and what sockets log."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, cast

import structlog
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

HEAD_S = 15.0  # for the request line and all headers
MAX_HEAD_BYTES = 64 * 1024
KNOWN_FAULT = b"\r\ncharset : utf-8\r\n"
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
STOPPING = "hwamei.stopping"  # in the scope of a request that is being answered while the server is told to stop
SOCKET_LOGGER = "uvicorn.sockets"  # kept to warnings by logs.QUIET

log = structlog.get_logger(__name__)


def without_known_fault(data: bytes) -> bytes:
    """What came, beginning with a request, without the one malformed line that is known to do no harm.

    RFC 9112, 5.1: a blank between a header's name and its colon is to be refused, since two programs on the way may
    read such a line differently. Programs in use send this very line; its name means nothing to anybody on the way, so
    that whoever reads it otherwise reads the same request. It is taken out only where there is no doubt where the head
    ends: the head has come as a whole, and no line of it ends in half of CR LF.
    """
    if KNOWN_FAULT not in data:
        return data
    head, end, rest = data.partition(b"\r\n\r\n")
    lines = head.count(b"\r\n")
    if not end or head.count(b"\r") != lines or head.count(b"\n") != lines:
        return data
    return (head + b"\r\n").replace(KNOWN_FAULT, b"\r\n", 1) + b"\r\n" + rest


class ImpatientProtocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, for clients that send the head of each request in time and of a sane size."""

    head_s = HEAD_S
    _patience: asyncio.TimerHandle | None = None
    _in_head = True
    _head_bytes = 0
    _between = True  # two requests: the next byte begins one

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """A client is there."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Something came."""
        if self._between:
            data = without_known_fault(data)
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            log.info("head too big")
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """The first byte of a request came."""
        self._between = False
        super().on_message_begin()
        self._expect_head()

    def on_headers_complete(self) -> None:
        """The head of a request is there."""
        self._stop_waiting()
        self._in_head, self._head_bytes = False, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The last byte of a request came; the next one may follow in the same breath."""
        self._between = True
        super().on_message_complete()

    def shutdown(self) -> None:
        """The server stops: what answers without an end is told so."""
        if self.cycle is not None:
            cast("dict[str, Any]", self.cycle.scope)[STOPPING] = True
        super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self._stop_waiting()
        self._in_head = True
        self._patience = self.loop.call_later(self.head_s, self._give_up)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        log.info("head too slow")
        self.transport.close()


class DiscreetSocketProtocol(WebSocketsSansIOProtocol):
    """WebSocket as uvicorn speaks it, for logs without addresses, which may hold keys, and without what is said."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = logging.getLogger(SOCKET_LOGGER)
        self.conn.logger, self.conn.debug = self.logger, False

    async def send(self, message: ASGISendEvent) -> None:
        """Send; a refusal is an answer too, of which uvicorn would say that nothing was answered."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True
