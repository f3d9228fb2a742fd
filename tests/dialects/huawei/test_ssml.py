"""SSML as our own markup."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.dialects.huawei.wire.ssml import plain
from hwamei.domain.errors import BadField


@pytest.mark.parametrize(
    ("ssml", "text"),
    [
        ("你好 <b>", "你好 <b>"),
        ("<speak>你好</speak>", "你好"),
        ("<?xml version='1.0' encoding='gbk'?> <SPEAK>你好</SPEAK>", "你好"),
        ("  <speak version='1.0'>a &amp; b</speak> ", "a & b"),
        ("<speak>好<break time='500ms'/>吗</speak>", "好[[pause:500ms]]吗"),
        ("<speak>好<break time='1.5s'/>吗</speak>", "好[[pause:1500ms]]吗"),
        ("<speak>好<break time='99s'/>吗</speak>", "好[[pause:10000ms]]吗"),
        ("<speak>好<break strength='weak'/>吗</speak>", "好[[pause:200ms]]吗"),
        ("<speak>好<break/>吗</speak>", "好[[pause:400ms]]吗"),
        ("<speak><phoneme alphabet='py' ph='chong2 fu4'>重复</phoneme>。</speak>", "重复[[pinyin:chong2 fu4]]。"),
        ("<speak><phoneme alphabet='ipa' ph='/ʤˈɪf/'>GIF</phoneme></speak>", "GIF[[ipa:ʤˈɪf]]"),
        ("<speak><phoneme>重</phoneme></speak>", "重"),
        ("<speak><sub alias='人工智能'>AI</sub></speak>", "人工智能"),
        ("<speak><say-as interpret-as='spell'>SQL</say-as></speak>", "S Q L"),
        ("<speak><say-as interpret-as='date'>2026-01-01</say-as></speak>", "2026-01-01"),
        ("<speak><p><s>一</s><prosody rate='fast'>二</prosody></p>三</speak>", "一二三"),
        ("<speak xmlns='urn:x'><break/>a</speak>", "[[pause:400ms]]a"),
    ],
)
def test_ssml_says_what_it_says(ssml: str, text: str) -> None:
    assert plain(ssml) == text


@pytest.mark.parametrize(
    "ssml",
    ["<speak>", "<speak></speak><speak/>", "<speak>&a;</speak>", "<speak><!-- a --></speak>", "<speak a></speak>"],
)
def test_what_is_no_ssml_is_refused(ssml: str) -> None:
    with pytest.raises(BadField):
        plain(ssml)


@given(st.text(alphabet="<>/&;'\"= asbrekp!?[]你", max_size=60))
def test_no_text_does_more_than_being_refused(text: str) -> None:
    with suppress(BadField):
        plain("<speak>" + text)
