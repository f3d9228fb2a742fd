"""How a callback proves who sent it, and when: `Hwamei-Signature: t=<unix seconds>,v1=<hex>`, where hex is the
HMAC-SHA256 of `<t>.<body>` with the app's secret."""

from __future__ import annotations

import hashlib
import hmac

SIGNATURE_HEADER = "Hwamei-Signature"
DELIVERY_HEADER = "Hwamei-Delivery"
TOLERANCE_S = 300.0  # between our clock and the receiver's; older ones may be somebody's recording of a true one


def signature_of(secret: str, body: bytes, *, now_s: float) -> str:
    """The header's value for a body that is sent now (seconds since 1970)."""
    sent_s = int(now_s)
    return f"t={sent_s},v1={_digest(secret, sent_s, body)}"


def verify_signature(secret: str, header: str, body: bytes, now: float, tolerance_s: float = TOLERANCE_S) -> bool:
    """Whether who sent these very bytes has the secret, and sent them about now (seconds since 1970).

    `body`: as received, before anything is parsed. Takes as long for a wrong signature as for a right one.
    """
    sent, given = _parts(header)
    if sent is None or abs(now - sent) > tolerance_s:
        return False
    right = _digest(secret, sent, body).encode()
    return any(hmac.compare_digest(right, one.encode("utf-8", "replace")) for one in given)


def _digest(secret: str, sent_s: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{sent_s}.".encode() + body, hashlib.sha256).hexdigest()


def _parts(header: str) -> tuple[int | None, list[str]]:
    """The moment, None unless there is exactly one, and all signatures of the form we know."""
    pairs = [part.strip().partition("=") for part in header.split(",")]
    moments = [value for name, _, value in pairs if name == "t"]
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdecimal() and len(moments[0]) <= 12):
        return None, []
    return int(moments[0]), [value for name, _, value in pairs if name == "v1"]
