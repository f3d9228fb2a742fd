"""Low-latency speech over a socket: a channel is opened for one voice, and its address is the permission to use it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from functools import partial

import structlog
from anyio.to_thread import run_sync
from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response
from starlette.websockets import WebSocket

from hwamei.dialects.vocu.calling import TTS, VocuRoute
from hwamei.dialects.vocu.errors import told
from hwamei.dialects.vocu.people import find_person
from hwamei.dialects.vocu.routes.speech import segment_of
from hwamei.dialects.vocu.sign_in import Call, Calling
from hwamei.dialects.vocu.wire import turbo
from hwamei.dialects.vocu.wire.speech import SpeakBody
from hwamei.dialects.vocu.wire.values import ok, required
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import Failed, HwameiError
from hwamei.service.speak_now import NowSpoken
from hwamei.web.calls import call_of
from hwamei.web.failures import Failure, error_of
from hwamei.web.sockets import Heard, Patience, converse, in_threads

router = APIRouter(prefix=f"{TTS}/turbo", route_class=VocuRoute)
log = structlog.get_logger(__name__)

PURPOSE = "vocu turbo channel"
CANCEL_AFTER = timedelta(seconds=60)
PATIENCE = Patience(idle_s=60.0, waiting=16)


@router.post("/channel")
def open_channel(body: turbo.ChannelBody, call: Calling) -> Response:
    """An address at which the voice speaks, for whoever connects within a minute."""
    app = call.may(Operation.SPEAK_NOW)
    voice_id = required(body.voice_id, "voiceId")
    find_person(call.platform, app, voice_id).speaker("default")
    channel = call.platform.passes.issue(app, PURPOSE, {"voiceId": voice_id}, lasts=CANCEL_AFTER)
    address = f"{call.base_url}{TTS}/turbo/ws/{channel}".replace("http", "ws", 1)
    seconds = int(CANCEL_AFTER.total_seconds())
    return ok({"turboChannelId": channel, "wsUrl": address, "cancelAfter": seconds})


@router.websocket("/ws/{channel}")
async def talk(socket: WebSocket, channel: str) -> None:
    """Speak each text that comes. Raises NotFound, AppDisabled, RateLimited before the socket is open."""
    call = call_of(socket, lambda call: _app(call, channel))
    await call.may_send(Operation.READ)
    _, says = call.platform.passes.read(PURPOSE, channel)
    await socket.accept()
    await socket.send_text(turbo.connected(says["voiceId"]))
    await converse(socket, partial(_answer, call, socket, says["voiceId"]), PATIENCE)


def _app(call: Call, channel: str) -> App:
    app_id, _ = call.platform.passes.read(PURPOSE, channel)
    return call.platform.accounts.enabled(app_id)


async def _answer(call: Call, socket: WebSocket, voice_id: str, message: Heard) -> AsyncGenerator[str, None]:
    """What is said to one message. What fails ends with a message that says so, and without the one that says that
    this was all."""
    try:
        heard = turbo.heard(message)
        if heard.type == "ping":
            yield turbo.pong()
        elif heard.type == "close":
            await socket.close()
        elif heard.type == "synthesis_request":
            async with aclosing(_said(call, voice_id, turbo.asked(heard))) as said:
                async for each in said:
                    yield each
    except (HwameiError, RequestValidationError) as error:
        yield _failed(call, error)


async def _said(call: Call, voice_id: str, asked: SpeakBody) -> AsyncGenerator[str, None]:
    begun = await run_sync(_begun, call, asked.model_copy(update={"voice_id": voice_id}))
    label: str | None = begun.label_json
    async with aclosing(in_threads(begun.chunks)) as chunks:
        async for chunk in chunks:
            for start in range(0, len(chunk), turbo.CHUNK_BYTES):
                yield turbo.chunk(chunk[start : start + turbo.CHUNK_BYTES], label)
                label = None
    yield turbo.chunk(b"")
    yield turbo.complete(len(asked.text or ""))


def _begun(call: Call, asked: SpeakBody) -> NowSpoken:
    """The first sound. Raises what the service does, AppDisabled and RateLimited too: a socket may be open for long."""
    platform = call.platform
    app = platform.accounts.enabled(call.app().id)
    platform.rates.check(app, Operation.SPEAK_NOW)
    wanted = segment_of(call, app, asked)
    return platform.now.speak(app, [wanted], format="pcm", sample_rate_hz=turbo.SAMPLE_RATE_HZ)


def _failed(call: Call, error: HwameiError | RequestValidationError) -> str:
    ours = error_of(error, method="GET", path=call.request.url.path)
    failure = Failure(ours, call.request.state.request_id)
    if isinstance(ours, Failed):
        log.error("speech failed", code=failure.code, exc_info=error)
    return turbo.failed(told(failure))
