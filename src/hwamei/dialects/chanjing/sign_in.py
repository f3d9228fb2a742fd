"""Who calls: the header `access_token`, with an underscore, holds a token that was got with the app's secret."""

from __future__ import annotations

from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Depends
from starlette.requests import Request

from hwamei.dialects.chanjing.wire.values import Model, parse_body
from hwamei.domain.app import App
from hwamei.domain.errors import NotSignedIn
from hwamei.web.calls import Call, call_of

HEADER = "access_token"


def by_token(call: Call) -> App:
    """The app that the token belongs to. Raises NotSignedIn, AppDisabled."""
    token = call.request.headers.get(HEADER, "").strip()
    if not token:
        raise NotSignedIn
    return call.platform.tokens.authenticate(token)


async def _calling(request: Request) -> Call:
    return call_of(request, by_token)


Calling = Annotated[Call, Depends(_calling)]
"""The call, in the signature of a route."""


def sent(model: type[Model]) -> Any:
    """The body, in the signature of a route; none is read before it is known who sends it."""

    async def read(request: Request) -> Model:
        await run_sync(call_of(request, by_token).app)
        return parse_body(model, await request.body())

    return Depends(read)


def sent_by_anybody(model: type[Model]) -> Any:
    """The body, where it says who calls."""

    async def read(request: Request) -> Model:
        return parse_body(model, await request.body())

    return Depends(read)
