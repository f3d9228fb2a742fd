"""What is around every answer."""

from __future__ import annotations

import hashlib
import re
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

_TRACE_ID = re.compile(r"[0-9a-f]{32}")


class Envelope(BaseModel):
    """`code` 0 and `msg` "success", or what went wrong."""

    trace_id: str
    code: int
    msg: str
    data: Any


def trace_id_of(request_id: str) -> str:
    """32 hex digits: the id of the request where that has them, else what always comes of it."""
    if _TRACE_ID.fullmatch(request_id):
        return request_id
    return hashlib.sha256(request_id.encode()).hexdigest()[:32]


def enveloped(
    request_id: str, data: object = None, *, code: int = 0, msg: str = "success", status: int = HTTPStatus.OK
) -> Response:
    """An answer."""
    envelope = Envelope(trace_id=trace_id_of(request_id), code=code, msg=msg, data=data)
    return Response(envelope.model_dump_json(by_alias=True), status, media_type="application/json")
