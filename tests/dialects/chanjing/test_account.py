"""Whose token it is, and what is left."""

from __future__ import annotations

from tests.dialects.chanjing.conftest import Program


def test_a_token_says_whose_it_is(mine: Program) -> None:
    info = mine.data(mine.get("/user_info"))
    assert info.pop("id") == mine.credentials.app_id
    assert info.pop("name") == "tests"
    assert info == {
        "custom_person_nums": 0,
        "custom_person_limit": 0,
        "video_create_seconds": 0,
        "video_create_limit": 0,
    }


def test_where_nothing_is_counted_there_is_always_enough(mine: Program) -> None:
    assert mine.data(mine.get("/user_duration")) == {"resi_total_bean": 999_999_999, "bean_day30": 0}
