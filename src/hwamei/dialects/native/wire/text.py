"""How a text will be read."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from hwamei.dialects.native.wire.speech import LexiconName
from hwamei.dialects.native.wire.values import Text, Wire
from hwamei.domain.language import Language

MAX_TEXT_BODY_CHARACTERS = 100_000


class ReadingsBody(Wire):
    """A text whose readings are wanted."""

    text: Annotated[Text, Field(max_length=MAX_TEXT_BODY_CHARACTERS)]
    """At most 5,000 characters; markup (`[[pinyin:…]]`, `[[pause:…]]`) is understood."""
    language: Language | None = None
    """How figures and the like are read where the words do not tell."""
    lexicon: LexiconName | None = None


class WordOut(Wire):
    """A word: one Chinese character, one English word, or one written-out expression such as a figure."""

    text: str
    start: int
    """Where it begins in the text, in characters (code points)."""
    end: int
    language: Language
    spoken: str
    """As it is read out: `1250` is `一千二百五十`."""
    reading: list[str]
    """Chinese: pinyin with tone digits, after sandhi. English: phones."""
    joined: bool
    """Whether no word boundary lies before it: the second character of 银行."""
    choices: list[str]
    """Readings that the character can have, for `[[pinyin:…]]`; the one it will be read with first."""


class MarkupOut(Wire):
    """A reading or a pause that stands in the text."""

    start: int
    end: int
    kind: str
    """`pinyin`, `ipa`, `say` or `pause`."""
    value: str


class ReadingsOut(Wire):
    """A text as it will be read."""

    language: Language
    """The one most of it is in, or the one that was asked for."""
    words: list[WordOut]
    markups: list[MarkupOut]
