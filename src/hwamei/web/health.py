"""Whether this server lives, is ready, and what it counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from hwamei.web.metrics import CONTENT_TYPE, Metrics


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a server needs. `found`: for who runs it; no addresses, no keys; `decides`: whether the server is
    not ready without it."""

    name: str
    ok: bool
    found: str = ""
    decides: bool = True


CheckAll = Callable[[], Sequence[Check]]
"""Looks at everything that a server needs; never raises for what is missing."""


def health_router(check_all: CheckAll, metrics: Metrics) -> APIRouter:
    """`/health/live`, `/health/ready`, `/metrics`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> Response:
        return JSONResponse({"ok": True})

    @router.get("/health/ready")
    def ready() -> Response:
        checks = check_all()
        ok = all(check.ok for check in checks if check.decides)
        found = [{"name": check.name, "ok": check.ok, "found": check.found} for check in checks]
        return JSONResponse({"ok": ok, "checks": found}, 200 if ok else 503)

    @router.get("/metrics")
    def figures() -> Response:
        return Response(metrics.page(), media_type=CONTENT_TYPE)

    return router
