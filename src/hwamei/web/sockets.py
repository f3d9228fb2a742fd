"""Sockets: one message after the other is answered, with many messages, as long as somebody listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

import anyio
import structlog
from anyio.to_thread import run_sync
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from hwamei.web.chunks import STALL_S

CLOSE_DONE, CLOSE_TOO_BIG = 1000, 1009  # RFC 6455, 7.4.1

log = structlog.get_logger(__name__)

Heard = str | bytes
Answer = Callable[[Heard], AsyncGenerator[str, None]]
"""What is said to one message; is closed where it stands when the client is gone."""

Made = TypeVar("Made")
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a socket may be silent or read nothing, and how much of what it said may wait. `idle_close`: the code
    with which a silent one is closed."""

    idle_s: float = 600.0
    idle_close: int = CLOSE_DONE
    stall_s: float = STALL_S
    waiting: int = 32
    message_bytes: int = 64 * 1024


AS_USUAL = Patience()


async def converse(socket: WebSocket, answer: Answer, patience: Patience = AS_USUAL) -> None:
    """Answer what an open socket says, in its order, until it closes, says nothing for long, or stops reading.

    Meanwhile it is listened to: when it goes, the answer in hand is closed, at the latest when a thread that works on
    it comes back. What waits to be answered is bounded: more is not read before. What an answer raises ends it all.
    """
    heard: asyncio.Queue[Heard] = asyncio.Queue(patience.waiting)
    with anyio.CancelScope() as until_gone:
        listener = asyncio.create_task(_listen(socket, heard, patience, until_gone))
        try:
            with suppress(WebSocketDisconnect, WebSocketDisconnected):
                await _answer_all(socket, heard, answer, patience)
        finally:
            listener.cancel()
    if until_gone.cancelled_caught:
        log.info("nobody listens")


class InThreads(Generic[Made]):
    """What a generator makes, each in a thread of the pool. Closing this closes the generator, begun or not."""

    def __init__(self, made: Generator[Made, None, None]) -> None:
        self._made = made

    def __aiter__(self) -> InThreads[Made]:
        return self

    async def __anext__(self) -> Made:
        each = await run_sync(next, self._made, _NOTHING)
        if each is _NOTHING:
            raise StopAsyncIteration
        return each  # type: ignore[return-value]  # it is not nothing

    async def aclose(self) -> None:
        """Also when all around is being cancelled: what is not closed holds an engine."""
        with anyio.CancelScope(shield=True):
            await run_sync(self._made.close)


def in_threads(made: Generator[Made, None, None]) -> InThreads[Made]:
    """What a generator makes, for `async with aclosing(...)`."""
    return InThreads(made)


async def _listen(
    socket: WebSocket, heard: asyncio.Queue[Heard], patience: Patience, until_gone: anyio.CancelScope
) -> None:
    try:
        while (message := await _message(socket)) is not None:
            if len(message) > patience.message_bytes:
                with suppress(WebSocketDisconnect, WebSocketDisconnected):
                    await socket.close(CLOSE_TOO_BIG)
                break
            await heard.put(message)
    finally:
        until_gone.cancel()


async def _message(socket: WebSocket) -> Heard | None:
    """The next one, or None when there will be no more."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        return None
    text: str | None = message.get("text")
    return message["bytes"] if text is None else text


async def _answer_all(socket: WebSocket, heard: asyncio.Queue[Heard], answer: Answer, patience: Patience) -> None:
    while (message := await _next(heard, patience.idle_s)) is not None:
        async with aclosing(answer(message)) as said:
            async for each in said:
                if not await _sent(socket, each, patience.stall_s):
                    log.info("nobody reads")
                    return
    await socket.close(patience.idle_close, "idle")


async def _next(heard: asyncio.Queue[Heard], idle_s: float) -> Heard | None:
    with anyio.move_on_after(idle_s):
        return await heard.get()
    return None


async def _sent(socket: WebSocket, text: str, stall_s: float) -> bool:
    """Whether the client has room for it in time."""
    with anyio.move_on_after(stall_s):
        await socket.send_text(text)
        return True
    return False
