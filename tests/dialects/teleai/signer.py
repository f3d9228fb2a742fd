"""Signing requests as the vendor's clients do. Written from their steps, and shares no code with what it judges."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

import httpx

VALID_FOR_S = 1800


def digest(key: str, message: str) -> str:
    return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Signer(httpx.Auth):
    """An app's signer. `made_s`: when it says that it signs, None: now."""

    app_id: str
    key: str
    region: str = "QG"
    made_s: int | None = None
    valid_for_s: int = VALID_FOR_S
    names: tuple[str, ...] = ("x-app-id",)
    form_spelling: bool = False

    def headers(self, method: str, url: str, headers: Mapping[str, str] = {}) -> dict[str, str]:  # read only
        """X-APP-ID and Authorization; `url`: a path, or a whole address."""
        made_s = int(time.time()) if self.made_s is None else self.made_s
        prefix = f"teleai-cloud-auth-v1/{self.app_id}/{self.region}/{made_s}/{self.valid_for_s}"
        parts = urlsplit(url)
        have = {name.lower(): value for name, value in headers.items()} | {"x-app-id": self.app_id}
        lines = sorted(f"{name}:{self._spelt(have[name].strip())}" for name in self.names)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        query = "&".join(sorted(f"{self._spelt(name)}={self._spelt(value)}" for name, value in pairs))
        path = quote(parts.path or "/", safe="/")
        asked = "\n".join([method, path, query, "\n".join(lines)])
        signature = digest(digest(self.key, prefix), asked)
        authorization = "/".join([prefix, ";".join(sorted(self.names)), signature])
        return {"X-APP-ID": self.app_id, "Authorization": authorization}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """As httpx calls it."""
        for name, value in self.headers(request.method, str(request.url), request.headers).items():
            request.headers.setdefault(name, value)
        yield request

    def _spelt(self, text: str) -> str:
        spelt = quote(text, safe="")
        return spelt.replace("%20", "+").replace("%2A", "*").replace("~", "%7E") if self.form_spelling else spelt
