"""Which few seconds of the recordings become the prompt, and with which words."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from hwamei.domain.audio import Audio
from hwamei.domain.errors import EngineFailed, ModelMissing, Unknown
from hwamei.domain.voice import Level, Voiceprint
from hwamei.engines.zipvoice.attribution import attributed
from hwamei.engines.zipvoice.cutting import LONGEST_S, SHORTEST_S, Cut, apart, cuts_at_pauses, pauses
from hwamei.engines.zipvoice.engine import ZipvoiceEngine, open_engine
from hwamei.engines.zipvoice.syllables import syllables
from hwamei.testing import MemoryCheckpoints, a_reference
from tests.engines.zipvoice.conftest import Tiny
from tools.make_tiny_zipvoice import HEARD

RATE_HZ = 16_000
PHRASES = (
    "今天天气很好，",
    "我们一起去公园走走。",
    "晚上回家吃饭，",
    "然后看书，",
    "十点睡觉。",
    "明天早上七点起来跑步。",
)


def phrases_of(texts: Sequence[str], *, syllable_s: float = 0.25, pause_s: float = 0.3) -> tuple[Audio, list[float]]:
    """A buzz for as long as each phrase has syllables, with pauses between, and the middle of each pause."""
    pieces: list[np.ndarray] = []
    middles: list[float] = []
    for text in texts:
        pieces.append(a_reference(duration_s=syllable_s * syllables(text), sample_rate_hz=RATE_HZ).samples)
        middles.append(sum(map(len, pieces)) / RATE_HZ + pause_s / 2)
        pieces.append(np.zeros(round(pause_s * RATE_HZ), np.float32))
    return Audio(np.concatenate(pieces[:-1]).astype(np.float32), RATE_HZ), middles[:-1]


def enrolled(engine: ZipvoiceEngine, reference: Sequence[Audio], *said: str | None, level: Level) -> Voiceprint:
    return engine.enrol(
        reference,
        said=said,
        level=level,
        seed=0,
        progress=lambda percent: None,
        checkpoints=MemoryCheckpoints(),
    )


def test_pauses_are_found_where_they_are() -> None:
    audio, middles = phrases_of(PHRASES)
    found = [(start + end) / 2 for start, end in pauses(audio)]
    for middle in middles:
        assert min(abs(middle - each) for each in found) < 0.1


def test_a_cut_begins_and_ends_in_a_pause_and_is_of_a_good_length() -> None:
    audio, middles = phrases_of(PHRASES)
    edges = [0.0, *middles, audio.duration_s]
    cuts = apart(cuts_at_pauses(0, audio), [audio])
    assert len(cuts) >= 2
    for cut in cuts:
        assert SHORTEST_S <= cut.duration_s <= LONGEST_S
        assert all(min(abs(moment - edge) for edge in edges) < 0.15 for moment in (cut.start_s, cut.end_s))
    assert not any(one.meets(other) for one, other in pairwise(cuts))


def test_the_best_of_a_long_recording_is_found_wherever_it_is() -> None:
    soft = [Audio(0.003 * part.samples, RATE_HZ) for part in (phrases_of(PHRASES)[0],) * 12]
    clear, _ = phrases_of(PHRASES)
    long = Audio(np.concatenate([part.samples for part in (*soft, clear, soft[0])]).astype(np.float32), RATE_HZ)
    before_s = 12 * clear.duration_s
    best = apart(cuts_at_pauses(0, long), [long])[0]
    assert before_s - 1 <= best.start_s
    assert best.end_s <= before_s + clear.duration_s + 1


def test_the_clean_recording_is_preferred_to_the_noisy_and_the_clipped() -> None:
    clean = a_reference(duration_s=6.0)
    noise = np.random.default_rng(0).normal(0, 0.03, len(clean.samples)).astype(np.float32)
    noisy = Audio(clean.samples + noise, clean.sample_rate_hz)
    clipped = Audio(np.clip(8 * clean.samples, -0.9, 0.9), clean.sample_rate_hz)
    reference = [noisy, clipped, clean]
    cuts = [Cut(number, 0.0, 6.0) for number in range(3)]
    assert apart(cuts, reference)[0].recording == 2


def test_what_is_not_in_the_prompt_is_left_to_judge_it_by() -> None:
    audio, _ = phrases_of(PHRASES)
    rest = list(Cut(1, 2.0, 5.0).rest_of([audio, audio]))
    assert [part.duration_s for part in rest] == [pytest.approx(audio.duration_s), pytest.approx(audio.duration_s - 3)]


def test_the_words_of_a_short_recording_are_taken_as_they_are_given(tiny: Tiny) -> None:
    with tiny.deaf_engine() as engine:
        made = enrolled(engine, [a_reference()], "今天天气很好，我们去公园。", level=Level.INSTANT)
    assert made.texts["said"] == "今天天气很好，我们去公园。"
    assert made.texts["tokens"].startswith("j0|in1|t0|ian1")
    assert len(made.arrays["prompt"]) == 6 * 24_000
    assert 0 < made.facts["likeness"] <= 1


def test_of_a_long_recording_only_phrases_whose_words_are_certain_are_taken(tiny: Tiny) -> None:
    audio, middles = phrases_of(PHRASES)
    assert audio.duration_s > 10
    found = attributed(0, audio, "".join(PHRASES))
    assert found
    bounds = [0.0, *middles, audio.duration_s]
    for cut in found:
        first, last = (int(np.argmin([abs(moment - edge) for edge in bounds])) for moment in (cut.start_s, cut.end_s))
        assert cut.words == "".join(PHRASES[first:last])
    with tiny.deaf_engine() as engine:
        made = enrolled(engine, [audio], "".join(PHRASES), level=Level.INSTANT)
    assert made.texts["said"] in {cut.words for cut in found}


def test_where_words_cannot_be_told_apart_it_is_said_what_to_do(tiny: Tiny) -> None:
    unbroken = a_reference(duration_s=15.0)
    with tiny.deaf_engine() as engine, pytest.raises(EngineFailed, match="hwamei models pull sense-voice"):
        enrolled(engine, [unbroken], "".join(PHRASES), level=Level.INSTANT)


def test_words_that_nobody_can_have_said_in_that_time_are_refused(tiny: Tiny) -> None:
    with tiny.deaf_engine() as engine, pytest.raises(EngineFailed, match="do not fit"):
        enrolled(engine, [a_reference()], "好。", level=Level.INSTANT)


def test_without_words_and_without_a_recogniser_it_is_said_what_to_do(tiny: Tiny) -> None:
    with tiny.deaf_engine() as engine:
        for said in ((), (None,)):
            with pytest.raises(EngineFailed, match="--text"):
                enrolled(engine, [a_reference()], *said, level=Level.INSTANT)


def test_the_recogniser_hears_the_words_of_the_cut(tiny: Tiny) -> None:
    audio, _ = phrases_of(PHRASES * 2)
    with tiny.engine() as engine:
        made = enrolled(engine, [audio], level=Level.INSTANT)
    assert made.texts["said"].startswith(HEARD)
    assert SHORTEST_S <= made.facts["prompt_s"] <= LONGEST_S


def test_training_tries_several_stretches_and_keeps_the_most_like(tiny: Tiny) -> None:
    audio, _ = phrases_of(PHRASES * 2)
    told: list[float] = []
    checkpoints = MemoryCheckpoints()
    with tiny.engine() as engine:
        instant = enrolled(engine, [audio], level=Level.INSTANT)
        trained = engine.enrol([audio], level=Level.TRAINED, seed=0, progress=told.append, checkpoints=checkpoints)
    assert trained.facts["likeness"] >= instant.facts["likeness"]
    assert len(told) > 6
    assert checkpoints.load() is not None


def test_there_are_no_voices_of_its_own(tiny: Tiny) -> None:
    with tiny.engine() as engine:
        assert engine.presets() == ()
        for verb in (engine.preset, engine.preset_language, engine.preset_gender):
            with pytest.raises(Unknown):
                verb("anybody")


def test_without_models_it_is_said_what_to_fetch(tiny: Tiny) -> None:
    engine = ZipvoiceEngine(tiny.settings)
    with engine, pytest.raises(ModelMissing, match="hwamei models pull zipvoice"):
        enrolled(engine, [a_reference()], "今天天气很好，我们去公园。", level=Level.INSTANT)


def test_without_sherpa_onnx_it_is_said_what_to_install(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sherpa_onnx", None)
    with pytest.raises(EngineFailed, match=r"pip install 'hwamei\[zipvoice\]'"):
        open_engine(tiny.settings)
