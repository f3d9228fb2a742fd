"""Deleting a timbre: the one call of its family that the vendor's document describes."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hwamei.dialects.teleai.errors import DeletionFailed
from hwamei.dialects.teleai.ids import speaker_id_of, voice_id_of
from hwamei.dialects.teleai.routes import PREFIX
from hwamei.dialects.teleai.routes.answers import answered
from hwamei.dialects.teleai.sign_in import calling
from hwamei.dialects.teleai.wire.parsing import parsed
from hwamei.dialects.teleai.wire.timbre import DeleteBody, TimbreOut
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import NotFound
from hwamei.web.calls import Call

router = APIRouter(prefix=PREFIX)


@router.post("/timbre/delete")
async def delete(request: Request) -> Response:
    """Delete a timbre with its voiceprint and its recording."""
    call = calling(request)
    app = await call.may_send(Operation.CHANGE)
    asked = parsed(DeleteBody, await request.body())
    return answered(call, await run_sync(_deleted, call, app, asked.speaker_id))


def _deleted(call: Call, app: App, speaker_id: str) -> TimbreOut:
    try:
        voice_id = voice_id_of(speaker_id)
        call.platform.voices.delete(app, voice_id)
    except NotFound as error:
        raise DeletionFailed(given=error.given) from error
    return TimbreOut(speaker_id=speaker_id_of(voice_id))
