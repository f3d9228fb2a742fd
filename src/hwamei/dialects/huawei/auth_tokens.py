"""X-Auth-Token: who has proved to know an app's secret, for a day, kept nowhere.

`<base64url of JSON: app, expires>.<base64url of HMAC-SHA256>`, signed with the app's own secret: new credentials void
all tokens of the old ones.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hwamei.dialects.huawei.refusals import NotAToken, SignatureRefused
from hwamei.dialects.huawei.signature import SecretOf

VALID_FOR = timedelta(hours=24)  # as long as the vendor's
LONGEST_TOKEN_CHARACTERS = 16_384

_PURPOSE = b"X-Auth-Token\n"  # the same secret signs requests and callbacks
_NOBODYS_SECRET = "nobody's"


@dataclass(frozen=True, slots=True)
class _Claims:
    app_id: str
    expires_s: int


def new_token(app_id: str, secret: str, *, now: datetime) -> tuple[str, datetime]:
    """The token, and when it ends."""
    expires_at = (now + VALID_FOR).astimezone(UTC).replace(microsecond=0)
    claims = json.dumps({"app": app_id, "expires": int(expires_at.timestamp())}, separators=(",", ":")).encode()
    return f"{_text(claims)}.{_text(_signature(claims, secret))}", expires_at


def app_of_token(token: str, secret_of: SecretOf, *, now: datetime) -> str:
    """The app that the token was made for. Raises NotAToken, SignatureRefused."""
    claims, signature, said = _parts(token)
    secret = secret_of(said.app_id)
    right = _signature(claims, secret or _NOBODYS_SECRET)
    if not hmac.compare_digest(right, signature) or secret is None:
        raise SignatureRefused(reason="decrypt token fail")
    if said.expires_s <= now.timestamp():
        raise SignatureRefused(reason="token expires")
    return said.app_id


def _parts(token: str) -> tuple[bytes, bytes, _Claims]:
    first, dot, second = token.partition(".")
    if not dot or len(token) > LONGEST_TOKEN_CHARACTERS or not token.isascii():
        raise NotAToken
    try:
        claims, signature = _bytes(first), _bytes(second)
        said = json.loads(claims)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise NotAToken from error
    match said:
        case {"app": str() as app_id, "expires": int() as expires_s}:
            return claims, signature, _Claims(app_id, expires_s)
        case _:
            raise NotAToken


def _signature(claims: bytes, secret: str) -> bytes:
    return hmac.new(secret.encode(), _PURPOSE + claims, hashlib.sha256).digest()


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
