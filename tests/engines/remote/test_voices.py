"""How servers get to know cloned voices."""

from __future__ import annotations

import base64
import io
import wave

import numpy as np
import pytest

from hwamei.domain.errors import EngineFailed
from hwamei.domain.speech import Delivery
from hwamei.domain.voice import Level
from hwamei.engines.remote.sound import wav_of
from hwamei.engines.remote.voiceprint import speaker_of
from hwamei.testing import CHINESE, ENGLISH, Interrupted, MemoryCheckpoints, a_reference
from tests.engines.remote.conftest import Opened, enrolled
from tests.engines.remote.loopback import Answer, Asked, Loopback, Server, loopback

UPLOAD, SPEAK = "POST /v1/audio/voices", "POST /v1/audio/speech"


def test_a_voice_is_uploaded_once_with_what_servers_want(opened: Opened, upstream: Loopback) -> None:
    engine = opened(upstream.url, remote_consent="consent-7")
    made = enrolled(engine, said="What is said.")
    for utterance in (ENGLISH, CHINESE):
        engine.speak(utterance, made, Delivery())
    assert upstream.paths().count(UPLOAD) == 1
    form = next(each.form for each in upstream.asked if f"{each.method} {each.path}" == UPLOAD)
    name = speaker_of(made).name
    assert {part: form[part][2].decode() for part in ("name", "consent", "ref_text")} == {
        "name": name,
        "consent": "consent-7",
        "ref_text": "What is said.",
    }
    file_name, media_type, content = form["audio_sample"]
    assert (file_name, media_type) == (f"{name}.wav", "audio/wav")
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)
        sent = np.frombuffer(file.readframes(file.getnframes()), "<i2") / np.float32(32_768)
    assert np.array_equal(sent, made.arrays["prompt"])
    assert {each.json["voice"] for each in upstream.asked if each.path == "/v1/audio/speech"} == {name}


def test_what_is_not_known_is_not_told(opened: Opened, upstream: Loopback) -> None:
    """No text; and the name of the voice stands for the id of a consent, which servers want."""
    made = enrolled(opened(upstream.url))
    form = next(each.form for each in upstream.asked if f"{each.method} {each.path}" == UPLOAD)
    assert "ref_text" not in form
    assert form["consent"][2].decode() == speaker_of(made).name


def test_the_name_of_a_voice_tells_its_sound_and_text_and_all_servers_take_it(
    opened: Opened, upstream: Loopback
) -> None:
    engine = opened(upstream.url)
    one, same = enrolled(engine), enrolled(engine)
    others = [enrolled(engine, said="Words."), enrolled(engine, f0_hz=200.0)]
    names = [speaker_of(made).name for made in (one, same, *others)]
    assert names[0] == names[1]
    assert len(set(names)) == 3
    assert all(name.replace("-", "").isalnum() and name == name.lower() and len(name) < 64 for name in names)


def test_another_process_uploads_nothing_anew(opened: Opened, upstream: Loopback) -> None:
    made = enrolled(opened(upstream.url))
    opened(upstream.url).speak(ENGLISH, made, Delivery())
    assert upstream.paths().count(UPLOAD) == 1


def test_a_voice_that_the_server_has_lost_is_uploaded_again(opened: Opened, server: Server, upstream: Loopback) -> None:
    engine = opened(upstream.url)
    made = enrolled(engine)
    server.voices.clear()
    engine.speak(ENGLISH, made, Delivery())
    assert upstream.paths().count(UPLOAD) == 2


def test_a_refusal_that_is_not_for_the_voice_is_told_and_nothing_is_uploaded(
    opened: Opened, server: Server, upstream: Loopback
) -> None:
    engine = opened(upstream.url)
    made = enrolled(engine)
    server.speech = lambda _: Answer.of({"error": {"message": "Input text cannot be empty"}}, 400)
    with pytest.raises(EngineFailed, match="Input text cannot be empty"):
        engine.speak(ENGLISH, made, Delivery())
    assert upstream.paths().count(UPLOAD) == 1


def test_a_server_that_lists_no_voices_gets_them_anyway(opened: Opened, server: Server, upstream: Loopback) -> None:
    server.lists = False
    engine = opened(upstream.url)
    assert engine.presets() == ()
    engine.speak(ENGLISH, enrolled(engine), Delivery())
    assert upstream.paths().count(UPLOAD) == 1


def test_a_voice_that_is_still_being_made_is_waited_for(opened: Opened, server: Server) -> None:
    """As another Hwamei makes it."""
    states = iter(["training", "training", "ready"])

    def slow(asked: Asked) -> Answer:
        if asked.method == "POST" and asked.path == "/v1/audio/voices":
            server(asked)
            return Answer.of({"id": "voice_1", "status": "training"})
        if asked.path == "/v1/audio/voices/voice_1":
            return Answer.of({"id": "voice_1", "status": next(states)})
        return server(asked)

    with loopback(slow) as upstream:
        enrolled(opened(upstream.url))
        assert upstream.paths().count("GET /v1/audio/voices/voice_1") == 3


def test_a_voice_that_cannot_be_made_is_a_failure(opened: Opened, server: Server) -> None:
    def cannot(asked: Asked) -> Answer:
        if asked.method == "POST" and asked.path == "/v1/audio/voices":
            return Answer.of({"id": "voice_1", "status": "failed"})
        return server(asked)

    with loopback(cannot) as upstream, pytest.raises(EngineFailed, match="no voice of the recording"):
        enrolled(opened(upstream.url))


def test_the_sound_goes_along_where_servers_keep_no_voices(opened: Opened, upstream: Loopback) -> None:
    engine = opened(upstream.url, remote_voices="inline")
    made = enrolled(engine, said="What is said.")
    assert UPLOAD not in upstream.paths()
    order = upstream.asked[-1].json
    assert "voice" not in order
    assert order["ref_text"] == "What is said."
    kind, _, content = order["ref_audio"].partition(",")
    assert kind == "data:audio/wav;base64"
    prompt = speaker_of(made).prompt
    assert prompt is not None
    assert base64.b64decode(content) == wav_of(prompt.audio)


def test_a_voice_says_one_sentence_and_an_interrupted_enrolment_does_not_say_it_again(
    opened: Opened, upstream: Loopback
) -> None:
    engine, checkpoints = opened(upstream.url), MemoryCheckpoints()

    def interrupt(percent: float) -> None:
        if percent == 100:
            raise Interrupted

    def enrol(progress: object) -> None:
        engine.enrol(
            [a_reference()],
            level=Level.TRAINED,
            seed=0,
            progress=progress,  # type: ignore[arg-type]
            checkpoints=checkpoints,
        )

    with pytest.raises(Interrupted):
        enrol(interrupt)
    enrol(lambda _: None)
    assert upstream.paths().count(SPEAK) == 1


def test_likeness_is_told_without_the_judges_model(opened: Opened, upstream: Loopback) -> None:
    made = enrolled(opened(upstream.url))
    assert 0 <= made.facts["likeness"] <= 1
    assert made.facts["prompt_s"] == pytest.approx(6.0)
