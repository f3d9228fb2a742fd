"""The web application: the platform behind the dialects that it is to speak."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from threading import BoundedSemaphore

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response

from hwamei.domain.errors import HwameiError
from hwamei.service.platform import Platform
from hwamei.web.bodies import GRACE_S, BodyGuard
from hwamei.web.data_urls import AT_ONCE
from hwamei.web.dialect import DialectsRoute, MakeDialect
from hwamei.web.edge import RequestEdge, failed_response
from hwamei.web.files import files_router
from hwamei.web.health import CheckAll, health_router
from hwamei.web.metrics import Metrics
from hwamei.web.previews import previews_router

# Threads for requests that wait for the database, the disk or the engine; more requests queue. Together as many as
# the database has connections.
FOR_PLAIN_CALLS, FOR_ALL_ELSE = 16, 24


def make_app(  # noqa: PLR0913  # by keyword, but for the first two
    platform: Platform,
    dialects: Sequence[MakeDialect],
    *,
    check_all: CheckAll,
    metrics: Metrics,
    public_url: str = "",
    body_grace_s: float = GRACE_S,
    pages: Sequence[APIRouter] = (),
) -> FastAPI:
    """The application. `public_url`: where clients reach it, if not where they say they do. `pages`: what is served
    where no dialect has a call."""
    spoken = [make(platform) for make in dialects]
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=_bounded_threads, redirect_slashes=False)
    app.state.platform, app.state.public_url = platform, public_url
    app.state.dialects = tuple(dialect.name for dialect in spoken)
    app.state.big_bodies = BoundedSemaphore(AT_ONCE)
    app.add_middleware(BodyGuard, grace_s=body_grace_s)
    app.add_middleware(RequestEdge, dialects=spoken, metrics=metrics)

    async def tell(request: HTTPConnection, error: Exception) -> Response:
        return failed_response(request, error, spoken)

    for kind in (HwameiError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, tell)
    app.router.routes.append(DialectsRoute(spoken))
    for router in (
        health_router(check_all, metrics),
        files_router(platform.files, platform.accounts),
        previews_router(platform.previews),
        *pages,
    ):
        app.router.routes.extend(router.routes)
    return app


@asynccontextmanager
async def _bounded_threads(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = FOR_ALL_ELSE
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(FOR_PLAIN_CALLS, "answers"))
    yield
