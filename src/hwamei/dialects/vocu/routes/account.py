"""Who calls."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from hwamei.dialects.vocu.calling import VocuRoute
from hwamei.dialects.vocu.sign_in import Calling
from hwamei.dialects.vocu.wire.account import shown
from hwamei.domain.app import Operation
from hwamei.domain.usage import month_of

router = APIRouter(prefix="/api/account", route_class=VocuRoute)


@router.get("/info")
def get_account(call: Calling) -> Response:
    """The app, and what it has used and may use this month. `user` stands where others have `data`."""
    app = call.may(Operation.READ)
    platform = call.platform
    usage = platform.usage.get(app.id, month_of(platform.clock()))
    user = shown(app, usage, at_once=platform.engines.turns.of)
    return JSONResponse({"status": 200, "message": "OK", "user": user})
