"""Speech over a socket while it is being spoken: one text a message in, many frames out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar
from uuid import UUID, uuid4

import structlog
from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.websockets import WebSocket

from hwamei.dialects.teleai.errors import TRACE_HEADER, told
from hwamei.dialects.teleai.routes import PREFIX
from hwamei.dialects.teleai.sign_in import calling
from hwamei.dialects.teleai.stand_ins import voice_named
from hwamei.dialects.teleai.wire.frames import Frames, VoiceFrame
from hwamei.dialects.teleai.wire.parsing import parsed
from hwamei.dialects.teleai.wire.speech import SpeechBody
from hwamei.domain.app import Operation
from hwamei.domain.errors import Failed, HwameiError
from hwamei.service.speak_now import NowSpoken
from hwamei.web.calls import Call
from hwamei.web.failures import Failure
from hwamei.web.sockets import Heard, converse, in_threads

router = APIRouter(prefix=PREFIX)
log = structlog.get_logger(__name__)

Frame = TypeVar("Frame", bound=SpeechBody)


@router.websocket("/tts/supernaturalrt")
async def speak_general(socket: WebSocket) -> None:
    """Speak with the general voices."""
    await speak_over(socket, Spoken(VoiceFrame, _general))


@dataclass(frozen=True)
class Spoken(Generic[Frame]):
    """What a socket takes: the kind of its messages, and whose voice one asks for. `cast` raises NotFound."""

    frame: type[Frame]
    cast: Callable[[Call, Frame], UUID | str]


async def speak_over(socket: WebSocket, spoken: Spoken[Frame]) -> None:
    """Open the socket if its request is signed, and speak each text that comes. Raises NotSignedIn, AppDisabled,
    RateLimited before it is open."""
    call = calling(socket)
    await call.may_send(Operation.READ)
    trace_id: str = socket.state.request_id
    await socket.accept(headers=[(TRACE_HEADER.lower().encode(), trace_id.encode())])
    await converse(socket, partial(_answer, call, spoken))


def _general(call: Call, asked: VoiceFrame) -> UUID | str:
    return voice_named(asked.voice, call.platform.voices.presets())


async def _answer(call: Call, spoken: Spoken[Frame], message: Heard) -> AsyncGenerator[str, None]:
    """The frames that answer one message. What fails after sound has begun ends with a frame that says so, and without
    the one that says that this was all."""
    frames = Frames(uuid4().hex)
    try:
        asked = parsed(spoken.frame, message.encode() if isinstance(message, str) else message)
        frames = Frames(frames.sid, asked.req_id or "")
        begun = await run_sync(_begun, call, spoken, asked)
        async with aclosing(in_threads(begun.chunks)) as chunks:
            yield frames.begun(begun.label_json)
            async for chunk in chunks:
                for frame in frames.sound(chunk, asked.sample_rate_hz):
                    yield frame
        yield frames.ended()
    except HwameiError as error:
        yield _failed(frames, Failure(error, call.request.state.request_id))


def _begun(call: Call, spoken: Spoken[Frame], asked: Frame) -> NowSpoken:
    """The first sound. Raises what the service does, AppDisabled and RateLimited too: a socket may be open for long."""
    platform = call.platform
    format = asked.format_of("PCM")
    app = platform.accounts.enabled(call.app().id)
    platform.rates.check(app, Operation.SPEAK_NOW)
    segment = asked.segment(spoken.cast(call, asked))
    return platform.now.speak(app, [segment], format=format, sample_rate_hz=asked.sample_rate_hz)


def _failed(frames: Frames, failure: Failure) -> str:
    if isinstance(failure.error, Failed):
        log.error("speech failed", code=failure.code, exc_info=failure.error)
    return frames.failed(told(failure.error), failure.message)
