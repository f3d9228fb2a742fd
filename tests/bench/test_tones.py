"""From a spoken syllable to the tone that is heard."""

from __future__ import annotations

import numpy as np
import pytest

from bench.pitch_track import PitchTrack
from bench.tones import DYING_S, SKIPPED, Heard, as_findings, contour
from hwamei.domain.language import Language
from hwamei.domain.utterance import Word, WordTiming

WORD = Word("字", 0, 1, Language.CHINESE, "字", ("ma1",))
TIMES_S = np.arange(0, 1, 0.005)


def test_a_contour_is_the_latter_part_of_the_word_up_to_where_its_voice_stops() -> None:
    pitch_hz = np.where(TIMES_S < 0.42, 100 + TIMES_S, 0)
    found = contour(WordTiming(WORD, 0.2, 0.4), PitchTrack(TIMES_S, pitch_hz)) - 100
    assert found[0] == pytest.approx(0.2 + SKIPPED * 0.2, abs=0.005)
    assert found[-1] == pytest.approx(0.42 - DYING_S, abs=0.005)


def test_a_contour_does_not_run_on_into_a_voice_that_never_stops() -> None:
    found = contour(WordTiming(WORD, 0.2, 0.4), PitchTrack(TIMES_S, 100 + TIMES_S)) - 100
    assert found[-1] < 0.45


def test_a_word_without_a_voice_has_no_contour() -> None:
    assert len(contour(WordTiming(WORD, 0.2, 0.4), PitchTrack(TIMES_S, np.zeros_like(TIMES_S)))) == 0


def test_findings_give_the_share_that_is_right_the_confusions_and_the_wrong_ones() -> None:
    heard = [Heard("ba", 1, 1), Heard("ba", 2, 3), Heard("ba", 3, 3), Heard("ba", 4, 0)]
    share, unseen, *rows, wrong = as_findings("a voice", heard)
    assert (share.measured, share.met) == ("50.0% (2 of 4)", False)
    assert unseen.measured == share.measured
    assert [row.measured for row in rows] == ["1, 0, 0, 0, 0", "0, 0, 1, 0, 0", "0, 0, 1, 0, 0", "0, 0, 0, 0, 1"]
    assert wrong.measured == "ba2→3, ba4→none"
