"""Chinese characters → pinyin as it is spoken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hwamei.text.chinese.erhua import coloured
from hwamei.text.chinese.polyphones import decided
from hwamei.text.chinese.readings import MAX_PHRASE_CHARACTERS, Readings, load
from hwamei.text.chinese.sandhi import apply_sandhi
from hwamei.text.chinese.words import Segment, segment

_KIN = frozenset("爸妈哥姐弟妹爷奶叔伯舅姑婆公姥嫂")


@dataclass(frozen=True, slots=True)
class Said:
    """A Chinese character in its stretch: its syllable, "" if none is known; whether it goes on a word.

    `curled`: it is the 儿 that only colours the syllable before it, and so has none of its own.
    """

    syllable: str
    joined: bool
    curled: bool


def read(text: str, given: Mapping[int, str]) -> list[Said]:
    """How each character of a stretch without a pause is spoken. `given`: readings that are not to be touched."""
    segments = segment(text)
    syllables = cited(text, segments, load())
    for position, syllable in given.items():
        syllables[position] = syllable
    reduplicated(syllables, segments)
    spoken = apply_sandhi(text, syllables, segments)
    curled = {position for position in coloured(text) if position not in given and spoken[position - 1]}
    for position in curled:
        spoken[position - 1] = with_erhua(spoken[position - 1])
        spoken[position] = ""
    for position, syllable in given.items():
        spoken[position] = syllable
    starts = {word.start for word in segments}
    return [
        Said(syllable, joined=position not in starts, curled=position in curled)
        for position, syllable in enumerate(spoken)
    ]


def cited(text: str, segments: Sequence[Segment], readings: Readings) -> list[str]:
    """The citation reading of each character: words of the dictionary, then context, then the usual reading."""
    syllables = [readings.characters.get(char, "") for char in text]
    in_phrase = [False] * len(text)
    for start, phrase in _phrases(text, segments, readings):
        syllables[start : start + len(phrase)] = phrase
        in_phrase[start : start + len(phrase)] = [True] * len(phrase)
    for position, reading in decided(text, segments):
        if not in_phrase[position]:
            syllables[position] = reading
    return syllables


def _phrases(text: str, segments: Sequence[Segment], readings: Readings) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Where phrases of the dictionary begin, and their readings: those between word boundaries, the longest first.

    A long word that the dictionary lacks (厦门大学) is looked through for phrases.
    """
    ends = [word.end for word in segments]
    done = 0
    for word in segments:
        if word.start < done:
            continue
        reachable = [end for end in ends if word.start + 1 < end <= word.start + MAX_PHRASE_CHARACTERS]
        phrase = _longest(text, word.start, reachable, readings)
        if phrase is not None:
            done = word.start + len(phrase)
            yield word.start, phrase
            continue
        position = word.start
        while len(word.text) > 2 and position < word.end:
            phrase = _longest(text, position, range(position + 2, word.end + 1), readings)
            if phrase is not None:
                yield position, phrase
            position += len(phrase or " ")


def _longest(text: str, start: int, ends: Sequence[int], readings: Readings) -> tuple[str, ...] | None:
    return next((p for end in reversed(ends) if (p := readings.phrases.get(text[start:end])) is not None), None)


def reduplicated(syllables: list[str], segments: Sequence[Segment]) -> None:
    """Make the second half of a doubled verb or kinship word neutral: 看看, 奶奶.

    The first of 想想 rises as before a third tone.
    """
    for position, kin in _doubled(segments):
        first, second = syllables[position], syllables[position + 1]
        if not kin and first.endswith("3") and second.endswith("3"):
            syllables[position] = first[:-1] + "2"
        syllables[position + 1] = second[:-1] + "5"


def _doubled(segments: Sequence[Segment]) -> Iterator[tuple[int, bool]]:
    """Where a doubled word begins, and whether it names kin."""
    for word, following in zip(segments, [*segments[1:], None], strict=True):
        if len(word.text) == 2 and word.text[0] == word.text[1]:
            if word.text[0] in _KIN or word.tag.startswith("v"):
                yield word.start, word.text[0] in _KIN
        elif following is not None and len(word.text) == 1 and word.text == following.text and word.tag == "v":
            yield word.start, False


def with_erhua(syllable: str) -> str:
    """The syllable with its end curled: "hua1" → "huar1"."""
    return syllable if syllable[:-1].endswith("r") else f"{syllable[:-1]}r{syllable[-1]}"
