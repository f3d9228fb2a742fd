"""Files that are sent: sound, and archives in parts."""

from __future__ import annotations

import tempfile
from pathlib import Path

from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hwamei.dialects.vocu.calling import TTS, VocuRoute
from hwamei.dialects.vocu.ids import uuid_of
from hwamei.dialects.vocu.refusals import Declined
from hwamei.dialects.vocu.sign_in import Call, Calling
from hwamei.dialects.vocu.wire.uploads import AudioBody, FinishBody, NewFileBody, PartFields
from hwamei.dialects.vocu.wire.values import ok, required
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import BadAudio
from hwamei.domain.stored_file import MAX_UPLOAD_BYTES, Purpose
from hwamei.service.audition import length_s
from hwamei.web.data_urls import decode_data_url, read_model
from hwamei.web.parsing import parse_fields
from hwamei.web.received import Received, received

router = APIRouter(route_class=VocuRoute)

PARTS = "/api/editor/multipartUpload"
LONGEST_AUDIO_S = 300.0
ARCHIVE_NAME = "recordings.zip"


@router.post(f"{TTS}/upload-audio")
async def upload_audio(request: Request, call: Calling) -> Response:
    """Keep a sound file, as it is."""
    app = await call.may_send(Operation.UPLOAD)
    async with received(request) as sent:
        return await run_sync(_keep_audio, call, app, sent)


@router.post(f"{PARTS}/newFile")
def begin_upload(body: NewFileBody, call: Calling) -> Response:
    """Begin an upload in parts."""
    app = call.may(Operation.UPLOAD)
    body.check()
    return ok({"id": str(call.platform.parted_uploads.begin(app, name=ARCHIVE_NAME).id)})


@router.post(f"{PARTS}/chunk")
@router.post(f"{PARTS}/uploadPart")
async def upload_part(request: Request, call: Calling) -> Response:
    """Send a part: a form with `id`, a number and a file, or the bare part with both in the address."""
    app = await call.may_send(Operation.UPLOAD)
    async with received(request) as sent:
        return await run_sync(_keep_part, call, app, sent, dict(request.query_params))


@router.post(f"{PARTS}/finish")
def finish_upload(body: FinishBody, call: Calling) -> Response:
    """All parts are there: join them."""
    app = call.may(Operation.UPLOAD)
    upload_id = uuid_of(required(body.id, "id"), what="upload")
    return ok({"id": str(call.platform.parted_uploads.finish(app, upload_id).id)})


def _keep_audio(call: Call, app: App, sent: Received) -> Response:
    with tempfile.TemporaryDirectory(prefix="hwamei-") as folder:
        with read_model(call.request, AudioBody, sent.only_file().path) as body:
            url = required(body.audio, "audio")
            target = Path(folder) / "audio"
            decode_data_url(url, target, field="audio", kind="audio/", max_bytes=MAX_UPLOAD_BYTES)
        try:
            duration_s = length_s(target, name="audio")
        except BadAudio as error:
            problem = f"Audio file is invalid or could not be processed. {error}"
            raise Declined(code="UPLOAD_AUDIO_INVALID", problem=problem, field="audio") from error
        if duration_s > LONGEST_AUDIO_S:
            problem = f"Parameter value exceeds length limit. {duration_s:.0f} s are more than {LONGEST_AUDIO_S:.0f} s."
            raise Declined(code="VALIDATION_TOO_LONG", problem=problem, field="audio")
        file = call.platform.files.keep(app, target, purpose=Purpose.UPLOAD, name="audio")
    url = call.platform.files.link(file, base_url=call.base_url)
    return ok({"url": url, "duration": round(duration_s, 3)})


def _keep_part(call: Call, app: App, sent: Received, asked: dict[str, str]) -> Response:
    fields = parse_fields(PartFields, asked | dict(sent.fields))
    upload_id = uuid_of(required(fields.id, "id"), what="upload")
    if fields.number is None:
        problem = "Required field is missing: partNumber."
        raise Declined(code="VALIDATION_MISSING_FIELD", problem=problem, field="partNumber")
    call.platform.parted_uploads.put(app, upload_id, fields.number, sent.only_file().path)
    return ok({"id": str(upload_id), "partNumber": fields.number})
