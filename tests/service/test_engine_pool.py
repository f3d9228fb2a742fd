"""One engine for many: turns, time limits, and letting go."""

from __future__ import annotations

from threading import Event

import pytest

from hwamei.domain.errors import EngineHung, TooBusy
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Voiceprint
from hwamei.engines.tone.engine import ToneEngine
from hwamei.service.engine_pool import EnginePool
from hwamei.testing import a_word, an_utterance


class HangingEngine(ToneEngine):
    """Speaks only when it is let."""

    def __init__(self) -> None:
        self.let, self.closed = Event(), False

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """As the tone engine, some time."""
        self.let.wait()
        return super().speak(utterance, voiceprint, delivery)

    def __exit__(self, *ended: object) -> None:
        """Note it."""
        self.closed = True


class Clock:
    """Stands still until it is moved."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def a_pool(*engines: ToneEngine, slots: int = 2, clock: Clock | None = None) -> EnginePool:
    waiting = iter(engines or [ToneEngine()])
    return EnginePool(
        "tone", lambda: next(waiting), slots=slots, idle_s=60.0, utterance_timeout_s=0.05, now_s=clock or Clock()
    )


HELLO = an_utterance(a_word("hello", "həlˈO"))


def test_who_finds_all_turns_taken_is_told_when_to_come_back() -> None:
    pool = a_pool(slots=2)
    with pool.at_once(), pool.at_once():
        assert pool.turns_taken == 2
        with pytest.raises(TooBusy) as refused, pool.at_once():
            pass
        assert refused.value.retry_after_s >= 1
        with pool.for_work() as engine:  # durable work takes no turn
            assert engine.presets()
    assert pool.turns_taken == 0
    with pool.at_once():
        pass


def test_a_turn_is_given_back_when_the_work_fails() -> None:
    pool = a_pool(slots=1)
    with pytest.raises(ZeroDivisionError), pool.at_once():
        raise ZeroDivisionError
    assert pool.turns_taken == 0


def test_an_engine_that_hangs_is_given_up_and_the_next_one_asked() -> None:
    hanging, sound = HangingEngine(), ToneEngine()
    pool = a_pool(hanging, sound)
    with pool.at_once() as engine, pytest.raises(EngineHung) as refused:
        engine.speak(HELLO, engine.preset(engine.presets()[0]), Delivery())
    assert refused.value.waited_s == 0.05
    with pool.at_once() as engine:
        assert engine.speak(HELLO, engine.preset(engine.presets()[0]), Delivery()).audio.duration_s > 0
    hanging.let.set()
    pool.close()
    assert not hanging.closed  # its thread may still be in it


def test_the_engine_is_let_go_when_nobody_has_used_it_for_a_while() -> None:
    clock, first = Clock(), HangingEngine()
    pool = a_pool(first, ToneEngine(), clock=clock)
    assert not pool.close_if_idle()
    with pool.for_work():
        clock.now_s = 100.0
        assert not pool.close_if_idle()
    assert not pool.close_if_idle()
    clock.now_s = 161.0
    assert pool.close_if_idle()
    assert first.closed
    assert not pool.is_open
    with pool.for_work() as engine:
        assert engine.presets()
