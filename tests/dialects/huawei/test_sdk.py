"""The vendor's own SDK, unmodified, in an environment of its own, through the whole life of a voice."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.dialects.huawei.calling import Caller, zipped
from tests.dialects.sdk import driven, python_with

pytestmark = pytest.mark.long("installs a vendor's SDK and trains several voices")

SDK = ("huaweicloudsdkmetastudio==3.1.219", "huaweicloudsdkcore==3.1.219")
DRIVER = Path(__file__).with_name("sdk_driver.py")


@pytest.fixture(scope="session")
def sdk_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the SDK and nothing of ours."""
    return python_with(tmp_path_factory.mktemp("sdk"), *SDK)


def encoded(content: bytes) -> str:
    return b64encode(content).decode()


@pytest.fixture
def seen(
    sdk_python: Path, mine: Caller, sentences: Mapping[str, bytes], long_recording: bytes, tmp_path: Path
) -> dict[str, Any]:
    """What the driver saw."""
    pairs = [[encoded(sentences[f"{number}.wav"]), encoded(sentences[f"{number}.txt"])] for number in range(20)]
    told = {
        "endpoint": mine.site.url,
        "access": mine.credentials.app_id,
        "secret": mine.credentials.secret,
        "project_id": mine.credentials.project_id,
        "sentences": encoded(zipped(sentences)),
        "long": encoded(zipped({"long.wav": long_recording})),
        "pairs": pairs,
    }
    return driven(sdk_python, DRIVER, told, home=tmp_path)


def test_the_unmodified_sdk_drives_the_whole_life_of_a_voice(seen: dict[str, Any]) -> None:
    _check_training(seen)
    assert seen["lists"] == {
        "all": ["Loud Harbor & ~温柔/a+b", "Quiet Harbor"],
        "everything": ["Loud Harbor & ~温柔/a+b"],
        "oldest": ["Quiet Harbor"],
        "user": ["Quiet Harbor"],
        "waiting": [],
    }
    job = seen["speech"]["job"]
    assert (job["state"], job["code"], job["message"]) == ("SUCCEED", "0", "")
    assert seen["speech"]["fetched"] == [200] * 4
    assert seen["speech"]["checked"] == "ACTIVED"
    assert seen["vocabulary"] == {"found": ["重庆"], "left": 0}
    assets = seen["assets"]
    assert sorted(assets["listed"]) == ["Loud Harbor & ~温柔/a+b", "Quiet Harbor"]
    assert assets["request_id"]
    assert (assets["renamed"], assets["deleting"], assets["restored"]) == (["Renamed", ["calm"]], "DELETING", "ACTIVED")
    assert assets["meta"]["model_type"] == "CLONE"
    assert seen["tenant"]["basic_min"] > 0
    assert seen["tenant"]["left"] > 0
    assert seen["refusals"] == [
        ["ClientRequestException", 400, "MSS.00000003", True],
        ["ClientRequestException", 400, "MSS.20020001", True],
        ["ClientRequestException", 400, "MSS.20050001", True],
        ["ClientRequestException", 401, "APIGW.0301", True],
        ["ClientRequestException", 400, "MSS.00010009", True],
    ]
    assert seen["with_token"] == 2


def _check_training(seen: dict[str, Any]) -> None:
    basic = seen["basic"]
    assert basic["before"] == "CREATING"
    job = basic["job"]
    assert (job["state"], job["job_type"], job["create_type"], job["tag"]) == ("SUCCEED", "BASIC", "PACKAGE", "NEWS")
    assert (job["app_user_id"], job["sex"], job["language"]) == ("studio-user-7", "FEMALE", "CN")
    assert len(job["asset_id"]) == 32
    assert 0 < job["create_time"] <= job["lastupdate_time"] < 2**31
    assert job["voice_authorization_url"].startswith("http://")
    assert {"CREATE_JOB", "COMMIT_JOB", "SYSTEM_AUDIT_PASS", "TRAINING_FINISH", "COMPLETE_JOB"} == set(basic["actions"])
    assert basic["audit_errors"] == 0
    assert seen["segments"] == {"urls": 20, "confirmed": [True, True], "shown": [0, 1]}
    job = seen["advance"]["job"]
    assert (job["state"], job["voice_name"], job["batch_name"]) == ("SUCCEED", "Loud Harbor & ~温柔/a+b", "week-01")
    assert job["is_ondemand_resource"] is True
