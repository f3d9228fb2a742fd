"""Who calls: the app that `X-APP-ID` names, if the request is signed with its secret."""

from __future__ import annotations

import hmac

import structlog
from starlette.requests import HTTPConnection

from hwamei.dialects.teleai.signature import (
    Claim,
    Distrusted,
    SignedRequest,
    check_signature,
    check_time,
    read_claim,
)
from hwamei.domain.app import App
from hwamei.domain.errors import NotFound, NotSignedIn
from hwamei.service.platform import Platform
from hwamei.web.calls import Call, call_of

_NOBODYS_KEY = "0123456789abcdef" * 4  # so that an app that does not exist takes as long to refuse

log = structlog.get_logger(__name__)


def calling(connection: HTTPConnection) -> Call:
    """The call that this request is, or that opened this socket."""
    return call_of(connection, by_signature)


def by_signature(call: Call) -> App:
    """The app whose secret signed the request. Raises NotSignedIn whatever is wrong with the signature, AppDisabled."""
    try:
        return _signed_by(call)
    except Distrusted as error:
        log.info("not signed in", reason=error.reason)
        raise NotSignedIn from error


def _signed_by(call: Call) -> App:
    claim = read_claim(_only(call.request, "authorization"))
    if not hmac.compare_digest(claim.app_id.encode(), _only(call.request, "x-app-id").strip().encode()):
        raise Distrusted("another app id")
    check_time(claim, now_s=call.platform.clock().timestamp())
    key = _key(call.platform, claim)
    check_signature(claim, _signed(call.request), key=key or _NOBODYS_KEY)
    if key is None:
        raise Distrusted("unknown app")
    return call.platform.accounts.enabled(claim.app_id)


def _key(platform: Platform, claim: Claim) -> str | None:
    try:
        return platform.accounts.secret(claim.app_id)
    except NotFound:
        return None


def _only(request: HTTPConnection, name: str) -> str:
    """The value of a header that must be there once."""
    values = request.headers.getlist(name)
    if len(values) != 1:
        raise Distrusted(f"{len(values)} times {name}")
    return values[0]


def _signed(request: HTTPConnection) -> SignedRequest:
    scope = request.scope
    headers = {name: ",".join(request.headers.getlist(name)) for name in request.headers}
    return SignedRequest(
        method=scope.get("method", "GET"),  # a socket is opened with GET
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
    )
