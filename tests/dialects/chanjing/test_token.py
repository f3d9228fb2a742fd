"""Getting a token, and what it opens."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.dialects.chanjing.conftest import PREFIX, NewProgram, Program, checked
from tests.serving import Site

VOID = (10400, "AccessToken已失效")


def told(answer: dict[str, object]) -> tuple[object, object]:
    return answer["code"], answer["msg"]


@pytest.mark.parametrize("prefix", ["/open/v1", "/api/open/v1"])
def test_both_prefixes_give_a_token_and_take_it(prefix: str, mine: Program) -> None:
    body = {"app_id": mine.credentials.app_id, "secret_key": mine.credentials.secret}
    issued = checked(httpx.post(f"{mine.site.url}{prefix}/access_token", json=body))
    assert (issued["code"], issued["msg"], set(issued["data"])) == (0, "success", {"access_token", "expire_in"})
    token = issued["data"]["access_token"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{64}", token)
    assert issued["data"]["expire_in"] == pytest.approx(time.time() + 86_400, abs=120)
    for path in (f"{PREFIX}/user_info", f"/api{PREFIX}/user_info"):
        assert checked(httpx.get(mine.site.url + path, headers={"access_token": token}))["code"] == 0


def test_the_next_token_makes_the_one_before_it_void_at_once(mine: Program, other: Program) -> None:
    theirs, first = other.client, mine.client
    mine.token()
    assert told(checked(first.get("/user_info"))) == VOID
    assert checked(theirs.get("/user_info"))["code"] == 0


def test_a_token_whose_day_is_over_is_void(mine: Program) -> None:
    assert checked(mine.client.get("/user_info"))["code"] == 0
    store, token = mine.site.platform.tokens.store, mine.client.headers["access_token"]
    store.put(mine.credentials.app_id, token, until=datetime.now(UTC) - timedelta(seconds=1))
    assert told(mine.get("/user_info")) == VOID


@pytest.mark.parametrize("headers", [{}, {"access_token": ""}, {"access_token": "x" * 64}, {"access_token": "a b+/"}])
@pytest.mark.parametrize(
    ("method", "call"),
    [
        ("POST", "/create_customised_audio"),
        ("GET", "/customised_audio"),
        ("POST", "/list_customised_audio"),
        ("POST", "/delete_customised_audio"),
        ("GET", "/list_common_audio"),
        ("POST", "/create_audio_task"),
        ("POST", "/audio_task_state"),
        ("GET", "/common/create_upload_url"),
        ("GET", "/common/file_detail"),
        ("POST", "/common/delete_file"),
        ("GET", "/user_info"),
        ("GET", "/user_duration"),
        ("GET", "/common/tag_list"),
    ],
)
def test_without_a_token_nothing_is_told(method: str, call: str, headers: dict[str, str], site: Site) -> None:
    """Nor is a body looked at."""
    answer = httpx.request(method, f"{site.url}{PREFIX}{call}", headers=headers, content=b"no JSON")
    assert told(checked(answer)) == VOID


def test_the_key_of_the_native_api_is_no_token(mine: Program) -> None:
    for headers in ({"access_token": mine.credentials.api_key}, {"Authorization": mine.credentials.api_key}):
        assert told(checked(httpx.get(f"{mine.site.url}{PREFIX}/user_info", headers=headers))) == VOID


def test_a_wrong_secret_an_unknown_app_and_a_disabled_one_get_no_token_and_the_same_answer(
    mine: Program, other: Program, new_program: NewProgram
) -> None:
    disabled = new_program()
    disabled.site.platform.accounts.disable(disabled.credentials.app_id)
    body = {"app_id": "nobody", "secret_key": mine.credentials.secret}
    refusals = [
        mine.ask_for_token("wrong"),
        mine.ask_for_token(other.credentials.secret),
        disabled.ask_for_token(disabled.credentials.secret),
        checked(httpx.post(f"{mine.site.url}{PREFIX}/access_token", json=body)),
    ]
    assert {(*told(refusal), refusal["data"]) for refusal in refusals} == {
        (40000, "参数错误，app_id或secret_key错误，或应用已停用", None)
    }


def test_an_app_that_was_disabled_is_told_so(mine: Program) -> None:
    mine.client.get("/user_info")
    mine.site.platform.accounts.disable(mine.credentials.app_id)
    assert told(mine.get("/user_info")) == (10400, "APP状态错误")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"x"', 400),
        (b"\xff", 400),
        (b'{"app_id": 1, "secret_key": "x"}', 400),
        (b'{"app_id": null, "secret_key": "x"}', 400),
        (b"{}", 40000),
        (b'{"app_id": "x"}', 40000),
        (b'{"app_id": "a\\u0000", "secret_key": "x"}', 40000),
        (b'{"app_id": "\\ud83d", "secret_key": "x"}', 400),
        (b"[" * 100_000, 400),
    ],
)
def test_a_body_that_is_none_is_refused(content: bytes, code: int, site: Site) -> None:
    assert checked(httpx.post(f"{site.url}{PREFIX}/access_token", content=content))["code"] == code


def test_blanks_around_id_and_secret_do_no_harm(mine: Program) -> None:
    body = {"app_id": f" {mine.credentials.app_id}", "secret_key": f"{mine.credentials.secret}\n"}
    assert checked(httpx.post(f"{mine.site.url}{PREFIX}/access_token", json=body))["code"] == 0


def test_the_id_of_a_request_is_its_trace_id(mine: Program) -> None:
    given = "0123456789abcdef" * 2
    answer = mine.client.get("/user_info", headers={"X-Request-Id": given})
    assert checked(answer)["trace_id"] == given == answer.headers["x-request-id"]
    checked(mine.client.get("/user_info", headers={"X-Request-Id": "mine"}))
