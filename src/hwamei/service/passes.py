"""Passes: texts that let whoever holds them do one thing for an app, without a key, until a moment."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from hwamei.domain.app import App, AppId
from hwamei.domain.errors import NotFound
from hwamei.ports import Clock

MAX_PASS_CHARACTERS = 2_000


@dataclass(frozen=True)
class Passes:
    """Makes and reads passes. Nothing is stored: what a pass is good for stands in it, signed but not hidden."""

    key: bytes = field(repr=False)
    clock: Clock

    def issue(self, app: App, purpose: str, says: Mapping[str, str], *, lasts: timedelta) -> str:
        """A pass for the app, good for this purpose alone."""
        ends_s = int((self.clock() + lasts).timestamp())
        content = json.dumps([app.id, ends_s, dict(says)], separators=(",", ":")).encode()
        return f"{_text(content)}.{_text(self._signature(purpose, content))}"

    def read(self, purpose: str, given: str) -> tuple[AppId, Mapping[str, str]]:
        """Whose it is and what it says. Raises NotFound, whatever is wrong with it."""
        content, signature = _bytes_of(given[:MAX_PASS_CHARACTERS])
        if not hmac.compare_digest(self._signature(purpose, content), signature):
            raise NotFound(what="pass", given=given[:20])
        app_id, ends_s, says = json.loads(content)
        if ends_s <= self.clock().timestamp():
            raise NotFound(what="pass", given=given[:20])
        return AppId(app_id), says

    def _signature(self, purpose: str, content: bytes) -> bytes:
        return hmac.new(self.key, purpose.encode() + b"\n" + content, hashlib.sha256).digest()


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _bytes_of(given: str) -> tuple[bytes, bytes]:
    """Content and signature, empty where they are no Base64."""
    try:
        content, signature = (urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in given.split(".", 1))
    except (NotBase64, ValueError):
        return b"", b""
    return content, signature
