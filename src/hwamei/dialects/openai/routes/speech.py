"""Speech for somebody who is waiting."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from hwamei.dialects.openai.calling import OpenAIRoute
from hwamei.dialects.openai.errors import error_member
from hwamei.dialects.openai.refusals import VoiceNotKnown
from hwamei.dialects.openai.sign_in import Call, Calling
from hwamei.dialects.openai.voices import speaker_named
from hwamei.dialects.openai.wire.events import TellFailure, speech_events
from hwamei.dialects.openai.wire.models import check_model
from hwamei.dialects.openai.wire.speech import SAMPLE_RATE_HZ, SpeechBody
from hwamei.dialects.openai.wire.values import Json
from hwamei.domain.app import Operation
from hwamei.domain.errors import HwameiError, NotFound
from hwamei.service.kept_speech import refuse_to_wait_for
from hwamei.service.speak_now import NowSpoken
from hwamei.web.chunks import ChunkResponse
from hwamei.web.failures import Failure
from hwamei.web.streams import stream_headers
from hwamei.web.whole import WholeResponse

LABEL_HEADER = "Hwamei-AIGC-Label"

router = APIRouter(prefix="/v1/audio", route_class=OpenAIRoute)


@router.post("/speech")
def speak(body: SpeechBody, call: Calling) -> Response:
    """Speak: as sound while it is spoken, as events, or as a whole WAV."""
    spoken = _spoken(body, call)
    headers = {
        "Content-Type": spoken.media_type,
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
        LABEL_HEADER: spoken.label_json,
        **stream_headers(spoken),
    }
    if body.stream_format == "sse":
        events = speech_events(spoken.chunks, characters=len(body.input), told=_teller(call))
        return ChunkResponse(next(events), events, headers=headers | {"Content-Type": "text/event-stream"})
    if body.waits:
        return WholeResponse(spoken.chunks, spoken.completed, headers=headers)
    return ChunkResponse(next(spoken.chunks), spoken.chunks, headers=headers)


def _spoken(body: SpeechBody, call: Call) -> NowSpoken:
    """The speech, with its first sound. Raises what refuses it."""
    app = call.may(Operation.SPEAK_NOW)
    check_model(body.model, call.platform.engines.default)
    if body.waits:
        refuse_to_wait_for(body.input)
    segment = body.segment(speaker_named(call.platform, app, body.speaker))
    try:
        return call.platform.now.speak(app, [segment], format=body.format, sample_rate_hz=SAMPLE_RATE_HZ)
    except NotFound as error:
        raise VoiceNotKnown(given=body.speaker) from error


def _teller(call: Call) -> TellFailure:
    def told(error: HwameiError) -> Json:
        return error_member(Failure(error, call.request.state.request_id))

    return told
