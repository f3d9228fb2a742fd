"""Signing in with an invitation, and new credentials."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hwamei.dialects.native.documented import refusals
from hwamei.dialects.native.routes import PREFIX
from hwamei.dialects.native.wire.sign_in import CredentialsOut, InvitationBody, RotateBody
from hwamei.domain.app import Operation
from hwamei.domain.errors import BadField, NotFound
from hwamei.web.calls import Calling, SignedRoute

_NOT_KEPT = {"Cache-Control": "no-store"}

router = APIRouter(prefix=PREFIX, tags=["account"])
signed = APIRouter(prefix=PREFIX, tags=["account"], route_class=SignedRoute)


@router.post(
    "/sign-in",
    status_code=201,
    response_model=CredentialsOut,
    openapi_extra={"security": []},
    responses=refusals(NotFound, body=True),
)
async def sign_in(body: InvitationBody, request: Request) -> Response:
    """Trade the invitation that `hwamei serve` prints for credentials of the app `studio`. No key is needed.

    An invitation works once, within an hour; the app's earlier key and secret are void then.
    """
    credentials = await run_sync(request.app.state.platform.invitations.redeem, body.invitation)
    return JSONResponse(CredentialsOut.of(credentials).model_dump(), 201, headers=_NOT_KEPT)


@signed.post("/me/rotate", response_model=CredentialsOut, responses=refusals(body=True))
def rotate(body: RotateBody, call: Calling) -> Response:
    """Get a new key and secret; the old ones are void at once."""
    app = call.may(Operation.CHANGE)
    if body.app_id != app.id:
        raise BadField(name="app_id", given=body.app_id[:100], problem=f"the key is of app {app.id}; name that")
    credentials = call.platform.accounts.rotate(app.id)
    return JSONResponse(CredentialsOut.of(credentials).model_dump(), headers=_NOT_KEPT)
