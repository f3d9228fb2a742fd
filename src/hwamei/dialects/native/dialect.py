"""The native dialect."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter
from starlette.responses import HTMLResponse, JSONResponse, Response

from hwamei.dialects.native import openapi
from hwamei.dialects.native.callback import NAME, callback_renderer
from hwamei.dialects.native.routes import PREFIX, about, account, engines, sign_in, speech, text, training_jobs, voices
from hwamei.dialects.native.routes import files as file_routes
from hwamei.service.platform import Platform
from hwamei.web.dialect import Dialect

_MODULES = (speech, text, voices, engines, training_jobs, file_routes, account, about, sign_in)
CALLS = (*(each.router for each in _MODULES), sign_in.signed)
PAGE = "docs.html"
_OWN_SCRIPT_ONLY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"


def dialect(platform: Platform) -> Dialect:
    """The dialect over this platform."""
    return Dialect(NAME, (PREFIX,), (*CALLS, _pages()), callback_renderer(platform))


@lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    """The OpenAPI; made once, as it takes a while."""
    return openapi.document(CALLS)


def _pages() -> APIRouter:
    pages = APIRouter(prefix=PREFIX, include_in_schema=False)

    @pages.get("/openapi.json")
    def openapi_json() -> Response:
        return JSONResponse(described())

    @pages.get("/docs")
    def docs() -> Response:
        page = files(__package__).joinpath(PAGE).read_text("utf-8")
        return HTMLResponse(page, headers={"Content-Security-Policy": _OWN_SCRIPT_ONLY})

    return pages
