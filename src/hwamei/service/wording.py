"""How a text will be read: its words, and for each Chinese character the readings that it can have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hwamei.domain.errors import TextTooLong
from hwamei.domain.language import Language
from hwamei.domain.utterance import Word
from hwamei.text.chinese.candidates import readings_of
from hwamei.text.fold import fold
from hwamei.text.language import detect
from hwamei.text.lexicon import Lexicon
from hwamei.text.markup import Markup, check_markup
from hwamei.text.plan import plan

MAX_WORDED_CHARACTERS = 5_000  # a screen or two: who looks at readings looks at what they see


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A word with its readings to choose from; empty where there is nothing to choose."""

    word: Word
    choices: Sequence[str]


@dataclass(frozen=True, slots=True)
class Written:
    """A reading or a pause that stands in a text. `kind`: pinyin, ipa, say or pause; `value`: as it may be written."""

    start: int
    end: int
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as it will be read. `markups`: readings and pauses that stand in it already."""

    language: Language
    words: Sequence[ReadWord]
    markups: Sequence[Written]


def worded(text: str, *, language: Language | None, lexicon: Lexicon) -> Wording:
    """The text as it will be read. Raises TextTooLong, TextEmpty, BadMarkup."""
    if len(text) > MAX_WORDED_CHARACTERS:
        raise TextTooLong(given=len(text), allowed=MAX_WORDED_CHARACTERS)
    words = [word for utterance in plan(text, language=language, lexicon=lexicon) for word in utterance.words]
    read = [ReadWord(word, _choices(word)) for word in words]
    return Wording(language or detect(text), read, [_written(markup) for markup in check_markup(fold(text))])


def _choices(word: Word) -> Sequence[str]:
    if word.language is not Language.CHINESE or len(word.text) != 1:
        return ()
    return list(dict.fromkeys([*word.reading, *readings_of(word.spoken)])) if len(word.reading) == 1 else ()


def _written(markup: Markup) -> Written:
    if markup.pause_ms is not None:
        return Written(markup.start, markup.end, "pause", f"{markup.pause_ms}ms")
    if markup.pinyin:
        return Written(markup.start, markup.end, "pinyin", " ".join(markup.pinyin))
    if markup.phones:
        return Written(markup.start, markup.end, "ipa", " ".join(markup.phones))
    return Written(markup.start, markup.end, "say", markup.say)
