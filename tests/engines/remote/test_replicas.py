"""Several servers: voices stick to one, another steps in, and who asks is told when none can."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from hwamei.domain.errors import EngineDown, EngineFailed, TooBusy
from hwamei.domain.speech import Delivery
from hwamei.engines.remote.engine import RemoteEngine
from hwamei.engines.remote.health import FIRST_REST_S, LONGEST_REST_S, Health
from hwamei.testing import ENGLISH
from tests.engines.remote.conftest import Opened, SettingsOf, enrolled
from tests.engines.remote.loopback import Answer, Asked, Loopback, Respond, Server, buzz, loopback, wav

SPEAK, UPLOAD = "POST /v1/audio/speech", "POST /v1/audio/voices"
NOWHERE = "http://127.0.0.1:9"


def spoken_by(upstream: Loopback) -> int:
    return upstream.paths().count(SPEAK)


def test_a_voice_sticks_to_one_server_and_voices_spread(opened: Opened) -> None:
    with loopback(Server()) as one, loopback(Server()) as two:
        engine = opened(one.url, two.url)
        sticks = []
        for f0_hz in range(100, 260, 10):
            made = enrolled(engine, f0_hz=f0_hz)
            before = [spoken_by(one), spoken_by(two)]
            for _ in range(2):
                engine.speak(ENGLISH, made, Delivery())
            more = [spoken_by(one) - before[0], spoken_by(two) - before[1]]
            assert sorted(more) == [0, 2]
            sticks.append(more.index(2))
        assert set(sticks) == {0, 1}
        uploads = [upstream.paths().count(UPLOAD) for upstream in (one, two)]
        assert sum(uploads) == len(sticks)  # each voice at its own server only


def test_the_order_of_the_settings_does_not_move_voices(opened: Opened) -> None:
    with loopback(Server()) as one, loopback(Server()) as two:
        made = enrolled(opened(one.url, two.url))
        opened(two.url, one.url).speak(ENGLISH, made, Delivery())
        assert one.paths().count(UPLOAD) + two.paths().count(UPLOAD) == 1


def test_a_server_that_is_down_is_passed_over_and_the_voice_uploaded_where_it_is_missing(opened: Opened) -> None:
    with loopback(Server()) as lasting:
        with loopback(Server()) as leaving:
            engine = opened(lasting.url, leaving.url)
            made = [enrolled(engine, f0_hz=f0_hz) for f0_hz in range(100, 180, 10)]
            assert spoken_by(leaving)
        for each in made:
            engine.speak(ENGLISH, each, Delivery())
        assert lasting.paths().count(UPLOAD) == len(made)


def test_its_capacity_is_that_of_the_servers_that_are_up(opened: Opened) -> None:
    with loopback(Server()) as lasting:
        with loopback(Server()) as leaving:
            engine = opened(lasting.url, leaving.url, remote_capacity=3)
            assert engine.capacity == 6
            made = [enrolled(engine, f0_hz=f0_hz) for f0_hz in range(100, 180, 10)]
        for each in made:
            engine.speak(ENGLISH, each, Delivery())
        assert engine.capacity == 3


def test_when_all_are_down_the_engine_is_and_says_when_to_come_back(opened: Opened, server: Server) -> None:
    with loopback(server) as upstream:
        engine = opened(upstream.url, NOWHERE)
        preset = engine.preset("ryan")
    with pytest.raises(EngineDown, match=r"none of its servers \(2\) answers") as caught:
        engine.speak(ENGLISH, preset, Delivery())
    assert caught.value.retry_after_s is not None
    assert 1 <= caught.value.retry_after_s <= LONGEST_REST_S
    assert "127.0.0.1" not in str(caught.value)


def test_a_server_that_was_down_is_looked_at_before_it_is_used_again(settings_of: SettingsOf) -> None:
    now_s, away = 0.0, False
    server = Server()

    def respond(asked: Asked) -> Answer:
        return Answer.of({}, 502) if away else server(asked)

    with loopback(respond) as upstream, RemoteEngine(settings_of(upstream.url), now_s=lambda: now_s) as engine:
        made = enrolled(engine)
        away = True
        with pytest.raises(EngineDown):
            engine.speak(ENGLISH, made, Delivery())
        asked = len(upstream.asked)
        with pytest.raises(EngineDown):
            engine.speak(ENGLISH, made, Delivery())
        assert len(upstream.asked) == asked  # it rests
        now_s += FIRST_REST_S
        with pytest.raises(EngineDown):
            engine.speak(ENGLISH, made, Delivery())
        assert upstream.paths()[asked:] == ["GET /v1/models"]
        away = False
        now_s += 10
        engine.speak(ENGLISH, made, Delivery())
        assert upstream.paths()[asked + 1 : asked + 3] == ["GET /v1/models", "GET /v1/audio/voices"]


def test_rests_grow_and_end() -> None:
    now_s = 0.0
    health = Health(lambda: now_s)
    rests_s = []
    for _ in range(9):
        health.failed()
        rests_s.append(health.back_in_s)
        now_s += health.back_in_s
        assert health.may_look()
        assert not health.may_look(), "only one looks"
    assert rests_s == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    health.answered()
    assert health.failed(), "that is news again"
    assert health.back_in_s == FIRST_REST_S


class Gate:
    """Speech that comes when the test lets it."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()

    def __call__(self, _: Asked) -> Answer:
        self.entered.release()
        assert self.open.wait(30)
        return Answer.sound(wav(buzz()))


def test_no_server_is_sent_more_at_once_than_was_declared(opened: Opened, server: Server, upstream: Loopback) -> None:
    gate = Gate()
    engine = opened(upstream.url, remote_capacity=2)
    preset = engine.preset("ryan")
    server.speech = gate
    with ThreadPoolExecutor(2) as pool:
        speaking = [pool.submit(engine.speak, ENGLISH, preset, Delivery()) for _ in range(2)]
        for _ in speaking:
            assert gate.entered.acquire(timeout=30)
        with pytest.raises(TooBusy) as caught:
            engine.speak(ENGLISH, preset, Delivery())
        assert caught.value.retry_after_s >= 1
        gate.open.set()
        for each in speaking:
            each.result()
    engine.speak(ENGLISH, preset, Delivery())
    assert spoken_by(upstream) == 3


def test_a_full_server_leaves_the_rest_to_another(opened: Opened) -> None:
    gates = [Gate(), Gate()]
    with ExitStack() as stack:
        servers = [Server(), Server()]
        places = [stack.enter_context(loopback(server)) for server in servers]
        engine = opened(*(place.url for place in places), remote_capacity=1)
        preset = engine.preset("ryan")
        for server, gate in zip(servers, gates, strict=True):
            server.speech = gate
        with ThreadPoolExecutor(2) as pool:
            speaking = [pool.submit(engine.speak, ENGLISH, preset, Delivery()) for _ in range(2)]
            for gate in gates:
                assert gate.entered.acquire(timeout=30)
                gate.open.set()
            for each in speaking:
                each.result()
        assert [spoken_by(place) for place in places] == [1, 1]


def test_who_may_wait_gets_the_place_that_is_given_back(opened: Opened, server: Server, upstream: Loopback) -> None:
    gate = Gate()
    engine = opened(upstream.url, remote_capacity=1, remote_wait_s=30.0)
    preset = engine.preset("ryan")
    server.speech = gate
    with ThreadPoolExecutor(2) as pool:
        speaking = [pool.submit(engine.speak, ENGLISH, preset, Delivery()) for _ in range(2)]
        assert gate.entered.acquire(timeout=30)
        gate.open.set()
        assert len({len(each.result().audio.samples) for each in speaking}) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_without_room_says_when_to_come_back(
    status: int, opened: Opened, server: Server, upstream: Loopback
) -> None:
    server.speech = lambda _: Answer.of({"error": {"message": "full"}}, status, **{"Retry-After": "17"})
    engine = opened(upstream.url, remote_wait_s=5.0)
    begun_s = time.monotonic()
    with pytest.raises(TooBusy) as caught:
        engine.speak(ENGLISH, engine.preset("ryan"), Delivery())
    assert caught.value.retry_after_s == 17
    assert time.monotonic() - begun_s < 4, "there was nothing to wait for"


def test_a_server_that_soon_has_room_is_waited_for(opened: Opened, server: Server, upstream: Loopback) -> None:
    answers: list[Respond] = [
        lambda _: Answer.of({}, 429, **{"Retry-After": "0.1"}),
        lambda _: Answer.sound(wav(buzz())),
    ]

    def next_one(asked: Asked) -> Answer:
        return answers.pop(0)(asked)

    server.speech = next_one
    engine = opened(upstream.url, remote_wait_s=5.0)
    engine.speak(ENGLISH, engine.preset("ryan"), Delivery())
    assert answers == []


def failing(respond: Callable[[Asked], Answer]) -> tuple[Server, Server]:
    """Two servers of which one fails so, whichever is asked first."""
    first, second = Server(), Server()
    state = {"failed": False}

    def once(asked: Asked) -> Answer:
        if state["failed"]:
            return Answer.sound(wav(buzz()))
        state["failed"] = True
        return respond(asked)

    first.speech = second.speech = once
    return first, second


@pytest.mark.parametrize(
    "respond",
    [
        lambda _: Answer.of({"error": "x"}, 500),
        lambda _: Answer.of({}, 502),
        lambda _: Answer.of({}, 503),
        lambda _: Answer.sound(b"<html>"),
        lambda _: Answer.streamed(),
        lambda _: Answer(200, iter([wav(buzz())[:30]]), {}, 10_000),
    ],
    ids=["500", "502", "503", "nonsense", "nothing", "cut off"],
)
def test_what_one_server_cannot_do_another_does(respond: Respond, opened: Opened) -> None:
    first, second = failing(respond)
    with loopback(first) as one, loopback(second) as two:
        engine = opened(one.url, two.url)
        engine.speak(ENGLISH, engine.preset("ryan"), Delivery())
        assert spoken_by(one) == spoken_by(two) == 1


def test_a_fault_of_all_servers_is_told(opened: Opened, server: Server, upstream: Loopback) -> None:
    server.speech = lambda _: Answer.of({"error": {"message": "CUDA error"}}, 500)
    engine = opened(upstream.url)
    with pytest.raises(EngineFailed, match="HTTP 500: CUDA error"):
        engine.speak(ENGLISH, engine.preset("ryan"), Delivery())


def test_a_server_that_does_not_answer_in_time_counts_as_down(
    opened: Opened, server: Server, upstream: Loopback
) -> None:
    gate = Gate()
    engine = opened(upstream.url, remote_timeout_s=0.3)
    preset = engine.preset("ryan")
    server.speech = gate
    with pytest.raises(EngineDown):
        engine.speak(ENGLISH, preset, Delivery())
    gate.open.set()
