"""The Chanjing dialect."""

from __future__ import annotations

from fastapi import APIRouter

from hwamei.dialects.chanjing.callback import NAME, callback_renderer
from hwamei.dialects.chanjing.errors import render_failure
from hwamei.dialects.chanjing.routes import account, files, public_voices, speech, voices
from hwamei.service.platform import Platform
from hwamei.web.calls import SignedRoute
from hwamei.web.dialect import Dialect

PREFIXES = ("/open/v1", "/api/open/v1")  # of the two hosts that the vendor names
CALLS = tuple(each.router for each in (account, voices, public_voices, speech, files))


def dialect(platform: Platform) -> Dialect:
    """The dialect over this platform."""
    return Dialect(NAME, PREFIXES, [_under(prefix) for prefix in PREFIXES], callback_renderer(platform), render_failure)


def _under(prefix: str) -> APIRouter:
    """All calls under one of the prefixes, as routes of one router with their whole paths."""
    router = APIRouter(prefix=prefix, route_class=SignedRoute)
    for route in (route for calls in CALLS for route in calls.routes):
        assert isinstance(route, SignedRoute)
        router.add_api_route(route.path, route.endpoint, methods=[*(route.methods or ())])
    return router
