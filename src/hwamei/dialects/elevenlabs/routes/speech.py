"""Speech at once: whole, as it is made, and both with the times of each character."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hwamei.dialects.elevenlabs.calling import ElevenLabsRoute
from hwamei.dialects.elevenlabs.sign_in import Calling
from hwamei.dialects.elevenlabs.sound import sounds
from hwamei.dialects.elevenlabs.speaking import Speaking, begin, ready_speaker, spoken_headers
from hwamei.dialects.elevenlabs.wire.alignment import json_line, with_times
from hwamei.dialects.elevenlabs.wire.speech import SpeechBody, SpeechQuery
from hwamei.domain.app import Operation
from hwamei.service.character_times import SpelledChunk
from hwamei.service.kept_speech import refuse_to_wait_for
from hwamei.web.calls import Call
from hwamei.web.chunks import ChunkResponse
from hwamei.web.whole import whole

router = APIRouter(prefix="/v1/text-to-speech/{voice_id}", route_class=ElevenLabsRoute)

Asked = Annotated[SpeechQuery, Query()]
LINES_TYPE = "application/x-ndjson"


@router.post("")
async def convert(voice_id: str, body: SpeechBody, query: Asked, request: Request, call: Calling) -> Response:
    """The whole sound."""
    refuse_to_wait_for(body.text)
    speaking = await _begun(call, voice_id, body, query)
    headers = spoken_headers(speaking.spoken, body)
    chunks = await whole(request, speaking.chunks) or []
    headers |= {"Content-Type": speaking.spoken.media_type}
    return await run_sync(_together, speaking, chunks, headers)


@router.post("/stream")
async def stream(voice_id: str, body: SpeechBody, query: Asked, call: Calling) -> Response:
    """The sound as it is made."""
    speaking = await _begun(call, voice_id, body, query)
    headers = spoken_headers(speaking.spoken, body) | {
        "Content-Type": speaking.spoken.media_type,
        "X-Accel-Buffering": "no",
    }
    return await run_sync(_sent, sounds(speaking.chunks), headers)


@router.post("/with-timestamps")
async def convert_with_times(
    voice_id: str, body: SpeechBody, query: Asked, request: Request, call: Calling
) -> Response:
    """The whole sound with the times of each character."""
    refuse_to_wait_for(body.text)
    speaking = await _begun(call, voice_id, body, query)
    headers = spoken_headers(speaking.spoken, body)
    chunks = await whole(request, speaking.chunks) or []
    return await run_sync(_together_with_times, speaking, chunks, headers)


@router.post("/stream/with-timestamps")
async def stream_with_times(voice_id: str, body: SpeechBody, query: Asked, call: Calling) -> Response:
    """The sound as it is made, each piece with the times of the characters in it, one JSON object a line."""
    speaking = await _begun(call, voice_id, body, query)
    headers = spoken_headers(speaking.spoken, body) | {"Content-Type": LINES_TYPE, "X-Accel-Buffering": "no"}
    return await run_sync(_sent, _lines(speaking.chunks), headers)


async def _begun(call: Call, voice_id: str, body: SpeechBody, query: SpeechQuery) -> Speaking:
    app = await call.may_send(Operation.SPEAK_NOW)
    body.check()
    speaker = await ready_speaker(call.platform, app, voice_id)
    begun = partial(begin, call.platform, app, speaker, body=body, format=query.output_format)
    return await run_sync(begun)


def _sent(pieces: Generator[bytes, None, None], headers: dict[str, str]) -> Response:
    return ChunkResponse(next(pieces, b""), pieces, headers=headers)


def _together(speaking: Speaking, chunks: list[SpelledChunk], headers: dict[str, str]) -> Response:
    return Response(_sound(speaking, chunks), headers=headers)


def _together_with_times(speaking: Speaking, chunks: list[SpelledChunk], headers: dict[str, str]) -> Response:
    lines = (line for chunk in chunks for line in chunk.lines)
    return JSONResponse(with_times(_sound(speaking, chunks), lines), headers=headers)


def _sound(speaking: Speaking, chunks: list[SpelledChunk]) -> bytes:
    return speaking.spoken.completed(b"".join(chunk.sound for chunk in chunks))


def _lines(chunks: Generator[SpelledChunk, None, None]) -> Generator[bytes, None, None]:
    try:
        for chunk in chunks:
            yield json_line(with_times(chunk.sound, chunk.lines))
    finally:
        chunks.close()
