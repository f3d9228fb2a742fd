"""Who is waiting hears the first words while the rest is being made, and all of them whatever the engine does."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from threading import Event

import numpy as np
import pytest

from hwamei.domain.errors import EngineHung
from hwamei.domain.speech import Delivery, SpeechOrder
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Voiceprint
from hwamei.engines.tone.engine import ToneEngine
from hwamei.labels.aigc import AigcLabel
from hwamei.labels.pieces import levelled, sounding
from hwamei.ports import EarlyEngine, Engine
from hwamei.service.engine_pool import EnginePool
from hwamei.service.speech import Narrator
from hwamei.service.utterances import Mouth, halved
from hwamei.service.uttering import utter
from hwamei.text.plan import plan
from tests.service import faulty_engine as faults

TEXT = "The ferry leaves at six, and nobody looks. The harbour is quiet. Everybody went home."
LIMIT_S = 0.2


class EarlyTones(ToneEngine):
    """The tone engine, which gives an utterance in halves; one of them with a fault, or only when it may."""

    def __init__(self, *, spoils: int = -1, fault: faults.Fault = faults.silent, holds_before: int = -1) -> None:
        self.spoils, self.fault, self.holds_before, self.go_on = spoils, fault, holds_before, Event()
        self.in_parts: list[Utterance] = []
        self.closed = False

    def speak_early(
        self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery
    ) -> Generator[SpokenUtterance, None, None]:
        """In halves, where it has two."""
        self.in_parts.append(utterance)
        try:
            for number, part in enumerate(halved(utterance) or (utterance,)):
                if number == self.holds_before:
                    self.go_on.wait()
                spoken = self.speak(part, voiceprint, delivery)
                yield self.fault(spoken) if number == self.spoils else spoken
        finally:
            self.closed = True


def first_utterance() -> Utterance:
    return next(plan(TEXT))


def mouth_of(engine: Engine) -> Mouth:
    return Mouth(engine, engine.preset(engine.presets()[0]), Delivery())


def words_of(spoken: list[SpokenUtterance]) -> list[str]:
    return [timing.word.text for each in spoken for timing in each.timings]


@contextmanager
def watched(engine: Engine) -> Iterator[Engine]:
    pool = EnginePool("tone", lambda: engine, slots=1, idle_s=60.0, utterance_timeout_s=LIMIT_S, now_s=lambda: 0.0)
    with pool.for_work() as borrowed:
        yield borrowed


def test_an_utterance_comes_in_parts_where_the_engine_gives_such() -> None:
    assert len(list(mouth_of(EarlyTones()).speak_early(first_utterance()))) == 2
    assert len(list(mouth_of(ToneEngine()).speak_early(first_utterance()))) == 1


@pytest.mark.parametrize("fault", [faults.silent, faults.cut_short, faults.without_last_word, faults.untimed])
@pytest.mark.parametrize("spoils", [0, 1])
def test_what_a_part_leaves_out_is_spoken_again_with_what_follows(spoils: int, fault: faults.Fault) -> None:
    utterance = first_utterance()
    spoken = list(mouth_of(EarlyTones(spoils=spoils, fault=fault)).speak_early(utterance))
    assert words_of(spoken) == [word.text for word in utterance.words]
    assert len(spoken) == 1 + spoils
    assert spoken[-1].utterance.pause_after_ms == utterance.pause_after_ms


def test_only_the_first_utterance_is_in_a_hurry_and_none_of_a_file() -> None:
    engine = EarlyTones()
    narrator = Narrator(engine, new_label=lambda: AigcLabel("1", "画眉", "1", "", "1", "1", ""), now_s=lambda: 0.0)
    spoken = list(narrator.stream(SpeechOrder(TEXT), engine.preset("alto")))
    assert words_of(spoken) == [word.text for utterance in plan(TEXT) for word in utterance.words]
    assert engine.in_parts == [first_utterance()]


def test_a_listener_hears_parts_as_one_utterance() -> None:
    engine, heard = EarlyTones(), list[SpokenUtterance]()
    utterance = first_utterance()
    pieces = list(utter(mouth_of(engine), utterance, heard.append, awaited=True))
    assert [piece.is_last for piece in pieces] == [False, False, True]
    assert words_of(heard) == [word.text for word in utterance.words]
    sound = np.concatenate(list(levelled(sounding(pieces), engine.sample_rate_hz)))
    pause_s = utterance.pause_after_ms / 1000
    assert len(sound) == pytest.approx(sum(len(part.audio.samples) for part in heard) + pause_s * 24_000, abs=2)
    assert len(list(utter(mouth_of(engine), utterance, heard.append, awaited=False))) == 1


def test_the_limit_is_on_each_part_and_one_that_nobody_wants_is_closed() -> None:
    engine = EarlyTones(holds_before=1)
    with watched(engine) as borrowed:
        assert isinstance(borrowed, EarlyEngine)
        parts = mouth_of(borrowed).speak_early(first_utterance())
        next(parts)
        with pytest.raises(EngineHung):
            next(parts)
        assert not engine.closed
    engine.go_on.set()
    left = EarlyTones()
    with watched(left) as borrowed:
        parts = mouth_of(borrowed).speak_early(first_utterance())
        next(parts)
        parts.close()
    assert left.closed


def test_an_engine_that_does_not_speak_early_is_not_asked_to() -> None:
    with watched(ToneEngine()) as borrowed:
        assert not isinstance(borrowed, EarlyEngine)
