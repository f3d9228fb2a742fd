"""Uploads."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from hwamei.dialects.chanjing.calls import admitted, success
from hwamei.dialects.chanjing.errors import WrongFormat
from hwamei.dialects.chanjing.ids import file_id_of
from hwamei.dialects.chanjing.sign_in import Calling, sent
from hwamei.dialects.chanjing.wire.files import FileIdBody, FileIdQuery, FileOut, UploadPlace, UploadQuery
from hwamei.dialects.chanjing.wire.values import parse_query
from hwamei.domain.app import Operation
from hwamei.domain.errors import BadField
from hwamei.web.calls import Call, SignedRoute

KEPT = timedelta(days=30)  # as documented

router = APIRouter(prefix="/common", route_class=SignedRoute)


@router.get("/create_upload_url")
def reserve(call: Calling) -> Response:
    """Get an address that a file can be sent to with PUT, and the one that it has then."""
    app = admitted(call, "create_upload_url", Operation.UPLOAD)
    query = _upload_query(call)
    files = call.platform.files
    expires_at = call.platform.clock() + KEPT
    file = files.reserve(app, name=query.kept_name, media_type=query.media_type, expires_at=expires_at)
    place = UploadPlace(
        sign_url=files.upload_link(file, base_url=call.base_url),
        full_path=files.link(file, base_url=call.base_url),
        key=f"{file.id.hex}/{file.name}",
        mime_type=query.media_type,
        file_id=file.id.hex,
    )
    return success(call, place)


@router.get("/file_detail")
def detail(call: Calling) -> Response:
    """Look at a file."""
    app = admitted(call, "file_detail", Operation.READ)
    query = parse_query(FileIdQuery, call.request.query_params)
    file = call.platform.files.get(app, file_id_of(query.id))
    return success(call, FileOut.of(file, call.platform.files.link(file, base_url=call.base_url)))


@router.post("/delete_file")
def delete(body: Annotated[FileIdBody, sent(FileIdBody)], call: Calling) -> Response:
    """Delete a file; its addresses are void at once."""
    app = admitted(call, "delete_file", Operation.CHANGE)
    call.platform.files.delete(app, file_id_of(body.id))
    return success(call, "")


def _upload_query(call: Call) -> UploadQuery:
    """The query, all of whose faults have one code here. Raises WrongFormat."""
    try:
        return parse_query(UploadQuery, call.request.query_params)
    except BadField as error:
        raise WrongFormat(name=error.name, problem=error.problem) from error
