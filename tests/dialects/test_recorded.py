"""The judge of recorded examples is strict."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.dialects.recorded import Recorded, filled

RECORDED = Recorded(
    "01",
    "made up",
    {"method": "GET", "path": "/v1/{id}"},
    200,
    {"code": 0, "data": {"name": "a", "list": [{"id": 1, "note": None}]}},
    exact=["code"],
    varies=["data.list[].note"],
)


def judged(body: object, status: int = 200) -> list[str]:
    return list(RECORDED.differences(httpx.Response(status, json=body)))


@pytest.mark.parametrize(
    "body",
    [
        {"code": 0, "data": {"name": "b", "list": [{"id": 2.5}]}},
        {"code": 0, "data": {"name": "b", "list": [{"id": 2.5}, {"id": 3, "note": "x"}]}},
    ],
)
def test_the_same_shape_passes(body: object) -> None:
    assert judged(body) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"code": 0, "data": {"name": "b", "list": []}}, "data.list: empty"),
        ({"code": 1, "data": {"name": "b", "list": [{"id": 1}]}}, "code: 1"),
        ({"code": "0", "data": {"name": "b", "list": [{"id": 1}]}}, "code: string"),
        ({"code": False, "data": {"name": "b", "list": [{"id": 1}]}}, "code: boolean"),
        ({"code": 0, "data": None}, "data: null"),
        ({"code": 0, "data": {"list": [{"id": 1}]}}, "data.name: missing"),
        ({"code": 0, "data": {"name": "b", "list": [{"id": 1}, {"id": None}]}}, "data.list[].id: null"),
        ({"code": 0, "data": {"name": "b", "list": [{"id": 1}], "more": 1}}, "data.more: 1, recorded nothing"),
    ],
)
def test_another_shape_does_not(body: object, said: str) -> None:
    assert [line for line in judged(body) if line.startswith(said)] == judged(body) != []


def test_another_status_does_not() -> None:
    assert judged(RECORDED.response, 500) != []


def test_requests_are_filled_in_at_every_level() -> None:
    asked: dict[str, Any] = {"path": "/v1/{id}", "json": {"ids": ["{id}", 3]}}
    assert filled(asked, {"id": "x"}) == {"path": "/v1/x", "json": {"ids": ["x", 3]}}
