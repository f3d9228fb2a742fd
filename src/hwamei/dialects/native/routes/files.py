"""Uploads, files, and what is marked in them."""

from __future__ import annotations

from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.requests import Request

from hwamei.dialects.native.documented import refusals
from hwamei.dialects.native.openapi import FILE_REQUEST
from hwamei.dialects.native.routes import PREFIX
from hwamei.dialects.native.wire.files import FileOut, LabelOut, ReserveBody, Reserved
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import BadAudio, NotFound
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.service.inspection import label_in
from hwamei.web.calls import Call, Calling, SignedRoute
from hwamei.web.received import ReceivedFile, received

router = APIRouter(prefix=PREFIX, tags=["files"], route_class=SignedRoute)


@router.post("/uploads", status_code=201, openapi_extra=FILE_REQUEST, responses=refusals(body=True))
async def upload(request: Request, call: Calling) -> FileOut:
    """Send a file, as a form or as the bare body (`?name=` names it). What nothing uses goes after a week."""
    app = await call.may_send(Operation.UPLOAD)
    async with received(request) as sent:
        return await run_sync(_keep, call, app, sent.only_file())


@router.post("/uploads/reserve", status_code=201, responses=refusals(body=True))
def reserve(body: ReserveBody, call: Calling) -> Reserved:
    """Get an address that a file can be sent to with PUT, without a key."""
    app = call.may(Operation.UPLOAD)
    file = call.platform.files.reserve(app, name=body.name)
    upload_url = call.platform.files.upload_link(file, base_url=call.base_url)
    return Reserved(file=_shown(call, file), upload_url=upload_url)


@router.get("/files/{file_id}", responses=refusals(NotFound))
def get_file(file_id: UUID, call: Calling) -> FileOut:
    """Look at a file; the answer has a fresh address for its content."""
    app = call.may(Operation.READ)
    return _shown(call, call.platform.files.get(app, file_id))


@router.delete("/files/{file_id}", status_code=204, responses=refusals(NotFound))
def delete_file(file_id: UUID, call: Calling) -> None:
    """Delete a file; its addresses are void at once."""
    app = call.may(Operation.CHANGE)
    call.platform.files.delete(app, file_id)


@router.post("/inspect", openapi_extra=FILE_REQUEST, responses=refusals(BadAudio, body=True))
async def inspect(request: Request, call: Calling) -> LabelOut:
    """Whether a sound file says that it was made by AI (GB 45438-2025), whoever made it. Nothing is kept."""
    await call.may_send(Operation.UPLOAD)
    async with received(request) as sent:
        return await run_sync(_inspected, sent.only_file())


def _keep(call: Call, app: App, sent: ReceivedFile) -> FileOut:
    return _shown(call, call.platform.files.keep(app, sent.path, purpose=Purpose.UPLOAD, name=sent.name))


def _inspected(sent: ReceivedFile) -> LabelOut:
    label = label_in(sent.path, name=sent.name)
    return LabelOut(marked=label is not None, label=label)


def _shown(call: Call, file: StoredFile) -> FileOut:
    url = None if file.blob is None else call.platform.files.link(file, base_url=call.base_url)
    return FileOut.of(file, url)
