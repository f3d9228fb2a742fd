"""Models, and the app as a user."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from hwamei.dialects.elevenlabs.calling import ElevenLabsRoute
from hwamei.dialects.elevenlabs.sign_in import Calling
from hwamei.dialects.elevenlabs.wire import models
from hwamei.dialects.elevenlabs.wire.account import subscription, user, with_invoices
from hwamei.dialects.elevenlabs.wire.values import Json
from hwamei.domain.app import App, Operation
from hwamei.domain.listing import PageRequest
from hwamei.domain.owned_voice import VoiceFilter
from hwamei.domain.usage import month_of
from hwamei.web.calls import Call

router = APIRouter(route_class=ElevenLabsRoute)


@router.get("/v1/models")
def list_models(call: Calling) -> Response:
    """All names of models that speak."""
    call.may(Operation.READ)
    return JSONResponse(models.shown(call.platform.engines.default))


@router.get("/v1/user")
def get_user(call: Calling) -> Response:
    """The app as a user."""
    app = call.may(Operation.READ)
    return JSONResponse(user(app, _subscription(call, app)))


@router.get("/v1/user/subscription")
def get_subscription(call: Calling) -> Response:
    """What the app has used, and what it may use."""
    app = call.may(Operation.READ)
    return JSONResponse(with_invoices(_subscription(call, app)))


def _subscription(call: Call, app: App) -> Json:
    platform = call.platform
    now = platform.clock()
    voices = platform.voices.list(app, VoiceFilter(), PageRequest(1)).total
    return subscription(app, platform.usage.get(app.id, month_of(now)), voices=voices, now=now)
