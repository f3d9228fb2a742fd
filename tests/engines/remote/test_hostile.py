"""Servers that send what no server should: none fills the memory, hangs, or is believed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

import numpy as np
import pytest

from hwamei.domain.errors import EngineDown, EngineFailed, HwameiError
from hwamei.domain.speech import Delivery
from hwamei.testing import ENGLISH
from tests.engines.remote.conftest import Opened
from tests.engines.remote.loopback import Answer, Asked, Loopback, Respond, Server, buzz, float_wav, loopback, pcm, wav

SECOND = pcm(buzz())


def forever(head: bytes, more: bytes) -> Iterator[bytes]:
    yield head
    yield from repeat(more)


HOSTILE: dict[str, Respond] = {
    "endless sound": lambda _: Answer(200, forever(wav(buzz(), endless=True), SECOND)),
    "endless head": lambda _: Answer(200, forever(b"RIFF\xff\xff\xff\xffWAVE", b"LIST\x00\x10\x00\x00" + bytes(4096))),
    "endless refusal": lambda _: Answer(400, forever(b'{"error": "', b"x" * 65_536)),
    "a page": lambda _: Answer.sound(b"<html>" * 1000),
    "JSON": lambda _: Answer.of({"audio": "..."}),
    "nothing": lambda _: Answer.sound(b""),
    "a head only": lambda _: Answer.sound(wav(buzz())[:44]),
    "half a head": lambda _: Answer.sound(wav(buzz())[:20]),
    "less than it says": lambda _: Answer.streamed(wav(buzz())[:10_000]),
    "less than its length": lambda _: Answer(200, iter([wav(buzz())[:10_000]]), {}, 48_044),
    "one sample": lambda _: Answer.sound(wav(np.zeros(1, np.float32))),
    "float samples": lambda _: Answer.sound(float_wav(buzz())),
    "no samples a second": lambda _: Answer.sound(wav(buzz(), 0)),
    "a billion samples a second": lambda _: Answer.sound(wav(buzz(), 1_000_000_000)),
    "no channel": lambda _: Answer.sound(bytes([*wav(buzz())[:22], 0, 0, *wav(buzz())[24:]])),
    "compressed": lambda _: Answer(200, iter([b"\x1f\x8b"]), {"Content-Encoding": "gzip"}, 2),
}


@pytest.mark.parametrize("respond", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_speech_is_a_failure(respond: Respond, opened: Opened, server: Server, upstream: Loopback) -> None:
    engine = opened(upstream.url)
    preset = engine.preset("ryan")
    server.speech = respond
    with pytest.raises((EngineFailed, EngineDown)):
        engine.speak(ENGLISH, preset, Delivery())


def test_sound_behind_the_samples_is_not_spoken(opened: Opened, server: Server, upstream: Loopback) -> None:
    """Tags behind them are no sound, either."""
    server.speech = lambda _: Answer.sound(wav(buzz()) + b"LIST\x04\x00\x00\x00abcd" + SECOND)
    engine = opened(upstream.url)
    assert len(engine.speak(ENGLISH, engine.preset("ryan"), Delivery()).audio.samples) == 24_000


def test_sound_that_drips_is_given_up(opened: Opened, server: Server, upstream: Loopback) -> None:
    import time

    def dripping(_: Asked) -> Answer:
        def drops() -> Iterator[bytes]:
            yield wav(buzz(), endless=True)
            for _ in range(50):
                time.sleep(0.1)
                yield bytes(2)

        return Answer(200, drops())

    server.speech = dripping
    engine = opened(upstream.url, remote_timeout_s=0.5)
    with pytest.raises(EngineFailed, match="longer than"):
        engine.speak(ENGLISH, engine.preset("ryan"), Delivery())
    assert upstream.cut_off.wait(10)


LISTS: dict[str, Respond] = {
    "endless": lambda _: Answer(200, forever(b'{"voices": ["', b"x" * 65_536)),
    "no JSON": lambda _: Answer.sound(b"{"),
    "a list": lambda _: Answer.of(["vivian"]),
    "refused": lambda _: Answer.of({"detail": "no"}, 403),
}


@pytest.mark.parametrize("respond", LISTS.values(), ids=LISTS)
def test_a_list_that_makes_no_sense_is_none(respond: Respond, opened: Opened) -> None:
    with loopback(respond) as upstream:
        assert opened(upstream.url).presets() == ()


def test_names_that_cannot_be_shown_are_left_out(opened: Opened) -> None:
    names = [None, 7, "", "a\nb", "v" * 201, {"id": "x", "name": None}, {"name": 3}, {}, "vivian", "vivian"]
    with loopback(lambda _: Answer.of({"voices": names, "uploaded_voices": "none"})) as upstream:
        assert opened(upstream.url).presets() == ("x", "vivian")


def test_a_hostile_server_does_not_spoil_a_good_one(opened: Opened, server: Server) -> None:
    bad = Server()
    bad.speech = HOSTILE["endless sound"]
    with loopback(server) as good, loopback(bad) as worse:
        engine = opened(good.url, worse.url)
        told = []
        for name in ("vivian", "ryan"):
            try:
                engine.speak(ENGLISH, engine.preset(name), Delivery())
            except HwameiError as error:
                told.append(str(error))
        assert all("more than" in each for each in told)
