"""Where clients reach a server."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from starlette.requests import Request

from hwamei.web.addresses import base_url


def called(host: str | None, *, public_url: str = "", root_path: str = "", scheme: str = "http") -> Request:
    headers = [] if host is None else [(b"host", host.encode())]
    app = SimpleNamespace(state=SimpleNamespace(public_url=public_url))
    scope = {"type": "http", "app": app, "scheme": scheme, "server": ("127.0.0.1", 80), "headers": headers}
    return Request({**scope, "path": f"{root_path}/v1", "root_path": root_path, "query_string": b""})


@pytest.mark.parametrize("host", ["voices.example", "voices.example:8000", "[::1]:8000", "127.0.0.1:1"])
@pytest.mark.parametrize("root_path", ["", "/behind/a/proxy"])
def test_it_is_where_the_client_called(host: str, root_path: str) -> None:
    request = called(host, root_path=root_path, scheme="https")
    assert base_url(request) == str(request.base_url).rstrip("/") == f"https://{host}{root_path}"


def test_it_is_what_was_set_whatever_the_client_called() -> None:
    assert (
        base_url(called("evil.example", public_url="https://voices.example/hwamei/")) == "https://voices.example/hwamei"
    )


@pytest.mark.parametrize("host", [None, "", "a/b", "a@b", "a?b", "a#b", "a\\b"])
def test_a_host_that_is_none_is_what_starlette_makes_of_it(host: str | None) -> None:
    request = called(host)
    assert base_url(request) == str(request.base_url).rstrip("/")
