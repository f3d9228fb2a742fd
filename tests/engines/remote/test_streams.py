"""Sound that is passed on while a server makes it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from hwamei.domain.errors import EngineFailed
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import Mark, SpokenUtterance, Utterance, Word
from hwamei.domain.voice import Voiceprint
from hwamei.engines.remote.engine import RemoteEngine
from hwamei.ports import StreamingEngine
from hwamei.server import open_app
from hwamei.testing import ENGLISH, a_word
from tests.edge.stepwise import ANY_NUMBER, NAME, STEPS, installed
from tests.engines.remote.conftest import Opened, is_tone
from tests.engines.remote.loopback import Answer, Asked, Loopback, Server, buzz, pcm, wav
from tests.serving import served, settings_of

LONG_ENOUGH_S = 10.0


def streamed(engine: RemoteEngine, voiceprint: Voiceprint) -> tuple[list[int], SpokenUtterance]:
    """How long the pieces are, and the whole."""
    pieces, lengths = engine.stream(ENGLISH, voiceprint, Delivery()), []
    while True:
        try:
            lengths.append(len(next(pieces).samples))
        except StopIteration as end:
            whole: SpokenUtterance = end.value
            return lengths, whole


def test_it_streams(opened: Opened, upstream: Loopback) -> None:
    assert isinstance(opened(upstream.url), StreamingEngine)


def test_the_first_piece_comes_before_the_last_is_made(opened: Opened, server: Server, upstream: Loopback) -> None:
    go_on = threading.Event()

    def slowly(_: Asked) -> Answer:
        def pieces() -> Iterator[bytes]:
            yield wav(buzz(), endless=True)
            assert go_on.wait(LONG_ENOUGH_S)
            yield pcm(buzz())

        return Answer(200, pieces())

    server.speech = slowly
    engine = opened(upstream.url)
    pieces = engine.stream(ENGLISH, engine.preset("ryan"), Delivery())
    first = next(pieces)
    assert not go_on.is_set()
    assert is_tone(first, 200, within_hz=20)
    go_on.set()
    assert sum(len(piece.samples) for piece in pieces) == 48_000 - len(first.samples)
    order = upstream.asked[-1].json
    assert (order["response_format"], order["stream_format"]) == ("wav", "audio")
    assert "speed" not in order


def test_pieces_that_end_within_a_sample_join(opened: Opened, server: Server, upstream: Loopback) -> None:
    content = wav(buzz(), endless=True)
    cuts = [0, 3, 11, 20, 43, 45, 1_001, 1_002, 20_001, len(content)]
    pieces = [content[start:end] for start, end in pairwise(cuts)]
    server.speech = lambda _: Answer.streamed(*pieces)
    engine = opened(upstream.url)
    _, whole = streamed(engine, engine.preset("ryan"))
    assert np.abs(whole.audio.samples - buzz()).max() < 1e-4


def test_bare_samples_have_the_rate_that_the_server_names(opened: Opened, server: Server, upstream: Loopback) -> None:
    named = {"X-Sample-Rate": "48000", "X-Channels": "1", "X-Bit-Depth": "16"}
    server.speech = lambda _: Answer.streamed(pcm(buzz(1.0, 440, 48_000)), **named)
    engine = opened(upstream.url, remote_streams="pcm")
    _, whole = streamed(engine, engine.preset("ryan"))
    order = upstream.asked[-1].json
    assert (order["response_format"], order["stream"]) == ("pcm", True)
    assert "stream_format" not in order
    assert len(whole.audio.samples) == 24_000
    assert is_tone(whole.audio, 440)


def test_bare_samples_without_a_rate_have_that_of_the_settings(
    opened: Opened, server: Server, upstream: Loopback
) -> None:
    server.speech = lambda _: Answer.streamed(pcm(buzz(1.0, 440, 16_000)))
    engine = opened(upstream.url, remote_streams="pcm", remote_sample_rate_hz=16_000)
    _, whole = streamed(engine, engine.preset("ryan"))
    assert is_tone(whole.audio, 440)


@pytest.mark.parametrize("delivery", [Delivery(speed=1.5), Delivery(pitch_semitones=2)], ids=str)
def test_what_must_be_changed_comes_whole(delivery: Delivery, opened: Opened, upstream: Loopback) -> None:
    engine = opened(upstream.url)
    pieces = list(engine.stream(ENGLISH, engine.preset("ryan"), delivery))
    assert len(pieces) == 1
    assert "stream_format" not in upstream.asked[-1].json


def test_servers_that_do_not_stream_are_not_asked_to(opened: Opened, upstream: Loopback) -> None:
    engine = opened(upstream.url, remote_streams="none")
    lengths, _ = streamed(engine, engine.preset("ryan"))
    assert lengths == [24_000]
    assert not {"stream", "stream_format"} & set(upstream.asked[-1].json)


def test_who_leaves_ends_the_call_and_gives_the_place_back(opened: Opened, server: Server, upstream: Loopback) -> None:
    def endless(_: Asked) -> Answer:
        def pieces() -> Iterator[bytes]:
            yield wav(buzz(), endless=True)
            while True:
                time.sleep(0.01)
                yield pcm(buzz())

        return Answer(200, pieces())

    engine = opened(upstream.url, remote_capacity=1)
    preset = engine.preset("ryan")
    server.speech = endless
    for _ in range(2):
        pieces = engine.stream(ENGLISH, preset, Delivery())
        next(pieces)
        pieces.close()
        assert upstream.cut_off.wait(LONG_ENOUGH_S)
        upstream.cut_off.clear()
    server.speech = lambda _: Answer.sound(wav(buzz()))
    engine.speak(ENGLISH, preset, Delivery())


def test_a_stream_that_breaks_off_fails_and_says_so(opened: Opened, server: Server, upstream: Loopback) -> None:
    server.speech = lambda _: Answer(200, iter([wav(buzz(2.0))[:30_000]]), {}, 96_044)
    engine = opened(upstream.url)
    pieces = engine.stream(ENGLISH, engine.preset("ryan"), Delivery())
    next(pieces)
    with pytest.raises(EngineFailed, match="midway"):
        list(pieces)


# ---------------------------------------------------------------- through another Hwamei


@pytest.fixture(scope="module")
def stepwise(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The settings of an engine that speaks through a server whose own engine goes one utterance at a time."""
    folder = tmp_path_factory.mktemp("stepwise")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(installed(folder))
        with open_app(settings_of(folder, engine=NAME), works=False) as app, served(app) as url:
            yield {"url": url, "remote_key": app.state.platform.accounts.create("tests").api_key}
            STEPS.allowed.release(ANY_NUMBER)


def two_sentences() -> Utterance:
    """What the other server speaks in two goes."""
    words = [a_word(text, "həlˈO", start=10 * at) for at, text in enumerate(("Hello", "from", "here", "Good", "day"))]
    parts: tuple[Word | Mark, ...] = (*words[:3], Mark(".", 28, 29), *words[3:], Mark(".", 48, 49))
    return Utterance(parts, ENGLISH.language)


def test_another_hwamei_is_heard_when_its_first_utterance_is_spoken(stepwise: dict[str, Any], opened: Opened) -> None:
    engine = opened(stepwise["url"], remote_key=stepwise["remote_key"])
    preset = engine.preset("alto")
    STEPS.begin(1)
    pieces = engine.stream(two_sentences(), preset, Delivery())
    first = next(pieces)
    assert len(first.samples)
    assert len(STEPS.asked) <= 2  # of which one was allowed
    STEPS.allowed.release(ANY_NUMBER)
    rest = list(pieces)
    assert rest
    assert len(STEPS.asked) == 2


def test_leaving_ends_the_work_there_too(stepwise: dict[str, Any], opened: Opened) -> None:
    engine = opened(stepwise["url"], remote_key=stepwise["remote_key"])
    STEPS.begin(1)
    pieces = engine.stream(two_sentences(), engine.preset("alto"), Delivery())
    next(pieces)
    pieces.close()
    STEPS.allowed.release(ANY_NUMBER)
    STEPS.begin(ANY_NUMBER)
    engine.speak(ENGLISH, engine.preset("alto"), Delivery())
