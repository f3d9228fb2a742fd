"""Every error in this vendor's words."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from hwamei.dialects.huawei import refusals as vendor
from hwamei.dialects.huawei.errors import TABLE, failure_of, render_failure, row_of
from hwamei.domain import errors as domain
from hwamei.domain.errors import (
    ArchiveReason,
    BadArchive,
    BadSentence,
    Failed,
    HwameiError,
    NotFound,
    SentenceReason,
    StoreUnavailable,
)
from hwamei.domain.problem import Problem
from hwamei.web import refusals as web
from hwamei.web.failures import Failure
from tests.dialects.huawei.calling import Caller

PROJECT = "/v1/0123456789abcdef0123456789abcdef"


def kinds() -> Iterator[type[HwameiError]]:
    """All errors that there are."""
    for module in (domain, web, vendor):
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, HwameiError) and kind is not HwameiError:
                yield kind


def bare(kind: type[HwameiError]) -> HwameiError:
    """One of the kind, whatever its fields are."""
    error = kind.__new__(kind)
    error.args = ("what was wrong, and what to do",)
    error.reason = "the reason"  # type: ignore[attr-defined]  # of those that have one
    return error


@pytest.mark.parametrize("kind", sorted(set(kinds()), key=str))
def test_every_error_has_a_form_at_every_path(kind: type[HwameiError]) -> None:
    for path, keys in [
        (f"{PROJECT}/voice-training-manage/user/jobs", {"error_code", "error_msg"}),
        (f"{PROJECT}/digital-assets", {"error_code", "error_msg"}),
        (f"{PROJECT}/ttsc/async-jobs", {"error_code", "error_msg", "request_id"}),
        ("/v3/auth/tokens", {"error", "error_code", "error_msg"}),
    ]:
        answer = render_failure(Failure(bare(kind), "r" * 32, path))
        body = json.loads(bytes(answer.body))
        assert set(body) == keys
        assert 400 <= answer.status_code < 600
        assert (answer.status_code >= 500) == issubclass(kind, Failed)
        assert 1 <= len(body["error_code"]) <= 32
        assert 1 <= len(body["error_msg"]) <= 255


def test_what_failed_on_our_side_says_nothing_of_us() -> None:
    error = StoreUnavailable(store="database", problem="password of /var/lib is wrong")
    answer = render_failure(Failure(error, "r", f"{PROJECT}/ttsc/async-jobs"))
    assert json.loads(bytes(answer.body))["error_msg"] == "Internal Error"


def test_every_reason_has_a_code() -> None:
    archives = [BadArchive(reason=reason, member="0.wav", problem="x") for reason in ArchiveReason]
    sentences = [BadSentence(reason=reason, name="0.txt", problem="x") for reason in SentenceReason]
    assert all(row_of(error).code.startswith("MSS.200200") for error in (*archives, *sentences))
    things = ("voice", "file", "lexicon", "training job", "speech task", "app")
    codes = {what: row_of(NotFound(what=what, given="x")) for what in things}
    assert codes["voice"].code == codes["voice"].speech == "MSS.10001001"
    assert codes["file"].code == "MSS.10001004"
    assert codes["training job"].code == "MSS.20020001"
    assert codes["speech task"].speech == "MSS.20050001"


def test_a_job_that_failed_says_the_code_that_it_would_have_been_refused_with() -> None:
    assert failure_of(Problem("bad_audio", "no sound", callers=True)) == ("MSS.20020011", "no sound")
    assert failure_of(Problem("internal_error", "x" * 999, callers=False)) == ("MSS.20020030", "x" * 255)


def test_the_table_names_each_class_once_and_only_errors() -> None:
    assert all(issubclass(kind, HwameiError) for kind in TABLE)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/voice-training-manage/user/nothing", 400, "MSS.00010003"),
        ("GET", "/ttsc/nothing", 400, "MSS.00010003"),
        ("PATCH", "/voice-training-manage/user/jobs", 400, "MSS.00010004"),
        ("PUT", "/digital-assets", 400, "MSS.00010004"),
    ],
)
def test_a_call_that_does_not_exist_is_told_in_the_vendors_words(
    mine: Caller, method: str, path: str, status: int, code: str
) -> None:
    assert mine.call(method, path, status=status)["error_code"] == code


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b""])
def test_a_body_that_is_no_json_is_refused(mine: Caller, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    for path in ("/voice-training-manage/user/basic-jobs", "/ttsc/async-jobs"):
        answer = mine.client.post(path, content=body, headers=headers)
        assert answer.status_code == 400
        assert answer.json()["error_code"] in ("MSS.00000002", "MSS.00000003", "MSS.000000003")


def test_a_body_that_is_too_big_is_refused(mine: Caller) -> None:
    answer = mine.client.post("/ttsc/async-jobs", content=b"x" * (5 << 20))
    assert (answer.status_code, answer.json()["error_code"]) == (413, "MSS.000000003")
