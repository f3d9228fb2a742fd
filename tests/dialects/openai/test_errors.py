"""Every error has a form in the vendor's words, and none tells what is not the caller's to know."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.dialects.openai.errors import ANSWERS, answer_to, render_failure
from hwamei.dialects.openai.refusals import Declined, ModelNotFound, VoiceNotKnown
from hwamei.domain.errors import (
    BadField,
    EngineFailed,
    HwameiError,
    NotFound,
    QuotaUsedUp,
    RateLimited,
    ReferenceRefused,
    RefusalReason,
    StoreUnavailable,
    TooBusy,
    VoiceNotReady,
)
from hwamei.domain.owned_voice import VoiceState
from hwamei.web.failures import Failure
from tests.errors import all_errors

ERRORS = all_errors("hwamei.dialects.openai.refusals")


def told(error: HwameiError) -> Any:
    response = render_failure(Failure(error, "r"))
    body = json.loads(bytes(response.body))
    assert set(body) == {"error"}
    assert set(body["error"]) == {"message", "type", "param", "code"}
    assert body["error"]["message"]
    return response, body["error"]


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_form_of_its_own(kind: type[HwameiError]) -> None:
    assert kind in ANSWERS


@pytest.mark.parametrize(
    "error",
    [
        *(ReferenceRefused(reason=reason, problem="it is bad", measured=1, needed=3) for reason in RefusalReason),
        *(VoiceNotReady(voice="v", state=state) for state in VoiceState),
        *(QuotaUsedUp(what=what, used=1, allowed=1, retry_after_s=None) for what in ("characters", "voices")),
        *(
            BadField(name=name, given="x", problem=problem)
            for name in ("a.b", "")
            for problem in ("no", "Field required")
        ),
        Declined(code="c", param="p", problem="no"),
        ModelNotFound(given="x" * 1000),
        VoiceNotKnown(given="x" * 1000),
        RateLimited(operation="read", allowed=1, period_s=1, retry_after_s=0.2),
    ],
    ids=str,
)
def test_what_the_caller_can_mend_is_a_4xx_and_short(error: HwameiError) -> None:
    response, body = told(error)
    assert 400 <= response.status_code < 500
    assert len(body["message"]) < 300


def test_of_a_fault_of_ours_only_that_it_is_one_is_told() -> None:
    for error in (
        StoreUnavailable(store="database", problem="postgresql://u:p@10.0.0.1"),
        EngineFailed(engine="/models/x", problem="10.0.0.1"),
    ):
        response, body = told(error)
        assert response.status_code >= 500
        assert body["type"] == "server_error"
        assert "10.0.0.1" not in str(body)


def test_who_is_to_come_back_is_told_when_and_who_is_not_is_told_so() -> None:
    still_made = VoiceNotReady(voice="v", state="training")
    for error in (TooBusy(what="the engine", retry_after_s=2.4), StoreUnavailable(store="db", problem=""), still_made):
        assert int(told(error)[0].headers["retry-after"]) > 0
    used_up = QuotaUsedUp(what="characters", used=1, allowed=1, retry_after_s=9.0)
    assert told(used_up)[0].headers["x-should-retry"] == "false"
    assert "retry-after" not in told(VoiceNotReady(voice="v", state="failed"))[0].headers


@given(st.text(st.characters(exclude_categories=[])))
def test_whatever_a_caller_sent_can_be_told(text: str) -> None:
    for error in (NotFound(what="voice", given=text), BadField(name=text, given=text, problem=text)):
        assert bytes(render_failure(Failure(error, "r")).body)
        assert answer_to(error).status < 500
