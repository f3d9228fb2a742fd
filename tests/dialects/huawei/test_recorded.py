"""Recorded examples: what the vendor documents, and what we answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from hwamei.dialects.huawei.auth_tokens import VALID_FOR, new_token
from tests.dialects.huawei.calling import AkSk, Caller, put
from tests.dialects.recorded import Recorded, examples
from tests.serving import until

EXAMPLES = examples(Path(__file__).with_name("recorded"))


@pytest.fixture(scope="module")
def values(trained: tuple[Caller, str], sentences: Mapping[str, bytes]) -> Mapping[str, str]:
    """Ids of things that there are, for the requests."""
    mine, asset_id = trained
    (job,) = mine.training("GET", "/jobs", params={"state": "SUCCEED"})["jobs"]
    draft, refused = mine.create()["job_id"], mine.create()["job_id"]
    mine.refused("POST", f"/voice-training-manage/user/jobs/{refused}")
    speech = mine.call("POST", "/ttsc/async-jobs", json={"text": "好。", "voice_asset_id": asset_id})["job_id"]
    audition = mine.call("POST", "/ttsc/audition", json={"text": "好。", "emotion": asset_id})["job_id"]
    until(lambda: mine.call("GET", f"/ttsc/async-jobs/{speech}")["state"] == "SUCCEED")
    until(lambda: mine.call("GET", f"/ttsc/audition-file/{audition}")["is_file_complete"])
    long_ago = mine.site.platform.clock() - VALID_FOR - timedelta(hours=1)
    return {
        "project_id": mine.credentials.project_id,
        "asset_id": asset_id,
        "job_id": job["job_id"],
        "draft_id": draft,
        "segments_id": _with_a_sentence(mine, sentences),
        "refused_id": refused,
        "speech_id": speech,
        "audition_id": audition,
        "expired_token": new_token(mine.credentials.app_id, mine.credentials.secret, now=long_ago)[0],
    }


def _with_a_sentence(mine: Caller, sentences: Mapping[str, bytes]) -> str:
    """The id of a job whose first sentence is sent and confirmed."""
    created = mine.create(create_type="SEGMENT")
    urls = created["segment_uploading_url"]
    put(urls["audio_uploading_url"][0], sentences["0.wav"])
    put(urls["txt_uploading_url"][0], sentences["0.txt"])
    mine.training("POST", "/training-segment", params={"job_id": created["job_id"], "index": 0})
    return str(created["job_id"])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_answer_is_of_the_shape_that_is_documented(
    example: Recorded, trained: tuple[Caller, str], values: Mapping[str, str]
) -> None:
    credentials = trained[0].credentials
    auth = AkSk(credentials.app_id, credentials.secret)
    with httpx.Client(base_url=trained[0].site.url, auth=auth, timeout=60) as client:
        assert example.differences(example.send(client, values)) == []
