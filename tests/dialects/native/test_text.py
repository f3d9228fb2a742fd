"""How a text will be read, over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from hwamei.text.chinese.candidates import readings_of
from hwamei.text.pinyin import is_reading


def read(client: httpx.Client, text: str, **more: Any) -> dict[str, Any]:
    answer = client.post("/readings", json={"text": text, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_each_character_has_its_readings_to_choose_from(mine: httpx.Client) -> None:
    found = read(mine, "银行行长重复一遍。")
    words = {(word["text"], word["start"]): word for word in found["words"]}
    assert found["language"] == "zh"
    assert words["行", 1]["choices"][0] == "hang2"
    assert "xing2" in words["行", 1]["choices"]
    assert words["重", 4]["choices"][:2] == ["chong2", "zhong4"]
    assert words["行", 1]["joined"] is True
    assert all(is_reading(each) for word in found["words"] for each in word["choices"])


def test_english_and_figures_have_nothing_to_choose(mine: httpx.Client) -> None:
    found = read(mine, "It costs 1250 元。", language="en")
    assert [word["choices"] for word in found["words"] if word["text"] in ("It", "costs", "1250")] == [[], [], []]
    assert next(word for word in found["words"] if word["text"] == "costs")["reading"] == ["kˈɔsts"]


def test_what_is_chosen_goes_into_the_text_and_is_read_so(mine: httpx.Client) -> None:
    text = "重[[pinyin:zhong4]]复[[pause:1s]]，SQL[[say:sequel]]"
    found = read(mine, text)
    assert found["words"][0]["reading"] == ["zhong4"]
    assert [(each["kind"], each["value"]) for each in found["markups"]] == [
        ("pinyin", "zhong4"),
        ("pause", "1000ms"),
        ("say", "sequel"),
    ]
    assert all(text[each["start"] : each["end"]].startswith(f"[[{each['kind']}:") for each in found["markups"])


def test_places_are_counted_in_characters(mine: httpx.Client) -> None:
    text = "😀𠮷你好"
    assert all(text[word["start"] : word["end"]] == word["text"] for word in read(mine, text)["words"])


@pytest.mark.parametrize(
    ("text", "code"),
    [("…", "text_empty"), ("好" * 5_001, "text_too_long"), ("好[[pinyin:xx9]]", "bad_markup")],
)
def test_what_cannot_be_read_is_refused(text: str, code: str, mine: httpx.Client) -> None:
    answer = mine.post("/readings", json={"text": text})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


def test_an_apps_own_dictionary_is_heeded(mine: httpx.Client) -> None:
    mine.put("/lexicons/mine", json={"text": "重庆\tzhong4 qing4\n"})
    assert read(mine, "重庆", lexicon="mine")["words"][0]["reading"] == ["zhong4"]
    assert mine.post("/readings", json={"text": "好", "lexicon": "none"}).status_code == 404


def test_a_character_without_a_reading_has_none_to_choose() -> None:
    assert readings_of("x") == ()
    assert next(iter(readings_of("好"))) == "hao3"
