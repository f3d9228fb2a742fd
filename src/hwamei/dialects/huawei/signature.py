"""Verifying requests that are signed with `SDK-HMAC-SHA256`. No HTTP framework here, and no clock.

Followed: what the signer of huaweicloudsdkcore 3.1.219 does.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote, unquote_plus

from hwamei.dialects.huawei.refusals import SignatureRefused

ALGORITHM = "SDK-HMAC-SHA256"
CLOCK_WINDOW_S = 900.0  # 15 minutes either way, as documented
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"

_AUTHORIZATION = re.compile(
    rf"{ALGORITHM}\s+Access=(?P<access>[^,\s]{{1,128}}),\s*SignedHeaders=(?P<signed>[a-z0-9;-]{{1,2000}}),"
    r"\s*Signature=(?P<signature>[0-9a-f]{64})"
)
_DATE = "%Y%m%dT%H%M%SZ"
_MUST_BE_SIGNED = ("host", "x-sdk-date")
_CONTENT_HASH = "x-sdk-content-sha256"
_NOBODYS_SECRET = "nobody's"  # so that an unknown access key takes as long as a wrong signature

SecretOf = Callable[[str], str | None]
"""The secret of an access key; None if there is none."""


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it came over the wire. `path`, `query`: still encoded; headers decoded as Latin-1, names in any
    case, repeated ones repeated."""

    method: str
    path: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: bytes


def verify(request: SignedRequest, secret_of: SecretOf, *, now: datetime) -> str:
    """The access key whose secret signed the request about now. Raises SignatureRefused."""
    headers = _single(request.headers)
    claim = _AUTHORIZATION.fullmatch(headers.get("authorization", "").strip())
    if claim is None:
        raise SignatureRefused(reason="Authorization header is missing or malformed")
    date = headers.get("x-sdk-date", "")
    _refuse_stale(date, now)
    signed = claim["signed"].split(";")
    _refuse_unsigned(signed, headers)
    canonical = canonical_request(request, headers, signed)
    secret = secret_of(claim["access"])
    right = signature_of(canonical, date, secret or _NOBODYS_SECRET)
    if not hmac.compare_digest(right, claim["signature"]) or secret is None:
        raise SignatureRefused(reason="verify aksk signature fail")
    return claim["access"]


def canonical_request(request: SignedRequest, headers: Mapping[str, str], signed: Sequence[str]) -> str:
    """What is signed of a request. Raises SignatureRefused for a hash of the body that is not true."""
    lines = "".join(f"{name}:{_as_signed(headers[name])}\n" for name in signed)
    parts = [
        request.method.upper(),
        canonical_path(request.path),
        canonical_query(request.query),
        lines,
        ";".join(signed),
        _payload(request, headers, signed),
    ]
    return "\n".join(parts)


def signature_of(canonical: str, date: str, secret: str) -> str:
    """64 hexadecimal digits."""
    said = "\n".join([ALGORITHM, date, hashlib.sha256(canonical.encode()).hexdigest()])
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def canonical_path(path: str) -> str:
    """The path with each part encoded anew, and a slash at its end."""
    encoded = "/".join(map(_encoded, unquote(path).split("/")))
    return encoded if encoded.endswith("/") else encoded + "/"


def canonical_query(query: str) -> str:
    """The parameters, encoded anew and sorted by name and value as they are decoded: a plus is a space, as it is for
    who reads the parameters."""
    pairs = [part.partition("=") for part in query.split("&")] if query else []
    decoded = sorted((unquote_plus(name), unquote_plus(value)) for name, _, value in pairs)
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in decoded)


def _single(headers: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """By lower-case name. One that comes twice is left out: which of them was signed?"""
    found: dict[str, str] = {}
    twice = set()
    for name, value in headers:
        lower = name.lower()
        if lower in found:
            twice.add(lower)
        found[lower] = value.strip()
    return {name: value for name, value in found.items() if name not in twice}


def _refuse_stale(date: str, now: datetime) -> None:
    try:
        sent = datetime.strptime(date, _DATE).replace(tzinfo=UTC)
    except ValueError as error:
        raise SignatureRefused(reason="X-Sdk-Date is missing or malformed") from error
    if abs((now - sent).total_seconds()) > CLOCK_WINDOW_S:
        raise SignatureRefused(reason="X-Sdk-Date is more than 15 minutes away from the server's clock")


def _refuse_unsigned(signed: Sequence[str], headers: Mapping[str, str]) -> None:
    missing = [name for name in _MUST_BE_SIGNED if name not in signed]
    if missing or list(signed) != sorted(set(signed)) or any(name not in headers for name in signed):
        raise SignatureRefused(reason="SignedHeaders must be sorted, be sent once each, and name host and x-sdk-date")


def _payload(request: SignedRequest, headers: Mapping[str, str], signed: Sequence[str]) -> str:
    """The hash of the body, or what the signer put in its place and signed."""
    payload = hashlib.sha256(request.body).hexdigest()
    if not request.body or _CONTENT_HASH not in signed:
        return payload
    given = headers[_CONTENT_HASH]
    if given not in (payload, UNSIGNED_PAYLOAD):
        raise SignatureRefused(reason="X-Sdk-Content-Sha256 is not the hash of the body")
    return given


def _as_signed(value: str) -> str:
    """Header text was signed as UTF-8, and comes to us decoded as Latin-1."""
    return value.encode("latin-1", "replace").decode("utf-8", "replace")


def _encoded(text: str) -> str:
    return quote(text, safe="~")  # RFC 3986 leaves A-Z a-z 0-9 - _ . ~ alone
