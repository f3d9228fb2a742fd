"""Who may call, what they used, and their reading dictionaries."""

from __future__ import annotations

import httpx
import pytest

from tests.serving import API, Site


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer hw_" + "a" * 43},
        {"Authorization": "Basic aHdfYTpi"},
        {"Authorization": "Bearer \xff"},
        {"api_key": "hw_" + "a" * 43},
    ],
)
def test_without_a_good_key_nothing_is_done(headers: dict[str, str], site: Site) -> None:
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    for method, path in [("GET", "/me"), ("POST", "/speech-tasks"), ("POST", "/voices"), ("POST", "/uploads")]:
        answer = httpx.request(method, f"{site.url}{API}{path}", headers=encoded, content=b"{")
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_signed_in")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_disabled_app_is_refused_at_once_and_let_in_again(site: Site) -> None:
    with site.app() as mine:
        app_id = mine.get("/me").json()["id"]
        reserved = mine.post("/uploads/reserve", json={"name": "a"}).json()["upload_url"]
        site.platform.accounts.disable(app_id)
        for answer in (mine.get("/me"), mine.post("/speech", json={}), httpx.put(reserved, content=b"x")):
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "app_disabled")
        site.platform.accounts.enable(app_id)
        assert mine.get("/me").status_code == 200


def test_a_key_that_was_replaced_is_void_at_once(site: Site) -> None:
    with site.app() as mine:
        site.platform.accounts.rotate(mine.get("/me").json()["id"])
        assert mine.get("/me").status_code == 401


def test_an_app_sees_what_it_may(mine: httpx.Client) -> None:
    me = mine.get("/me").json()
    assert me["name"] == "tests"
    assert me["quota"]["rates"]["read"]["times"] > 0
    assert me["created_at"].endswith("Z")
    assert not {"secret", "api_key"} & me.keys()


def test_usage_is_by_month(mine: httpx.Client) -> None:
    mine.post("/speech", json={"text": "Hello.", "voice": "tenor"})
    usage = mine.get("/usage").json()
    assert (usage["amounts"]["characters"], usage["amounts"]["spoken_now"]) == (6, 1)
    assert mine.get("/usage", params={"month": usage["month"]}).json() == usage
    assert mine.get("/usage", params={"month": "2020-01"}).json()["amounts"]["characters"] == 0
    assert mine.get("/usage", params={"month": "2020-13"}).status_code == 422


def test_a_lexicon_has_versions_and_is_its_apps_alone(mine: httpx.Client, other: httpx.Client) -> None:
    first, second = "hwamei\tsay:song thrush\n", "hwamei\tsay:thrush\n"
    for text, version in [(first, 1), (first, 1), (second, 2)]:
        assert mine.put("/lexicons/mine", json={"text": text}).json()["version"] == version
    assert mine.get("/lexicons/mine").json()["text"] == second
    assert mine.get("/lexicons/mine", params={"version": 1}).json()["text"] == first
    versions = mine.get("/lexicons/mine/versions", params={"limit": 1, "offset": 1}).json()
    assert ([each["version"] for each in versions["items"]], versions["total"]) == ([1], 2)
    assert [each["name"] for each in mine.get("/lexicons").json()["lexicons"]] == ["mine"]
    for path in ("/lexicons/mine", "/lexicons/mine/versions"):
        assert other.get(path).status_code == 404
    assert other.delete("/lexicons/mine").status_code == 404
    assert mine.delete("/lexicons/mine").status_code == 204
    assert mine.get("/lexicons/mine").status_code == 404


@pytest.mark.parametrize("name", ["a b", "%00", "a" * 65, "%2e%2e%2fx"])
def test_a_lexicon_cannot_have_every_name(name: str, mine: httpx.Client) -> None:
    assert mine.put(f"/lexicons/{name}", json={"text": "a\tsay:b\n"}).status_code in (404, 405, 422)


def test_a_lexicon_that_cannot_be_read_is_refused_with_the_line(mine: httpx.Client) -> None:
    answer = mine.put("/lexicons/mine", json={"text": "hwamei\tsay:thrush\nno reading\n"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_lexicon")
    assert answer.json()["error"]["fields"]["line"] == 2


def test_a_task_is_spoken_with_its_lexicon(mine: httpx.Client) -> None:
    mine.put("/lexicons/mine", json={"text": "hwamei\tsay:thrush\n"})
    body = {"segments": [{"text": "hwamei", "voice": "tenor"}], "lexicon": "mine"}
    assert mine.post("/speech-tasks", json=body).json()["lexicon"] == {"name": "mine", "version": 1}


def test_health_and_figures_can_be_seen_without_a_key(site: Site, mine: httpx.Client) -> None:
    assert httpx.get(f"{site.url}/health/live").json() == {"ok": True}
    ready = httpx.get(f"{site.url}/health/ready")
    assert (ready.status_code, ready.json()["ok"]) == (200, True)
    assert {"database", "queue", "engine"} <= {check["name"] for check in ready.json()["checks"]}
    mine.post("/speech", json={"text": "Hello.", "voice": "tenor"})
    figures = httpx.get(f"{site.url}/metrics").text
    for name in (
        "hwamei_requests_total",
        "hwamei_first_audio_seconds_count",
        "hwamei_queue_depth",
        "hwamei_queue_age_seconds",
        'hwamei_engine_slots{engine="tone",state="free"}',
        "hwamei_real_time_factor_count",
        "hwamei_speech_seconds_total",
    ):
        assert name in figures
