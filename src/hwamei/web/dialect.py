"""What a dialect is to those who serve it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from hwamei.domain.callback import Callback
from hwamei.domain.speech_task import SpeechTask
from hwamei.domain.training_job import TrainingJob
from hwamei.service.platform import Platform
from hwamei.web.failures import Failure, in_our_words

RenderCallback = Callable[[Callback, SpeechTask | TrainingJob], bytes]
"""The body, JSON, that tells an app that something has ended."""


@dataclass(frozen=True)
class Dialect:
    """One vendor's wire format. `prefixes`: the paths that are its own, where failures are told in its words.

    The routers have whole paths: what is counted and logged is the path that stands in the router.
    """

    name: str
    prefixes: tuple[str, ...]
    routers: Sequence[APIRouter]
    render_callback: RenderCallback
    render_failure: Callable[[Failure], Response] = field(default=in_our_words)


class DialectRoute(BaseRoute):
    """All calls of a dialect as one route, so that a request is not compared with every call of every dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._beginnings = tuple(prefix.rstrip("/") + "/" for prefix in dialect.prefixes)
        self._router = APIRouter(redirect_slashes=False)
        for router in dialect.routers:
            self._router.include_router(router)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the path is the dialect's."""
        ours = scope["type"] == "http" and scope["path"].startswith(self._beginnings)
        return (Match.FULL if ours else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._router(scope, receive, send)


MakeDialect = Callable[[Platform], Dialect]


def words_for(path: str, dialects: Sequence[Dialect]) -> Callable[[Failure], Response]:
    """How failures are told at this path: by the dialect with the longest prefix of it, or in our own words."""
    owners = [
        (len(prefix), dialect.render_failure)
        for dialect in dialects
        for prefix in dialect.prefixes
        if path == prefix or path.startswith(prefix.rstrip("/") + "/")
    ]
    return max(owners, key=lambda owner: owner[0], default=(0, in_our_words))[1]
