"""The engine's own voices: listed, heard, found by tags."""

from __future__ import annotations

import io
import re
import time

import httpx
import pytest
import soundfile

from hwamei.dialects.chanjing.wire.public_voices import PublicVoice, with_tags
from hwamei.domain.language import Language
from hwamei.domain.voice import Gender
from hwamei.service.presets import Preset
from tests.dialects.chanjing.conftest import Program

FIELDS = ["id", "grade", "name", "gender", "lang", "desc", "speed", "pitch", "audition"]
PRESETS = [
    Preset("zf", Language.CHINESE, Gender.FEMALE),
    Preset("zm", Language.CHINESE, Gender.MALE),
    Preset("af", Language.ENGLISH, Gender.FEMALE),
    Preset("plain", None, None),
]


def test_public_voices_are_listed_page_by_page(mine: Program) -> None:
    listed = mine.data(mine.get("/list_common_audio", page=1, size=100))
    assert [voice["name"] for voice in listed["list"]] == ["alto", "tenor"]
    for voice in listed["list"]:
        assert list(voice) == FIELDS
        assert re.fullmatch(r"[0-9a-f]{32}", voice["id"])
        assert (voice["lang"], voice["speed"], voice["pitch"]) == ("multilingual", 1, 1)
    assert listed["page_info"] == {"page": 1, "size": 100, "total_count": 2, "total_page": 1}
    second = mine.data(mine.get("/list_common_audio", page=2, size=1))
    assert [voice["name"] for voice in second["list"]] == ["tenor"]
    assert second["page_info"] == {"page": 2, "size": 1, "total_count": 2, "total_page": 2}
    assert mine.data(mine.get("/list_common_audio", page=9))["list"] == []


def test_a_public_voice_can_be_heard_and_is_spoken_once(mine: Program) -> None:
    voices = mine.data(mine.get("/list_common_audio"))["list"]
    folder = mine.site.folder / "data" / "cache" / "previews"
    for voice in voices:
        heard = httpx.get(voice["audition"])
        assert heard.headers["content-type"] == "audio/wav"
        assert soundfile.info(io.BytesIO(heard.content)).duration > 1
        (kept,) = folder.glob(f"*/*/{voice['name']}.wav")
        made_ns = kept.stat().st_mtime_ns
        assert httpx.get(voice["audition"]).content == heard.content
        assert httpx.get(voice["audition"], headers={"Range": "bytes=0-3"}).content == b"RIFF"
        head = httpx.head(voice["audition"])
        assert (head.status_code, head.content) == (200, b"")
        assert kept.stat().st_mtime_ns == made_ns
    assert httpx.get(f"{mine.site.url}/previews/nobody.wav").status_code == 404


def test_the_list_does_not_wait_for_anything_to_be_spoken(mine: Program) -> None:
    mine.get("/list_common_audio")
    begun_s = time.monotonic()
    mine.get("/list_common_audio", size=100)
    assert time.monotonic() - begun_s < 1


def test_a_voice_says_what_it_is() -> None:
    shown = [PublicVoice.of(preset, "") for preset in PRESETS]
    assert [voice.gender for voice in shown] == ["female", "male", "female", ""]
    assert [voice.desc for voice in shown] == ["中文女声", "中文男声", "英文女声", "声音"]
    assert len({voice.id for voice in shown}) == 4


def test_voices_are_found_by_their_tags(mine: Program) -> None:
    told = mine.data(mine.get("/common/tag_list", business_type=2))
    tags = {tag["name"]: str(tag["id"]) for category in told["list"] for tag in category["tag_list"]}
    assert set(tags) == {"中文", "英文", "女声", "男声"}

    def found(*names: str) -> list[str]:
        return [preset.name for preset in with_tags(PRESETS, [tags[name] for name in names])]

    assert found("中文") == ["zf", "zm"]
    assert found("女声") == ["zf", "af"]
    assert found("女声", "英文") == ["af"]
    assert found("男声", "英文") == []
    assert found() == [preset.name for preset in PRESETS]
    for asked in (tags["中文"], f"{tags['中文']},999"):
        assert mine.data(mine.get("/list_common_audio", tag_ids=asked))["list"] == []


def test_tags_are_told_of_voices_only(mine: Program) -> None:
    assert mine.data(mine.get("/common/tag_list", business_type=1)) == {"list": []}
    everything = mine.data(mine.get("/common/tag_list"))
    assert everything == mine.data(mine.get("/tag_list", business_type="1,2")) != {"list": []}
    category = everything["list"][0]
    assert category["tag_child_count"] == len(category["tag_list"])


@pytest.mark.parametrize("query", [{"page": "0"}, {"page": "x"}, {"size": "0"}, {"size": "1001"}, {"size": "1e3"}])
def test_a_page_that_cannot_be_is_refused(query: dict[str, str], mine: Program) -> None:
    assert mine.get("/list_common_audio", **query)["code"] == 40000
