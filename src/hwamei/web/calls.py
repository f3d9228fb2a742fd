"""One call: who calls, what they may, and where they reached us."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import cached_property, partial, wraps
from http import HTTPStatus
from inspect import iscoroutinefunction
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Depends
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from hwamei.domain.app import App, Operation
from hwamei.domain.errors import NotSignedIn
from hwamei.service.platform import Platform
from hwamei.service.rates import Standing
from hwamei.web.addresses import base_url
from hwamei.web.plain_calls import answer_plainly, is_plain

SignIn = Callable[["Call"], App]
"""Finds the app behind a call; waits for the database. Raises NotSignedIn, AppDisabled."""


class Call:
    """A call of an app, in one request or over one socket.

    Who calls is found out in the worker thread that first asks: it waits for the database, and a thread for it alone
    would cost as much again.
    """

    def __init__(self, request: HTTPConnection, sign_in: SignIn) -> None:
        self.request = request
        self.platform: Platform = request.app.state.platform
        self._sign_in = sign_in
        self._app: App | None = None
        self._counted: Operation | None = None

    @cached_property
    def base_url(self) -> str:
        """Where this client reached us."""
        return base_url(self.request)

    def app(self) -> App:
        """The app. Raises NotSignedIn, AppDisabled."""
        if self._app is None:
            self._app = self._sign_in(self)
        return self._app

    def may(self, operation: Operation) -> App:
        """The app, if it may do this now; counts as having done it. Raises NotSignedIn, AppDisabled, RateLimited."""
        app = self.app()
        self._counted = operation
        self.platform.rates.check(app, operation)
        return app

    def standing(self) -> Standing | None:
        """How often the app may do again what it did in this call; None where that has no limit."""
        if self._app is None or self._counted is None:
            return None
        return self.platform.rates.standing(self._app, self._counted)

    async def may_send(self, operation: Operation) -> App:
        """The same for who is not in a worker thread: before a body is read."""
        return await run_sync(self.may, operation)


def by_bearer(call: Call) -> App:
    """Who sends `Authorization: Bearer <api_key>`."""
    scheme, _, key = call.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise NotSignedIn
    return call.platform.accounts.authenticate(key.strip())


def call_of(request: HTTPConnection, sign_in: SignIn = by_bearer) -> Call:
    """The call that this request is, or that opened this socket; always the same one."""
    call: Call | None = getattr(request.state, "call", None)
    if call is None:
        call = request.state.call = Call(request, sign_in)
    return call


class SignedRoute(APIRoute):
    """A route that reads no body before it knows who sends it, and goes to a worker thread once.

    A function that is not async gets its model written as JSON in the thread that it runs in; FastAPI would check the
    model again in a second one. If it takes no body either, it is called without the rest of what FastAPI can do for a
    route: a program that polls a task asks for little, and often.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if not iscoroutinefunction(endpoint):
            endpoint = _answering(endpoint, options.get("status_code") or HTTPStatus.OK)
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI calls it."""
        if not iscoroutinefunction(self.endpoint) and is_plain(self.dependant):
            return partial(answer_plainly, self.dependant)
        handle = super().get_route_handler()

        async def signed(request: Request) -> Response:
            if self.body_field is not None:
                await run_sync(call_of(request).app)
            return await handle(request)

        return signed


def _answering(endpoint: Callable[..., BaseModel | Response | None], status: int) -> Callable[..., Response]:
    @wraps(endpoint)
    def answer(*args: Any, **kwargs: Any) -> Response:
        result = endpoint(*args, **kwargs)
        if isinstance(result, Response):
            return result
        if result is None:
            return Response(status_code=status)
        return Response(result.model_dump_json(), status, media_type="application/json")

    return answer


async def _calling(request: Request) -> Call:
    return call_of(request)


Calling = Annotated[Call, Depends(_calling)]
"""The call, in the signature of a route for whose callers a bearer key is enough."""
