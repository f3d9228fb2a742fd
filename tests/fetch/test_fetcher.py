"""Getting what an address names, from real servers that behave and from real servers that do not."""

from __future__ import annotations

import gzip
import inspect
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from threading import Event

import httpcore
import pytest

from hwamei.domain.errors import NotFetched, Refused, TooBig, UrlRefused
from hwamei.fetch.addresses import Address, is_public
from hwamei.fetch.dialling import dial
from hwamei.fetch.fetcher import MOST_REDIRECTS, HttpFetcher, _in_our_own_errors, open_fetcher
from hwamei.fetch.urls import parse_url
from hwamei.settings import Settings
from tests.fetch.conftest import HOST, Tls
from tests.fetch.servers import endless, redirecting, sending, serving, silent

PUBLIC = ip_address("93.184.216.34")
OTHER_PUBLIC = ip_address("8.8.8.8")
LOOPBACK = ip_address("127.0.0.1")
MAX_BYTES = 1 << 20
WAVE = b"RIFF\x24\0\0\0WAVEfmt " + bytes(28)


@dataclass
class Names:
    """An internet of our own: what names resolve to, one answer after the other, and all its addresses lead here."""

    answers: dict[str, list[list[Address]]]
    dialled: list[Address] = field(default_factory=list)

    def resolve(self, host: str) -> Sequence[Address]:
        if host not in self.answers:
            return [ip_address(host)]
        answers = self.answers[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def dial(self, address: Address, port: int, timeout_s: float) -> socket.socket:
        self.dialled.append(address)
        return dial(LOOPBACK, port, timeout_s)


def guarded(names: Names, *, client: ssl.SSLContext | None = None, fetch_s: float = 10.0) -> HttpFetcher:
    """A fetcher with the real rules, on an internet of our own."""
    context = client or ssl.create_default_context()
    return HttpFetcher(context, is_public, resolve=names.resolve, dial=names.dial, fetch_s=fetch_s, post_s=fetch_s)


@pytest.fixture
def open_to_all(settings: Settings) -> HttpFetcher:
    """What a closed network has."""
    return open_fetcher(settings.model_copy(update={"allow_private_urls": True}))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "fetched"


def refusal(fetcher: HttpFetcher, url: str, target: Path) -> Refused:
    """Why it could not be fetched; and there is no file."""
    with pytest.raises(Refused) as refused:
        fetcher.fetch(url, target, max_bytes=MAX_BYTES)
    assert not target.exists()
    assert list(target.parent.iterdir()) == []
    return refused.value


def test_what_is_there_comes_into_the_file_and_its_type_is_told_by_the_content(
    open_to_all: HttpFetcher, target: Path
) -> None:
    with serving(sending(WAVE, content_type="text/html")) as server:
        assert open_to_all.fetch(server.url("/声音.mp3?a=b c"), target, max_bytes=MAX_BYTES) == "audio/wav"
    assert target.read_bytes() == WAVE
    head = server.requests[0].decode()
    assert head.startswith("GET /%E5%A3%B0%E9%9F%B3.mp3?a=b%20c HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}\r\n" in head
    assert "Accept-Encoding: identity\r\n" in head


def test_private_addresses_are_refused_unless_the_operator_allows_them(
    settings: Settings, open_to_all: HttpFetcher, target: Path
) -> None:
    with serving(sending(WAVE)) as server:
        for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"):
            assert isinstance(refusal(open_fetcher(settings), server.url(host=host), target), UrlRefused), host
        assert server.requests == []
        open_to_all.fetch(server.url(host="localhost"), target, max_bytes=MAX_BYTES)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://user@127.0.0.1/", "http://0x7f000001/"])
def test_the_operators_leave_lifts_the_rules_of_addresses_only(
    url: str, open_to_all: HttpFetcher, target: Path
) -> None:
    assert isinstance(refusal(open_to_all, url, target), UrlRefused)


def test_one_private_address_among_public_ones_is_enough_to_refuse(target: Path) -> None:
    names = Names({HOST: [[PUBLIC, LOOPBACK]]})
    assert isinstance(refusal(guarded(names), f"http://{HOST}/", target), UrlRefused)
    assert names.dialled == []


def test_a_redirect_to_a_private_address_is_refused(target: Path) -> None:
    names = Names({HOST: [[PUBLIC]]})
    for location in ("http://169.254.169.254/latest/meta-data", "//[::1]/", "http://localhost.test@10.0.0.1/"):
        with serving(redirecting(location)) as server:
            assert isinstance(refusal(guarded(names), server.url(host=HOST), target), UrlRefused), location
    assert set(names.dialled) == {PUBLIC}


def test_a_redirect_to_another_kind_of_address_is_refused(target: Path) -> None:
    names = Names({HOST: [[PUBLIC]]})
    for location in ("file:///etc/passwd", "gopher://127.0.0.1:6379/_X", "http://[", "data:,x"):
        with serving(redirecting(location)) as server:
            assert isinstance(refusal(guarded(names), server.url(host=HOST), target), UrlRefused), location


def test_a_name_that_changes_its_address_is_connected_to_at_the_address_that_was_checked(target: Path) -> None:
    """The name is looked up once for each request; the private answer comes only to a second look."""
    names = Names({HOST: [[PUBLIC], [LOOPBACK]]})
    with serving(sending(WAVE)) as server:
        guarded(names).fetch(server.url(host=HOST), target, max_bytes=MAX_BYTES)
    assert names.dialled == [PUBLIC]


def test_a_name_that_changes_its_address_between_redirects_is_refused(target: Path) -> None:
    names = Names({HOST: [[PUBLIC], [LOOPBACK]]})
    with serving(redirecting("/again")) as server:
        assert isinstance(refusal(guarded(names), server.url(host=HOST), target), UrlRefused)
    assert len(server.requests) == 1


def test_the_next_address_is_tried_where_one_does_not_answer(target: Path) -> None:
    names = Names({HOST: [[OTHER_PUBLIC, PUBLIC]]})

    def unreachable_at_first(address: Address, port: int, timeout_s: float) -> socket.socket:
        if address == OTHER_PUBLIC:
            raise OSError("no route to host")
        return names.dial(address, port, timeout_s)

    with serving(sending(WAVE)) as server:
        fetcher = HttpFetcher(ssl.create_default_context(), is_public, names.resolve, unreachable_at_first)
        fetcher.fetch(server.url(host=HOST), target, max_bytes=MAX_BYTES)
    assert names.dialled == [PUBLIC]


def test_redirects_are_followed_as_far_as_there_may_be(open_to_all: HttpFetcher, target: Path) -> None:
    steps = [redirecting(f"/{number}", "307 Temporary Redirect") for number in range(MOST_REDIRECTS)]
    with serving(*steps, sending(WAVE)) as server:
        open_to_all.fetch(server.url("/first"), target, max_bytes=MAX_BYTES)
    assert server.requests[-1].startswith(f"GET /{MOST_REDIRECTS - 1} ".encode())


def test_a_circle_of_redirects_ends(open_to_all: HttpFetcher, target: Path) -> None:
    with serving(redirecting("/")) as server:
        error = refusal(open_to_all, server.url(), target)
    assert isinstance(error, NotFetched)
    assert not error.may_pass
    assert len(server.requests) == MOST_REDIRECTS + 1


def test_the_server_must_prove_the_name_and_is_told_it(tls: Tls, target: Path) -> None:
    names = Names({HOST: [[PUBLIC]], "other.test": [[PUBLIC]]})
    fetcher = guarded(names, client=tls.client)
    with serving(sending(WAVE), tls=tls.server) as server:
        error = refusal(fetcher, f"https://other.test:{server.port}/", target)
        assert isinstance(error, NotFetched)
        assert not error.may_pass
        assert not server.requests
        fetcher.fetch(f"https://{HOST}:{server.port}/a", target, max_bytes=MAX_BYTES)
    assert f"Host: {HOST}:{server.port}\r\n".encode() in server.requests[0]
    assert names.dialled == [PUBLIC, PUBLIC]


def test_a_server_that_nobody_trusts_is_not_asked(settings: Settings, tls: Tls, target: Path) -> None:
    fetcher = open_fetcher(settings.model_copy(update={"allow_private_urls": True}))
    with serving(sending(WAVE), tls=tls.server) as server:
        error = refusal(fetcher, f"https://127.0.0.1:{server.port}/", target)
    assert isinstance(error, NotFetched)
    assert not error.may_pass


def test_a_redirect_from_https_to_http_is_refused(tls: Tls, target: Path) -> None:
    names = Names({HOST: [[PUBLIC]]})
    with serving(redirecting(f"http://{HOST}/"), tls=tls.server) as server:
        error = refusal(guarded(names, client=tls.client), f"https://{HOST}:{server.port}/", target)
    assert isinstance(error, UrlRefused)


def test_a_body_without_end_is_left_at_the_limit(open_to_all: HttpFetcher, target: Path) -> None:
    with serving(endless(b"HTTP/1.1 200 OK\r\n\r\n", bytes(65_536))) as server:
        error = refusal(open_to_all, server.url(), target)
    assert isinstance(error, TooBig)
    assert error.allowed == MAX_BYTES


def test_chunks_without_end_are_left_at_the_limit(open_to_all: HttpFetcher, target: Path) -> None:
    begin = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serving(endless(begin, b"8000\r\n" + bytes(0x8000) + b"\r\n")) as server:
        assert isinstance(refusal(open_to_all, server.url(), target), TooBig)


def test_exactly_as_much_as_is_allowed_is_taken_and_one_byte_more_is_not(
    open_to_all: HttpFetcher, target: Path
) -> None:
    with serving(sending(bytes(1000)), sending(bytes(1001))) as server:
        open_to_all.fetch(server.url(), target, max_bytes=1000)
        with pytest.raises(TooBig):
            open_to_all.fetch(server.url(), target, max_bytes=1000)
    assert target.read_bytes() == bytes(1000)


def test_a_length_that_says_more_than_is_allowed_is_refused_before_anything_is_read(
    open_to_all: HttpFetcher, target: Path
) -> None:
    with serving(sending(b"x", content_length=str(MAX_BYTES + 1))) as server:
        assert isinstance(refusal(open_to_all, server.url(), target), TooBig)


@pytest.mark.parametrize("length", ["-5", "1e3", "٣", "9" * 400, "5, 6", "0x10"])
def test_a_length_that_is_no_length_is_an_error_of_the_other_side(
    length: str, open_to_all: HttpFetcher, target: Path
) -> None:
    with serving(sending(b"hello", content_length=length)) as server:
        assert isinstance(refusal(open_to_all, server.url(), target), NotFetched | TooBig)


def test_a_body_that_breaks_off_is_not_taken_for_the_whole(open_to_all: HttpFetcher, target: Path) -> None:
    with serving(sending(WAVE, content_length=str(len(WAVE) + 10))) as server:
        error = refusal(open_to_all, server.url(), target)
    assert isinstance(error, NotFetched)
    assert error.may_pass


def test_more_bytes_than_the_length_says_are_not_read(open_to_all: HttpFetcher, target: Path) -> None:
    with serving(sending(b"hello world", content_length="5")) as server:
        open_to_all.fetch(server.url(), target, max_bytes=MAX_BYTES)
    assert target.read_bytes() == b"hello"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_a_body_that_is_compressed_unasked_is_refused_and_never_blown_up(
    encoding: str, open_to_all: HttpFetcher, target: Path
) -> None:
    bomb = gzip.compress(bytes(100 << 20))
    with serving(sending(bomb, content_encoding=encoding)) as server:
        error = refusal(open_to_all, server.url(), target)
    assert isinstance(error, NotFetched)
    assert not error.may_pass


SLOW = {
    "before the answer": silent,
    "in the status line": endless(b"HTTP/1.1 200 ", b"O", pause_s=0.01),
    "in the headers": endless(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", pause_s=0.01),
    "with news of progress": endless(b"", b"HTTP/1.1 102 Processing\r\n\r\n", pause_s=0.01),
    "in the body": endless(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x", pause_s=0.01),
    "in the length of a chunk": endless(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", pause_s=0.01
    ),
}


@pytest.mark.parametrize("slow", SLOW.values(), ids=SLOW)
def test_a_server_that_trickles_is_left_when_the_time_is_up(slow: object, target: Path) -> None:
    assert callable(slow)
    names = Names({HOST: [[PUBLIC]]})
    with serving(slow) as server:
        error = refusal(guarded(names, fetch_s=0.3), server.url(host=HOST), target)
    assert isinstance(error, NotFetched)
    assert error.may_pass


def test_headers_without_end_are_not_collected(open_to_all: HttpFetcher, target: Path) -> None:
    with serving(endless(b"HTTP/1.1 200 OK\r\n", b"X-Y: " + b"z" * 4000 + b"\r\n")) as server:
        assert isinstance(refusal(open_to_all, server.url(), target), NotFetched)


def test_a_server_that_never_finishes_the_handshake_is_left_when_the_time_is_up(target: Path) -> None:
    names = Names({HOST: [[PUBLIC]]})
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://{HOST}:{listener.getsockname()[1]}/"
        error = refusal(guarded(names, fetch_s=0.3), url, target)
    assert isinstance(error, NotFetched)
    assert error.may_pass


def test_a_resolver_that_does_not_answer_is_left_when_the_time_is_up(target: Path) -> None:
    over = Event()

    def resolve(_: str) -> Sequence[Address]:
        over.wait(10)
        return []

    fetcher = HttpFetcher(ssl.create_default_context(), is_public, resolve=resolve, fetch_s=0.2)
    error = refusal(fetcher, f"http://{HOST}/", target)
    over.set()
    assert isinstance(error, NotFetched)
    assert error.may_pass


@pytest.mark.parametrize(
    ("status", "may_pass"),
    [
        ("400 Bad Request", False),
        ("401 Unauthorized", False),
        ("403 Forbidden", False),
        ("404 Not Found", False),
        ("304 Not Modified", False),
        ("429 Too Many Requests", True),
        ("500 Internal Server Error", True),
        ("503 Service Unavailable", True),
    ],
)
def test_what_may_pass_is_told_from_what_will_not(
    status: str, may_pass: bool, open_to_all: HttpFetcher, target: Path
) -> None:
    with serving(sending(b"no", status=status)) as server:
        error = refusal(open_to_all, server.url(), target)
    assert isinstance(error, NotFetched)
    assert error.may_pass == may_pass
    assert status[:3] in error.problem


def test_nobody_at_home_may_pass(open_to_all: HttpFetcher, target: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = refusal(open_to_all, f"http://127.0.0.1:{port}/", target)
    assert isinstance(error, NotFetched)
    assert error.may_pass


def test_a_server_that_speaks_something_else_is_an_error_of_the_other_side(
    open_to_all: HttpFetcher, target: Path
) -> None:
    with serving(lambda connection: connection.sendall(b"220 mail.test ESMTP\r\n")) as server:
        assert isinstance(refusal(open_to_all, server.url(), target), NotFetched)


def test_a_name_without_an_address_does_not_pass(target: Path) -> None:
    error = refusal(guarded(Names({HOST: [[]]})), f"http://{HOST}/", target)
    assert isinstance(error, NotFetched)
    assert not error.may_pass


def test_proxies_of_the_environment_are_not_used(
    open_to_all: HttpFetcher, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(sending(b"proxy")) as proxy, serving(sending(WAVE)) as server:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        open_to_all.fetch(server.url(), target, max_bytes=MAX_BYTES)
        assert proxy.requests == []


def test_a_file_that_was_there_is_replaced_wholly_or_left(open_to_all: HttpFetcher, target: Path) -> None:
    target.write_bytes(b"before")
    with serving(sending(WAVE, content_length="1000"), sending(WAVE)) as server:
        with pytest.raises(NotFetched):
            open_to_all.fetch(server.url(), target, max_bytes=MAX_BYTES)
        assert target.read_bytes() == b"before"
        open_to_all.fetch(server.url(), target, max_bytes=MAX_BYTES)
    assert target.read_bytes() == WAVE


def test_a_message_shows_no_secret_of_the_address(open_to_all: HttpFetcher, target: Path) -> None:
    with serving(sending(status="403 Forbidden")) as server:
        assert "hush" not in str(refusal(open_to_all, server.url("/a?token=hush#hush"), target))
    assert "hush" not in str(refusal(open_to_all, "http://me:hush@127.0.0.1/", target))


def test_a_post_sends_the_body_and_tells_the_status(open_to_all: HttpFetcher) -> None:
    with serving(sending(b"thanks", status="202 Accepted")) as server:
        status = open_to_all.post(server.url("/hook"), b'{"a":1}', {"Content-Type": "application/json"})
    assert status == 202
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook HTTP/1.1\r\n")
    assert b"Content-Type: application/json" in head
    assert body == b'{"a":1}'


def test_a_post_cannot_pass_for_another_request(open_to_all: HttpFetcher) -> None:
    """A renderer's headers neither replace ours nor begin a second request."""
    with serving(sending()) as server:
        open_to_all.post(server.url(), b"body", {"host": "evil.test", "content-length": "1"})
        head = server.requests[0].lower()
        assert b"evil" not in head
        assert head.count(b"content-length") == 1
        with pytest.raises(NotFetched) as refused:
            open_to_all.post(server.url(), b"body", {"X-A": "b\r\nX-C: d"})
    assert not refused.value.may_pass


def test_a_post_follows_no_redirect(open_to_all: HttpFetcher) -> None:
    with serving(sending()) as other, serving(redirecting(other.url(), "307 Temporary Redirect")) as server:
        assert open_to_all.post(server.url(), b"", {}) == 307
        assert other.requests == []


def test_a_post_obeys_the_same_rules(settings: Settings) -> None:
    with serving(sending()) as server:
        for url in (server.url(), "file:///dev/null", "http://user@93.184.216.34/"):
            with pytest.raises(UrlRefused):
                open_fetcher(settings).post(url, b"", {})
        assert server.requests == []


def test_a_post_does_not_wait_for_the_end_of_a_long_answer(open_to_all: HttpFetcher) -> None:
    with serving(endless(b"HTTP/1.1 200 OK\r\n\r\n", bytes(65_536))) as server:
        assert open_to_all.post(server.url(), b"", {}) == 200


def test_a_post_to_a_server_that_does_not_read_ends_when_the_time_is_up() -> None:
    names = Names({HOST: [[PUBLIC]]})
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://{HOST}:{listener.getsockname()[1]}/"
        with pytest.raises(NotFetched) as refused:
            guarded(names, fetch_s=0.3).post(url, bytes(32 << 20), {})
    assert refused.value.may_pass


HTTPCORE_ERRORS = sorted(
    (kind for _, kind in inspect.getmembers(httpcore, inspect.isclass) if issubclass(kind, Exception)),
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", HTTPCORE_ERRORS)
def test_every_error_of_the_http_library_becomes_ours(kind: type[Exception]) -> None:
    with pytest.raises(NotFetched), _in_our_own_errors(parse_url("http://a.test")):
        raise kind("as it may")
