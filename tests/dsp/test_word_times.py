"""Words are found in sound by its energy: on bursts whose place is known, and on any sound whatever."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hwamei.domain.audio import Audio
from hwamei.domain.language import Language
from hwamei.domain.utterance import Mark, Utterance, Word, WordTiming
from hwamei.dsp.word_times import word_times

RATE_HZ = 16_000
NOISE = np.random.default_rng(5).normal(0, 0.1, 10 * RATE_HZ).astype(np.float32)


def syllables(count: int, start: int = 0) -> list[Word]:
    return [Word("画", start + i, start + i + 1, Language.CHINESE, "画", ("hua4",)) for i in range(count)]


def comma(at: int) -> Mark:
    return Mark(",", at, at + 1)


def sound(*stretches_s: float) -> Audio:
    """Silence and noise in turns, silence first."""
    parts = []
    for number, stretch_s in enumerate(stretches_s):
        length = round(stretch_s * RATE_HZ)
        parts.append(NOISE[:length] if number % 2 else np.zeros(length, np.float32))
    return Audio(np.concatenate(parts), RATE_HZ)


def edges_s(timings: tuple[WordTiming, ...]) -> list[float]:
    return [edge for timing in timings for edge in (timing.start_s, timing.end_s)]


def test_words_share_the_time_in_which_somebody_speaks() -> None:
    utterance = Utterance(tuple(syllables(4)), Language.CHINESE)
    found = edges_s(word_times(utterance, sound(0.3, 0.8, 0.2)))
    assert found == pytest.approx([0.3, 0.5, 0.5, 0.7, 0.7, 0.9, 0.9, 1.1], abs=0.02)


def test_a_pause_parts_the_words_where_the_text_has_a_mark() -> None:
    """The first two syllables are spoken slowly: by their share alone they would end in the middle of the second."""
    parts: tuple[Word | Mark, ...] = (*syllables(2), comma(2), *syllables(2, 3))
    timings = word_times(Utterance(parts, Language.CHINESE), sound(0.1, 0.6, 0.3, 0.4, 0.1))
    assert edges_s(timings) == pytest.approx([0.1, 0.4, 0.4, 0.7, 1.0, 1.2, 1.2, 1.4], abs=0.02)


def test_a_pause_without_a_mark_lies_in_no_word_that_ends_there() -> None:
    utterance = Utterance(tuple(syllables(2)), Language.CHINESE)
    timings = word_times(utterance, sound(0, 0.4, 0.5, 0.4))
    assert edges_s(timings) == pytest.approx([0.0, 0.4, 0.9, 1.3], abs=0.02)


def test_a_closure_of_a_stop_is_no_pause() -> None:
    parts: tuple[Word | Mark, ...] = (*syllables(2), comma(2), *syllables(2, 3))
    timings = word_times(Utterance(parts, Language.CHINESE), sound(0, 0.4, 0.04, 0.4))
    assert edges_s(timings) == pytest.approx([0.0, 0.2, 0.2, 0.4, 0.44, 0.64, 0.64, 0.84], abs=0.02)


def test_a_long_word_takes_longer_than_a_short_one() -> None:
    words = (
        Word("a", 0, 1, Language.ENGLISH, "a", ("ɐ",)),
        Word("garden", 2, 8, Language.ENGLISH, "garden", ("ɡˈɑɹdᵊn",)),
    )
    short, long = word_times(Utterance(words, Language.ENGLISH), sound(0, 0.7))
    assert short.end_s == pytest.approx(0.1, abs=0.02)
    assert long.start_s == pytest.approx(0.1, abs=0.02)
    assert long.end_s == pytest.approx(0.7, abs=0.02)


def test_of_nothing_nothing_is_said() -> None:
    utterance = Utterance(tuple(syllables(2)), Language.CHINESE)
    assert word_times(utterance, Audio(np.zeros(0, np.float32), RATE_HZ)) == ()
    assert word_times(Utterance((comma(0),), Language.CHINESE), sound(0, 1)) == ()


@example(stretches_s=[0.0078125], clauses=[1, 1, 1, 1, 5])
@given(
    stretches_s=st.lists(st.floats(0.001, 0.5), min_size=1, max_size=8),
    clauses=st.lists(st.integers(1, 5), min_size=1, max_size=5),
)
def test_every_word_has_a_time_of_its_own_inside_any_sound(stretches_s: list[float], clauses: list[int]) -> None:
    audio = sound(*stretches_s)
    parts: list[Word | Mark] = []
    for count in clauses:
        parts += [*syllables(count, len(parts)), comma(len(parts) + count)]
    utterance = Utterance(tuple(parts), Language.CHINESE)
    timings = word_times(utterance, audio)
    assert tuple(timing.word for timing in timings) == utterance.words
    found = edges_s(timings)
    assert [0.0, *found, audio.duration_s] == sorted([0.0, *found, audio.duration_s])
    assert all(timing.start_s < timing.end_s for timing in timings)
