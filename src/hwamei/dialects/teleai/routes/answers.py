"""Answers of services."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import BaseModel
from starlette.responses import Response

from hwamei.dialects.teleai.errors import TRACE_HEADER
from hwamei.web.calls import Call

NO_MORE: Mapping[str, str] = MappingProxyType({})


def answered(call: Call, body: BaseModel, headers: Mapping[str, str] = NO_MORE) -> Response:
    """The answer of a service; it has the id of the request where the vendor's gateway has one."""
    own = {TRACE_HEADER: call.request.state.request_id}
    return Response(body.model_dump_json(), headers=own | dict(headers), media_type="application/json")
