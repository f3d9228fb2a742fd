"""Custom readings over HTTP, and what they do to speech."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from tests.dialects.huawei.calling import Caller

CONFIGS, GROUPS = "/ttsc/vocabulary-configs", "/ttsc/vocabulary-groups"


def add(mine: Caller, key: str, value: str, kind: str = "ALIAS", **more: Any) -> str:
    """The id of a new reading."""
    return str(mine.call("POST", CONFIGS, json={"type": kind, "key": key, "value": value, **more})["id"])


def listed(mine: Caller, **query: Any) -> list[str]:
    """The words of the readings that are found."""
    found = mine.call("GET", CONFIGS, params=query)
    assert found["count"] >= len(found["data"])
    return [each["key"] for each in found["data"]]


def lexicon(mine: Caller, name: str = "huawei") -> list[str]:
    """The lines of the app's lexicon that say something."""
    text = mine.site.platform.lexicons.get(mine.app.id, name).text
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_readings_are_lines_of_the_apps_lexicon(mine: Caller) -> None:
    ids = [
        add(mine, "重庆", "chong2 qing4", "CHINESE_G2P"),
        add(mine, "GIF", "/ʤˈɪf/", "PHONETIC_SYMBOL"),
        add(mine, "AI", "人工智能"),
        add(mine, "SQL", "spell", "SAY_AS"),
        add(mine, "西安", "on", "CONTINUUM"),
    ]
    assert lexicon(mine) == ["重庆\tchong2 qing4", "GIF\t/ʤˈɪf/", "AI\t人工智能", "SQL\tS Q L"]
    assert listed(mine) == ["重庆", "GIF", "AI", "SQL", "西安"]
    assert listed(mine, type="ALIAS") == listed(mine, search_key="智能") == ["AI"]
    assert listed(mine, limit=2, offset=1) == ["GIF", "AI"]
    assert listed(mine, start_time="2036-01-01T00:00:00Z") == listed(mine, end_time="2020-01-01T00:00:00Z") == []
    body = {"type": "ALIAS", "key": "AI", "value": "机器"}
    assert mine.call("PUT", f"{CONFIGS}/{ids[2]}", json=body) == {"id": ids[2]}
    assert "AI\t机器" in lexicon(mine)
    mine.call("DELETE", CONFIGS, json={"id": [ids[0], ids[1], "f" * 32]})
    assert listed(mine) == ["AI", "SQL", "西安"]
    assert lexicon(mine) == ["AI\t机器", "SQL\tS Q L"]


def test_lines_that_somebody_else_has_written_stay(mine: Caller) -> None:
    platform = mine.site.platform
    text = "# mine\nHwamei\t/hwɑmˈA/\n# reading {broken\n# huawei [\n"
    platform.lexicons.put(mine.app.id, "huawei", text, at=platform.clock())
    add(mine, "AI", "人工智能")
    kept = platform.lexicons.get(mine.app.id, "huawei").text
    assert {"# mine", "Hwamei\t/hwɑmˈA/", "AI\t人工智能"} <= set(kept.splitlines())
    assert listed(mine) == ["AI"]


def test_readings_that_are_added_at_once_are_all_kept(mine: Caller) -> None:
    with ThreadPoolExecutor(8) as threads:
        ids = set(threads.map(lambda number: add(mine, f"word{number}", "one"), range(16)))
    assert len(ids) == 16
    assert sorted(listed(mine, limit=100)) == sorted(f"word{number}" for number in range(16))


@pytest.mark.parametrize(
    "body",
    [
        {"type": "ALIAS", "key": "", "value": "x"},
        {"type": "ALIAS", "key": "a\tb", "value": "x"},
        {"type": "ALIAS", "key": "a\nb", "value": "x"},
        {"type": "ALIAS", "key": "a", "value": "x\ny\tz"},
        {"type": "ALIAS", "key": "# a", "value": "x"},
        {"type": "ALIAS", "key": "a", "value": "…"},
        {"type": "CHINESE_G2P", "key": "重庆", "value": "chong2"},
        {"type": "CHINESE_G2P", "key": "重庆", "value": "chóng qìng"},
        {"type": "CHINESE_G2P", "key": "重庆", "value": "zzz2 qing4"},
        {"type": "PHONETIC_SYMBOL", "key": "GIF", "value": "你"},
        {"type": "OTHER", "key": "a", "value": "x"},
        {"key": "a", "value": "x"},
    ],
)
def test_a_reading_that_cannot_be_is_refused_and_changes_nothing(mine: Caller, body: dict[str, str]) -> None:
    assert mine.refused("POST", CONFIGS, json=body) == "MSS.000000003"
    assert listed(mine) == []


def test_groups_have_names_readings_and_voices(mine: Caller, trained: tuple[Caller, str]) -> None:
    group_id = mine.call("POST", GROUPS, json={"group_name": "towns"})["id"]
    add(mine, "重庆", "chong2 qing4", "CHINESE_G2P", group_id=group_id)
    assert listed(mine, group_id=group_id) == ["重庆"]
    mine.call("PUT", f"{GROUPS}/{group_id}", json={"group_name": "cities"})
    listed_groups = mine.call("GET", GROUPS)
    assert listed_groups == {"count": 1, "data": [{"group_id": group_id, "group_name": "cities", "asset_ids": []}]}
    preset = mine.site.platform.voices.presets()[0].name
    assert mine.call("PUT", f"/ttsc/group-assets/{group_id}", json={"asset_ids": [preset]}) == {"id": group_id}
    assert listed(mine, asset_id=preset) == ["重庆"]
    theirs = {"asset_ids": [trained[1]]}
    assert mine.refused("PUT", f"/ttsc/group-assets/{group_id}", json=theirs) == "MSS.10001001"
    mine.call("DELETE", f"{GROUPS}/{group_id}")
    assert mine.call("GET", GROUPS)["count"] == 0
    for given in (group_id, "nothing"):
        assert mine.refused("DELETE", f"{GROUPS}/{given}") == "MSS.20050002"
        body = {"type": "ALIAS", "key": "a", "value": "b", "group_id": given}
        assert mine.refused("POST", CONFIGS, json=body) == "MSS.20050002"


def spoken_lexicon(mine: Caller, **fields: Any) -> tuple[str, int] | None:
    """The lexicon that a job is spoken with."""
    job_id = mine.call("POST", "/ttsc/async-jobs", json={"text": "AI。", **fields})["job_id"]
    return mine.site.platform.tasks.get(mine.app, UUID(job_id)).lexicon


def test_readings_count_where_the_request_or_the_app_says_so(mine: Caller) -> None:
    presets = [preset.name for preset in mine.site.platform.voices.presets()]
    voice = {"voice_asset_id": presets[0]}
    assert spoken_lexicon(mine, **voice, is_vocabulary_config_enable=True) is None
    add(mine, "AI", "人工智能")
    assert spoken_lexicon(mine, **voice) is None
    assert spoken_lexicon(mine, **voice, is_vocabulary_config_enable=True) == ("huawei", 1)
    mine.call("PUT", "/ttsc/tenant-configs", json={"key": "vocabulary", "value": "true"})
    switches = mine.call("GET", "/ttsc/tenant-configs", params={"key": "vocabulary"})
    assert switches == {"count": 1, "data": [{"id": "vocabulary", "key": "vocabulary", "value": "true"}]}
    assert spoken_lexicon(mine, **voice) == ("huawei", 2)
    assert spoken_lexicon(mine, **voice, is_vocabulary_config_enable=False) is None
    group_id = mine.call("POST", GROUPS, json={"group_name": "mine"})["id"]
    add(mine, "AI", "智能", group_id=group_id)
    mine.call("PUT", f"/ttsc/group-assets/{group_id}", json={"asset_ids": [presets[1]]})
    assert spoken_lexicon(mine, **voice) == ("huawei", 2)
    name = f"huawei.voice.{presets[1]}"
    for _ in range(2):
        assert spoken_lexicon(mine, voice_asset_id=presets[1]) == (name, 1)
    assert lexicon(mine, name) == ["AI\t人工智能", "AI\t智能"]
    assert mine.spoken(text="AI。", voice_asset_id=presets[1])["state"] == "SUCCEED"


def test_nobody_sees_anothers_readings(mine: Caller, other: Caller) -> None:
    reading_id = add(mine, "AI", "人工智能")
    group_id = mine.call("POST", GROUPS, json={"group_name": "towns"})["id"]
    body = {"type": "ALIAS", "key": "AI", "value": "x"}
    assert listed(other) == []
    assert other.refused("PUT", f"{CONFIGS}/{reading_id}", json=body) == "MSS.20050002"
    assert other.refused("PUT", f"{GROUPS}/{group_id}", json={"group_name": "x"}) == "MSS.20050002"
    other.call("DELETE", CONFIGS, json={"id": [reading_id]})
    assert listed(mine) == ["AI"]
