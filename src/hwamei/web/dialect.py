"""What a dialect is to those who serve it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from fastapi import APIRouter
from starlette.datastructures import Headers
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


Closeness = tuple[int, ...]
"""How closely a prefix names a path, part by part from the left: of two dialects the one with the greater owns it. So
`/v1/voices` goes before `/v1/{project_id}/jobs`, and `/v1/voices/add` before both."""

NO_HEADERS: Mapping[str, str] = Headers()
_WRITTEN_OUT, _LEFT_OPEN, _A_HEADER = 2, 1, 0  # what any further part of a path says is more than what a header says
_OPEN_PART = r"\{\w+\}"
_ROUTER = "hwamei.router"  # in the scope of a request


@dataclass(frozen=True)
class Dialect:
    """One vendor's wire format. `prefixes`: the paths that are its own, where failures are told in its words; a part in
    braces stands for any one part (`/v1/{project_id}/jobs`). `shared`: by the name of a header, more such paths, which
    are its own only in requests with that header, and otherwise another dialect's or nobody's.

    The routers have whole paths: what is counted and logged is the path that stands in the router.
    """

    name: str
    prefixes: tuple[str, ...]
    routers: Sequence[APIRouter]
    render_callback: RenderCallback
    render_failure: Callable[[Failure], Response] = field(default=in_our_words)
    callback_url: CallbackUrl = field(default=as_ordered)
    shared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def claims(self) -> Sequence[Claim]:
        """The paths that are its own."""
        own = [Claim(self, _closeness(prefix), _spelling(prefix)) for prefix in self.prefixes]
        shared = [
            Claim(self, (*_closeness(prefix), _A_HEADER), _spelling(prefix), header)
            for header, prefixes in self.shared.items()
            for prefix in prefixes
        ]
        return own + shared


@dataclass(frozen=True, eq=False)
class Claim:
    """Paths of one dialect; `header`: only in requests with it."""

    dialect: Dialect
    closeness: Closeness
    spelling: re.Pattern[str]
    header: str | None = None

    def covers(self, path: str, headers: Mapping[str, str]) -> bool:
        """Whether a request is the dialect's by this claim."""
        return bool(self.spelling.match(path)) and (self.header is None or self.header in headers)


def _closeness(prefix: str) -> Closeness:
    parts = prefix.strip("/").split("/")
    return tuple(_LEFT_OPEN if re.fullmatch(_OPEN_PART, part) else _WRITTEN_OUT for part in parts)


def _spelling(prefix: str) -> re.Pattern[str]:
    parts = re.split(_OPEN_PART, prefix.rstrip("/"))
    return re.compile("[^/]+".join(map(re.escape, parts)) + r"(/|\Z)")


class DialectsRoute(BaseRoute):
    """All calls of all dialects as one route, so that a request is compared with the calls of one dialect only: of the
    one that owns its path."""

    def __init__(self, dialects: Sequence[Dialect]) -> None:
        self._claims = _closest_first(dialects)
        # Not FastAPI's way to include routers, which compares each request with the routes of each twice.
        self._routers = {
            dialect.name: Router(
                [route for router in dialect.routers for route in router.routes], redirect_slashes=False
            )
            for dialect in dialects
        }

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the path is a dialect's."""
        if scope["type"] not in ("http", "websocket"):
            return Match.NONE, {}
        owner = _owner(scope["path"], self._claims, Headers(scope=scope))
        return (Match.NONE, {}) if owner is None else (Match.FULL, {_ROUTER: self._routers[owner.name]})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or talk over one socket."""
        await scope[_ROUTER](scope, receive, send)


MakeDialect = Callable[[Platform], Dialect]


def words_for(
    path: str, dialects: Sequence[Dialect], headers: Mapping[str, str] = NO_HEADERS
) -> Callable[[Failure], Response]:
    """How failures are told at this path: in the words of the dialect that owns it, or in our own."""
    owner = _owner(path, _closest_first(dialects), headers)
    return in_our_words if owner is None else owner.render_failure


def _closest_first(dialects: Sequence[Dialect]) -> Sequence[Claim]:
    claims = (claim for dialect in dialects for claim in dialect.claims)
    return sorted(claims, key=lambda claim: claim.closeness, reverse=True)


def _owner(path: str, claims: Sequence[Claim], headers: Mapping[str, str]) -> Dialect | None:
    """The dialect that names the path most closely."""
    return next((claim.dialect for claim in claims if claim.covers(path, headers)), None)
