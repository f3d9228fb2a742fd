"""Voices: added, found, shown, edited, deleted, and what belongs to them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import numpy as np
import pytest
import soundfile

from hwamei.domain.app import Operation, Quota, Rate
from hwamei.domain.owned_voice import ReferenceSource, VoiceState
from hwamei.domain.stored_file import Purpose
from hwamei.domain.voice import Level
from hwamei.service.voice_orders import VoiceOrder
from tests.dialects.elevenlabs.calling import TTS, a_voice, added, client_of, detail, native_of, spoken
from tests.serving import Site, until

LABELS = '{"accent": "harbour", "language": "zh", "gender": "female", "use_case": "narration"}'


def searched(client: httpx.Client, **query: Any) -> list[str]:
    answer = client.get("/v2/voices", params={"page_size": 100, **query})
    assert answer.status_code == 200, answer.text
    return [voice["name"] for voice in answer.json()["voices"]]


def test_a_voice_is_there_at_once_and_speaks_when_it_is_ready(mine: httpx.Client, recording: Path, site: Site) -> None:
    answer = added(mine, recording, description="a ferry", labels=LABELS, remove_background_noise="true")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"voice_id": answer.json()["voice_id"], "requires_verification": False}
    voice_id = answer.json()["voice_id"]
    assert UUID(voice_id).hex == voice_id
    assert spoken(mine, voice_id).status_code == 200
    shown = mine.get(f"/v1/voices/{voice_id}").json()
    assert (shown["name"], shown["category"], shown["is_owner"]) == ("Me", "cloned", True)
    assert (shown["description"], shown["labels"]["accent"]) == ("a ferry", "harbour")
    assert set(shown["fine_tuning"]["state"].values()) == {"fine_tuned"}
    (sample,) = shown["samples"]
    assert (sample["file_name"], sample["mime_type"]) == ("me.flac", "audio/flac")
    assert (sample["size_bytes"], sample["remove_background_noise"]) == (recording.stat().st_size, True)
    heard = mine.get(f"/v1/voices/{voice_id}/samples/{sample['sample_id']}/audio")
    assert (heard.content, heard.headers["content-type"]) == (recording.read_bytes(), "audio/flac")
    preview = httpx.get(shown["preview_url"])
    assert preview.content[:4] == b"RIFF"
    assert mine.get(f"/v1/voices/{UUID(voice_id)}").json()["voice_id"] == voice_id
    with native_of(mine, site) as native:
        voice = native.get(f"/voices/{voice_id}").json()
    assert (voice["level"], voice["language"]) == (Level.INSTANT, "zh")


def test_several_recordings_make_one_voice(mine: httpx.Client, recording: Path) -> None:
    files = [("files", (f"{number}.flac", recording.read_bytes())) for number in range(3)]
    voice_id = mine.post("/v1/voices/add", data={"name": "Three"}, files=files).json()["voice_id"]
    assert spoken(mine, voice_id).status_code == 200
    shown = mine.get(f"/v1/voices/{voice_id}").json()
    assert [sample["file_name"] for sample in shown["samples"]] == ["0.flac", "1.flac", "2.flac"]


@pytest.mark.parametrize(
    ("fields", "loc"),
    [({"name": ""}, ["body", "name"]), ({"name": "x" * 201}, ["body", "name"]), ({"name": "\0"}, ["body", "name"])],
)
def test_a_form_of_the_wrong_shape_makes_no_voice(
    fields: dict[str, str], loc: list[str], mine: httpx.Client, recording: Path
) -> None:
    answer = added(mine, recording, **fields)
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, loc)
    assert mine.get("/v2/voices?category=cloned").json()["total_count"] == 0


@pytest.mark.parametrize("labels", ["[", "[1]", '{"a": 1}', '{"a": {"b": "c"}}', "[" * 50_000, '{"a": "\\u0000"}'])
def test_labels_that_are_none_make_no_voice(labels: str, mine: httpx.Client, recording: Path) -> None:
    answer = added(mine, recording, labels=labels)
    assert (answer.status_code, detail(answer)["param"]) == (400, "labels")


@pytest.mark.parametrize("labels", ["null", "{}", '"{\\"accent\\": \\"sea\\"}"'])
def test_labels_may_be_missing_or_written_twice(labels: str, mine: httpx.Client, recording: Path) -> None:
    voice_id = added(mine, recording, labels=labels).json()["voice_id"]
    expected = {"accent": "sea"} if "sea" in labels else {}
    assert mine.get(f"/v1/voices/{voice_id}").json()["labels"] == expected


def flac(samples: np.ndarray[Any, np.dtype[Any]]) -> bytes:
    target = io.BytesIO()
    soundfile.write(target, samples, 16_000, format="FLAC")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "invalid_audio"),
        (b"no sound", "invalid_audio"),
        (flac(np.zeros(16_000 * 10)), "invalid_audio"),
        (flac(np.random.default_rng(1).normal(0, 0.1, 16_000)), "audio_too_short"),
    ],
)
def test_a_recording_that_cannot_be_used_makes_no_voice(content: bytes, code: str, mine: httpx.Client) -> None:
    answer = mine.post("/v1/voices/add", data={"name": "Bad"}, files=[("files", ("x.wav", content))])
    assert (answer.status_code, detail(answer)["code"]) == (400, code), answer.text
    assert mine.get("/v2/voices?category=cloned").json()["total_count"] == 0


def test_no_recording_at_all_is_a_missing_field(mine: httpx.Client) -> None:
    without = mine.post("/v1/voices/add", files={"name": (None, "Nobody")})
    assert (without.status_code, without.json()["detail"][0]["loc"]) == (422, ["body", "files"])
    no_form = mine.post("/v1/voices/add", json={"name": "Nobody"})
    assert no_form.status_code == 422


def test_voices_have_a_number_that_is_not_passed(site: Site, recording: Path) -> None:
    with client_of(site, quota=Quota(voices=1, rates={Operation.CREATE_VOICE: Rate(2, 3600)})) as client:
        assert added(client, recording).status_code == 200
        refused = added(client, recording)
        assert (refused.status_code, detail(refused)["code"]) == (400, "voice_limit_reached")
        assert client.get("/v1/user").json()["subscription"]["voice_limit"] == 1
        assert added(client, recording).status_code == 429


def test_lists_have_own_voices_before_the_engines_and_pages_join_to_the_whole(
    mine: httpx.Client, recording: Path, site: Site
) -> None:
    for name in ("One", "Two", "Three"):
        added(mine, recording, name=name)
    engines = [preset.name for preset in site.platform.voices.native_presets()]
    all_of_them = [voice["name"] for voice in mine.get("/v1/voices").json()["voices"]]
    assert all_of_them == ["Three", "Two", "One", *engines]
    found: list[str] = []
    token: str | None = None
    while True:
        query: dict[str, Any] = {"page_size": 2, **({} if token is None else {"next_page_token": token})}
        page = mine.get("/v2/voices", params=query).json()
        found += [voice["name"] for voice in page["voices"]]
        token = page["next_page_token"]
        assert page["total_count"] == len(all_of_them)
        assert page["has_more"] is (token is not None)
        if token is None:
            break
    assert found == all_of_them


def test_lists_are_searched_filtered_and_sorted(mine: httpx.Client, recording: Path, site: Site) -> None:
    first = added(mine, recording, name="Quiet Boat", labels=LABELS).json()["voice_id"]
    added(mine, recording, name="Loud Ship", description="of the harbour")
    engines = sorted(preset.name for preset in site.platform.voices.native_presets())
    assert searched(mine, search="BOAT") == ["Quiet Boat"]
    assert searched(mine, search="harbour") == ["Loud Ship", "Quiet Boat"]
    assert searched(mine, search="premade", sort="name") == engines
    assert searched(mine, category="cloned", sort="name", sort_direction="asc") == ["Loud Ship", "Quiet Boat"]
    assert searched(mine, category="cloned", sort="name", sort_direction="desc") == ["Quiet Boat", "Loud Ship"]
    assert searched(mine, voice_type="personal", sort="created_at_unix", sort_direction="asc")[0] in (
        "Quiet Boat",
        "Loud Ship",
    )
    assert searched(mine, voice_type="default", sort="name") == engines
    assert searched(mine, voice_type="community") == searched(mine, collection_id="c") == []
    assert searched(mine, voice_type="workspace") == searched(mine, category="professional") == []
    assert searched(mine, accent="Harbour") == searched(mine, use_cases="narration") == ["Quiet Boat"]
    assert searched(mine, language=["fr", "ZH"], gender="female") == ["Quiet Boat"]
    assert searched(mine, voice_ids=[first, "alto", "nobody"]) == ["Quiet Boat", "alto"]
    assert searched(mine, voice_ids=first, search="ship") == []
    until(lambda: len(searched(mine, fine_tuning_state="fine_tuned")) == 2)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"page_size": 0}, 422),
        ({"page_size": 101}, 422),
        ({"sort": "age"}, 422),
        ({"next_page_token": "x"}, 400),
        ({"next_page_token": "ZnJvbSAtMQ"}, 400),
        ({"next_page_token": "é"}, 400),
        ({"next_page_token": "ZnJvbSA5OTk5OTk5OTk5OTk5"}, 400),
    ],
)
def test_a_page_that_cannot_be_is_refused(query: dict[str, Any], status: int, mine: httpx.Client) -> None:
    assert mine.get("/v2/voices", params=query).status_code == status


def test_editing_changes_what_is_sent_and_leaves_the_rest(mine: httpx.Client, recording: Path) -> None:
    voice_id = a_voice(mine, recording, description="old", labels=LABELS)
    form = {"name": (None, "New name"), "labels": (None, "null")}
    assert mine.post(f"/v1/voices/{voice_id}/edit", files=form).json() == {"status": "ok"}
    shown = mine.get(f"/v1/voices/{voice_id}").json()
    assert (shown["name"], shown["description"], shown["labels"]["accent"]) == ("New name", "old", "harbour")
    changed = {"name": (None, "New name"), "description": (None, "new"), "labels": (None, '{"age": "old"}')}
    mine.post(f"/v1/voices/{voice_id}/edit", files=changed)
    shown = mine.get(f"/v1/voices/{voice_id}").json()
    assert (shown["description"], shown["labels"], len(shown["samples"])) == ("new", {"age": "old"}, 1)
    assert mine.post(f"/v1/voices/{voice_id}/edit", files={"description": (None, "x")}).status_code == 422


def test_more_recordings_make_the_voice_anew_while_it_speaks_as_before(mine: httpx.Client, recording: Path) -> None:
    voice_id = a_voice(mine, recording)
    more = [("files", ("more.flac", recording.read_bytes()))]
    assert mine.post(f"/v1/voices/{voice_id}/edit", data={"name": "Me"}, files=more).status_code == 200
    assert spoken(mine, voice_id).status_code == 200
    shown = until(lambda: ready(mine, voice_id))
    assert shown is not None
    assert [sample["file_name"] for sample in shown["samples"]] == ["me.flac", "more.flac"]


def ready(client: httpx.Client, voice_id: str) -> dict[str, Any] | None:
    shown: dict[str, Any] = client.get(f"/v1/voices/{voice_id}").json()
    return shown if set(shown["fine_tuning"]["state"].values()) == {"fine_tuned"} else None


def test_settings_are_remembered_and_the_usual_ones_are_the_vendors(mine: httpx.Client, recording: Path) -> None:
    voice_id = added(mine, recording).json()["voice_id"]
    usual = {"stability": 0.5, "similarity_boost": 0.75, "style": 0.0, "use_speaker_boost": True, "speed": 1.0}
    assert mine.get("/v1/voices/settings/default").json() == usual
    assert mine.get(f"/v1/voices/{voice_id}/settings").json() == usual
    changed = mine.post(f"/v1/voices/{voice_id}/settings/edit", json={"stability": 0.1, "speed": 1.5})
    assert changed.json() == {"status": "ok"}
    expected = usual | {"stability": 0.1, "speed": 1.5}
    assert mine.get(f"/v1/voices/{voice_id}/settings").json() == expected
    assert mine.get(f"/v1/voices/{voice_id}").json()["settings"] == expected
    assert mine.post(f"/v1/voices/{voice_id}/settings/edit", json={"speed": 9}).status_code == 422


def test_the_engines_own_voices_can_be_seen_and_not_changed(mine: httpx.Client, recording: Path) -> None:
    shown = mine.get("/v1/voices/alto").json()
    assert (shown["voice_id"], shown["category"], shown["is_owner"]) == ("alto", "premade", False)
    assert httpx.get(shown["preview_url"]).content[:4] == b"RIFF"
    assert mine.get("/v1/voices/alto/settings").json()["speed"] == 1.0
    for refused in (
        mine.delete("/v1/voices/alto"),
        mine.post("/v1/voices/alto/settings/edit", json={"speed": 1}),
        mine.post("/v1/voices/alto/edit", files={"name": (None, "x")}),
    ):
        assert (refused.status_code, detail(refused)["code"]) == (403, "voice_not_editable")


def test_what_is_deleted_is_gone(mine: httpx.Client, recording: Path) -> None:
    voice_id = a_voice(mine, recording)
    sample = mine.get(f"/v1/voices/{voice_id}").json()["samples"][0]["sample_id"]
    assert mine.delete(f"/v1/voices/{voice_id}").json() == {"status": "ok"}
    for path in ("", "/settings", f"/samples/{sample}/audio"):
        assert detail(mine.get(f"/v1/voices/{voice_id}{path}"))["code"] == "voice_not_found"
    assert spoken(mine, voice_id).status_code == 404
    assert mine.delete(f"/v1/voices/{voice_id}").status_code == 404


def test_another_apps_voice_is_as_unknown_as_one_that_never_was(
    mine: httpx.Client, other: httpx.Client, recording: Path
) -> None:
    theirs = a_voice(other, recording)
    sample = other.get(f"/v1/voices/{theirs}").json()["samples"][0]["sample_id"]
    for voice_id in (theirs, "0" * 32):
        answers = [
            mine.get(f"/v1/voices/{voice_id}"),
            mine.delete(f"/v1/voices/{voice_id}"),
            mine.get(f"/v1/voices/{voice_id}/settings"),
            mine.post(f"/v1/voices/{voice_id}/settings/edit", json={"speed": 1}),
            mine.post(f"/v1/voices/{voice_id}/edit", files={"name": (None, "Mine")}),
            mine.get(f"/v1/voices/{voice_id}/samples/{sample}/audio"),
            mine.post(f"{TTS}/{voice_id}", json={"text": "Hello."}),
        ]
        assert {(answer.status_code, detail(answer)["code"]) for answer in answers} == {(404, "voice_not_found")}
    own = added(mine, recording).json()["voice_id"]
    for wrong in (sample, "x"):
        answer = mine.get(f"/v1/voices/{own}/samples/{wrong}/audio")
        assert (answer.status_code, detail(answer)["code"]) == (404, "sample_not_found")


def test_a_voice_that_was_taken_speaks_and_shows_no_recordings(
    mine: httpx.Client, other: httpx.Client, site: Site, recording: Path
) -> None:
    theirs = UUID(a_voice(other, recording))
    owner = site.platform.accounts.authenticate(other.headers["xi-api-key"])
    taker = site.platform.accounts.authenticate(mine.headers["xi-api-key"])
    site.platform.sharing.take(taker, site.platform.sharing.offer(owner, theirs))
    (shown,) = mine.get("/v2/voices?voice_type=community").json()["voices"]
    assert (shown["voice_id"], shown["is_owner"], shown["samples"]) == (theirs.hex, False, None)
    assert spoken(mine, theirs.hex).status_code == 200
    assert detail(mine.post(f"/v1/voices/{theirs.hex}/settings/edit", json={}))["code"] == "voice_not_editable"
    assert mine.delete(f"/v1/voices/{theirs.hex}").status_code == 200
    assert mine.get(f"/v1/voices/{theirs.hex}").status_code == 404
    assert spoken(other, theirs.hex).status_code == 200


def test_a_voice_of_another_dialect_is_shown_with_what_is_known_of_it(mine: httpx.Client, site: Site) -> None:
    app = site.platform.accounts.authenticate(mine.headers["xi-api-key"])
    file = site.platform.files.keep(app, site.recording, purpose=Purpose.REFERENCE, name="me.flac")
    site.platform.voices.create(app, VoiceOrder("Native", (ReferenceSource(file_id=file.id),), Level.INSTANT))
    (shown,) = mine.get("/v2/voices?category=cloned").json()["voices"]
    assert shown["name"] == "Native"
    assert [sample["sample_id"] for sample in shown["samples"]] == [file.id.hex]
    assert shown["settings"]["speed"] == 1.0
    assert spoken(mine, shown["voice_id"]).status_code == 200
    assert site.platform.voices.get(app, UUID(shown["voice_id"])).state is VoiceState.READY
