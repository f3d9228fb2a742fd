"""What a server is asked for, and what is made of what it sends."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

import numpy as np
import pytest

from hwamei.domain.errors import BadSetting, EngineDown, EngineFailed, Unknown
from hwamei.domain.speech import Delivery
from hwamei.domain.voice import Level, Voiceprint
from hwamei.engines.remote.engine import RemoteEngine, open_engine
from hwamei.settings import Settings
from hwamei.testing import CHINESE, ENGLISH
from tests.engines.remote.conftest import Opened, SettingsOf, enrolled, is_tone
from tests.engines.remote.loopback import Answer, Loopback, Server, buzz, loopback, wav


def order_of(upstream: Loopback) -> dict[str, object]:
    """The last order to speak."""
    return next(each.json for each in reversed(upstream.asked) if each.path == "/v1/audio/speech")


def test_a_preset_is_asked_for_by_its_name_with_the_text_as_it_is_spoken(opened: Opened, upstream: Loopback) -> None:
    engine = opened(upstream.url, remote_key="k-1")
    spoken = engine.speak(CHINESE, engine.preset("vivian"), Delivery())
    assert order_of(upstream) == {
        "model": "served/model",
        "input": "你好画眉鸟.",
        "voice": "vivian",
        "response_format": "wav",
    }
    assert {each.headers["authorization"] for each in upstream.asked} == {"Bearer k-1"}
    assert (spoken.audio.sample_rate_hz, len(spoken.audio.samples)) == (24_000, 24_000)
    assert is_tone(spoken.audio, 200)
    assert [timing.word for timing in spoken.timings] == list(CHINESE.words)


def test_settings_name_the_model_and_what_else_is_asked(opened: Opened, upstream: Loopback) -> None:
    engine = opened(upstream.url, remote_model="Qwen/Base", remote_options='{"language": "Auto", "seed": 7}')
    engine.speak(ENGLISH, engine.preset("ryan"), Delivery())
    assert {"model": "Qwen/Base", "language": "Auto", "seed": 7}.items() <= order_of(upstream).items()
    assert "GET /v1/models" not in upstream.paths()


def test_a_server_without_a_list_of_models_is_asked_for_none(opened: Opened, server: Server) -> None:
    def nameless(asked: object) -> Answer:
        return Answer.of({}, 404) if asked.path == "/v1/models" else server(asked)  # type: ignore[attr-defined,arg-type]

    with loopback(nameless) as upstream:
        engine = opened(upstream.url)
        engine.speak(ENGLISH, engine.preset("ryan"), Delivery())
        assert "model" not in order_of(upstream)


def test_sound_of_another_rate_or_with_two_channels_is_converted(
    opened: Opened, server: Server, upstream: Loopback
) -> None:
    engine = opened(upstream.url, remote_sample_rate_hz=16_000)
    server.speech = lambda _: Answer.sound(wav(buzz(1.0, 440, 48_000), 48_000))
    audio = engine.speak(ENGLISH, engine.preset("ryan"), Delivery()).audio
    assert (audio.sample_rate_hz, len(audio.samples)) == (16_000, 16_000)
    assert is_tone(audio, 440)
    two = np.repeat(buzz(1.0, 440), 2).astype(np.float32)
    stereo = bytearray(wav(two))
    stereo[22:24] = (2).to_bytes(2, "little")
    server.speech = lambda _: Answer.sound(bytes(stereo))
    audio = engine.speak(ENGLISH, engine.preset("ryan"), Delivery()).audio
    assert len(audio.samples) == 16_000
    assert is_tone(audio, 440)


@pytest.mark.parametrize("changes_speed", [False, True])
def test_speed_is_changed_here_unless_the_server_does_it(
    changes_speed: bool, opened: Opened, upstream: Loopback
) -> None:
    engine = opened(upstream.url, remote_changes_speed=changes_speed)
    audio = engine.speak(ENGLISH, engine.preset("ryan"), Delivery(speed=2.0)).audio
    assert order_of(upstream).get("speed") == (2.0 if changes_speed else None)
    assert audio.duration_s == pytest.approx(1.0 if changes_speed else 0.5, abs=0.01)
    assert is_tone(audio, 200, within_hz=6)


def test_pitch_is_changed_here(opened: Opened, upstream: Loopback) -> None:
    engine = opened(upstream.url)
    audio = engine.speak(ENGLISH, engine.preset("ryan"), Delivery(pitch_semitones=12)).audio
    assert audio.duration_s == pytest.approx(1.0, abs=0.01)
    assert is_tone(audio, 400, within_hz=6)


def test_silence_is_no_speech(opened: Opened, server: Server, upstream: Loopback) -> None:
    server.speech = lambda _: Answer.sound(wav(np.zeros(24_000, np.float32)))
    engine = opened(upstream.url)
    with pytest.raises(EngineFailed, match="silence"):
        engine.speak(ENGLISH, engine.preset("ryan"), Delivery())


def test_what_a_server_refuses_is_told_without_text_or_key(opened: Opened, server: Server, upstream: Loopback) -> None:
    told = f"Input 'hello from a garden.' of key k-secret-1 is too {'very ' * 100}long"
    server.speech = lambda _: Answer.of({"error": {"message": told, "code": 400}}, 400)
    engine = opened(upstream.url, remote_key="k-secret-1")
    with pytest.raises(EngineFailed) as caught:
        engine.speak(ENGLISH, engine.preset("ryan"), Delivery())
    assert "answered HTTP 400: Input '…' of key … is too very" in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"detail": "Invalid key"}),
        (404, {"error": {"message": "The model `x` does not exist."}}),
        (422, {"detail": [{"loc": ["body", "input"]}]}),
        (413, ["no object"]),
    ],
)
def test_a_refusal_in_any_form_is_an_engine_that_failed(
    status: int, body: object, opened: Opened, server: Server, upstream: Loopback
) -> None:
    server.speech = lambda _: Answer.of(body, status)
    engine = opened(upstream.url)
    with pytest.raises(EngineFailed, match=f"HTTP {status}"):
        engine.speak(ENGLISH, engine.preset("ryan"), Delivery())


def test_a_redirect_is_not_followed(opened: Opened, server: Server, upstream: Loopback) -> None:
    """The key would go to another host."""
    with loopback(Server()) as elsewhere:
        server.speech = lambda _: Answer.of({}, 307, Location=f"{elsewhere.url}/v1/audio/speech")
        engine = opened(upstream.url, remote_key="k")
        with pytest.raises(EngineFailed, match="another address"):
            engine.speak(ENGLISH, engine.preset("ryan"), Delivery())
        assert elsewhere.asked == []


def test_presets_are_asked_for_once_a_while_and_survive_the_server(settings_of: SettingsOf, server: Server) -> None:
    now_s = 0.0
    with ExitStack() as stack:
        with loopback(server) as upstream:
            engine = stack.enter_context(RemoteEngine(settings_of(upstream.url), now_s=lambda: now_s))
            assert engine.presets() == engine.presets() == ("vivian", "ryan")
            assert upstream.paths() == ["GET /v1/audio/voices"]
            server.presets = ["aiden"]
            now_s = 61.0
            assert engine.presets() == ("aiden",)
            with pytest.raises(Unknown, match="vivian"):
                engine.preset("vivian")
            assert engine.preset_language("aiden") is None
            assert engine.preset_gender("aiden") is None
        now_s = 200.0
        assert engine.presets() == ("aiden",)


def test_opening_asks_no_server_and_without_one_there_are_no_presets(opened: Opened) -> None:
    engine = opened("http://127.0.0.1:9")
    assert engine.presets() == ()
    with pytest.raises(EngineDown, match="have not said"):
        engine.preset("vivian")


def test_voiceprints_of_later_versions_are_refused(opened: Opened, upstream: Loopback) -> None:
    engine = opened(upstream.url)
    made = enrolled(engine)
    with pytest.raises(EngineFailed, match="clone it again"):
        engine.speak(ENGLISH, replace(made, version=2), Delivery())


def test_a_voice_can_be_kept_and_read(opened: Opened, upstream: Loopback) -> None:
    engine = opened(upstream.url)
    made = enrolled(engine, said="What is said.")
    again = Voiceprint("remote", 1, Level.INSTANT, dict(made.arrays), {}, dict(made.texts))
    engine.speak(ENGLISH, again, Delivery())
    assert upstream.paths().count("POST /v1/audio/voices") == 1


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"remote_urls": "ftp://a"}, "REMOTE_URLS"),
        ({"remote_urls": "http://a, b"}, "REMOTE_URLS"),
        ({"remote_urls": "http://:1"}, "REMOTE_URLS"),
        ({"remote_urls": "http://a:port"}, "REMOTE_URLS"),
        ({"remote_urls": "http://a", "remote_options": "seed=7"}, "REMOTE_OPTIONS"),
        ({"remote_urls": "http://a", "remote_options": "[7]"}, "REMOTE_OPTIONS"),
        ({"remote_urls": "http://a", "remote_sample_rate_hz": 1}, "REMOTE_SAMPLE_RATE_HZ"),
    ],
    ids=str,
)
def test_settings_that_cannot_be_used_are_refused(wrong: dict[str, object], name: str) -> None:
    with pytest.raises(BadSetting) as caught:
        open_engine(Settings(**wrong))
    assert caught.value.name == f"HWAMEI_{name}"


def test_without_a_server_the_engine_is_not_to_be_had() -> None:
    with pytest.raises(EngineDown, match="no server is named in HWAMEI_REMOTE_URLS"):
        open_engine(Settings())


def test_the_v1_of_an_address_may_be_written_or_left_out(opened: Opened, upstream: Loopback) -> None:
    engine = opened(f"{upstream.url}/v1/")
    engine.speak(ENGLISH, engine.preset("ryan"), Delivery())
    assert set(upstream.paths()) == {"GET /v1/audio/voices", "GET /v1/models", "POST /v1/audio/speech"}
