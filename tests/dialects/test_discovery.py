"""Dialects are found by their folder and by entry points."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.responses import PlainTextResponse
from starlette.datastructures import Headers

from hwamei import dialects
from hwamei.domain.errors import TextEmpty, Unknown
from hwamei.web.dialect import Dialect, DialectsRoute, words_for
from hwamei.web.failures import Failure, in_our_words
from tests.serving import served


def test_the_dialects_of_our_own_are_found_by_their_folder() -> None:
    assert "native" in dialects.names()
    assert len(dialects.find_all()) == len(dialects.names())


@pytest.mark.parametrize("name", ["nativ", "", "..", "native.dialect", "Native", "__pycache__"])
def test_a_dialect_that_does_not_exist_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(Unknown) as caught:
        dialects.find(name)
    assert caught.value.known == dialects.names()


def test_a_package_installed_beside_hwamei_adds_a_dialect(tmp_path: Path) -> None:
    (tmp_path / "hwamei_echo.py").write_text("def dialect(platform):\n    return platform\n")
    about = tmp_path / "hwamei_echo-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: hwamei-echo\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[hwamei.dialects]\necho = hwamei_echo:dialect\n")
    program = (
        "from hwamei import dialects; import sys;"
        "assert 'echo' in dialects.names() and 'hwamei_echo' not in sys.modules;"
        "print(dialects.find('echo')('a platform'))"
    )
    path = {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=path, capture_output=True, text=True, check=True)
    assert done.stdout == "a platform\n"


def other_words(failure: Failure) -> PlainTextResponse:
    return PlainTextResponse(failure.code, 200)


def test_a_failure_is_told_in_the_words_of_the_dialect_whose_path_it_is() -> None:
    other = Dialect("other", ("/open", "/open/v1/deep"), (APIRouter(),), lambda *_: b"", other_words)
    inner = Dialect("inner", ("/open/v1",), (APIRouter(),), lambda *_: b"")
    said = {path: words_for(path, [other, inner]) for path in ("/open", "/open/x", "/open/v1", "/opener", "/health")}
    assert said["/open"] is said["/open/x"] is other_words
    assert said["/open/v1"] is said["/opener"] is said["/health"] is in_our_words
    assert words_for("/open/v1/deep/x", [other, inner]) is other_words
    assert words_for("/open", [other])(Failure(TextEmpty(), "r")).status_code == 200


def test_a_prefix_may_leave_a_part_open() -> None:
    open_part = Dialect("open", ("/v1/{project_id}/jobs",), (), lambda *_: b"", other_words)
    for path in ("/v1/a1/jobs", "/v1/a1/jobs/7"):
        assert words_for(path, [open_part]) is other_words
    for path in ("/v1/jobs", "/v1//jobs", "/v1/a/b/jobs", "/v1/a1/jobsx", "/v2/a1/jobs", "/x/v1/a1/jobs"):
        assert words_for(path, [open_part]) is in_our_words


def test_of_two_prefixes_with_open_parts_the_longer_goes_first() -> None:
    logs = Dialect("logs", ("/v1/{project_id}/jobs/{job_id}/log",), (), lambda *_: b"", other_words)
    jobs = Dialect("jobs", ("/v1/{project_id}/jobs",), (), lambda *_: b"")
    for order in ([logs, jobs], [jobs, logs]):
        assert words_for("/v1/a1/jobs/7/log", order) is other_words
        assert words_for("/v1/a1/jobs/7", order) is in_our_words


def test_what_is_written_out_goes_before_what_is_left_open_and_the_leftmost_part_counts_first() -> None:
    open_part = Dialect("open", ("/v1/{project_id}/jobs/{job_id}/log",), (), lambda *_: b"", other_words)
    plain = Dialect("plain", ("/v1/voices",), (), lambda *_: b"")
    for order in ([open_part, plain], [plain, open_part]):
        assert words_for("/v1/voices/jobs/7/log", order) is in_our_words
        assert words_for("/v1/a1/jobs/7/log", order) is other_words


def test_a_path_that_two_dialects_have_goes_to_the_one_whose_header_is_sent() -> None:
    keyed = Dialect("keyed", (), (), lambda *_: b"", other_words, shared={"x-key": ("/v1/models",)})
    plain = Dialect("plain", ("/v1/models",), (), lambda *_: b"")
    deep = Dialect("deep", ("/v1/models/deep",), (), lambda *_: b"")
    sent = Headers({"X-Key": ""})
    for order in ([keyed, plain, deep], [deep, plain, keyed]):
        assert words_for("/v1/models/7", order, sent) is other_words
        assert words_for("/v1/models", order) is in_our_words
        assert words_for("/v1/models/deep", order, sent) is in_our_words
    assert words_for("/v1/models", [keyed]) is in_our_words


def test_requests_go_where_their_failures_are_told() -> None:
    def answering(word: str) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/v1/models", lambda: PlainTextResponse(word))
        return router

    keyed = Dialect("keyed", (), (answering("keyed"),), lambda *_: b"", shared={"x-key": ("/v1/models",)})
    plain = Dialect("plain", ("/v1/models",), (answering("plain"),), lambda *_: b"")
    for order in ([keyed, plain], [plain, keyed]):
        app = FastAPI()
        app.router.routes.append(DialectsRoute(order))
        with served(app) as url:
            assert httpx.get(f"{url}/v1/models").text == "plain"
            assert httpx.get(f"{url}/v1/models", headers={"X-Key": "k"}).text == "keyed"
            assert httpx.get(f"{url}/v1/model").status_code == 404
