"""Whatever goes wrong is told in the envelope."""

from __future__ import annotations

import httpx
import pytest

from hwamei.dialects.chanjing.errors import TABLE, render_failure, told
from hwamei.domain.errors import Failed, HwameiError, NotSignedIn, StoreUnavailable
from hwamei.web.failures import Failure
from tests.dialects.chanjing.conftest import PREFIX, Program
from tests.errors import all_errors
from tests.serving import Site

DOCUMENTED = {400, 10400, 40000, 40001, 40002, 50000, 51000}
ERRORS = all_errors("hwamei.dialects.chanjing.errors")


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_documented_code_that_says_whose_fault_it_is(kind: type[HwameiError]) -> None:
    how = told(kind)
    assert how.code in DOCUMENTED
    assert how.msg
    if issubclass(kind, Failed):
        assert (how.code // 10_000, how.in_detail, how.status) == (5, False, 200)


def test_every_code_is_used() -> None:
    assert {how.code for how in TABLE.values()} == DOCUMENTED


def test_only_a_void_token_is_told_in_the_words_that_make_programs_get_a_new_one() -> None:
    assert [kind for kind in ERRORS if "AccessToken" in told(kind).msg] == [NotSignedIn]


def test_what_failed_on_our_side_names_no_place_of_ours() -> None:
    error = StoreUnavailable(store="database", problem="postgresql://user:password@10.0.0.1")
    answer = render_failure(Failure(error, "r"))
    assert answer.status_code == 200
    assert b"password" not in bytes(answer.body)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{PREFIX}/nothing", 404),
        ("GET", f"/api{PREFIX}/list_common_audio/", 404),
        ("GET", f"{PREFIX}/create_audio_task", 405),
        ("PUT", f"{PREFIX}/user_info", 405),
    ],
)
def test_where_there_is_no_call_the_status_of_http_says_so_too(method: str, path: str, status: int, site: Site) -> None:
    answer = httpx.request(method, site.url + path)
    assert answer.status_code == status
    assert (answer.json()["code"], answer.json()["data"]) == (400, None)


def test_a_body_that_is_too_big_is_not_read(mine: Program) -> None:
    answer = mine.client.post("/create_audio_task", content=b" " * (5 * 1024 * 1024))
    assert (answer.status_code, answer.json()["code"]) == (413, 400)


def test_a_body_may_say_that_it_is_of_any_type(mine: Program) -> None:
    for kind in ("application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded"):
        answer = mine.client.post("/list_customised_audio", content=b"{}", headers={"Content-Type": kind})
        assert answer.json()["code"] == 0


def test_a_get_may_have_a_body(mine: Program) -> None:
    answer = mine.client.request("GET", "/user_info", content=b"{", headers={"Content-Type": "application/json"})
    assert answer.json()["data"]["id"] == mine.credentials.app_id
