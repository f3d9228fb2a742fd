"""Word times against what is audible and against counts of frames known in advance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from hwamei.domain.audio import Audio
from hwamei.domain.utterance import Mark, SpokenUtterance, Word, WordTiming
from hwamei.engines.kokoro.phones import TokenSpan
from hwamei.engines.kokoro.timing import LEAD_S, word_timings
from hwamei.testing import a_word
from tests.dsp.signals import joined, noise, silent

WITHIN_S = 0.05
SHORTEST_PAUSE_S = 0.08
RATE_HZ = 24_000


@pytest.mark.parametrize("name", ["zh", "en", "mixed", "zh by am_michael"])
def test_words_are_in_order_inside_the_sound(name: str, spoken: Mapping[str, SpokenUtterance]) -> None:
    said = spoken[name]
    assert tuple(timing.word for timing in said.timings) == said.utterance.words
    edges = [0.0, *(edge for timing in said.timings for edge in (timing.start_s, timing.end_s)), said.audio.duration_s]
    assert edges == sorted(edges)
    assert all(timing.end_s - timing.start_s >= 0.02 for timing in said.timings)


def test_clauses_end_and_begin_where_the_sound_does(spoken: Mapping[str, SpokenUtterance]) -> None:
    """Within 50 ms, by the level of 10 ms at 28 dB under the speech's: at every mark at which a pause is heard."""
    found = 0
    for said in spoken.values():
        for before, after in _around_marks(said):
            pause = _pause_between(said.audio, (before.start_s + before.end_s) / 2, (after.start_s + after.end_s) / 2)
            if pause is None:
                continue
            found += 1
            assert before.end_s == pytest.approx(pause[0], abs=WITHIN_S), before
            assert after.start_s == pytest.approx(pause[1], abs=WITHIN_S), after
    assert found >= 4


def test_the_first_word_begins_and_the_last_ends_where_the_sound_does(spoken: Mapping[str, SpokenUtterance]) -> None:
    for said in spoken.values():
        loud = np.flatnonzero(_loud(said.audio)) * 0.01
        assert said.timings[0].start_s == pytest.approx(loud[0], abs=WITHIN_S)
        assert said.timings[-1].end_s == pytest.approx(loud[-1] + 0.01, abs=0.1)


def test_without_pauses_words_lie_where_their_frames_do() -> None:
    """Frames of 25 ms: a pad of 4, words of 8 and 12, a pad of 4."""
    first, second = a_word("one", "wˈʌn"), a_word("two", "tˈu", start=4)
    spans = (TokenSpan(first, 1, 3), TokenSpan(second, 3, 5))
    counts = np.array([4, 5, 3, 6, 6, 4])
    audio = noise(0.7, sample_rate_hz=RATE_HZ)
    times = [(t.word, t.start_s, t.end_s) for t in word_timings(spans, counts, audio)]
    assert [word for word, *_ in times] == [first, second]
    np.testing.assert_allclose([t[1:] for t in times], [(0.1 - LEAD_S, 0.3 - LEAD_S), (0.3 - LEAD_S, 0.6 - LEAD_S)])


def test_a_pause_between_words_belongs_to_neither() -> None:
    first, second = a_word("one", "wˈʌn"), a_word("two", "tˈu", start=4)
    spans = (TokenSpan(first, 1, 2), TokenSpan(second, 3, 4))
    audio = joined(*(part(sample_rate_hz=RATE_HZ) for part in (_sound, _gap, _sound)))
    before, after = word_timings(spans, np.array([0, 22, 6, 22, 0]), audio)
    assert before.end_s == pytest.approx(0.5, abs=0.006)
    assert after.start_s == pytest.approx(0.7, abs=0.006)


def test_what_sounds_before_the_frames_of_a_word_but_after_the_pause_is_the_words() -> None:
    """A hiss that begins early, and a vowel that lasts longer than foretold."""
    first, second = a_word("one", "wˈʌn"), a_word("so", "sˈO", start=4)
    spans = (TokenSpan(first, 1, 2), TokenSpan(second, 3, 4))
    audio = joined(*(part(sample_rate_hz=RATE_HZ) for part in (_sound, _gap, _sound)))
    before, after = word_timings(spans, np.array([0, 18, 14, 18, 0]), audio)
    assert before.end_s == pytest.approx(0.5, abs=0.006)
    assert after.start_s == pytest.approx(0.7, abs=0.006)


def _sound(*, sample_rate_hz: int) -> Audio:
    return noise(0.5, sample_rate_hz=sample_rate_hz)


def _gap(*, sample_rate_hz: int) -> Audio:
    return silent(0.2, sample_rate_hz=sample_rate_hz)


def _around_marks(said: SpokenUtterance) -> Iterator[tuple[WordTiming, WordTiming]]:
    """The timings before and after each mark that stands between two words."""
    timing_of = {id(timing.word): timing for timing in said.timings}
    words: list[Word] = []
    marked = False
    for part in said.utterance.parts:
        if isinstance(part, Mark):
            marked = bool(words)
            continue
        if marked:
            yield timing_of[id(words[-1])], timing_of[id(part)]
        words.append(part)
        marked = False


def _pause_between(audio: Audio, from_s: float, to_s: float) -> tuple[float, float] | None:
    """The longest quiet stretch between two moments, if there is one worth the name."""
    loud = np.flatnonzero(_loud(audio)) * 0.01
    inside = loud[(loud >= from_s) & (loud <= to_s)]
    gaps = [(one + 0.01, other) for one, other in pairwise(inside) if other - one - 0.01 >= SHORTEST_PAUSE_S]
    return max(gaps, key=lambda gap: gap[1] - gap[0], default=None)


def _loud(audio: Audio) -> NDArray[np.bool_]:
    hop = audio.sample_rate_hz // 100
    frames = audio.samples[: len(audio.samples) // hop * hop].reshape(-1, hop)
    levels_db = 10 * np.log10(np.mean(np.square(frames, dtype=np.float64), axis=1) + 1e-12)
    return np.asarray(levels_db > np.quantile(levels_db, 0.95) - 28)
