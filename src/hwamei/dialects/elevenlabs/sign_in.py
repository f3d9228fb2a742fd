"""Who calls: the api_key of an app in the header `xi-api-key`, or behind `Authorization: Bearer`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection, Request

from hwamei.dialects.elevenlabs.refusals import Declined
from hwamei.domain.app import App
from hwamei.web.calls import Call, SignIn, by_bearer, call_of

KEY_HEADER = "xi-api-key"


def by_key(call: Call) -> App:
    """The app. Raises Declined without any key, NotSignedIn, AppDisabled."""
    headers = call.request.headers
    key = headers.get(KEY_HEADER)
    if key is None and "authorization" in headers:
        return by_bearer(call)
    return by_token(key or "")(call)


def by_token(key: str) -> SignIn:
    """Whose key this is, wherever it was sent. Raises Declined where it is empty, NotSignedIn, AppDisabled."""

    def sign_in(call: Call) -> App:
        if not key.strip():
            problem = f"Neither authorization header nor {KEY_HEADER} received, please provide one."
            raise Declined(code="needs_authorization", problem=problem)
        return call.platform.accounts.authenticate(key.strip())

    return sign_in


def calling(connection: HTTPConnection) -> Call:
    """The call that this request is, or that opened this socket."""
    return call_of(connection, by_key)


async def _calling(request: Request) -> Call:
    return calling(request)


Calling = Annotated[Call, Depends(_calling)]
"""The call, in the signature of a route."""
