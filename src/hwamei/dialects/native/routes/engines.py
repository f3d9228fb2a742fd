"""The engines that speak."""

from __future__ import annotations

from fastapi import APIRouter

from hwamei.dialects.native.documented import refusals
from hwamei.dialects.native.routes import PREFIX
from hwamei.dialects.native.wire.engines import EngineOut, EnginesOut
from hwamei.domain.app import Operation
from hwamei.service.engines import EngineState
from hwamei.web.calls import Calling, SignedRoute

router = APIRouter(prefix=PREFIX, tags=["voices"], route_class=SignedRoute)


@router.get("/engines", responses=refusals())
def list_engines(call: Calling) -> EnginesOut:
    """List the engines that are installed, and how each does."""
    app, engines = call.may(Operation.READ), call.platform.engines
    return EnginesOut(
        engines=[_shown(state) for state in engines.states()],
        default=engines.choose(app, None),
        stand_in=engines.stand_in if app.stand_in else None,
    )


def _shown(state: EngineState) -> EngineOut:
    return EngineOut(
        name=state.name,
        is_open=state.is_open,
        is_up=state.is_up,
        problem=state.problem,
        capacity=state.capacity,
        running=state.turns_taken,
    )
