"""Pools by engine, and who speaks where one is down."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from threading import Event
from uuid import UUID, uuid4

import numpy as np
import pytest

from hwamei.domain.app import App, AppId
from hwamei.domain.audio import Audio
from hwamei.domain.errors import (
    EngineDown,
    EngineFailed,
    EngineHung,
    ModelDamaged,
    ModelMissing,
    ModelNotFetched,
    TooBusy,
    Unknown,
)
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Voiceprint
from hwamei.engines.tone.engine import ToneEngine
from hwamei.labels.pieces import levelled, sounding
from hwamei.ports import Engine, StreamingEngine
from hwamei.service.casting import Role
from hwamei.service.engine_down import down_of
from hwamei.service.engine_pool import EnginePool
from hwamei.service.engines import Engines
from hwamei.service.stage import Stage
from hwamei.service.utterances import Mouth
from hwamei.service.uttering import utter
from hwamei.testing import ENGLISH
from tests.storage_sql.things import NOON

HELD_S = 0.2
PIECE_SAMPLES = 2_000


class StreamingTones(ToneEngine):
    """The tone engine in pieces; holds before a piece, or cuts the end off."""

    capacity = 3

    def __init__(self) -> None:
        self.go_on, self.holds_before, self.cut_samples, self.closed = Event(), -1, 0, False

    def stream(
        self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery
    ) -> Generator[Audio, None, SpokenUtterance]:
        """As `speak`."""
        spoken = self.speak(utterance, voiceprint, delivery)
        samples = spoken.audio.samples[: len(spoken.audio.samples) - self.cut_samples]
        try:
            for number, at in enumerate(range(0, len(samples), PIECE_SAMPLES)):
                if number == self.holds_before:
                    self.go_on.wait()
                yield Audio(samples[at : at + PIECE_SAMPLES], self.sample_rate_hz)
        finally:
            self.closed = True
        return replace(spoken, audio=Audio(samples, self.sample_rate_hz))


def pool_of(name: str, engine: Engine) -> EnginePool:
    ticks = count()
    return EnginePool(
        name, lambda: engine, slots=1, idle_s=60.0, utterance_timeout_s=HELD_S, now_s=lambda: float(next(ticks))
    )


def engines_of(made: Mapping[str, Engine | Exception], *, default: str = "tone", stand_in: str = "tone") -> Engines:
    def new_pool(name: str) -> EnginePool:
        def opened() -> Engine:
            engine = made[name]
            if isinstance(engine, Exception):
                raise engine
            return engine

        ticks = count()
        return EnginePool(
            name, opened, slots=1, idle_s=60.0, utterance_timeout_s=HELD_S, now_s=lambda: float(next(ticks))
        )

    return Engines(new_pool, names=lambda: list(made), default=default, stand_in=stand_in)


def voiceprint(engine: str = "tone") -> Voiceprint:
    return replace(ToneEngine().preset("alto"), engine=engine)


def test_each_engine_has_turns_of_its_own() -> None:
    engines = engines_of({"tone": ToneEngine(), "many": StreamingTones()})
    with engines.of("tone").at_once(), pytest.raises(TooBusy), engines.of("tone").at_once():
        pass
    with engines.of("many").at_once(), engines.of("many").at_once(), engines.of("many").at_once():
        assert engines.of("many").turns == (3, 3)
        with pytest.raises(TooBusy) as refused, engines.of("many").at_once():
            pass
        assert refused.value.at_once == 3
    assert [pool.name for pool in engines.asked()] == ["many", "tone"]


def test_an_engine_that_is_not_installed_is_down_and_cannot_be_chosen() -> None:
    engines = engines_of({"tone": ToneEngine()})
    with pytest.raises(EngineDown) as down:
        engines.of("lute")
    assert down.value.engine == "lute"
    app = App(AppId("a"), "p", "mine", NOON, engine="reed")
    assert (engines.choose(app, None), engines.choose(app, "tone")) == ("reed", "tone")
    with pytest.raises(Unknown):
        engines.choose(app, "lute")


def test_where_the_default_has_no_voices_of_its_own_those_of_the_stand_in_are_offered() -> None:
    class Mute(ToneEngine):
        def presets(self) -> tuple[str, ...]:
            return ()

    assert engines_of({"mute": Mute(), "tone": ToneEngine()}, default="mute").with_presets().name == "tone"
    assert engines_of({"mute": Mute()}, default="mute", stand_in="mute").with_presets().name == "mute"


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (ModelMissing(name="reed", remedy="look into /secret"), "model reed is not"),
        (ModelDamaged(name="reed", path="/secret", expected_sha256="a", found_sha256="b"), "model reed is damaged"),
        (ModelNotFetched(name="reed", problem="/secret"), "model reed could not"),
        (Unknown(what="engine", given="reed", known=[]), "not installed"),
        (ImportError("no", name="reedlib"), "reedlib"),
    ],
)
def test_what_says_that_an_engine_is_down_is_told_so_without_our_paths(error: Exception, problem: str) -> None:
    engines = engines_of({"tone": ToneEngine(), "reed": error})
    with pytest.raises(EngineDown, match=problem) as down, engines.of("reed").for_work():
        pass
    assert "secret" not in str(down.value)
    state = next(state for state in engines.states() if state.name == "reed")
    assert (state.is_up, state.is_open) == (False, False)
    assert problem.split()[-1] in (state.problem or "")


def test_a_failure_is_down_only_where_that_is_its_cause() -> None:
    failed, down = EngineFailed(engine="reed", problem="creaked"), EngineDown(engine="reed", problem="gone")
    assert down_of("reed", failed) is None
    failed.__cause__ = down
    assert down_of("reed", failed) is down
    assert down_of("reed", Unknown(what="preset", given="x", known=[])) is None


def test_an_order_borrows_each_engine_once_and_lets_others_stand_in_for_those_that_are_down() -> None:
    gone = EngineDown(engine="reed", problem="gone")
    engines = engines_of({"tone": ToneEngine(), "reed": gone})
    ready, backed, bare = uuid4(), uuid4(), uuid4()
    roles: dict[UUID | str, Role] = {ready: Role(voiceprint()), backed: Role(voiceprint("reed"), voiceprint())}
    with ExitStack() as stack:
        stage = Stage(engines, roles, stack)
        assert stage.engines_of([backed, ready]) == ("tone",)
        assert engines.of("tone").turns_taken == 1
        assert stage.turns == (1, 1)
        with pytest.raises(EngineDown):
            stage.replace(EngineDown(engine="tone", problem="gone too"))
    assert engines.of("tone").turns_taken == 0
    with ExitStack() as stack, pytest.raises(EngineDown):
        Stage(engines, {bare: Role(voiceprint("reed"))}, stack)


def test_an_utterance_in_pieces_sounds_as_the_whole_does() -> None:
    heard: list[SpokenUtterance] = []
    with pool_of("tone", StreamingTones()).for_work() as engine:
        assert isinstance(engine, StreamingEngine)
        mouth = Mouth(engine, voiceprint(), Delivery())
        pieces = list(utter(mouth, replace(ENGLISH, pause_after_ms=120), heard.append, awaited=False))
        whole = list(
            utter(
                replace(mouth, engine=ToneEngine()), replace(ENGLISH, pause_after_ms=120), heard.append, awaited=False
            )
        )
    assert [piece.is_last for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert [spoken.timings for spoken in heard] == [heard[0].timings] * 2
    one, other = (np.concatenate(list(levelled(sounding(each), 24_000))) for each in (pieces, whole))
    assert len(one) == len(other)
    gain = np.dot(one, other) / np.dot(other, other)
    assert np.abs(one - gain * other).max() < 1e-6


def test_the_limit_is_on_each_piece_and_a_generator_at_work_is_left_to_its_fate() -> None:
    tones = StreamingTones()
    tones.holds_before = 2
    with pool_of("tone", tones).for_work() as engine:
        pieces = utter(Mouth(engine, voiceprint(), Delivery()), ENGLISH, lambda spoken: None, awaited=False)
        assert [next(pieces).is_last, next(pieces).is_last] == [False, False]
        with pytest.raises(EngineHung):
            next(pieces)
        assert not tones.closed
    tones.go_on.set()


def test_a_stream_that_nobody_reads_on_is_closed() -> None:
    tones = StreamingTones()
    with pool_of("tone", tones).for_work() as engine:
        assert isinstance(engine, StreamingEngine)
        pieces = engine.stream(ENGLISH, voiceprint(), Delivery())
        next(pieces)
        pieces.close()
    assert tones.closed


def test_a_stream_that_left_words_out_is_not_ended_as_if_it_were_whole() -> None:
    tones = StreamingTones()
    tones.cut_samples = 20_000
    with pool_of("tone", tones).for_work() as engine, pytest.raises(EngineFailed):
        list(utter(Mouth(engine, voiceprint(), Delivery()), ENGLISH, lambda spoken: None, awaited=False))
