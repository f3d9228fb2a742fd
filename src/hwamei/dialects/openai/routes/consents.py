"""Recorded consents: uploaded before the voice, looked at, deleted."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hwamei.dialects.openai.calling import OpenAIRoute
from hwamei.dialects.openai.consents import consent_of
from hwamei.dialects.openai.refusals import Declined
from hwamei.dialects.openai.sign_in import Call, Calling
from hwamei.dialects.openai.wire.consents import ConsentForm, deleted, shown
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import BadAudio
from hwamei.domain.stored_file import Purpose
from hwamei.service.audition import length_s
from hwamei.web.calls import call_of
from hwamei.web.parsing import parse_fields
from hwamei.web.received import Received, received

RECORDING = "recording"

router = APIRouter(prefix="/v1/audio/voice_consents", route_class=OpenAIRoute)


@router.post("")
async def create_consent(request: Request) -> Response:
    """Keep a recording in which somebody consents."""
    call = call_of(request)
    app = await call.may_send(Operation.UPLOAD)
    async with received(request) as sent:
        return await run_sync(_create, call, app, sent)


@router.get("/{consent}")
def get_consent(consent: str, call: Calling) -> Response:
    """Look at one."""
    app = call.may(Operation.READ)
    return JSONResponse(shown(consent_of(call.platform, app, consent)))


@router.delete("/{consent}")
def delete_consent(consent: str, call: Calling) -> Response:
    """Delete one; voices that were made with it keep theirs."""
    app = call.may(Operation.CHANGE)
    found = consent_of(call.platform, app, consent)
    call.platform.files.delete(app, found.id)
    return JSONResponse(deleted(found))


def _create(call: Call, app: App, sent: Received) -> Response:
    form = parse_fields(ConsentForm, sent.fields)
    recordings = sent.files.get(RECORDING, ())
    if not recordings:
        problem = f"Missing required parameter: '{RECORDING}'."
        raise Declined(code="missing_required_parameter", param=RECORDING, problem=problem)
    try:
        length_s(recordings[0].path, name=RECORDING)
    except BadAudio as error:
        raise Declined(code="invalid_audio", param=RECORDING, problem=str(error)) from error
    kept = call.platform.files.keep(app, recordings[0].path, purpose=Purpose.CONSENT, name=form.file_name)
    return JSONResponse(shown(kept))
