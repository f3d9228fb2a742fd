"""Voices as digital assets over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from hwamei.domain.listing import PageRequest
from hwamei.domain.owned_voice import OwnedVoice, VoiceFilter, VoiceState
from hwamei.domain.training_job import JobState, TrainingJob
from hwamei.domain.voice import Level
from tests.dialects.huawei.calling import Caller, put, zipped
from tests.links import undated

ASSETS = "/digital-assets"


@pytest.fixture
def voice(mine: Caller, long_recording: bytes) -> str:
    """A voice that can speak, to be changed."""
    created = mine.create("advance", voice_name="Quiet Harbor", sex="MALE", tag="NEWS", description="calm")
    put(created["training_data_uploading_url"], zipped({"a.wav": long_recording}))
    mine.training("POST", f"/jobs/{created['job_id']}")
    return str(mine.ended_job(created["job_id"])["asset_id"])


def names(mine: Caller, **query: Any) -> list[str]:
    """The names on the list."""
    found = mine.call("GET", ASSETS, params=query)
    assert found["count"] >= len(found["assets"])
    return [asset["asset_name"] for asset in found["assets"]]


def test_a_voice_is_shown_as_an_asset(mine: Caller, voice: str) -> None:
    asset = mine.call("GET", f"{ASSETS}/{voice}")
    assert (asset["asset_id"], asset["asset_name"], asset["asset_type"]) == (voice, "Quiet Harbor", "VOICE_MODEL")
    assert (asset["asset_state"], asset["asset_description"], asset["tags"]) == ("ACTIVED", "calm", ["NEWS"])
    meta = asset["asset_extra_meta"]["voice_model_meta"]
    assert (meta["model_type"], meta["sex"], meta["language"]) == ("CLONE", "MALE", "CN")
    (sample,) = asset["files"]
    assert (sample["asset_file_category"], sample["state"]) == ("SAMPLE", "CREATED")
    assert httpx.get(sample["download_url"]).headers["content-type"] == "audio/wav"
    assert mine.call("POST", f"/ttsc/check-voice-asset/{voice}")["asset_id"] == voice


def test_a_voice_is_renamed_described_and_switched_off(mine: Caller, voice: str) -> None:
    body = {"asset_name": "Loud Harbor", "asset_description": "brisk", "tags": ["a", "b"], "asset_state": "UNACTIVED"}
    asset = mine.call("PUT", f"{ASSETS}/{voice}", json=body)
    assert {name: asset[name] for name in body} == body
    assert undated(mine.call("GET", f"{ASSETS}/{voice}")) == undated(asset)
    order = {"text": "你好。", "voice_asset_id": voice}
    assert mine.refused("POST", "/ttsc/async-jobs", json=order) == "MSS.20050004"
    assert mine.refused("POST", f"/ttsc/check-voice-asset/{voice}") == "MSS.20050004"
    assert names(mine, asset_state="ACTIVED") == []
    assert mine.call("PUT", f"{ASSETS}/{voice}", json={"asset_state": "ACTIVED"})["asset_state"] == "ACTIVED"
    assert mine.spoken(**order)["state"] == "SUCCEED"


def test_a_deleted_voice_can_be_restored_and_is_gone_in_the_end(mine: Caller, voice: str) -> None:
    assert mine.call("DELETE", f"{ASSETS}/{voice}") == {}
    assert mine.call("DELETE", f"{ASSETS}/{voice}") == {}
    assert mine.call("GET", f"{ASSETS}/{voice}")["asset_state"] == "DELETING"
    assert names(mine) == []
    assert names(mine, asset_state="DELETING,ACTIVED") == ["Quiet Harbor"]
    order = {"text": "你好。", "voice_asset_id": voice}
    assert mine.refused("POST", "/ttsc/async-jobs", json=order) == "MSS.20050004"
    assert mine.call("POST", f"{ASSETS}/{voice}/restore") == {}
    assert mine.call("GET", f"{ASSETS}/{voice}")["asset_state"] == "ACTIVED"
    assert mine.spoken(**order)["state"] == "SUCCEED"
    assert mine.refused("POST", f"{ASSETS}/{voice}/restore") == "MSS.20020002"
    (kept,) = mine.site.platform.voices.list(mine.app, VoiceFilter(), PageRequest()).items
    assert kept.expires_at is None
    mine.call("DELETE", f"{ASSETS}/{voice}", params={"mode": "force"})
    for method, path in [("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/restore")]:
        assert mine.refused(method, f"{ASSETS}/{voice}{path}", json={} if method == "PUT" else None) == "MSS.10001001"


def test_anothers_voice_is_not_there(other: Caller, trained: tuple[Caller, str]) -> None:
    for given in (trained[1], "f" * 32, "nobody"):
        for method in ("GET", "PUT", "DELETE"):
            body = {"asset_name": "mine now"} if method == "PUT" else None
            assert other.refused(method, f"{ASSETS}/{given}", json=body) == "MSS.10001001"
    assert trained[0].call("GET", f"{ASSETS}/{trained[1]}")["asset_state"] == "ACTIVED"


@dataclass(frozen=True)
class Shelf:
    """An app with voices that were failed, made at known times."""

    caller: Caller
    names: tuple[str, ...]


@pytest.fixture
def shelf(mine: Caller) -> Shelf:
    """Three voices of another dialect's making."""
    app, begun = mine.app, mine.site.platform.clock() - timedelta(days=3)
    for number, name in enumerate(("anna", "Berta", "ANNABEL")):
        made = begun + timedelta(days=number)
        kept = OwnedVoice(uuid4(), app.id, name, Level.INSTANT, "tone", made, made, state=VoiceState.FAILED)
        job = TrainingJob(uuid4(), app.id, kept.id, kept.level, made, made, state=JobState.FAILED)
        mine.site.platform.voices.store.add(app.id, kept, job)
    return Shelf(mine, ("anna", "Berta", "ANNABEL"))


def test_voices_of_other_dialects_are_listed_in_any_order_by_name_and_time(shelf: Shelf) -> None:
    failed = {"asset_state": "FAILED"}
    assert names(shelf.caller) == []
    assert names(shelf.caller, **failed) == ["anna", "Berta", "ANNABEL"]
    assert names(shelf.caller, **failed, sort_dir="desc", limit=2) == ["ANNABEL", "Berta"]
    assert names(shelf.caller, **failed, limit=2, offset=2) == ["ANNABEL"]
    assert names(shelf.caller, **failed, name="anna") == ["anna", "ANNABEL"]
    first = shelf.caller.call("GET", ASSETS, params=failed)["assets"][0]
    assert names(shelf.caller, **failed, end_time=first["create_time"]) == ["anna"]
    assert names(shelf.caller, **failed, start_time=first["create_time"]) == ["anna", "Berta", "ANNABEL"]
    assert names(shelf.caller, **failed, asset_id=[first["asset_id"], "f" * 32]) == ["anna"]
    assert names(shelf.caller, **failed, sex="MALE") == names(shelf.caller, **failed, language="CN") == []
    assert names(shelf.caller, **failed, asset_type="IMAGE") == []
    assert shelf.caller.training("GET", "/jobs")["count"] == 0


def test_the_engines_own_voices_are_the_systems(shelf: Shelf) -> None:
    presets = [preset.name for preset in shelf.caller.site.platform.voices.presets()]
    assert sorted(names(shelf.caller, asset_source="SYSTEM")) == sorted(presets)
    everything = {"asset_source": "ALL", "asset_state": "ACTIVED,FAILED"}
    assert len(names(shelf.caller, **everything)) == len(presets) + 3
    assert names(shelf.caller, asset_source="SYSTEM", name=presets[0]) == [presets[0]]


@pytest.mark.parametrize(
    "query", [{"limit": 101}, {"sort_key": "colour"}, {"asset_source": "MOON"}, {"start_time": "now"}, {"name": "a\0"}]
)
def test_a_list_that_cannot_be_asked_for_is_refused(mine: Caller, query: dict[str, Any]) -> None:
    assert mine.refused("GET", ASSETS, params=query) == "MSS.00000003"


@pytest.mark.parametrize(
    "body",
    [{"asset_name": ""}, {"asset_name": "a\nb"}, {"asset_state": "BLOCK"}, {"tags": "a"}, {"asset_name": "x" * 257}],
)
def test_a_change_that_cannot_be_is_refused(trained: tuple[Caller, str], body: dict[str, Any]) -> None:
    assert trained[0].refused("PUT", f"{ASSETS}/{trained[1]}", json=body) == "MSS.00000003"
