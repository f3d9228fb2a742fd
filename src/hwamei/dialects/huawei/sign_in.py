"""Who calls: a request signed with AK and SK (the app's id and secret), or an X-Auth-Token; and whose project it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from anyio.to_thread import run_sync
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from hwamei.dialects.huawei.auth_tokens import app_of_token, new_token
from hwamei.dialects.huawei.refusals import OtherProject, SignatureRefused
from hwamei.dialects.huawei.signature import SecretOf, SignedRequest, verify
from hwamei.domain.app import App
from hwamei.domain.errors import NotFound, NotSignedIn
from hwamei.service.platform import Platform
from hwamei.web.calls import Call, SignedRoute, call_of

_APP_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")  # nothing else is asked of the store


class HuaweiRoute(SignedRoute):
    """A route that knows who calls before it looks at what was sent. The body is read first, within the limits of
    JSON: a signature is of its bytes."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI calls it."""
        handle = super().get_route_handler()

        async def signed(request: Request) -> Response:
            request.state.sent = await request.body()
            await run_sync(call_of(request, sign_in).app)
            return await handle(request)

        return signed


def sign_in(call: Call) -> App:
    """The app behind the call. Raises SignatureRefused, NotAToken, AppDisabled, OtherProject."""
    secret_of, now = _secret_of(call.platform), call.platform.clock()
    token = call.request.headers.get("x-auth-token")
    if token is not None:
        app_id = app_of_token(token, secret_of, now=now)
    else:
        app_id = verify(_as_sent(call.request), secret_of, now=now)
    app = call.platform.accounts.enabled(app_id)
    project_id = call.request.path_params.get("project_id", app.project_id)
    if project_id != app.project_id:
        raise OtherProject(given=project_id[:64])
    return app


def token_for(platform: Platform, name: str, secret: str) -> tuple[App, str, str]:
    """The app of that id and secret, a new token for it, and when that ends. Raises SignatureRefused, AppDisabled."""
    try:
        app = platform.accounts.proved(name, secret)
    except NotSignedIn as error:
        raise SignatureRefused(reason="the username or password is wrong") from error
    token, expires_at = new_token(name, secret, now=platform.clock())
    return app, token, expires_at.strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def _secret_of(platform: Platform) -> SecretOf:
    def secret_of(app_id: str) -> str | None:
        if not _APP_ID.fullmatch(app_id):
            return None
        with suppress(NotFound):
            return platform.accounts.secret(app_id)
        return None

    return secret_of


def _as_sent(request: HTTPConnection) -> SignedRequest:
    scope = request.scope
    path = scope.get("raw_path") or scope["path"].encode()
    return SignedRequest(
        method=scope["method"],
        path=path.decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
        body=request.state.sent,
    )
