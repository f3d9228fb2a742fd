"""Speech at once, through the doors of those who listen while it is spoken, and of those who wait for all of it."""

from __future__ import annotations

import json
import logging
import socket
from base64 import b64decode
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest
import structlog

from hwamei.server import open_app
from hwamei.service.platform import Platform
from tests.edge.stepwise import ANY_NUMBER, NAME, STEPS, STUMBLES_AT, installed
from tests.serving import API, served, settings_of, until

CLAUSES = (
    "Inside the long hall of the old museum by the northern harbour of the town where nobody had been for many a year"
    " the guides spoke very softly, because the new hall carries every sound, and so nobody minded."
)
SENTENCES = " ".join(["The ferry leaves the old town at sunrise and nobody looks up."] * 100)
STUMBLING = f"Good morning to all of you here. Now we {STUMBLES_AT} over a stone. And we go on."

STILL_LOOKS = 100  # two seconds

Json = dict[str, object]


@dataclass(frozen=True)
class Door:
    """A way to speak: what is sent for a text, and how the sound is taken out of the answer."""

    path: str
    more: Mapping[str, object]
    text: str = "input"
    events: bool = False

    def body(self, text: str) -> Json:
        """What is sent."""
        return {self.text: text, **self.more}

    def heard(self, answer: httpx.Response) -> Iterator[bytes]:
        """Sound as it comes. Raises httpx.RemoteProtocolError where the answer breaks off."""
        if not self.events:
            yield from answer.iter_bytes()
            return
        for event in events_in(answer):
            if event["type"] == "speech.audio.delta":
                yield b64decode(str(event["audio"]))


def events_in(answer: httpx.Response) -> Iterator[Json]:
    """The events of an answer, one after the other."""
    for line in answer.iter_lines():
        if line:
            yield json.loads(line.removeprefix("data: "))


ASKED = {"model": "tts-1", "voice": "tenor"}
SPEECH = "/v1/audio/speech"
STREAMS = {
    "native": Door(f"{API}/speech", {"voice": "tenor", "format": "pcm"}, text="text"),
    "audio": Door(SPEECH, ASKED | {"response_format": "pcm"}),
    "events": Door(SPEECH, ASKED | {"response_format": "pcm", "stream_format": "sse"}, events=True),
}
WHOLE = Door(SPEECH, ASKED | {"response_format": "wav"})
DOORS = STREAMS | {"whole": WHOLE}

streams = pytest.mark.parametrize("door", STREAMS.values(), ids=STREAMS)
doors = pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)


@dataclass(frozen=True)
class Stage:
    """A server whose engine goes one utterance at a time."""

    client: httpx.Client
    platform: Platform

    def is_free(self) -> bool:
        """Whether nobody is spoken to."""
        return not self.platform.engines.turns.taken

    def connected(self, door: Door, text: str, *, receive_bytes: int | None = None) -> socket.socket:
        """A connection over which the text has been ordered; its end is the caller's."""
        where = urlsplit(str(self.client.base_url))
        request = self.client.build_request("POST", door.path, json=door.body(text))
        head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        connection = socket.socket()
        if receive_bytes is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        connection.connect((where.hostname, where.port))
        connection.sendall(f"POST {door.path} HTTP/1.1\r\n{head}\r\n".encode() + request.content)
        return connection


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    folder = tmp_path_factory.mktemp("stage")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(installed(folder))
        with open_app(settings_of(folder, engine=NAME), works=False) as app, served(app) as url:
            platform: Platform = app.state.platform
            key = platform.accounts.create("tests").api_key
            with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
                yield Stage(client, platform)
    structlog.configure(**before)


@pytest.fixture
def stage(opened: Stage) -> Iterator[Stage]:
    """Nobody is spoken to before a test, nor is anybody after it."""
    until(opened.is_free)
    yield opened
    STEPS.allowed.release(ANY_NUMBER)
    until(opened.is_free)


@streams
def test_the_first_sound_comes_when_the_first_clause_has_been_spoken(door: Door, stage: Stage) -> None:
    STEPS.begin(1)
    with stage.client.stream("POST", door.path, json=door.body(CLAUSES)) as answer:
        assert answer.status_code == 200
        assert next(door.heard(answer))
        assert STEPS.asked[0].words[-1].text == "softly"
        assert len(STEPS.asked) <= 2  # of which one was allowed


@streams
def test_sound_comes_in_order(door: Door, stage: Stage) -> None:
    STEPS.begin(ANY_NUMBER)
    whole = b"".join(door.heard(stage.client.post(door.path, json=door.body(CLAUSES))))
    assert whole == stage.client.post(SPEECH, json=WHOLE.body(CLAUSES)).content[-len(whole) :]


@streams
def test_when_the_listener_goes_the_engine_stops_within_an_utterance_and_its_turn_is_free(
    door: Door, stage: Stage
) -> None:
    STEPS.begin(1)
    with stage.client.stream("POST", door.path, json=door.body(SENTENCES)) as answer:
        heard = door.heard(answer)
        next(heard)
        assert not stage.is_free()  # what is `heard` no more is hung up
    STEPS.allowed.release(ANY_NUMBER)
    until(stage.is_free)
    assert len(STEPS.asked) <= 3


def test_who_goes_before_the_whole_is_there_stops_the_engine_too(stage: Stage) -> None:
    STEPS.begin(1)
    with stage.connected(WHOLE, SENTENCES[:6000]):
        until(lambda: len(STEPS.asked) == 2)
    STEPS.allowed.release(ANY_NUMBER)
    until(stage.is_free)
    assert len(STEPS.asked) <= 3


@streams
def test_no_more_is_spoken_than_a_listener_takes(door: Door, stage: Stage) -> None:
    STEPS.begin(ANY_NUMBER)
    with stage.connected(door, SENTENCES, receive_bytes=4096):
        spoken = stands_still(lambda: len(STEPS.asked))
        assert 1 < spoken < 80
        assert not stage.is_free()


def stands_still(look: Callable[[], int]) -> int:
    """The number, once it has been the same for a while."""
    seen: deque[int] = deque([-1], maxlen=STILL_LOOKS)

    def look_again() -> bool:
        seen.append(look())
        return len(seen) == STILL_LOOKS and len(set(seen)) == 1 and seen[-1] > 0

    until(look_again)
    return seen[-1]


@pytest.mark.parametrize("door", [STREAMS["native"], STREAMS["audio"]], ids=["native", "audio"])
def test_a_stream_that_breaks_is_not_complete(door: Door, stage: Stage) -> None:
    STEPS.begin(ANY_NUMBER)
    with pytest.raises(httpx.RemoteProtocolError):
        stage.client.post(door.path, json=door.body(STUMBLING))


def test_events_that_break_off_end_with_an_error_and_without_the_one_that_says_that_all_was_said(stage: Stage) -> None:
    STEPS.begin(ANY_NUMBER)
    door = STREAMS["events"]
    events: deque[Json] = deque()
    with (
        stage.client.stream("POST", door.path, json=door.body(STUMBLING)) as answer,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        events.extend(events_in(answer))
    *deltas, last = events
    assert {event["type"] for event in deltas} == {"speech.audio.delta"}
    assert last["type"] == "error"
    assert last["error"] == {
        "message": "The server had an error while processing your request.",
        "type": "server_error",
        "param": None,
        "code": "engine_failed",
    }


def test_a_whole_that_cannot_be_completed_is_an_error(stage: Stage) -> None:
    STEPS.begin(ANY_NUMBER)
    answer = stage.client.post(SPEECH, json=WHOLE.body(STUMBLING))
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "engine_failed"


@doors
def test_what_fails_before_the_first_sound_is_an_ordinary_error(door: Door, stage: Stage) -> None:
    STEPS.begin(ANY_NUMBER)
    answer = stage.client.post(door.path, json=door.body(f"We {STUMBLES_AT}."))
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "engine_failed"
