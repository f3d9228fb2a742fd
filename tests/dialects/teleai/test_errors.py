"""Every error has its words, and says no more than is the caller's business."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from hwamei.dialects.teleai.callback import render_callback
from hwamei.dialects.teleai.errors import TABLE, render_failure, told
from hwamei.domain.app import AppId
from hwamei.domain.callback import Callback, CallbackOrder
from hwamei.domain.errors import (
    AppDisabled,
    EngineFailed,
    HwameiError,
    NotFound,
    NotSignedIn,
    OutOfRange,
    QuotaUsedUp,
    StoreUnavailable,
)
from hwamei.domain.training_job import TrainingJob
from hwamei.domain.voice import Level
from hwamei.web.failures import Failure
from tests.errors import all_errors

ERRORS = all_errors("hwamei.dialects.teleai.errors")
DOCUMENTED = {
    10301: "Required parameter miss",
    10302: "Too many requests",
    10304: "Parse request body fail",
    10503: "Server connection time out",
    10903: "Database error",
}


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_form_of_its_own(kind: type[HwameiError]) -> None:
    said = TABLE[kind]
    assert said.message == DOCUMENTED.get(said.code, said.message)
    assert said.by_gateway is (said.status in (401, 403, 404, 429, 502) or (said.status, said.code) == (405, 4004))


def test_the_documented_codes_are_all_in_use() -> None:
    assert DOCUMENTED.keys() <= {said.code for said in TABLE.values()}


def test_an_error_that_is_not_in_the_table_is_told_like_the_nearest_above_it() -> None:
    class Stranger(OutOfRange):
        """Of a package that was installed beside ours."""

    assert told(Stranger(name="speed", given=9, low=0, high=1)).code == 10304


@pytest.mark.parametrize("error", [NotSignedIn(), AppDisabled(app_id="app_1")])
def test_the_gateway_says_code_message_and_id_alone(error: HwameiError) -> None:
    answer = render_failure(Failure(error, "r1"))
    assert set(json.loads(bytes(answer.body))) == {"code", "message", "traceId"}
    assert answer.headers["trace-id"] == "r1"


def test_a_service_says_what_its_answers_have_with_the_cause() -> None:
    answer = render_failure(Failure(NotFound(what="voice", given="v1"), "r1"))
    body = json.loads(bytes(answer.body))
    assert (answer.status_code, body["speaker_id"]) == (200, "v1")
    assert body["result"]["is_eligible"] is False
    assert body["result"]["cause"].startswith("no voice has the id 'v1'")


@pytest.mark.parametrize(
    "error",
    [
        StoreUnavailable(store="database", problem="/secret/path"),
        EngineFailed(engine="e", problem="/secret/path"),
    ],
)
def test_what_failed_on_our_side_is_not_told_in_detail(error: HwameiError) -> None:
    assert b"secret" not in bytes(render_failure(Failure(error, "r1")).body)


def test_a_used_up_quota_comes_with_http_200_like_all_that_a_service_says() -> None:
    error = QuotaUsedUp(what="voices", used=1, allowed=1, retry_after_s=None)
    assert render_failure(Failure(error, "r1")).status_code == 200


def test_there_are_no_callbacks() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    job = TrainingJob(UUID(int=1), AppId("a"), UUID(int=2), Level.INSTANT, now, now)
    order = CallbackOrder("https://example.com", "teleai")
    with pytest.raises(LookupError):
        render_callback(Callback(UUID(int=3), AppId("a"), order, "training_job", job.id, now, now), job)
