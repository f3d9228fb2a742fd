"""Models, as programs ask for them before they speak."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from hwamei.dialects.openai.calling import OpenAIRoute
from hwamei.dialects.openai.sign_in import Calling
from hwamei.dialects.openai.wire.models import check_model, models, shown
from hwamei.domain.app import Operation

router = APIRouter(prefix="/v1/models", route_class=OpenAIRoute)


@router.get("")
def list_models(call: Calling) -> Response:
    """List the names under which the engine speaks."""
    call.may(Operation.READ)
    data = [shown(model) for model in models(call.platform.engines.default)]
    return JSONResponse({"object": "list", "data": data})


@router.get("/{model:path}")
def get_model(model: str, call: Calling) -> Response:
    """Look at one."""
    call.may(Operation.READ)
    return JSONResponse(shown(check_model(model, call.platform.engines.default)))
