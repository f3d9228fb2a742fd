"""How often the calls may be made: as documented, for each app."""

from __future__ import annotations

import pytest

from hwamei.domain.app import Operation, Quota, Rate
from tests.dialects.chanjing.conftest import Elsewhere, NewProgram, Program


def test_a_list_may_be_asked_for_ten_times_a_minute(mine: Program, other: Program) -> None:
    codes = [mine.post("/list_customised_audio")["code"] for _ in range(13)]
    assert codes[:10] == [0] * 10
    assert codes[-1] == 40001
    refused = mine.client.post("/list_customised_audio", json={})
    assert refused.json()["msg"].startswith("超出QPS限制")
    assert 1 <= int(refused.headers["retry-after"]) <= 62
    assert mine.get("/customised_audio", id="x")["code"] == 10400  # each call is counted by itself
    assert other.post("/list_customised_audio")["code"] == 0


@pytest.mark.parametrize("call", ["detail", "create"])
def test_so_may_a_voice_be_looked_at_and_ordered(call: str, mine: Program, elsewhere: Elsewhere) -> None:
    def once() -> int:
        if call == "detail":
            return int(mine.get("/customised_audio", id="x")["code"])
        return int(mine.post("/create_customised_audio", name="me", url=f"{elsewhere.url}/nothing")["code"])

    codes = [once() for _ in range(13)]
    assert 40001 not in codes[:10]
    assert codes[-1] == 40001


def test_uploads_may_be_begun_thirty_times_a_minute(mine: Program) -> None:
    codes = [mine.get("/common/create_upload_url", service="prompt_audio", name="a.wav")["code"] for _ in range(35)]
    assert codes[:30] == [0] * 30
    assert codes[-1] == 40001


def test_a_request_that_is_refused_for_its_body_is_not_counted(mine: Program) -> None:
    assert {mine.post("/list_customised_audio", page=0)["code"] for _ in range(20)} == {40000}
    assert mine.post("/list_customised_audio")["code"] == 0


def test_the_rates_of_an_app_hold_too(new_program: NewProgram) -> None:
    mine = new_program(Quota(rates={Operation.READ: Rate(1, 3600)}))
    assert [mine.get("/user_info")["code"] for _ in range(2)] == [0, 40001]
