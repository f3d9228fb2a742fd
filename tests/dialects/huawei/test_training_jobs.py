"""The life of a training job over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPConnection
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import numpy as np
import pytest
import soundfile

from hwamei.domain.app import Quota
from hwamei.domain.listing import PageRequest
from hwamei.domain.owned_voice import VoiceFilter
from tests.dialects.huawei.calling import Caller, caller, put, zipped
from tests.serving import API, Site

Sentences = Mapping[str, bytes]


LIFE = [
    ("CREATE_JOB", "USER"),
    ("COMMIT_JOB", "USER"),
    ("SYSTEM_AUDIT_PASS", "SYSTEM"),
    ("TRAINING_FINISH", "SYSTEM"),
    ("COMPLETE_JOB", "SYSTEM"),
]


def sent(mine: Caller, members: Mapping[str, bytes], kind: str = "basic", **fields: Any) -> str:
    """The id of a new job whose archive has been sent."""
    created = mine.create(kind, **fields)
    put(created["training_data_uploading_url"], zipped(members))
    return str(created["job_id"])


def test_twenty_sentences_become_a_voice_that_speaks_in_every_dialect(
    mine: Caller, sentences: Sentences, site: Site
) -> None:
    fields = {"sex": "MALE", "tag": "NEWS", "description": "calm", "batch_name": "week 1", "custom_text": "大家好。"}
    created = mine.create(language="CN", create_type="PACKAGE", phone="13800000000", **fields)
    job_id = created["job_id"]
    assert mine.job(job_id) == {
        "job_type": "BASIC",
        "job_id": job_id,
        "voice_name": "Quiet Harbor",
        "sex": "MALE",
        "language": "CN",
        "state": "CREATING",
        "reject_times": 1,
        "create_time": mine.job(job_id)["create_time"],
        "lastupdate_time": mine.job(job_id)["lastupdate_time"],
        "create_type": "PACKAGE",
        "tag": "NEWS",
        "phone": "13800000000",
        "batch_name": "week 1",
        "is_remake": False,
        "is_ondemand_resource": False,
    }
    put(created["training_data_uploading_url"], zipped({f"all/{name}": each for name, each in sentences.items()}))
    put(created["authorization_letter_uploading_url"], b"%PDF-1.4 I agree")
    assert mine.training("POST", f"/jobs/{job_id}", json={"voice_name": "Harbor", "app_user_id": "u7"}) == {}
    job = mine.ended_job(job_id)
    assert (job["state"], job["voice_name"], job["app_user_id"]) == ("SUCCEED", "Harbor", "u7")
    assert httpx.get(job["voice_authorization_url"]).content == b"%PDF-1.4 I agree"
    key = {"Authorization": f"Bearer {mine.credentials.api_key}"}
    with httpx.Client(base_url=site.url + API, headers=key) as native:
        voice = native.get(f"/voices/{job['asset_id']}").json()
        assert (voice["state"], voice["name"], len(voice["reference"])) == ("ready", "Harbor", 20)
        assert voice["consent"]["speaker"] == "u7"
        assert native.post("/speech", json={"text": "你好。", "voice": voice["id"]}).status_code == 200
    logged = [(each["action"], each["operator"]) for each in operations(mine, job_id)]
    assert logged == LIFE
    audit = mine.training("GET", f"/jobs/{job_id}/audit-result")["system_audit_result"]
    assert audit["errors"] == []
    assert mine.refused("POST", f"/voice-training-manage/user/jobs/{job_id}") == "MSS.20020002"


def operations(mine: Caller, job_id: str) -> list[dict[str, Any]]:
    """What was done, the oldest first."""
    found = mine.training("GET", f"/jobs/{job_id}/op-logs", params={"limit": 100})
    assert found["count"] == len(found["operations"])
    listed: list[dict[str, Any]] = found["operations"]
    return listed


def test_one_long_recording_becomes_a_voice(trained: tuple[Caller, str]) -> None:
    mine, asset_id = trained
    (job,) = mine.training("GET", "/jobs", params={"state": "SUCCEED"})["jobs"]
    assert (job["job_type"], job["asset_id"]) == ("ADVANCE", asset_id)


def test_sentences_are_sent_one_by_one_and_confirmed(mine: Caller, sentences: Sentences) -> None:
    created = mine.create(create_type="SEGMENT")
    job_id, urls = created["job_id"], created["segment_uploading_url"]
    assert "training_data_uploading_url" not in created
    assert (len(urls["audio_uploading_url"]), len(urls["txt_uploading_url"])) == (20, 20)
    again = mine.training("GET", f"/jobs/{job_id}/uploading-address-url")
    assert len(again["segment_url"]["audio_uploading_url"]) == 20
    confirm = {"job_id": job_id, "index": 0}
    assert mine.refused("POST", "/voice-training-manage/user/training-segment", params=confirm) == "MSS.20020016"
    for number in range(20):
        put(urls["audio_uploading_url"][number], sentences[f"{number}.wav"])
        put(again["segment_url"]["txt_uploading_url"][number], sentences[f"{number}.txt"])
    for number in (0, 3):
        judged = mine.training("POST", "/training-segment", params={"job_id": job_id, "index": number})
        assert judged == {"confirm_result": True, "unmatched_index_hit": []}
    assert mine.training("GET", "/training-segment", params={"job_id": job_id}) == {"confirmed_index": [0, 3]}
    put(urls["txt_uploading_url"][3], ("今天天气很好，我们一起去公园走走吧。" * 9).encode())
    assert mine.training("GET", "/training-segment", params={"job_id": job_id}) == {"confirmed_index": [0]}
    judged = mine.training("POST", "/training-segment", params={"job_id": job_id, "index": 3})
    assert judged["confirm_result"] is False
    assert judged["unmatched_index_hit"][-1] == len("今天天气很好，我们一起去公园走走吧。" * 9) - 1
    put(urls["txt_uploading_url"][3], sentences["3.txt"])
    mine.training("POST", f"/jobs/{job_id}")
    assert mine.ended_job(job_id)["state"] == "SUCCEED"


@pytest.mark.parametrize("index", [20, 1025, -1])
def test_a_sentence_that_there_is_not_cannot_be_confirmed(mine: Caller, index: int) -> None:
    job_id = mine.create(create_type="SEGMENT")["job_id"]
    params = {"job_id": job_id, "index": index}
    assert mine.refused("POST", "/voice-training-manage/user/training-segment", params=params) == "MSS.00000003"


def test_a_refused_archive_changes_nothing_and_another_may_be_sent_to_the_same_address(
    mine: Caller, sentences: Sentences
) -> None:
    created = mine.create()
    job_id, url = created["job_id"], created["training_data_uploading_url"]
    assert mine.refused("POST", f"/voice-training-manage/user/jobs/{job_id}") == "MSS.20020016"
    put(url, zipped({"0.wav": b"RIFF"}))
    assert mine.refused("POST", f"/voice-training-manage/user/jobs/{job_id}") == "MSS.20020016"
    audit = mine.training("GET", f"/jobs/{job_id}/audit-result")["system_audit_result"]
    assert audit["errors"][0]["error_code"] == "MSS.20020016"
    assert mine.job(job_id)["state"] == "CREATING"
    put(url, zipped(sentences))
    mine.training("POST", f"/jobs/{job_id}")
    assert mine.ended_job(job_id)["state"] == "SUCCEED"
    actions = [each["action"] for each in operations(mine, job_id)]
    assert actions.count("AUDIT_NOT_PASS") == 2


def test_recordings_that_cannot_make_a_voice_fail_the_audit_and_others_may_be_committed(
    mine: Caller, sentences: Sentences, long_recording: bytes
) -> None:
    silence = BytesIO()
    soundfile.write(silence, np.zeros(24_000 * 20), 24_000, format="WAV")
    job_id = sent(mine, {"a.wav": silence.getvalue()}, "advance")
    mine.training("POST", f"/jobs/{job_id}")
    job = mine.ended_job(job_id)
    assert (job["state"], job["job_failed_code"], job["reject_times"]) == ("AUDIT_FAILED", "MSS.20020013", 1)
    assert job["job_failed_reason"]
    assert mine.training("GET", "/jobs", params={"state": "AUDIT_FAILED"})["count"] == 1
    assert mine.training("GET", "/jobs", params={"state": "FAILED"})["count"] == 0
    assert mine.training("GET", f"/jobs/{job_id}/audit-result")["system_audit_result"]["errors"]
    address = mine.training("GET", f"/jobs/{job_id}/uploading-address-url")["package_url"]
    put(address["training_data_uploading_url"], zipped({"b.wav": long_recording}))
    mine.training("POST", f"/jobs/{job_id}", json={})
    job = mine.ended_job(job_id)
    assert (job["state"], job["is_remake"], job["reject_times"]) == ("SUCCEED", True, 2)
    assert "job_failed_code" not in job


def _without(members: Sentences, *names: str) -> dict[str, bytes]:
    return {name: each for name, each in members.items() if name not in names}


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda good: _without(good, "19.txt"), "MSS.20020016"),
        (lambda good: {**good, "20.wav": good["0.wav"]}, "MSS.20020022"),
        (lambda good: {**good, "notes.txt": b"x"}, "MSS.20020022"),
        (lambda good: {**good, "0.mp3": b"x"}, "MSS.20020012"),
        (lambda good: {**good, "../0.wav": b"x"}, "MSS.20020010"),
        (lambda good: {**good, "0.wav": b"no sound"}, "MSS.20020011"),
        (lambda good: {**good, "0.wav": good["0.wav"][:44]}, "MSS.20020011"),
        (lambda good: {**good, "0.txt": b"\xff\xff\xff"}, "MSS.20020014"),
        (lambda good: {**good, "0.txt": b""}, "MSS.20020014"),
        (lambda good: {**good, "0.txt": "你".encode() * 1001}, "MSS.20020014"),
        (lambda good: {**good, "0.txt": b"x" * 20_000}, "MSS.20020024"),
        (lambda good: {**good, "0.wav": bytes(17 << 20)}, "MSS.20020024"),
        (lambda good: {**good, "0.txt": b"This is a sentence in English."}, "MSS.20020015"),
    ],
)
def test_an_archive_that_is_not_as_it_should_be_is_refused_with_the_reason(
    mine: Caller, sentences: Sentences, spoil: Any, code: str
) -> None:
    job_id = sent(mine, spoil(sentences))
    assert mine.refused("POST", f"/voice-training-manage/user/jobs/{job_id}") == code
    assert mine.job(job_id)["state"] == "CREATING"


def test_a_sentence_that_goes_on_for_too_long_is_refused(
    mine: Caller, sentences: Sentences, long_recording: bytes
) -> None:
    assert len(long_recording) > 15 * 24_000 * 2
    job_id = sent(mine, {**sentences, "0.wav": long_recording})
    assert mine.refused("POST", f"/voice-training-manage/user/jobs/{job_id}") == "MSS.20020017"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"a.wav": b"x", "b.wav": b"x"}, "MSS.20020022"),
        ({"a.mp3": b"x"}, "MSS.20020012"),
        ({}, "MSS.20020016"),
        ({"a.wav": b"no sound"}, "MSS.20020011"),
    ],
)
def test_a_long_recording_comes_alone(mine: Caller, members: dict[str, bytes], code: str) -> None:
    job_id = sent(mine, members, "advance")
    assert mine.refused("POST", f"/voice-training-manage/user/jobs/{job_id}") == code


def test_what_is_no_archive_is_refused(mine: Caller) -> None:
    created = mine.create()
    put(created["training_data_uploading_url"], b"PK is not enough")
    path = f"/voice-training-manage/user/jobs/{created['job_id']}"
    assert mine.refused("POST", path) == "MSS.20020010"


@pytest.mark.parametrize(
    "fields",
    [
        {"voice_name": ""},
        {"voice_name": "x" * 65},
        {"voice_name": "a\0b"},
        {"voice_name": "a\nb"},
        {"voice_name": None},
        {"voice_name": 7},
        {"create_type": "package"},
        {"sex": "OTHER"},
        {"language": "JPN"},
        {"tag": "WEATHER"},
        {"description": "x" * 129},
        {"phone": "1" * 17},
        {"batch_name": "x" * 257},
        {"is_ondemand_resource": "perhaps"},
        {"supported_service": ["RADIO"]},
        {"supported_service": ["VIDEO_2D"] * 11},
    ],
)
def test_an_order_that_cannot_be_is_refused_and_leaves_nothing(mine: Caller, fields: dict[str, Any]) -> None:
    body = {"voice_name": "Quiet Harbor"} | fields
    for kind in ("basic", "middle", "advance", "third-party"):
        assert mine.refused("POST", f"/voice-training-manage/user/{kind}-jobs", json=body) == "MSS.00000003"
    assert mine.training("GET", "/jobs")["count"] == 0


def test_a_long_recording_is_not_sent_sentence_by_sentence(mine: Caller) -> None:
    body = {"voice_name": "me", "create_type": "SEGMENT"}
    assert mine.refused("POST", "/voice-training-manage/user/advance-jobs", json=body) == "MSS.00000003"


def test_more_voices_than_the_quota_has_are_refused(site: Site) -> None:
    few = caller(site, quota=Quota(voices=2))
    with few.client:
        available = [few.call("GET", "/voice-training-manage/quotas")["resource_available_nums"]["basic"]]
        for _ in range(2):
            few.create()
            available.append(few.call("GET", "/voice-training-manage/quotas")["resource_available_nums"]["basic"])
        assert available == [2, 1, 0]
        body = {"voice_name": "one more"}
        assert few.refused("POST", "/voice-training-manage/user/basic-jobs", json=body) == "MSS.20020003"


def test_a_deleted_job_is_gone_and_its_voice_stays_if_it_can_speak(
    mine: Caller, long_recording: bytes, site: Site
) -> None:
    draft = mine.create()["job_id"]
    done = sent(mine, {"a.wav": long_recording}, "advance")
    mine.training("POST", f"/jobs/{done}")
    asset_id = mine.ended_job(done)["asset_id"]
    for job_id in (draft, done):
        assert mine.training("DELETE", f"/jobs/{job_id}") == {}
        for method, path in [("GET", ""), ("DELETE", ""), ("POST", ""), ("GET", "/op-logs"), ("GET", "/audit-result")]:
            assert mine.refused(method, f"/voice-training-manage/user/jobs/{job_id}{path}") == "MSS.20020001"
    assert mine.training("GET", "/jobs") == {"count": 0, "jobs": []}
    assert mine.call("GET", f"/digital-assets/{asset_id}")["asset_state"] == "ACTIVED"
    key = {"Authorization": f"Bearer {mine.credentials.api_key}"}
    voices = httpx.get(f"{site.url}{API}/voices", headers=key).json()
    assert [voice["state"] for voice in voices["items"]] == ["ready"]


def test_jobs_get_the_name_of_a_batch_all_or_none(mine: Caller, other: Caller) -> None:
    first, second, theirs = mine.create()["job_id"], mine.create()["job_id"], other.create()["job_id"]
    body = {"batch_name": "week 2", "job_ids": [first, theirs]}
    assert mine.refused("PUT", "/voice-training-manage/user/batch", json=body) == "MSS.20020001"
    assert mine.training("GET", "/jobs", params={"batch_name": "week 2"})["count"] == 0
    mine.training("PUT", "/batch", json={"batch_name": "week 2", "job_ids": [first, second]})
    assert mine.training("GET", "/jobs", params={"batch_name": "week 2"})["count"] == 2
    assert mine.job(first)["batch_name"] == "week 2"


def test_a_users_jobs_are_that_users(mine: Caller) -> None:
    job_id = mine.training("POST", "/basic-jobs", json={"voice_name": "me"}, headers={"X-App-UserId": "u1"})["job_id"]
    assert mine.job(job_id)["app_user_id"] == "u1"
    for user, count in (("u1", 1), ("u2", 0)):
        assert mine.training("GET", "/jobs", headers={"X-App-UserId": user})["count"] == count
    path = f"/voice-training-manage/user/jobs/{job_id}"
    assert mine.refused("DELETE", path, headers={"X-App-UserId": "u2"}) == "MSS.20020001"
    assert mine.refused("GET", path, headers={"X-App-UserId": "用户".encode()}) == "MSS.00000003"
    assert mine.call("GET", path, headers={"X-App-UserId": "u1"})["job_id"] == job_id


def test_what_is_unknown_and_what_is_anothers_are_answered_alike(mine: Caller, other: Caller) -> None:
    theirs = other.create()["job_id"]
    calls = [
        ("GET", "/jobs/{}"),
        ("POST", "/jobs/{}"),
        ("DELETE", "/jobs/{}"),
        ("GET", "/jobs/{}/uploading-address-url"),
        ("GET", "/jobs/{}/audit-result"),
        ("GET", "/jobs/{}/op-logs"),
        ("GET", "/training-segment?job_id={}"),
        ("POST", "/training-segment?job_id={}&index=0"),
    ]
    for method, path in calls:
        told = []
        for job_id in (theirs, uuid4().hex, "no id", "0" * 64):
            answer = mine.client.request(method, "/voice-training-manage/user" + path.format(job_id))
            told.append((answer.status_code, answer.text.replace(job_id, "ID")))
            assert answer.json()["error_code"] == "MSS.20020001"
        assert told[0][0] == 400
    assert other.job(theirs)["state"] == "CREATING"


def test_a_draft_is_seen_by_other_dialects_and_does_nothing_without_recordings(mine: Caller, site: Site) -> None:
    job_id = mine.create()["job_id"]
    key = {"Authorization": f"Bearer {mine.credentials.api_key}"}
    with httpx.Client(base_url=site.url + API, headers=key) as native:
        (voice,) = native.get("/voices", params={"state": "draft"}).json()["items"]
        (job,) = native.get("/training-jobs", params={"state": "draft"}).json()["items"]
        assert (voice["job_id"], UUID(job["id"]).hex) == (job["id"], job_id)
        assert voice["expires_at"] > voice["created_at"]
        assert native.post("/speech", json={"text": "你好。", "voice": voice["id"]}).status_code == 409
        for path in (f"/voices/{voice['id']}/retrain", f"/training-jobs/{job['id']}/retry"):
            assert native.post(path, json={}).status_code == 409
        assert native.post(f"/training-jobs/{job['id']}/cancel").json()["state"] == "cancelled"
        assert native.post(f"/training-jobs/{job['id']}/retry").status_code == 409
    cancelled = mine.job(job_id)
    assert (cancelled["state"], cancelled["job_failed_code"]) == ("FAILED", "MSS.20020031")
    assert mine.training("GET", "/jobs", params={"state": "FAILED"})["count"] == 1
    assert mine.refused("POST", f"/voice-training-manage/user/jobs/{job_id}") == "MSS.20020002"


def test_a_voice_that_is_deleted_elsewhere_takes_its_draft_along(mine: Caller, site: Site) -> None:
    created = mine.create()
    (voice,) = site.platform.voices.list(mine.app, VoiceFilter(), PageRequest()).items
    site.platform.voices.delete(mine.app, voice.id)
    assert mine.job(created["job_id"])["state"] == "FAILED"
    assert mine.refused("POST", f"/voice-training-manage/user/jobs/{created['job_id']}") == "MSS.20020002"
    assert mine.training("DELETE", f"/jobs/{created['job_id']}") == {}
    assert mine.training("GET", "/jobs")["count"] == 0


def test_durations_are_said_in_seconds(mine: Caller) -> None:
    told = mine.training("GET", "/tenant-duration-cfg")
    assert told["tenant_id"] == mine.credentials.project_id
    for edition in ("basic", "middle", "advance"):
        assert 0 < told[f"{edition}_min"] < told[f"{edition}_advice_value"] <= told[f"{edition}_max"]


def test_an_address_takes_no_more_than_an_upload_may_have(mine: Caller) -> None:
    url = mine.create()["training_data_uploading_url"]
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=60)
    connection.putrequest("PUT", f"{address.path}?{address.query}")
    connection.putheader("Content-Length", str(101 << 20))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    assert httpx.put(url.replace("signature=", "signature=x"), content=b"x").status_code == 404
