"""Every error has a form in the vendor's words, and none tells what is not the caller's to know."""

from __future__ import annotations

import json
from http import HTTPStatus

import httpx
import pytest

from hwamei.dialects.elevenlabs.errors import ANSWERS, CODES, code_of, render_failure
from hwamei.dialects.elevenlabs.refusals import Declined, NotValid
from hwamei.domain.errors import (
    BadField,
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
from hwamei.web.refusals import NoSuchCall, Unexpected
from tests.errors import all_errors
from tests.serving import Site

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
        *(NotFound(what=what, given="x") for what in ("voice", "speech task", "lexicon", "sample", "file")),
        *(QuotaUsedUp(what=what, used=1, allowed=1, retry_after_s=None) for what in ("characters", "voices", "else")),
        *(TooBusy(what=what, retry_after_s=2) for what in ("the engine", "the preview of x")),
        RateLimited(operation="read", allowed=1, period_s=1, retry_after_s=1),
        BadField(name="voice_settings.speed", given="x", problem="no"),
        *(Declined(code=code, problem="so it is", param="text") for code in CODES),
    ],
    ids=str,
)
def test_every_field_of_an_error_leads_to_a_code(error: HwameiError, site: Site) -> None:
    answer = render_failure(Failure(error, "r-1"), site.platform)
    told = json.loads(bytes(answer.body))["detail"]
    assert answer.status_code == CODES[code_of(error)].http
    assert set(told) - {"param"} == {"type", "code", "message", "status", "request_id"}
    assert told["request_id"] == answer.headers["request-id"] == "r-1"
    assert told["message"]
    if answer.status_code in (425, 429, 503) and not isinstance(error, Declined):
        assert "retry-after" in answer.headers


def test_what_failed_on_our_side_says_only_that(site: Site) -> None:
    for error in (StoreUnavailable(store="db", problem="/secret/path"), Unexpected()):
        answer = render_failure(Failure(error, "r-1"), site.platform)
        assert answer.status_code >= 500
        assert b"secret" not in bytes(answer.body)


def test_the_framework_speaks_for_itself(site: Site) -> None:
    problem = {"type": "missing", "loc": ["body", "text"], "msg": "Field required"}
    shaped = render_failure(Failure(NotValid(problems=[problem]), "r"), site.platform)
    assert (shaped.status_code, json.loads(bytes(shaped.body))) == (422, {"detail": [problem]})
    nowhere = render_failure(Failure(NoSuchCall(path="/v1/voices/x/y"), "r"), site.platform)
    assert (nowhere.status_code, json.loads(bytes(nowhere.body))) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize("path", ["/v1/voices", "/v2/voices", "/v1/user", "/v1/history", "/v1/models"])
def test_who_has_no_key_or_a_wrong_one_is_not_let_in(path: str, site: Site) -> None:
    wrong = httpx.get(site.url + path, headers={"xi-api-key": "wrong"})
    assert (wrong.status_code, wrong.json()["detail"]["code"]) == (401, "invalid_api_key")
    empty = httpx.get(site.url + path, headers={"xi-api-key": ""})
    assert (empty.status_code, empty.json()["detail"]["code"]) == (401, "needs_authorization")
    if path != "/v1/models":
        without = httpx.get(site.url + path)
        assert (without.status_code, without.json()["detail"]["code"]) == (401, "needs_authorization")
        bearer = httpx.get(site.url + path, headers={"Authorization": "Bearer wrong"})
        assert bearer.status_code == 401


def test_a_bearer_key_and_a_disabled_app(site: Site) -> None:
    credentials = site.credentials()
    headers = {"Authorization": f"Bearer {credentials.api_key}"}
    assert httpx.get(f"{site.url}/v1/voices", headers=headers).status_code == 200
    site.platform.accounts.disable(credentials.app_id)
    disabled = httpx.get(f"{site.url}/v1/voices", headers={"xi-api-key": credentials.api_key})
    assert (disabled.status_code, disabled.json()["detail"]["code"]) == (403, "account_disabled")


@pytest.mark.parametrize("path", ["/v1/voices/add", "/v1/text-to-speech/alto", "/v1/history/download"])
def test_nothing_is_read_of_who_has_no_key(path: str, site: Site) -> None:
    answer = httpx.post(site.url + path, content=b"{" * 1_000)
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


def test_a_method_that_there_is_not_is_told_with_those_there_are(mine: httpx.Client) -> None:
    answer = mine.put("/v1/voices")
    assert (answer.status_code, answer.json()) == (405, {"detail": "Method Not Allowed"})
    assert answer.headers["allow"] == "GET"
    assert answer.headers["request-id"]
