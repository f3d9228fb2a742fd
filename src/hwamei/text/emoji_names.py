"""Emoji and their short names, from the `emoji` package (names by Unicode CLDR), loaded when the first one is met."""

from __future__ import annotations

import re

from hwamei.domain.language import Language

_PICTURE = re.compile(
    r"[\U0001f000-\U0001faff]|[❤☀☁☂☃⚡⭐✨✅❌❗❓⏰☕⚽⛄⛅⌚⏳✊✋✌☎✈☺☹♥✔]|[\u203c-\u3299©®]\ufe0f|[0-9#*]\ufe0f?\u20e3"
)
_MAX_CHARACTERS = 16
_SKIN = re.compile(
    r"_(?:较?[浅深]|中等?(?:偏?[浅深])?)?肤色|_?(?:medium-?)?_?(?:light|dark|medium)(?:_skin_tone)|_skin_tone"
)
_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]+")
_NOT_LATIN = re.compile(r"[^A-Za-z0-9']+")


def match_emoji(sentence: str, position: int) -> str | None:
    """The emoji that begins at this place, with its joined parts and repetitions, or None."""
    if sentence[position] < "\u203c" and sentence[position] not in "0123456789#*©®":
        return None
    if _PICTURE.match(sentence, position) is None:
        return None
    one = _longest(sentence, position) or sentence[position]
    end = position + len(one)
    while sentence.startswith(one, end):
        end += len(one)
    return sentence[position:end]


def emoji_name(written: str, language: Language) -> str:
    """What is said for an emoji, in the words of the language; empty if it has no name. Repeated ones count once."""
    import emoji  # here, because its table takes time to load and most texts have none

    one = _longest(written, 0)
    if one is None:
        return ""
    emoji.config.load_language(language.value)
    names = emoji.EMOJI_DATA[one]
    name = str(names.get(language.value) or names["en"]).strip(":")
    name = _SKIN.sub("", name)
    if language is Language.CHINESE:
        return _NOT_HAN.sub("", name)
    return _NOT_LATIN.sub(" ", name.replace("’", "'")).strip()


def _longest(sentence: str, position: int) -> str | None:
    import emoji

    for length in range(min(_MAX_CHARACTERS, len(sentence) - position), 0, -1):
        if sentence[position : position + length] in emoji.EMOJI_DATA:
            return sentence[position : position + length]
    return None
