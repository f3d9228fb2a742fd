"""What a dialect is to those who serve it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from fastapi import APIRouter
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Router
from starlette.types import Receive, Scope, Send

from hwamei.domain.callback import Callback
from hwamei.domain.speech_task import SpeechTask
from hwamei.domain.training_job import TrainingJob
from hwamei.service.platform import Platform
from hwamei.web.failures import Failure, in_our_words

RenderCallback = Callable[[Callback, SpeechTask | TrainingJob], bytes]
"""The body, JSON, that tells an app that something has ended."""

CallbackUrl = Callable[[Callback], str]
"""Where a callback goes when it is tried: a vendor may sign the address, with the time in it."""


def as_ordered(callback: Callback) -> str:
    """The address that the order names."""
    return callback.order.url


@dataclass(frozen=True)
class Dialect:
    """One vendor's wire format. `prefixes`: the paths that are its own, where failures are told in its words; a part in
    braces stands for any one part (`/v1/{project_id}/jobs`).

    The routers have whole paths: what is counted and logged is the path that stands in the router.
    """

    name: str
    prefixes: tuple[str, ...]
    routers: Sequence[APIRouter]
    render_callback: RenderCallback
    render_failure: Callable[[Failure], Response] = field(default=in_our_words)
    callback_url: CallbackUrl = field(default=as_ordered)

    def owns(self, path: str) -> int:
        """How much of a path its longest prefix says, in characters; 0 if the path is not its own."""
        return max((len(prefix) for prefix, spelling in self._spellings if spelling.match(path)), default=0)

    @cached_property
    def _spellings(self) -> Sequence[tuple[str, re.Pattern[str]]]:
        return [(prefix, re.compile(_spelling(prefix) + r"(/|\Z)")) for prefix in self.prefixes]


def _spelling(prefix: str) -> str:
    parts = re.split(r"\{\w+\}", prefix.rstrip("/"))
    return "[^/]+".join(map(re.escape, parts))


class DialectRoute(BaseRoute):
    """All calls of a dialect as one route, so that a request is not compared with every call of every dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        # Not FastAPI's way to include routers, which compares each request with the routes of each twice.
        self._router = Router([route for router in dialect.routers for route in router.routes], redirect_slashes=False)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the path is the dialect's."""
        ours = scope["type"] in ("http", "websocket") and self._dialect.owns(scope["path"])
        return (Match.FULL if ours else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or talk over one socket."""
        await self._router(scope, receive, send)


MakeDialect = Callable[[Platform], Dialect]


def words_for(path: str, dialects: Sequence[Dialect]) -> Callable[[Failure], Response]:
    """How failures are told at this path: by the dialect with the longest prefix of it, or in our own words."""
    owner = max(dialects, key=lambda dialect: dialect.owns(path), default=None)
    return owner.render_failure if owner is not None and owner.owns(path) else in_our_words
