"""Answers of services."""

from __future__ import annotations

from pydantic import BaseModel
from starlette.responses import Response

from hwamei.dialects.teleai.errors import TRACE_HEADER
from hwamei.web.calls import Call


def answered(call: Call, body: BaseModel) -> Response:
    """The answer of a service; it has the id of the request where the vendor's gateway has one."""
    headers = {TRACE_HEADER: call.request.state.request_id}
    return Response(body.model_dump_json(), headers=headers, media_type="application/json")
