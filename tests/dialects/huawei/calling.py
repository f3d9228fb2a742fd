"""A client that signs its requests, written from the vendor's description and not from our verifier."""

from __future__ import annotations

import hashlib
import hmac
import io
import zipfile
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote

import httpx

from hwamei.domain.app import App, Credentials
from tests.serving import Site, until

Json = dict[str, Any]


class AkSk(httpx.Auth):
    """Signs with `SDK-HMAC-SHA256`. `moved_s`: how wrong the client's clock is."""

    requires_request_body = True

    def __init__(self, access: str, secret: str, *, moved_s: float = 0.0) -> None:
        self._access, self._secret, self._moved_s = access, secret, moved_s

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        now_s = datetime.now(UTC).timestamp() + self._moved_s
        request.headers["X-Sdk-Date"] = datetime.fromtimestamp(now_s, UTC).strftime("%Y%m%dT%H%M%SZ")
        request.headers["Authorization"] = self._claim(request)
        yield request

    def _claim(self, request: httpx.Request) -> str:
        signed = sorted({"host", "x-sdk-date", *(name for name in request.headers if name.startswith("x-app"))})
        pairs = sorted(parse_qsl(request.url.query.decode(), keep_blank_values=True))
        canonical = "\n".join(
            [
                request.method,
                request.url.raw_path.decode().partition("?")[0].rstrip("/") + "/",
                "&".join(f"{quote(name, safe='~')}={quote(text, safe='~')}" for name, text in pairs),
                "".join(f"{name}:{request.headers[name].strip()}\n" for name in signed),
                ";".join(signed),
                hashlib.sha256(request.content).hexdigest(),
            ]
        )
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        said = f"SDK-HMAC-SHA256\n{request.headers['X-Sdk-Date']}\n{digest}"
        signature = hmac.new(self._secret.encode(), said.encode(), hashlib.sha256).hexdigest()
        return f"SDK-HMAC-SHA256 Access={self._access}, SignedHeaders={';'.join(signed)}, Signature={signature}"


@dataclass(frozen=True)
class Caller:
    """An app that uses the dialect."""

    site: Site
    credentials: Credentials
    client: httpx.Client

    @property
    def app(self) -> App:
        """The app itself."""
        return self.site.platform.accounts.get(self.credentials.app_id)

    def call(self, method: str, path: str, *, status: int = 200, **options: Any) -> Json:
        """The JSON of the answer, `{}` where there is none."""
        answer = self.client.request(method, path, **options)
        assert answer.status_code == status, f"{answer.status_code} {answer.text}"
        found: Json = answer.json() if answer.content else {}
        return found

    def refused(self, method: str, path: str, **options: Any) -> str:
        """The code of a refusal with HTTP status 400."""
        return str(self.call(method, path, status=400, **options)["error_code"])

    def training(self, method: str, path: str, **options: Any) -> Json:
        """A call under `voice-training-manage/user`."""
        return self.call(method, f"/voice-training-manage/user{path}", **options)

    def job(self, job_id: str) -> Json:
        """A job as it is now."""
        return self.training("GET", f"/jobs/{job_id}")

    def ended_job(self, job_id: str) -> Json:
        """A job when nothing more happens to it."""

        def look() -> Json | None:
            found = self.job(job_id)
            return None if found["state"] in ("WAITING", "PROCESSING") else found

        found = until(look)
        assert found is not None
        return found

    def create(self, kind: str = "basic", **fields: Any) -> Json:
        """A new job."""
        return self.training("POST", f"/{kind}-jobs", json={"voice_name": "Quiet Harbor"} | fields)

    def spoken(self, **fields: Any) -> Json:
        """An asynchronous job when it has ended."""
        job_id = self.call("POST", "/ttsc/async-jobs", json=fields)["job_id"]

        def look() -> Json | None:
            found = self.call("GET", f"/ttsc/async-jobs/{job_id}")
            return None if found["state"] in ("WAITING", "PROCESSING") else found

        found = until(look)
        assert found is not None
        return found


def caller(site: Site, **quota: Any) -> Caller:
    """A new app."""
    credentials = site.credentials(**quota)
    base_url = f"{site.url}/v1/{credentials.project_id}"
    auth = AkSk(credentials.app_id, credentials.secret)
    return Caller(site, credentials, httpx.Client(base_url=base_url, auth=auth, timeout=60))


def put(url: str, content: bytes) -> None:
    """Send a file to an upload address, as any HTTP client would."""
    answer = httpx.put(url, content=content, timeout=60)
    assert answer.status_code == 200, answer.text


def zipped(members: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> bytes:
    """An archive with these files."""
    content = io.BytesIO()
    pairs = members.items() if isinstance(members, Mapping) else members
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in pairs:
            archive.writestr(name, each)
    return content.getvalue()
