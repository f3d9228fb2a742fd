"""The app: its token, what it is and what it has left."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from hwamei.dialects.chanjing.calls import admitted, success
from hwamei.dialects.chanjing.errors import WrongSecret
from hwamei.dialects.chanjing.sign_in import Calling, sent_by_anybody
from hwamei.dialects.chanjing.wire.account import TokenBody, TokenOut, UserDuration, UserInfo
from hwamei.domain.app import Operation
from hwamei.domain.errors import AppDisabled, NotSignedIn
from hwamei.domain.usage import month_of
from hwamei.web.calls import SignedRoute

router = APIRouter(route_class=SignedRoute)


@router.post("/access_token")
def get_token(body: Annotated[TokenBody, sent_by_anybody(TokenBody)], call: Calling) -> Response:
    """Get a token with the app's id and secret; the one before it is void at once."""
    try:
        token = call.platform.tokens.issue(body.app_id.strip(), body.secret_key.strip())
    except (NotSignedIn, AppDisabled) as error:
        raise WrongSecret from error
    return success(call, TokenOut.of(token))


@router.get("/user_info")
def user_info(call: Calling) -> Response:
    """Say whose token this is."""
    return success(call, UserInfo.of(admitted(call, "user_info", Operation.READ)))


@router.get("/user_duration")
def user_duration(call: Calling) -> Response:
    """Say how much the app may still have spoken."""
    app = admitted(call, "user_duration", Operation.READ)
    usage = call.platform.usage.get(app.id, month_of(call.platform.clock()))
    return success(call, UserDuration.of(app, usage))
