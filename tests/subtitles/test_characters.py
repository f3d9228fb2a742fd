"""Characters in time, from words in time."""

from __future__ import annotations

from itertools import pairwise

import pytest

from hwamei.domain.language import Language
from hwamei.domain.utterance import Word, WordTiming
from hwamei.subtitles.characters import CharacterClock, TimedCharacter


def timed(text: str, word: str, times_s: tuple[float, float], *, spoken: str = "") -> WordTiming:
    start = text.index(word)
    return WordTiming(Word(word, start, start + len(word), Language.ENGLISH, spoken or word, ()), *times_s)


def joined(characters: tuple[TimedCharacter, ...]) -> str:
    return "".join(each.character for each in characters)


def test_a_words_characters_share_its_time_and_those_between_words_the_time_between() -> None:
    text = "ab, cd!"
    words = [timed(text, "ab", (0.25, 0.75)), timed(text, "cd", (1.25, 1.75))]
    line = CharacterClock(text).line(words, end=len(text), until_s=2.0)
    assert line.written == line.spoken
    assert [(each.character, each.start_s, each.end_s) for each in line.written] == [
        ("a", 0.25, 0.5),
        ("b", 0.5, 0.75),
        (",", 0.75, 1.0),
        (" ", 1.0, 1.25),
        ("c", 1.25, 1.5),
        ("d", 1.5, 1.75),
        ("!", 1.75, 2.0),
    ]


def test_stretches_joined_are_the_text_and_never_go_back() -> None:
    text = " “One” two.\n Three…\n"
    clock = CharacterClock(text)
    first = clock.line(
        [timed(text, "One", (0.1, 0.3)), timed(text, "two", (0.4, 0.6))], end=text.index(".") + 1, until_s=0.9
    )
    second = clock.line([timed(text, "Three", (1.0, 1.5))], end=text.index("…") + 1, until_s=1.6)
    written = (*first.written, *second.written, *clock.rest().written)
    assert joined(written) == text
    assert all(before.end_s <= after.start_s + 1e-9 for before, after in pairwise(written))
    assert written[-1].end_s == pytest.approx(1.6)
    assert clock.rest().written == ()


def test_what_is_read_out_has_the_time_of_what_is_written() -> None:
    text = "It cost $4."
    words = [
        timed(text, "It", (0, 0.2)),
        timed(text, "cost", (0.2, 0.5)),
        timed(text, "$4", (0.5, 1.6), spoken="4 usd"),
    ]
    line = CharacterClock(text).line(words, end=len(text), until_s=1.7)
    assert joined(line.written) == text
    assert joined(line.spoken) == "It cost 4 usd."
    money = [each for each in line.written if each.character in "$4"]
    assert (money[0].start_s, money[-1].end_s) == (0.5, 1.6)


def test_a_reading_in_the_text_is_written_but_not_spoken_and_the_users_own_spelling_is_shown() -> None:
    shown, text = "SQL<break time='1s'/> is.", "SQL[[pause:1s]]       is."
    text = text.replace("       ", " " * (len(shown) - len("SQL[[pause:1s]]is.")))
    assert len(shown) == len(text)
    clock = CharacterClock(text, shown=shown)
    line = clock.line([timed(text, "SQL", (0, 1)), timed(text, "is", (2, 3))], end=len(text), until_s=3)
    assert joined(line.written) == shown
    assert joined(line.spoken).split() == ["SQL", "is."]
