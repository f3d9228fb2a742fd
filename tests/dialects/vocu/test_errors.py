"""Every error has a form in the vendor's words, and none tells what is not the caller's to know."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.dialects.vocu.errors import ANSWERS, CODES, code_of, render_failure
from hwamei.dialects.vocu.refusals import Declined
from hwamei.domain.errors import (
    BadField,
    HwameiError,
    NotFound,
    QuotaUsedUp,
    RateLimited,
    ReferenceRefused,
    RefusalReason,
    StoreUnavailable,
    TooBig,
    TooBusy,
    VoiceNotReady,
    WrongState,
)
from hwamei.domain.owned_voice import VoiceState
from hwamei.web.failures import Failure
from hwamei.web.refusals import Unexpected
from tests.errors import all_errors

ERRORS = all_errors()


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_code_of_its_own(kind: type[HwameiError]) -> None:
    answer = ANSWERS[kind]
    assert callable(answer) or answer in CODES


@pytest.mark.parametrize(
    "error",
    [
        *(ReferenceRefused(reason=reason, problem="it is bad", measured=1, needed=3) for reason in RefusalReason),
        *(VoiceNotReady(voice="v", state=state) for state in VoiceState),
        *(NotFound(what=what, given="x") for what in ("voice", "speech task", "style", "template", "file", "share")),
        *(WrongState(what=what, given="x", state="a", wanted="b") for what in ("voice", "speech task", "upload")),
        *(QuotaUsedUp(what=what, used=1, allowed=1, retry_after_s=None) for what in ("characters", "voices", "else")),
        *(TooBig(what=what, allowed=1) for what in ("prompt", "the body")),
        *(BadField(name=name, given="x", problem="no") for name in ("contents.0.text", "name", "")),
        *(Declined(code=code) for code in CODES),
    ],
    ids=str,
)
def test_the_status_in_the_body_is_that_of_http(error: HwameiError) -> None:
    response = render_failure(Failure(error, "5b1f3c9011114a2b8c3d0123456789ab"))
    body = json.loads(bytes(response.body))
    assert body["status"] == response.status_code == CODES[body["code"]][0]
    assert body["message"]
    assert body["requestId"] == "5b1f3c90-1111-4a2b-8c3d-0123456789ab" == response.headers["x-vocu-app-request-id"]


def test_a_request_keeps_the_name_that_its_caller_gave_it() -> None:
    assert json.loads(bytes(render_failure(Failure(Unexpected(), "mine:1")).body))["requestId"] == "mine:1"


def test_messages_are_the_vendors_and_then_ours_where_they_help() -> None:
    def message(error: HwameiError) -> str:
        found: str = json.loads(bytes(render_failure(Failure(error, "r")).body))["message"]
        return found

    assert message(NotFound(what="voice", given="x")) == "Voice not found."
    limited = RateLimited(operation="read", allowed=1, period_s=1, retry_after_s=1)
    assert message(limited) == "Too many requests, please try again later."
    assert message(TooBig(what="the body", allowed=7)).startswith("File too large, should be less than 100MB. the body")
    assert message(Declined(code="TTS_TEXT_EMPTY")) == "Text cannot be empty."
    assert "10.0.0.1" not in message(StoreUnavailable(store="database", problem="postgresql://u:p@10.0.0.1"))


def test_who_is_to_come_back_is_told_when() -> None:
    for error in (TooBusy(what="the engine", retry_after_s=2.4), StoreUnavailable(store="database", problem="gone")):
        assert int(render_failure(Failure(error, "r")).headers["retry-after"]) > 0


@given(st.text(st.characters(exclude_categories=[])))
def test_whatever_a_caller_sent_can_be_told(text: str) -> None:
    for error in (NotFound(what="voice", given=text), BadField(name=text, given=text, problem=text)):
        assert bytes(render_failure(Failure(error, "r")).body)
        assert code_of(error) in CODES
