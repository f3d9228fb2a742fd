"""Paths that dialects have in common: each gets its own."""

from __future__ import annotations

import httpx

from tests.dialects.huawei.calling import AkSk
from tests.serving import Site

PROJECT_CALLS = ("ttsc/async-jobs", "voice-training-manage/user/jobs", "digital-assets")


def test_neither_takes_what_begins_like_a_project_of_the_other(site: Site, mine: httpx.Client) -> None:
    for word in ("voices", "history", "user", "text-to-speech", "pronunciation-dictionaries"):
        for rest in PROJECT_CALLS:
            answer = mine.get(f"/v1/{word}/{rest}")
            assert "detail" in answer.json(), (word, rest, answer.text)
    credentials = site.credentials()
    with httpx.Client(base_url=site.url, auth=AkSk(credentials.app_id, credentials.secret)) as signed:
        assert signed.get(f"/v1/{credentials.project_id}/digital-assets").status_code == 200
        wrong = signed.get("/v1/0123/digital-assets")
        assert "error_code" in wrong.json()


def test_a_voice_may_be_called_as_a_part_of_another_vendors_path(mine: httpx.Client) -> None:
    for name in ("ttsc", "digital-assets", "voice-training-manage"):
        assert mine.get(f"/v1/voices/{name}").json()["detail"]["code"] == "voice_not_found"


def test_models_are_this_vendors_where_its_key_is_sent(mine: httpx.Client, site: Site) -> None:
    models = mine.get("/v1/models").json()
    assert models[0]["model_id"] == "eleven_multilingual_v2"
    assert {language["language_id"] for language in models[0]["languages"]} == {"zh", "en"}
    without = httpx.get(f"{site.url}/v1/models", headers={"Authorization": f"Bearer {mine.headers['xi-api-key']}"})
    assert not isinstance(without.json(), list)
