"""Who may come in: apps whose secret signed the request, and nobody else."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from hwamei.domain.app import Operation, Quota, Rate
from tests.dialects.teleai.conftest import GENERAL, PREFIX, Caller, limited
from tests.dialects.teleai.signer import Signer
from tests.serving import Site

DELETE = f"{PREFIX}/timbre/delete"
QUERY = f"{PREFIX}/timbre/query"
UNSIGNED = {"code": 4001, "message": "签名认证失败"}


def said(answer: httpx.Response) -> dict[str, Any]:
    """What the gateway says, but for the id of the request, which must be everywhere the same."""
    body: dict[str, Any] = answer.json()
    trace_id = body.pop("traceId")
    assert trace_id == answer.headers["trace-id"] == answer.headers["x-request-id"]
    return body


def knock(caller: Caller, signer: Signer, path: str = QUERY, **more: Any) -> httpx.Response:
    """A request that is signed so."""
    return caller.open.post(path, json={}, auth=signer, **more)


def signing(caller: Caller, otherwise: dict[str, Any]) -> Signer:
    """The app's signer, with something otherwise."""
    changed = dict(otherwise)
    if "made_ago_s" in changed:
        changed["made_s"] = int(time.time()) - changed.pop("made_ago_s")
    return replace(caller.signer, **changed)


@pytest.mark.parametrize(
    "signed",
    [
        {},
        {"region": "SH", "valid_for_s": 259_200},
        {"names": ("content-type",)},
        {"names": ("content-type", "host", "x-app-id")},
        {"made_ago_s": 1700},
        {"made_ago_s": -200},
    ],
)
def test_who_signs_with_the_apps_secret_comes_in(signed: dict[str, Any], mine: Caller) -> None:
    answer = knock(mine, signing(mine, signed))
    assert (answer.status_code, answer.json()["code"]) == (200, 10000)
    assert answer.headers["trace-id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("query", ["?a=1", "?b=2&a=1", "?a=req+1%2F%C3%A9*~", "?a"])
@pytest.mark.parametrize("form_spelling", [False, True])
def test_a_query_is_signed_in_either_spelling(query: str, form_spelling: bool, mine: Caller) -> None:
    assert knock(mine, replace(mine.signer, form_spelling=form_spelling), QUERY + query).status_code == 200


def test_a_header_can_be_used_again_until_it_is_over(mine: Caller) -> None:
    headers = mine.signer.headers("POST", QUERY)
    assert [mine.open.post(QUERY, json={}, headers=headers).status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize(
    "signed",
    [
        {"key": "0" * 43},
        {"app_id": "app_0123456789abcdef"},
        {"app_id": "a'; drop table apps; --"},
        {"made_ago_s": 1802},
        {"made_ago_s": -2000},
        {"valid_for_s": 0},
        {"valid_for_s": 10**9},
        {"region": ""},
        {"names": ("x-app-id", "x-never-sent")},
    ],
)
def test_who_does_not_is_told_only_that(signed: dict[str, Any], mine: Caller) -> None:
    headers = signing(mine, signed).headers("POST", QUERY, {"x-never-sent": "1"})
    answer = mine.open.post(QUERY, json={}, headers=headers)
    assert (answer.status_code, said(answer)) == (401, UNSIGNED)
    assert answer.headers["www-authenticate"] == "teleai-cloud-auth-v1"


def test_a_signature_for_another_call_or_method_or_query_does_not_hold(mine: Caller) -> None:
    for method, path in [("GET", QUERY), ("POST", DELETE), ("POST", QUERY + "?a=1")]:
        answer = mine.open.post(QUERY, json={}, headers=mine.signer.headers(method, path))
        assert (answer.status_code, said(answer)) == (401, UNSIGNED)


def test_an_app_cannot_sign_for_another(mine: Caller, other: Caller) -> None:
    theirs = Signer(other.credentials.app_id, mine.credentials.secret)
    assert said(knock(mine, theirs)) == UNSIGNED
    headers = mine.signer.headers("POST", QUERY) | {"X-APP-ID": other.credentials.app_id}
    assert said(mine.open.post(QUERY, json={}, headers=headers)) == UNSIGNED


@pytest.mark.parametrize("left_out", ["X-APP-ID", "Authorization"])
def test_both_headers_must_be_there_once(left_out: str, mine: Caller) -> None:
    headers = mine.signer.headers("POST", QUERY)
    twice = [*headers.items(), (left_out, headers[left_out])]
    assert said(mine.open.post(QUERY, json={}, headers=twice)) == UNSIGNED
    del headers[left_out]
    assert said(mine.open.post(QUERY, json={}, headers=headers)) == UNSIGNED


@pytest.mark.parametrize(
    "authorization", ["", "Bearer x", "Basic eDp5", "teleai-cloud-auth-v1", "/" * 6, "\xff" * 40, "a" * 9_000]
)
def test_any_header_is_answered(authorization: str, mine: Caller) -> None:
    headers = {b"X-APP-ID": mine.credentials.app_id.encode(), b"Authorization": authorization.encode("latin-1")}
    answer = mine.open.post(QUERY, json={}, headers=headers)
    assert (answer.status_code, said(answer)) == (401, UNSIGNED)


def test_the_key_of_the_native_api_is_no_signature(mine: Caller) -> None:
    headers = {"X-APP-ID": mine.credentials.app_id, "Authorization": f"Bearer {mine.credentials.api_key}"}
    assert mine.open.post(QUERY, json={}, headers=headers).status_code == 401


def test_bearer_before_a_signature_is_passed_over(mine: Caller) -> None:
    headers = mine.signer.headers("POST", QUERY)
    headers["Authorization"] = f"Bearer {headers['Authorization']}"
    assert mine.open.post(QUERY, json={}, headers=headers).status_code == 200


def test_nothing_is_read_from_who_did_not_sign(mine: Caller) -> None:
    url = httpx.URL(mine.url)
    with socket.create_connection((url.host, url.port or 0), timeout=30) as connection:
        head = f"POST {PREFIX}/timbre/register HTTP/1.1\r\nHost: {url.host}\r\nContent-Length: 1000000000000\r\n\r\n"
        connection.sendall(head.encode())
        assert connection.recv(12) == b"HTTP/1.1 401"


def test_a_secret_that_was_replaced_signs_nothing(site: Site, mine: Caller) -> None:
    site.platform.accounts.rotate(mine.credentials.app_id)
    assert said(knock(mine, mine.signer)) == UNSIGNED


def test_an_app_that_is_disabled_is_told_so_if_it_can_sign(site: Site, mine: Caller) -> None:
    site.platform.accounts.disable(mine.credentials.app_id)
    answer = knock(mine, mine.signer)
    assert (answer.status_code, said(answer)) == (403, {"code": 4003, "message": "服务未开通"})
    assert said(knock(mine, replace(mine.signer, key="0" * 43))) == UNSIGNED


def test_who_asks_too_often_is_told_when_to_come_back(site: Site) -> None:
    with limited(site, Quota(rates={Operation.READ: Rate(1, 60)})) as caller:
        assert knock(caller, caller.signer).status_code == 200
        answer = knock(caller, caller.signer)
        assert (answer.status_code, said(answer)) == (429, {"code": 4002, "message": "并发超限"})
        assert 1 <= int(answer.headers["retry-after"]) <= 62


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/aipaas/voice/v1/timbre/rename", 404),
        ("POST", "/aipaas/voice/v1/weizStreamingSuperTts/streaming", 404),
        ("GET", "/aipaas", 404),
        ("GET", DELETE, 405),
        ("GET", GENERAL, 404),
    ],
)
def test_a_call_that_is_not_there_is_told_in_the_gateways_words(
    method: str, path: str, status: int, mine: Caller
) -> None:
    answer = mine.http.request(method, path)
    assert (answer.status_code, said(answer)) == (status, {"code": 4004, "message": "接口不存在"})


def refused_socket(caller: Caller, path: str, signer: Signer) -> tuple[int, dict[str, Any]]:
    with pytest.raises(InvalidStatus) as caught, caller.socket(path, signer=signer):
        pass
    answer = caught.value.response
    told: dict[str, Any] = json.loads(bytes(answer.body))
    assert told.pop("traceId") == answer.headers["trace-id"]
    return answer.status_code, told


def test_a_socket_that_is_not_signed_is_not_opened(site: Site, mine: Caller) -> None:
    wrong = replace(mine.signer, key="0" * 43)
    assert refused_socket(mine, GENERAL, wrong) == (401, UNSIGNED)
    assert refused_socket(mine, f"{PREFIX}/{uuid4()}", mine.signer)[0] == 404
    site.platform.accounts.disable(mine.credentials.app_id)
    assert refused_socket(mine, GENERAL, mine.signer) == (403, {"code": 4003, "message": "服务未开通"})


def test_an_open_socket_has_the_id_of_its_request(mine: Caller) -> None:
    with mine.socket() as socket:
        assert socket.response is not None
        assert socket.response.headers["trace-id"] == socket.response.headers["x-request-id"]
