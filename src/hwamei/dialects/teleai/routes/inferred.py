"""Calls that are inferred: no document of the vendor's and no client of theirs was found that has them.

What is documented beside them, `timbre/delete`, and the frames of streamed speech give their names and shapes. They
are here, and nowhere else, so that they can be changed when somebody has seen the true ones.
"""

from __future__ import annotations

import time
from contextlib import aclosing
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from hwamei.dialects.teleai.errors import RegistrationUnfinished
from hwamei.dialects.teleai.ids import speaker_id_of, voice_id_of
from hwamei.dialects.teleai.routes import PREFIX
from hwamei.dialects.teleai.routes.answers import answered
from hwamei.dialects.teleai.routes.streaming import Spoken, speak_over
from hwamei.dialects.teleai.sign_in import calling
from hwamei.dialects.teleai.wire.frames import SpeakerFrame
from hwamei.dialects.teleai.wire.inferred import (
    MAX_BODY_BYTES,
    QueryBody,
    RegisterBody,
    SpeakBody,
    SpokenOut,
    Timbres,
    TimbreSummary,
)
from hwamei.dialects.teleai.wire.parsing import parsed
from hwamei.dialects.teleai.wire.timbre import ResultOut, TimbreOut
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import HwameiError, NotFound
from hwamei.domain.owned_voice import ReferenceSource, VoiceFilter, VoiceState
from hwamei.domain.stored_file import Purpose
from hwamei.domain.training_job import JobState, TrainingJob
from hwamei.domain.voice import Level
from hwamei.service.speak_now import NowSpoken
from hwamei.service.voice_orders import VoiceOrder
from hwamei.web.bodies import allow
from hwamei.web.calls import Call
from hwamei.web.sockets import in_threads
from hwamei.web.streams import engine_header

READY_WITHIN_S = 120.0  # a registration is answered once, when it is known whether it went well
POLL_S = 0.2
LISTED = frozenset({VoiceState.QUEUED, VoiceState.TRAINING, VoiceState.READY})
CLIENT_GONE = 499  # as many servers log it; nobody sees the answer

router = APIRouter(prefix=PREFIX)


@router.post("/timbre/register")
async def register(request: Request) -> Response:
    """Make a timbre of a recording, and answer when it can speak. A recording that will not do is no error."""
    call = calling(request)
    app = await call.may_send(Operation.CREATE_VOICE)
    allow(request, MAX_BODY_BYTES)
    job = await run_sync(_ordered, call, app, await request.body())
    ended = await _when_ended(request, call, app, job)
    if ended is None:
        await run_sync(call.platform.voices.delete, app, job.voice_id)
        return Response(status_code=CLIENT_GONE)
    return answered(call, await run_sync(_registered, call, app, ended))


@router.post("/timbre/query")
async def query(request: Request) -> Response:
    """List the app's timbres, or look for one."""
    call = calling(request)
    app = await call.may_send(Operation.READ)
    asked = parsed(QueryBody, await request.body() or b"{}")
    return answered(call, await run_sync(_found, call, app, asked))


@router.post("/timbre/tts")
async def speak(request: Request) -> Response:
    """Speak a text with a timbre; the answer has all of the sound."""
    call = calling(request)
    app = await call.may_send(Operation.SPEAK_NOW)
    asked = parsed(SpeakBody, await request.body())
    format = asked.format_of("PCM", "WAV")
    begun = await run_sync(_begun, call, app, asked, format)
    sound = bytearray()
    async with aclosing(in_threads(begun.chunks)) as chunks:
        async for chunk in chunks:
            sound += chunk
            if await request.is_disconnected():
                return Response(status_code=CLIENT_GONE)
    return answered(call, await run_sync(_spoken, asked, begun, bytes(sound)), engine_header(begun))


@router.websocket("/timbre/ttsrt")
async def speak_while_speaking(socket: WebSocket) -> None:
    """Speak with timbres, as it is spoken."""
    await speak_over(socket, Spoken(SpeakerFrame, _speaker))


def _ordered(call: Call, app: App, body: bytes) -> TrainingJob:
    asked = parsed(RegisterBody, body)
    recording = asked.recording()
    if recording is None:
        return _created(call, app, asked, ReferenceSource(url=asked.audio_url))
    with TemporaryDirectory(prefix="hwamei-") as folder:
        path = Path(folder) / "recording"
        path.write_bytes(recording)
        file = call.platform.files.keep(app, path, purpose=Purpose.REFERENCE, name="recording")
    try:
        return _created(call, app, asked, ReferenceSource(file_id=file.id))
    except HwameiError:
        call.platform.files.delete(app, file.id)
        raise


def _created(call: Call, app: App, asked: RegisterBody, source: ReferenceSource) -> TrainingJob:
    order = VoiceOrder(asked.name, (source,), level=Level.INSTANT, language=asked.language)
    return call.platform.voices.create(app, order)[1]


async def _when_ended(request: Request, call: Call, app: App, job: TrainingJob) -> TrainingJob | None:
    """The job when it has ended, or as it is when that takes too long; None when nobody waits for it any more."""
    give_up_at_s = time.monotonic() + READY_WITHIN_S
    while not job.state.ended and time.monotonic() < give_up_at_s:
        await anyio.sleep(POLL_S)
        if await request.is_disconnected():
            return None
        job = await run_sync(call.platform.training.get, app, job.id)
    return job


def _registered(call: Call, app: App, job: TrainingJob) -> TimbreOut:
    """A timbre that can speak, or why the recording will not do; then nothing of it is kept. Raises
    RegistrationUnfinished."""
    if job.state is JobState.SUCCEEDED:
        return TimbreOut(speaker_id=speaker_id_of(job.voice_id))
    call.platform.voices.delete(app, job.voice_id)
    if job.problem is None or not job.problem.callers:
        raise RegistrationUnfinished(waited_s=READY_WITHIN_S)
    return TimbreOut(speaker_id="", result=ResultOut(cause=job.problem.text, is_eligible=False))


def _found(call: Call, app: App, asked: QueryBody) -> Timbres:
    voices = call.platform.voices
    if not asked.speaker_id:
        page = voices.list(app, VoiceFilter(LISTED), asked.wanted)
        return Timbres(total=page.total, data=[TimbreSummary.of(voice) for voice in page.items])
    try:
        voice = voices.get(app, voice_id_of(asked.speaker_id))
    except NotFound:
        return Timbres(total=0, data=[])
    found = [TimbreSummary.of(voice)] if voice.state in LISTED else []
    return Timbres(total=len(found), data=found)


def _speaker(call: Call, asked: SpeakerFrame) -> UUID:
    return voice_id_of(asked.speaker_id)


def _begun(call: Call, app: App, asked: SpeakBody, format: str) -> NowSpoken:
    segment = asked.segment(voice_id_of(asked.speaker_id))
    return call.platform.now.speak(app, [segment], format=format, sample_rate_hz=asked.sample_rate_hz)


def _spoken(asked: SpeakBody, begun: NowSpoken, sound: bytes) -> SpokenOut:
    return SpokenOut.of(asked, begun.completed(sound), label_json=begun.label_json)
