"""Speech over a socket, of a text that comes piece by piece."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial

import structlog
from anyio.to_thread import run_sync
from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.websockets import WebSocket

from hwamei.dialects.elevenlabs.calling import not_valid
from hwamei.dialects.elevenlabs.errors import told
from hwamei.dialects.elevenlabs.pieces import Pieces
from hwamei.dialects.elevenlabs.sign_in import KEY_HEADER, by_token, calling
from hwamei.dialects.elevenlabs.speaking import Speaking, begin, find_speaker, ready_speaker
from hwamei.dialects.elevenlabs.wire import realtime
from hwamei.dialects.elevenlabs.wire.realtime import Message, RealtimeQuery
from hwamei.domain.app import Operation
from hwamei.domain.errors import Failed, HwameiError
from hwamei.web.calls import Call, call_of
from hwamei.web.failures import Failure, error_of
from hwamei.web.sockets import CLOSE_DONE, Heard, Patience, converse, in_threads

router = APIRouter()
log = structlog.get_logger(__name__)

CLOSE_REFUSED = 1008  # RFC 6455, 7.4.1: a rule was broken; so the vendor ends whatever goes wrong
MESSAGE_BYTES = 1024 * 1024


@router.websocket("/v1/text-to-speech/{voice_id}/stream-input")
async def talk(socket: WebSocket, voice_id: str) -> None:
    """Speak what comes. Raises NotValid, Declined, NotSignedIn, NotFound before the socket is open; where the key is to
    come with the first message, only what is wrong with the address."""
    query = _query(socket)
    said = _Talk(socket, voice_id, query)
    if any(name in socket.headers for name in (KEY_HEADER, "authorization")):
        await said.begin(calling(socket))
    await socket.accept()
    patience = Patience(idle_s=query.inactivity_timeout, idle_close=CLOSE_REFUSED, message_bytes=MESSAGE_BYTES)
    await converse(socket, said.answer, patience)


def _query(socket: WebSocket) -> RealtimeQuery:
    """Raises NotValid, Declined."""
    try:
        query = RealtimeQuery.model_validate_strings(dict(socket.query_params))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False)
        located = [{**problem, "loc": ("query", *problem["loc"])} for problem in problems]
        raise not_valid(RequestValidationError(located)) from error
    query.check()
    return query


class _Talk:
    """One socket. Used by the one task that answers it."""

    def __init__(self, socket: WebSocket, voice_id: str, query: RealtimeQuery) -> None:
        self._socket, self._voice_id, self._query = socket, voice_id, query
        self._call: Call | None = None
        self._first: Message | None = None
        self._pieces = Pieces()

    async def begin(self, call: Call) -> None:
        """See that the caller may speak, and with this voice. Raises NotSignedIn, RateLimited, NotFound, Declined."""
        app = await call.may_send(Operation.SPEAK_NOW)
        realtime.speech_body("a", self._query, Message(text=" ")).check()
        await run_sync(find_speaker, call.platform, app, self._voice_id)
        self._call = call

    async def answer(self, message: Heard) -> AsyncGenerator[str, None]:
        """What is said to one message. What fails ends with a message that says so, and never with the one that says
        that this was all."""
        try:
            async with aclosing(self._said(realtime.heard(message))) as said:
                async for each in said:
                    yield each
        except (HwameiError, RequestValidationError) as error:
            yield self._failed(error)
            await self._socket.close(CLOSE_REFUSED)

    async def _said(self, message: Message) -> AsyncGenerator[str, None]:
        if self._first is None:
            await self._open(message)
        over = message.text == ""
        ready = self._pieces.add(message.text, triggered=bool(message.try_trigger_generation))
        for piece in (ready, self._pieces.rest() if over or message.flush else ""):
            if piece:
                async with aclosing(self._spoken(piece)) as spoken:
                    async for each in spoken:
                        yield each
        if over:
            yield realtime.final()
            await self._socket.close(CLOSE_DONE)

    async def _open(self, first: Message) -> None:
        """Take what only the first message says. Raises what `begin` does."""
        self._first = first
        config = first.generation_config
        schedule = None if config is None else config.chunk_length_schedule
        self._pieces = Pieces(schedule, at_once=self._query.auto_mode)
        if self._call is None:
            token = first.xi_api_key or (first.authorization or "").removeprefix("Bearer ").strip()
            await self.begin(call_of(self._socket, by_token(token)))

    async def _spoken(self, text: str) -> AsyncGenerator[str, None]:
        position_s = 0.0
        speaking = await self._begun(text)
        async with aclosing(in_threads(speaking.chunks)) as chunks:
            async for chunk in chunks:
                yield realtime.audio(chunk, from_s=position_s)
                position_s = max((line.written[-1].end_s for line in chunk.lines if line.written), default=position_s)

    async def _begun(self, text: str) -> Speaking:
        """Raises what the service does, AppDisabled too: a socket may be open for long."""
        assert self._call is not None
        assert self._first is not None
        call = self._call
        app = await run_sync(call.platform.accounts.enabled, call.app().id)
        body = realtime.speech_body(text, self._query, self._first)
        speaker = await ready_speaker(call.platform, app, self._voice_id)
        begun = partial(begin, call.platform, app, speaker, body=body, format=self._query.output_format)
        return await run_sync(begun)

    def _failed(self, error: HwameiError | RequestValidationError) -> str:
        ours = error_of(error, method="GET", path=self._socket.url.path)
        failure = Failure(ours, self._socket.state.request_id)
        if isinstance(ours, Failed):
            log.error("speech failed", code=failure.code, exc_info=error)
        detail = told(failure)
        return realtime.failed(detail["message"], detail["status"], CLOSE_REFUSED)
