"""Speech for somebody who is waiting, and the manners to choose from."""

from __future__ import annotations

import json
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from hwamei.dialects.vocu.calling import TTS, VocuRoute
from hwamei.dialects.vocu.ids import uuid_of
from hwamei.dialects.vocu.people import find_person
from hwamei.dialects.vocu.sign_in import Call, Calling
from hwamei.dialects.vocu.wire.speech import (
    FORMAT,
    PRESETS,
    SAMPLE_RATE_HZ,
    SpeakBody,
    SpeakQuery,
    readings_of,
    segment,
    with_readings,
)
from hwamei.dialects.vocu.wire.values import Json, ok, required
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import NotFound, TextEmpty
from hwamei.domain.speech_task import Segment
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.service.kept_speech import keep_on_the_way, keep_spoken, refuse_to_wait_for
from hwamei.service.speak_now import NowSpoken
from hwamei.web.chunks import ChunkResponse
from hwamei.web.streams import engine_header, stream_headers

router = APIRouter(prefix=TTS, route_class=VocuRoute)

NAME = f"speech.{FORMAT}"
AUDIO_ID_HEADER, RESPONSE_DATA_HEADER = "X-Reecho-Audio-Id", "X-Reecho-Response-Data"


@router.post("/simple-generate")
def speak(body: SpeakBody, call: Calling) -> Response:
    """Speak at once, and answer with the address of the sound, or with the sound itself if it is wanted directly."""
    app = call.may(Operation.SPEAK_NOW)
    if body.direct_stream:
        return _streamed(call, app, body)
    refuse_to_wait_for(body.text or "")
    spoken = _spoken(call, app, body)
    file = keep_spoken(call.platform.files, app, spoken, name=NAME)
    answer = ok(_told(call, file, body))
    answer.headers.update(engine_header(spoken))
    return answer


@router.get("/simple-generate")
@router.get("/simple-generate.mp3")
def speak_stream(query: Annotated[SpeakQuery, Query()], call: Calling) -> Response:
    """Speak at once: the sound while it is being made."""
    return _streamed(call, call.may(Operation.SPEAK_NOW), query)


@router.get("/stream/{audio_id}")
def replay(audio_id: str, call: Calling) -> Response:
    """The sound that an earlier answer named, once it is complete."""
    app = call.may(Operation.READ)
    file = call.platform.files.get(app, uuid_of(audio_id, what="audio"))
    if file.purpose is not Purpose.SPEECH or file.blob is None:
        raise NotFound(what="audio", given=audio_id[:100])
    pieces = (piece for piece in call.platform.files.read(file))
    headers = {"Content-Type": file.media_type, "Content-Length": str(file.blob.size_bytes)}
    return ChunkResponse(next(pieces, b""), pieces, headers=headers)


@router.get("/presets")
def list_presets(call: Calling) -> Response:
    """The manners that are documented. They have no effect here."""
    call.may(Operation.READ)
    return ok(PRESETS)


def segment_of(call: Call, app: App, body: SpeakBody) -> Segment:
    """What is to be said, by whom. Raises Declined, NotFound, VoiceNotReady, TextEmpty, TextTooLong."""
    body.check()
    person = find_person(call.platform, app, required(body.voice_id, "voiceId"))
    if body.text is None or not body.text.strip():
        raise TextEmpty
    speaker: UUID | str = person.speaker(body.prompt_id)
    text = with_readings(body.text, readings_of(body.dictionary))
    return segment(text, speaker, body, language=body.language_wanted())


def _spoken(call: Call, app: App, body: SpeakBody) -> NowSpoken:
    wanted = segment_of(call, app, body)
    return call.platform.now.speak(app, [wanted], format=FORMAT, sample_rate_hz=SAMPLE_RATE_HZ)


def _streamed(call: Call, app: App, body: SpeakBody) -> Response:
    spoken = _spoken(call, app, body)
    file, chunks = keep_on_the_way(call.platform.files, app, spoken, name=NAME)
    headers = {
        "Content-Type": spoken.media_type,
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
        AUDIO_ID_HEADER: str(file.id),
        RESPONSE_DATA_HEADER: json.dumps(_told(call, file, body)),
        **stream_headers(spoken),
    }
    return ChunkResponse(next(chunks), chunks, headers=headers)


def _told(call: Call, file: StoredFile, body: SpeakBody) -> Json:
    address = call.platform.files.link(file, base_url=call.base_url)
    return {"id": str(file.id), "audio": address, "streamUrl": address, "credit_used": len(body.text or "")}
