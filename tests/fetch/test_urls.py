"""Addresses as somebody wrote them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.errors import UrlRefused
from hwamei.fetch.urls import parse_url, shown

REFUSED = [
    "",
    "nonsense",
    "//example.test/a",
    "/a",
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "ftp://example.test/a",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "data:audio/wav;base64,AAAA",
    "unix:///var/run/docker.sock",
    "http:///a",
    "http://",
    "http://:80/",
    "http://user@example.test/",
    "http://user:secret@example.test/",
    "http://@example.test/",
    "http://example.test@127.0.0.1/",
    "http://example.test\\@127.0.0.1/",
    "http://127.0.0.1\\.example.test/",
    "http://example.test%00.test/",
    "http://%31%32%37.0.0.1/",
    "http://exam ple.test/",
    "http://example.test\t/",
    "http://example\n.test/",
    "http://[fe80::1%25eth0]/",
    "http://[::1/",
    "http://[nonsense]/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://127.0.0.1./",
    "http://127.0.0.1.0x/",
    "http://example.test:0/",
    "http://example.test:65536/",
    "http://example.test:-1/",
    "http://example.test:http/",
    "http://.example.test/",
    "http://a..b/",
    "http://xn--/\x00",
    f"http://{'a' * 64}.test/",
    f"http://{'a.' * 130}test/",
    "http://a" + "/a" * 40_000,
]


@pytest.mark.parametrize("url", REFUSED, ids=lambda url: ascii(url)[:40])
def test_what_can_be_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(UrlRefused):
        parse_url(url)


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("http://example.test", "example.test", "/"),
        (" https://EXAMPLE.test:8443/my voice.wav?sign=a%2Fb#t=3 ", "example.test", "/my%20voice.wav?sign=a%2Fb"),
        ("http://8.8.8.8/a", "8.8.8.8", "/a"),
        ("http://[2606:4700::1]:81/a", "2606:4700::1", "/a"),
        ("https://例子.测试/画眉.wav", "xn--fsqu00a.xn--0zwm56d", "/%E7%94%BB%E7%9C%89.wav"),
        ("http://under_score.example.test./a", "under_score.example.test.", "/a"),
    ],
)
def test_the_usual_ways_to_write_an_address_are_taken(url: str, host: str, path: str) -> None:
    parsed = parse_url(url)
    assert parsed.raw_host.decode() == host
    assert parsed.raw_path.decode() == path


@given(text=st.text(max_size=40), before=st.sampled_from(["", "http://", "https://a.test", "http://[", "http://a@"]))
def test_any_text_is_an_address_or_refused(text: str, before: str) -> None:
    try:
        url = parse_url(before + text)
    except UrlRefused:
        return
    assert url.scheme in ("http", "https")
    assert url.raw_host
    assert not url.userinfo


def test_messages_show_neither_password_nor_query() -> None:
    assert shown("http://user:secret@example.test/a?token=secret#secret") == "http://example.test/a"
    assert shown(parse_url("https://example.test/a?token=secret")) == "https://example.test/a"
