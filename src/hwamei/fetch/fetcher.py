"""The Fetcher: gets recordings from addresses that callers name, and sends callbacks to them."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import certifi
import httpcore
import httpx

from hwamei import atomic
from hwamei.codecs.media_types import media_type_of
from hwamei.domain.errors import NotFetched, TooBig, UrlRefused
from hwamei.fetch.addresses import Address, any_address, is_public
from hwamei.fetch.dialling import (
    AddressRefused,
    CheckedBackend,
    Deadline,
    Dial,
    NameUnknown,
    Resolve,
    TlsRefused,
    dial,
    resolve,
)
from hwamei.fetch.urls import parse_url, shown
from hwamei.settings import Settings

FETCH_S = 60.0  # for everything: looking up, redirects, the last byte
POST_S = 10.0
MOST_REDIRECTS = 5
MOST_ANSWER_BYTES = 64 * 1024  # of an answer to a callback; it is read and dropped

_REDIRECTS = (301, 302, 303, 307, 308)
_MAY_PASS = (408, 425, 429)
_MAY_HEAL = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, httpcore.ConnectionNotAvailable)


def open_fetcher(settings: Settings) -> HttpFetcher:
    """The Fetcher for these settings. Nothing is to be closed: each call has its own connection."""
    may_call = any_address if settings.allow_private_urls else is_public
    return HttpFetcher(ssl_context=_ssl_context(), may_call=may_call)


def _ssl_context() -> ssl.SSLContext:
    """What this machine trusts, and what browsers do: a small image may trust nobody by itself."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@dataclass(frozen=True)
class HttpFetcher:
    """Calls http and https addresses whose every resolved address `may_call` allows. Used by many threads at once.

    Proxies that the environment names are not used: they would resolve names for themselves.
    """

    ssl_context: ssl.SSLContext
    may_call: Callable[[Address], bool]
    resolve: Resolve = resolve
    dial: Dial = dial
    now_s: Callable[[], float] = time.monotonic
    fetch_s: float = FETCH_S
    post_s: float = POST_S

    def fetch(self, url: str, target: Path, *, max_bytes: int) -> str:
        """Write what is there into a file; the media type that the content shows. Up to five redirects are followed.

        Where it raises, there is no file: UrlRefused, NotFetched, TooBig.
        """
        deadline = self._deadline(self.fetch_s)
        place = parse_url(url)
        for _ in range(MOST_REDIRECTS + 1):
            with self._answer(_Call("GET", place), deadline) as answer:
                if answer.status not in _REDIRECTS:
                    _check_answer(place, answer)
                    with atomic.replacing(target) as file:
                        _save(answer, file, max_bytes)
                    return media_type_of(target)
                place = _next_place(place, answer)
        raise NotFetched(url=shown(url), problem=f"it redirects more than {MOST_REDIRECTS} times", may_pass=False)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send, and return the HTTP status, also of a redirect: none is followed. Raises UrlRefused, NotFetched."""
        call = _Call("POST", parse_url(url), body, headers)
        with self._answer(call, self._deadline(self.post_s)) as answer:
            received = 0
            for piece in answer.iter_stream():
                received += len(piece)
                if received > MOST_ANSWER_BYTES:
                    break
            return answer.status

    def _deadline(self, seconds: float) -> Deadline:
        return Deadline(self.now_s() + seconds, self.now_s)

    @contextmanager
    def _answer(self, call: _Call, deadline: Deadline) -> Iterator[httpcore.Response]:
        """The answer whose body has not been read yet. What goes wrong until the end of the context is translated."""
        backend = CheckedBackend(self.resolve, self.may_call, self.dial, deadline)
        with (
            _in_our_own_errors(call.url),
            httpcore.ConnectionPool(ssl_context=self.ssl_context, network_backend=backend) as pool,
            pool.stream(call.method, call.address, headers=call.head, content=call.body) as answer,
        ):
            yield answer


@dataclass(frozen=True)
class _Call:
    """One request."""

    method: str
    url: httpx.URL
    body: bytes | None = None
    headers: Mapping[str, str] | None = None

    @property
    def address(self) -> httpcore.URL:
        """For httpcore, which takes the host to dial from it, and the name for TLS."""
        url = self.url
        return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)

    @property
    def head(self) -> list[tuple[bytes, bytes]]:
        """The headers that are sent. We ask for bytes as they are: compressed, a few can stand for gigabytes."""
        ours = {"Host": self.url.netloc.decode("ascii"), "User-Agent": "Hwamei", "Connection": "close"}
        if self.body is None:
            ours |= {"Accept": "*/*", "Accept-Encoding": "identity"}
        else:
            ours |= {"Content-Length": str(len(self.body))}
        reserved = {name.lower() for name in ours}
        theirs = {name: value for name, value in (self.headers or {}).items() if name.lower() not in reserved}
        return [(name.encode("ascii"), value.encode("utf-8")) for name, value in {**ours, **theirs}.items()]


def _next_place(place: httpx.URL, answer: httpcore.Response) -> httpx.URL:
    """Where a redirect leads. Raises UrlRefused, NotFetched."""
    location = _header(answer, b"location")
    if not location:
        raise NotFetched(url=shown(place), problem="it redirects to nowhere", may_pass=False)
    try:
        following = parse_url(str(place.join(location)))
    except httpx.InvalidURL as error:
        raise UrlRefused(url=shown(place), problem=f"it redirects to what is no address ({error})") from error
    if place.scheme == "https" and following.scheme == "http":
        raise UrlRefused(url=shown(place), problem="it redirects from https to http")
    return following


def _check_answer(place: httpx.URL, answer: httpcore.Response) -> None:
    """Raises NotFetched unless the body is what was asked for, as it is."""
    status = answer.status
    if not 200 <= status < 300:
        may_pass = status in _MAY_PASS or status >= 500
        raise NotFetched(url=shown(place), problem=f"the answer was HTTP {status}", may_pass=may_pass)
    encoding = _header(answer, b"content-encoding") or "identity"
    if encoding.lower() != "identity":
        problem = f"it was sent compressed ({encoding[:20]!r}), though we asked for it as it is"
        raise NotFetched(url=shown(place), problem=problem, may_pass=False)


def _save(answer: httpcore.Response, file: BinaryIO, max_bytes: int) -> None:
    """Write the body. What Content-Length says is believed only where it is too much already. Raises TooBig."""
    said = _header(answer, b"content-length")
    received = int(said) if said.isascii() and said.isdecimal() and int(said) > max_bytes else 0
    for piece in answer.iter_stream():
        received += len(piece)
        if received > max_bytes:
            raise TooBig(what="what the address gave", allowed=max_bytes)
        file.write(piece)


def _header(answer: httpcore.Response, wanted: bytes) -> str:
    """The header's value, or nothing."""
    return next((value.decode("latin-1").strip() for name, value in answer.headers if name.lower() == wanted), "")


@contextmanager
def _in_our_own_errors(url: httpx.URL) -> Iterator[None]:
    """Everything that httpcore raises as ours."""
    try:
        yield
    except AddressRefused as error:
        problem = "its host has an address that is not on the public internet; such addresses are not called"
        raise UrlRefused(url=shown(url), problem=problem) from error
    except (TlsRefused, NameUnknown, httpcore.LocalProtocolError, httpcore.UnsupportedProtocol) as error:
        raise NotFetched(url=shown(url), problem=_said(error), may_pass=False) from error
    except httpcore.TimeoutException as error:
        raise NotFetched(url=shown(url), problem="it took too long", may_pass=True) from error
    except _MAY_HEAL as error:
        raise NotFetched(url=shown(url), problem=_said(error), may_pass=True) from error


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
