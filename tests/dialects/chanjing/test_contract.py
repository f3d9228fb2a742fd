"""The documented and recorded examples, one after the other as a program sends them."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.dialects.chanjing.conftest import TURBO, Program
from tests.dialects.recorded import examples


def test_every_recorded_example_is_answered_alike(mine: Program, recording_url: str) -> None:
    values = {
        "app_id": mine.credentials.app_id,
        "secret": mine.credentials.secret,
        "recording_url": recording_url,
        "voice_id": mine.voice(recording_url, model_type=TURBO),
        "file_id": mine.data(mine.get("/common/create_upload_url", service="prompt_audio", name="a.wav"))["file_id"],
    }
    mine.settled(values["voice_id"])
    values["task_id"] = mine.speaks(values["voice_id"], "Hello, I am your AI assistant.")
    mine.spoken(values["task_id"])
    with httpx.Client(base_url=mine.site.url, timeout=60) as client:
        for example in examples(Path(__file__).parent / "recorded"):
            answer = example.send(client, values)
            assert example.differences(answer) == [], example.name
            if example.request["path"] == "/open/v1/access_token":
                values["token"] = answer.json()["data"]["access_token"]
