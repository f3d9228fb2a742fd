"""Models over OpenAI's calls."""

from __future__ import annotations

import httpx
import pytest

from tests.dialects.openai.clients import SPEECH, body, refused


def test_models_are_the_vendors_names_and_our_own(mine: httpx.Client) -> None:
    found = mine.get("/v1/models").json()
    assert found["object"] == "list"
    ids = [model["id"] for model in found["data"]]
    assert {"tts-1", "tts-1-hd", "gpt-4o-mini-tts", "hwamei", "tone"} <= set(ids)
    assert len(ids) == len(set(ids))
    for model in found["data"]:
        assert mine.get(f"/v1/models/{model['id']}").json() == model
        assert mine.post(SPEECH, json=body(model=model["id"])).status_code == 200


@pytest.mark.parametrize("model", ["gpt-5", "tts-1/x", "TTS-1", "%20"])
def test_a_model_that_is_not_there_is_not_found(model: str, mine: httpx.Client) -> None:
    answer = mine.get(f"/v1/models/{model}")
    assert refused(answer) == (404, "invalid_request_error", "model_not_found", "model")
    assert "does not exist or you do not have access to it" in answer.json()["error"]["message"]


@pytest.mark.parametrize(("method", "path", "status"), [("DELETE", "/v1/models", 405), ("GET", "/v1/audio/x", 404)])
def test_what_is_not_there_is_told_in_the_vendors_words(
    method: str, path: str, status: int, mine: httpx.Client
) -> None:
    assert refused(mine.request(method, path))[:2] == (status, "invalid_request_error")
