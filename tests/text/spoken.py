"""What a text is spoken as, in forms that are easy to compare."""

from __future__ import annotations

from hwamei.domain.language import Language
from hwamei.domain.utterance import Word
from hwamei.text.lexicon import Lexicon
from hwamei.text.plan import plan


def words(text: str, *, language: Language | None = None, lexicon: Lexicon | None = None) -> list[Word]:
    """All words of a text."""
    return [word for utterance in plan(text, language=language, lexicon=lexicon) for word in utterance.words]


def said(text: str, *, language: Language | None = None) -> str:
    """What is said, Chinese without blanks, English words with them."""
    parts = [
        word.spoken if word.language is Language.CHINESE else f" {word.spoken} "
        for word in words(text, language=language)
    ]
    return " ".join("".join(parts).split())


def pinyin(text: str) -> str:
    """The Chinese readings of a text."""
    return " ".join(syllable for word in words(text) if word.language is Language.CHINESE for syllable in word.reading)


def phones(text: str) -> str:
    """The English readings of a text."""
    return " ".join(
        " ".join(word.reading) for word in words(text, language=Language.ENGLISH) if word.language is Language.ENGLISH
    )


def reading_of(word: str, text: str, *, language: Language) -> str:
    """The reading of the first place where a word stands in a text."""
    start = text.index(word)
    inside = [w for w in words(text, language=language) if start <= w.start < start + len(word)]
    return " ".join(syllable for w in inside for syllable in w.reading)
