"""Speech over a socket, of a text that comes piece by piece."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from hwamei.domain.app import Operation, Quota, Rate
from tests.dialects.elevenlabs.calling import client_of, spoken
from tests.dialects.elevenlabs.conftest import Stage
from tests.serving import Site, until

TEXT = ("The ferry leaves the old town ", "at sunrise, and nobody looks up. ", "今天天气很好，我们去公园吧。")
PCM = "pcm_16000"


def talking(client: httpx.Client, voice: str = "alto", *, keyed: bool = True, **query: Any) -> ClientConnection:
    """A socket; with the key in a header unless it is to come otherwise."""
    query = {"output_format": PCM, **query}
    address = str(client.base_url).replace("http", "ws", 1).rstrip("/")
    headers = {"xi-api-key": client.headers["xi-api-key"]} if keyed else {}
    url = f"{address}/v1/text-to-speech/{voice}/stream-input?{urlencode(query)}"
    return connect(url, additional_headers=headers, proxy=None)


def say(socket: ClientConnection, *texts: str, **first: Any) -> None:
    """What can still be said: after a first message that is refused the socket may be closed before the others."""
    with suppress(ConnectionClosed):
        socket.send(json.dumps({"text": " ", **first}))
        for text in texts:
            socket.send(json.dumps({"text": text}))


def heard(socket: ClientConnection) -> list[dict[str, Any]]:
    """All messages until it is closed."""
    messages = []
    with suppress(ConnectionClosed):
        while True:
            messages.append(json.loads(socket.recv(timeout=30)))
    return messages


def sound(messages: list[dict[str, Any]]) -> bytes:
    return b"".join(base64.b64decode(message["audio"]) for message in messages if message.get("audio"))


def refused(client: httpx.Client, voice: str = "alto", **options: Any) -> tuple[int, Any]:
    """HTTP status and detail of a socket that is not opened."""
    with pytest.raises(InvalidStatus) as caught, talking(client, voice, **options):
        pass
    return caught.value.response.status_code, json.loads(bytes(caught.value.response.body))["detail"]


def test_a_text_in_pieces_is_spoken_wholly_and_ended_with_a_message(mine: httpx.Client) -> None:
    with talking(mine) as socket:
        say(socket, *TEXT, "", generation_config={"chunk_length_schedule": [50]})
        *messages, final = heard(socket)
    assert socket.close_code == 1000
    assert final == {"audio": None, "isFinal": True, "alignment": None, "normalizedAlignment": None}
    assert {message["isFinal"] for message in messages} == {None}
    characters = [each for message in messages if message["alignment"] for each in message["alignment"]["chars"]]
    assert "".join(characters).split() == "".join([" ", *TEXT]).split()
    whole = spoken(mine, "alto", text="".join(TEXT), output_format=PCM).content
    assert len(sound(messages)) == pytest.approx(len(whole), rel=0.15)


def test_times_count_from_the_beginning_of_each_messages_sound(mine: httpx.Client) -> None:
    with talking(mine) as socket:
        say(socket, "One two three four. Five six seven eight nine. Ten.", "")
        *messages, _ = heard(socket)
    timed = [message for message in messages if message["alignment"]]
    assert len(timed) > 1
    for message in timed:
        starts, durations = message["alignment"]["charStartTimesMs"], message["alignment"]["charDurationsMs"]
        assert len(starts) == len(durations) == len(message["alignment"]["chars"])
        assert starts == sorted(starts)
        assert starts[0] < 300
        assert min(durations) >= 0


def test_a_flush_speaks_what_has_come_and_more_may_follow(mine: httpx.Client) -> None:
    with talking(mine) as socket:
        say(socket)
        socket.send(json.dumps({"text": "Hello", "flush": True}))
        assert json.loads(socket.recv(timeout=30))["audio"]
        say(socket, " there.", "")
        assert heard(socket)[-1]["isFinal"] is True


def test_in_auto_mode_each_message_is_spoken_at_once(mine: httpx.Client) -> None:
    with talking(mine, auto_mode="true") as socket:
        say(socket, "Hello")
        assert json.loads(socket.recv(timeout=30))["audio"]


def test_nothing_to_say_is_answered_with_the_end(mine: httpx.Client) -> None:
    with talking(mine) as socket:
        say(socket, " ... ", "")
        assert [message["isFinal"] for message in heard(socket)] == [True]
    assert socket.close_code == 1000


@pytest.mark.parametrize("first", [{"xi_api_key": "{key}"}, {"xi-api-key": "{key}"}, {"authorization": "Bearer {key}"}])
def test_the_key_may_come_with_the_first_message(first: dict[str, str], mine: httpx.Client) -> None:
    filled = {name: value.format(key=mine.headers["xi-api-key"]) for name, value in first.items()}
    with talking(mine, keyed=False) as socket:
        say(socket, "Hello.", "", **filled)
        assert heard(socket)[-1]["isFinal"] is True


@pytest.mark.parametrize(
    ("first", "error"), [({}, "needs_authorization"), ({"xi_api_key": "wrong"}, "invalid_api_key")]
)
def test_without_a_good_key_nothing_is_said(first: dict[str, str], error: str, mine: httpx.Client) -> None:
    with talking(mine, keyed=False) as socket:
        say(socket, "Hello.", "", **first)
        (message,) = heard(socket)
    assert (message["error"], message["code"], socket.close_code) == (error, 1008, 1008)


def test_what_is_wrong_with_the_address_is_told_before_it_is_open(mine: httpx.Client) -> None:
    assert refused(mine, "nobody")[1]["code"] == "voice_not_found"
    assert refused(mine, output_format="wav_16000")[1]["param"] == "output_format"
    assert refused(mine, enable_ssml_parsing="true")[1]["param"] == "enable_ssml_parsing"
    assert refused(mine, model_id="gpt-4")[1]["code"] == "model_not_found"
    assert refused(mine, language_code="fr")[1]["code"] == "unsupported_language"
    status, problems = refused(mine, inactivity_timeout=0)
    assert (status, problems[0]["loc"]) == (422, ["query", "inactivity_timeout"])
    wrong = httpx.Client(base_url=mine.base_url, headers={"xi-api-key": "wrong"})
    assert refused(wrong)[0] == 401


def test_a_socket_counts_as_speaking(site: Site) -> None:
    with client_of(site, quota=Quota(rates={Operation.SPEAK_NOW: Rate(1, 3600)})) as client:
        with talking(client) as socket:
            say(socket, "Hello.", "")
            assert heard(socket)[-1]["isFinal"] is True
        assert refused(client)[1]["code"] == "rate_limit_exceeded"


@pytest.mark.parametrize(
    "message", ["{", "[]", "7", '{"text": 7}', "{}", '{"text": " ", "voice_settings": {"speed": 9}}']
)
def test_a_message_that_is_none_ends_it_with_a_reason(message: str, mine: httpx.Client) -> None:
    with talking(mine) as socket:
        socket.send(message)
        (told,) = heard(socket)
    assert (told["error"], socket.close_code) == ("invalid_parameters", 1008)


def test_options_of_the_first_message_count(mine: httpx.Client) -> None:
    lengths = []
    for settings in ({}, {"speed": 2}):
        with talking(mine) as socket:
            say(socket, "The ferry leaves the old town at sunrise.", "", voice_settings=settings)
            lengths.append(len(sound(heard(socket))))
    assert lengths[0] / lengths[1] == pytest.approx(2, rel=0.2)


def test_silence_ends_it_so_that_it_does_not_look_complete(mine: httpx.Client) -> None:
    with talking(mine, inactivity_timeout=1) as socket:
        say(socket, "Hello there")
        assert heard(socket) == []
    assert socket.close_code == 1008


def test_a_fault_in_the_middle_ends_it_with_a_reason(stage: Stage) -> None:
    with talking(stage.client) as socket:
        say(socket, "All is well. Then I fail here. This is never said.", "")
        *messages, told = heard(socket)
    assert len(sound(messages)) > 3_200
    assert (told["error"], socket.close_code) == ("internal_server_error", 1008)
    assert not any(message.get("isFinal") for message in messages)
    until(stage.is_free)


def test_a_fault_of_ours_closes_it_before_the_end(stage: Stage) -> None:
    with talking(stage.client) as socket:
        say(socket, "All is well. Then I crash here.", "")
        messages = heard(socket)
    assert socket.close_code == 1011
    assert not any(message.get("isFinal") for message in messages)
    until(stage.is_free)


def test_an_open_socket_holds_no_engine_and_when_all_speak_it_is_told(stage: Stage) -> None:
    with talking(stage.client) as waiting, talking(stage.client) as busy:
        say(waiting, "Hello")
        assert stage.is_free()
        say(busy, "Please wait here.", "")
        assert stage.engine.begun.wait(30)
        say(waiting, "")
        (told,) = heard(waiting)
        assert (told["error"], waiting.close_code) == ("too_many_concurrent_requests", 1008)
        stage.engine.let.set()
        assert heard(busy)[-1]["isFinal"] is True


def test_when_the_client_goes_the_engine_stops_within_one_utterance(stage: Stage) -> None:
    with talking(stage.client) as socket:
        say(socket, "One. Please wait here. This is never said. Nor is this.", "")
        assert stage.engine.begun.wait(30)
    stage.engine.let.set()
    until(stage.is_free, within_s=30)
    assert stage.engine.said == ["One", "Please wait here"]
