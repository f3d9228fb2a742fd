"""Who may call: signed requests and tokens, against a server."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hwamei.dialects.huawei.auth_tokens import VALID_FOR, app_of_token, new_token
from hwamei.dialects.huawei.refusals import NotAToken, SignatureRefused
from tests.dialects.huawei.calling import AkSk, Caller, Json, caller
from tests.serving import Site

JOBS = "/voice-training-manage/user/jobs"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def asked(
    mine: Caller, *, auth: httpx.Auth | None = None, project: str | None = None, **options: Any
) -> httpx.Response:
    """The list of jobs, asked for in another way."""
    url = f"{mine.site.url}/v1/{project or mine.credentials.project_id}{JOBS}"
    return httpx.get(url, auth=auth, **options)


def token_request(name: str, password: str) -> Json:
    """As programs ask the vendor's IAM."""
    user = {"name": name, "password": password, "domain": {"name": "anything"}}
    identity = {"methods": ["password"], "password": {"user": user}}
    return {"auth": {"identity": identity, "scope": {"project": {"name": "cn-north-4"}}}}


def token_of(mine: Caller) -> str:
    body = token_request(mine.credentials.app_id, mine.credentials.secret)
    answer = httpx.post(f"{mine.site.url}/v3/auth/tokens", json=body)
    assert answer.status_code == 201
    assert answer.json()["token"]["project"]["id"] == mine.credentials.project_id
    return answer.headers["X-Subject-Token"]


def test_a_signed_request_is_answered(mine: Caller) -> None:
    assert (
        mine.call("GET", JOBS, params={"voice_name": "Quiet Harbor ~温柔/a+b", "state": "FAILED,WAITING"})["count"] == 0
    )


def test_signatures_that_are_not_right_are_refused(mine: Caller, other: Caller) -> None:
    ours, theirs = mine.credentials, other.credentials
    wrong = [
        None,
        AkSk(ours.app_id, "wrong-" + ours.secret),
        AkSk(ours.app_id, theirs.secret),
        AkSk("app_nobody", ours.secret),
        AkSk("app nobody\\", ours.secret),
        AkSk(ours.app_id, ours.secret, moved_s=-1000),
        AkSk(ours.app_id, ours.secret, moved_s=1000),
    ]
    for auth in wrong:
        answer = asked(mine, auth=auth)
        assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")
        assert answer.json()["error_msg"].startswith("Incorrect IAM authentication information")
        assert ours.secret not in answer.text


def test_nothing_is_looked_at_before_it_is_known_who_calls(mine: Caller) -> None:
    url = f"{mine.site.url}/v1/{mine.credentials.project_id}"
    for method, path in [("POST", "/ttsc/async-jobs"), ("POST", "/voice-training-manage/user/basic-jobs")]:
        assert httpx.request(method, url + path, content=b"no json").status_code == 401
    assert httpx.get(f"{url}{JOBS}", params={"limit": 0}).status_code == 401


def test_a_project_of_another_app_is_refused(mine: Caller, other: Caller) -> None:
    auth = AkSk(mine.credentials.app_id, mine.credentials.secret)
    for project in (other.credentials.project_id, "0" * 32, "%7Bproject_id%7D"):
        answer = asked(mine, auth=auth, project=project)
        assert (answer.status_code, answer.json()["error_code"]) == (400, "MSS.00010009")


def test_a_disabled_app_is_refused_and_new_credentials_void_the_old(site: Site) -> None:
    gone = caller(site)
    with gone.client:
        token = token_of(gone)
        site.platform.accounts.disable(gone.credentials.app_id)
        told = [gone.client.get(JOBS), asked(gone, headers={"X-Auth-Token": token})]
        assert [(answer.status_code, answer.json()["error_code"]) for answer in told] == [(403, "MSS.000000004")] * 2
        site.platform.accounts.enable(gone.credentials.app_id)
        site.platform.accounts.rotate(gone.credentials.app_id)
        told = [gone.client.get(JOBS), asked(gone, headers={"X-Auth-Token": token})]
        assert [(answer.status_code, answer.json()["error_code"]) for answer in told] == [(401, "APIGW.0301")] * 2


def test_a_token_is_enough(mine: Caller, other: Caller) -> None:
    headers = {"X-Auth-Token": token_of(mine), "Authorization": "-"}
    assert asked(mine, headers=headers).json() == {"count": 0, "jobs": []}
    assert asked(mine, headers=headers, project=other.credentials.project_id).json()["error_code"] == "MSS.00010009"


def test_an_access_key_gets_a_token_too(mine: Caller) -> None:
    keys = {"access": {"key": mine.credentials.app_id}, "secret": {"key": mine.credentials.secret}}
    body = {"auth": {"identity": {"methods": ["hw_ak_sk"], "hw_ak_sk": keys}}}
    answer = httpx.post(f"{mine.site.url}/v3/auth/tokens", json=body)
    assert asked(mine, headers={"X-Auth-Token": answer.headers["X-Subject-Token"]}).status_code == 200


@pytest.mark.parametrize("wrong", ["name", "password"])
def test_the_wrong_name_and_the_wrong_password_are_refused_alike(mine: Caller, wrong: str) -> None:
    right = {"name": mine.credentials.app_id, "password": mine.credentials.secret}
    body = token_request(**right | {wrong: "app_nobody\x00\ud83d" if wrong == "name" else "x" * 40})
    answer = httpx.post(f"{mine.site.url}/v3/auth/tokens", content=json.dumps(body).replace("\\u0000", ""))
    assert answer.status_code in (400, 401)
    body = token_request(**right | {wrong: "nobody"})
    answer = httpx.post(f"{mine.site.url}/v3/auth/tokens", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 401)
    assert "X-Subject-Token" not in answer.headers


@pytest.mark.parametrize("body", [{}, {"auth": {}}, {"auth": {"identity": {"methods": ["totp"]}}}, [], "x"])
def test_what_asks_for_no_token_is_refused(mine: Caller, body: object) -> None:
    answer = httpx.post(f"{mine.site.url}/v3/auth/tokens", json=body)
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "MSS.00000003"


@pytest.mark.parametrize(
    ("token", "status", "code"),
    [
        ("", 400, "MSS.00010008"),
        ("-", 400, "MSS.00010008"),
        ("MIIabc.def", 400, "MSS.00010008"),
        ("e30.e30", 400, "MSS.00010008"),
        ("x" * 20_000, 400, "MSS.00010008"),
    ],
)
def test_what_is_no_token_is_refused(mine: Caller, token: str, status: int, code: str) -> None:
    answer = asked(mine, headers={"X-Auth-Token": token})
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)


# ---------------------------------------------------------------- tokens by themselves


def secret_of(app_id: str) -> str | None:
    return {"apricot": "a-secret-of-apricot", "other": "a-secret-of-other"}.get(app_id)


def test_a_token_holds_for_a_day() -> None:
    token, expires_at = new_token("apricot", "a-secret-of-apricot", now=NOW)
    assert expires_at == NOW + VALID_FOR
    for later in (timedelta(), VALID_FOR - timedelta(seconds=1)):
        assert app_of_token(token, secret_of, now=NOW + later) == "apricot"
    with pytest.raises(SignatureRefused) as caught:
        app_of_token(token, secret_of, now=NOW + VALID_FOR)
    assert caught.value.reason == "token expires"


def test_a_token_of_another_secret_or_with_other_claims_is_refused() -> None:
    token, _ = new_token("apricot", "a-secret-of-apricot", now=NOW)
    claims, signature = token.split(".")
    forged = json.loads(urlsafe_b64decode(claims + "=="))
    for change in ({"app": "other"}, {"expires": forged["expires"] + 1}, {"app": "nobody"}):
        other = urlsafe_b64encode(json.dumps(forged | change).encode()).rstrip(b"=").decode()
        with pytest.raises(SignatureRefused):
            app_of_token(f"{other}.{signature}", secret_of, now=NOW)
    with pytest.raises(SignatureRefused):
        app_of_token(new_token("apricot", "another secret", now=NOW)[0], secret_of, now=NOW)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=80) | st.binary(max_size=60).map(lambda raw: urlsafe_b64encode(raw).decode() + ".e30"))
def test_no_text_is_a_token_by_chance(text: str) -> None:
    with pytest.raises((NotAToken, SignatureRefused)):
        app_of_token(text, secret_of, now=NOW)
