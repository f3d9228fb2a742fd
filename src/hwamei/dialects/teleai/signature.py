"""The request signature `teleai-cloud-auth-v1`. Nothing of HTTP or of our apps in here.

    Authorization: teleai-cloud-auth-v1/{app id}/{region}/{unix seconds}/{valid for s}/{signed headers}/{signature}

    prefix     = the first five of these seven, with their slashes
    signingKey = hex(HMAC-SHA256(app key, prefix))
    signature  = hex(HMAC-SHA256(signingKey, method ⏎ path ⏎ query ⏎ header lines))

The signing key goes into the second HMAC as its 64 hex digits. The body is not signed, and there is no nonce: a header
may be used again until it is over. Source: the algorithm that public clients of the vendor share.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes

SCHEME = "teleai-cloud-auth-v1"
MAX_HEADER_CHARACTERS = 4_096  # of Authorization
MAX_SIGNED_HEADERS = 32
MAX_VALID_FOR_S = 30 * 24 * 60 * 60  # clients are known that ask for 3 days, and one for 11
SKEW_S = 300  # how far a client's clock may be ahead of ours
USUAL_HEADERS = ("content-length", "content-md5", "content-type", "host")  # signed where none are named

_BLANKS = " \t"  # of HTTP; what else Python strips may be half of a UTF-8 character here
_NUMBER = re.compile(r"[0-9]{1,12}")
_APP_ID = re.compile(r"[\x21-\x2e\x30-\x7e]{1,64}")
_REGION = re.compile(r"[\x21-\x2e\x30-\x7e]{1,32}")
_SIGNATURE = re.compile(r"[0-9a-f]{64}")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What of a request can be signed, as it came: `path` and `query` with their percent signs, header names in lower
    case; each byte a character (Latin-1), as HTTP has them."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """What an Authorization header says, before anything of it is believed."""

    app_id: str
    region: str
    timestamp: str
    valid_for: str
    signed_headers: tuple[str, ...]
    signature: str

    @property
    def prefix(self) -> str:
        """What the signing key is made of."""
        return "/".join((SCHEME, self.app_id, self.region, self.timestamp, self.valid_for))


class Distrusted(Exception):
    """The header proves nothing. `reason`: a word for the log, never for the caller."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def read_claim(header: str) -> Claim:
    """The claim in the value of an Authorization header; `Bearer` before it is passed over. Raises Distrusted."""
    value = header.strip()
    if value[:7].lower() == "bearer ":
        value = value[7:].strip()
    parts = value.split("/") if len(value) <= MAX_HEADER_CHARACTERS else []
    if len(parts) != 7 or parts[0] != SCHEME:
        raise Distrusted("malformed")
    _, app_id, region, timestamp, valid_for, names, signature = parts
    known = _APP_ID.fullmatch(app_id) and _REGION.fullmatch(region) and _SIGNATURE.fullmatch(signature)
    if not known or not (_NUMBER.fullmatch(timestamp) and _NUMBER.fullmatch(valid_for)):
        raise Distrusted("malformed")
    return Claim(app_id, region, timestamp, valid_for, _names(names), signature)


def check_time(claim: Claim, *, now_s: float) -> None:
    """Whether the claim holds at this moment (seconds since 1970). Raises Distrusted."""
    made_s, valid_for_s = int(claim.timestamp), int(claim.valid_for)
    if not 0 < valid_for_s <= MAX_VALID_FOR_S:
        raise Distrusted("valid for too long")
    if made_s - SKEW_S > now_s:
        raise Distrusted("made in the future")
    if made_s + valid_for_s < now_s:
        raise Distrusted("expired")


def check_signature(claim: Claim, request: SignedRequest, *, key: str) -> None:
    """Whether who made the claim has the key, and made it for this request. Raises Distrusted.

    Takes as long for a wrong signature as for a right one. Both spellings of percent-encoding that clients use hold.
    """
    names = _present(claim.signed_headers, request.headers)
    right = [signature_of(claim.prefix, canonical(request, names, spell), key=key) for spell in (percent, form)]
    given = claim.signature.encode()
    matching = sum(hmac.compare_digest(each.encode(), given) for each in right)  # `any` would stop at the first
    if not matching:
        raise Distrusted("mismatch")


def signature_of(prefix: str, canonical_request: str, *, key: str) -> str:
    """64 lower-case hex digits."""
    return _hmac_hex(signing_key(prefix, key=key), canonical_request)


def signing_key(prefix: str, *, key: str) -> str:
    """64 lower-case hex digits, which are used as such."""
    return _hmac_hex(key, prefix)


Spell = Callable[[bytes], str]


def percent(raw: bytes) -> str:
    """As RFC 3986 spells: all but letters, digits and `-._~` as %XX."""
    return quote(raw, safe="")


def form(raw: bytes) -> str:
    """As HTML forms do, and `java.net.URLEncoder`: a space is `+`, `*` stays, `~` does not."""
    return quote(raw, safe="* ").replace(" ", "+").replace("~", "%7E")


def canonical(request: SignedRequest, names: Iterable[str], spell: Spell = percent) -> str:
    """The four parts of a request that are signed, a line each, and a line for each of the headers."""
    lines = sorted(f"{name}:{spell(_bytes(request.headers[name].strip(_BLANKS)))}" for name in names)
    head = (request.method.upper(), _path(request.path, spell), _query(request.query, spell))
    return "\n".join((*head, "\n".join(lines)))


def _path(path: str, spell: Spell) -> str:
    """Each part decoded and spelt anew, so that it does not matter how the client wrote it."""
    return "/".join(spell(unquote_to_bytes(_bytes(part))) for part in path.split("/")) or "/"


def _query(query: str, spell: Spell) -> str:
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return "&".join(sorted(f"{_again(name, spell)}={_again(value, spell)}" for name, _, value in pairs))


def _again(text: str, spell: Spell) -> str:
    return spell(unquote_to_bytes(_bytes(text.replace("+", " "))))


def _names(listed: str) -> tuple[str, ...]:
    names = [name.strip().lower() for name in listed.split(";")] if listed.strip() else []
    if len(names) > MAX_SIGNED_HEADERS or not all(_HEADER_NAME.fullmatch(name) for name in names):
        raise Distrusted("malformed")
    return tuple(names)


def _present(named: Sequence[str], headers: Mapping[str, str]) -> list[str]:
    """The headers that were signed: one that is named must be there, but a blank one has no line."""
    if not set(named) <= headers.keys():
        raise Distrusted("a signed header is missing")
    return sorted(name for name in set(named or USUAL_HEADERS) if headers.get(name, "").strip(_BLANKS))


def _bytes(text: str) -> bytes:
    return text.encode("latin-1", "replace")


def _hmac_hex(key: str, message: str) -> str:
    return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()
