"""Low-latency speech over a socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from hwamei.domain.app import AppId
from tests.dialects.vocu.clients import TEXT, a_voice, got, new_style, preset, refused, style_ready
from tests.serving import Site

CHANNEL = "/api/tts/turbo/channel"


@pytest.fixture
def channel(settled: tuple[httpx.Client, str]) -> dict[str, Any]:
    """A channel that was just opened."""
    client, voice_id = settled
    found: dict[str, Any] = got(client.post(CHANNEL, json={"voiceId": voice_id}))
    return found


@contextmanager
def talking(channel: dict[str, Any]) -> Iterator[ClientConnection]:
    with connect(channel["wsUrl"], max_size=None, proxy=None) as socket:
        assert message(socket)["type"] == "connected"
        yield socket


def message(socket: ClientConnection) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(socket.recv(timeout=60))
    return found


def ask(socket: ClientConnection, text: str = TEXT, **more: object) -> None:
    socket.send(json.dumps({"type": "synthesis_request", "data": {"text": text, **more}}))


def said(socket: ClientConnection) -> tuple[bytes, list[dict[str, Any]]]:
    """The samples of one text, and its messages."""
    messages = []
    while (found := message(socket))["type"] == "audio_chunk":
        messages.append(found["data"])
    assert found["type"] == "synthesis_complete", found
    assert messages[-1]["hex"] == ""
    return b"".join(bytes.fromhex(each["hex"]) for each in messages), [*messages, found["data"]]


def test_a_channel_is_an_address_for_a_minute(channel: dict[str, Any], site: Site) -> None:
    assert channel["wsUrl"].startswith(site.url.replace("http", "ws") + "/")
    assert channel["cancelAfter"] == 60
    assert channel["turboChannelId"] in channel["wsUrl"]


def test_the_first_message_says_who_speaks(channel: dict[str, Any], settled: tuple[httpx.Client, str]) -> None:
    with connect(channel["wsUrl"], proxy=None) as socket:
        expected = {"status": 200, "message": f"OK, selected voiceId is {settled[1]}."}
        assert message(socket) == {"type": "connected", "data": expected}


def test_a_text_comes_as_samples_until_an_empty_one(channel: dict[str, Any]) -> None:
    with talking(channel) as socket:
        ask(socket, temperature=0.96, top_k=256, top_p=0.93, break_clone=False, sharpen=False, promptId="default")
        sound, messages = said(socket)
    assert messages[0]["pcm"] == {"sampleRate": 24_000, "channels": 1, "bitDepth": 16, "encoding": "s16le"}
    samples = np.frombuffer(sound, "<i2")
    assert len(samples) > 24_000 / 3
    assert np.abs(samples).max() > 1000
    assert messages[0]["aigc"]["Label"]
    assert messages[-1]["credit_used"] == len(TEXT)


def test_texts_that_come_while_one_is_said_are_said_in_order(channel: dict[str, Any]) -> None:
    texts = ["One.", "一二三四五六七八九十。", "Three words more."]
    with talking(channel) as socket:
        for text in texts:
            ask(socket, text)
        credit = [said(socket)[1][-1]["credit_used"] for _ in texts]
    assert credit == [len(text) for text in texts]


def test_a_style_of_the_voice_may_be_asked_for(mine: httpx.Client, recording: Path) -> None:
    voice = a_voice(mine, recording)
    style_id = new_style(mine, voice["id"], recording)["metadata"]["prompts"][-1]["id"]
    style_ready(mine, voice["id"], style_id)
    with talking(got(mine.post(CHANNEL, json={"voiceId": voice["id"]}))) as socket:
        ask(socket, promptId=style_id)
        assert said(socket)[0]


def test_a_ping_is_answered_and_what_is_unknown_is_passed_over(channel: dict[str, Any]) -> None:
    with talking(channel) as socket:
        socket.send(json.dumps({"type": "something_new"}))
        socket.send(json.dumps({"type": "ping"}))
        assert message(socket)["type"] == "pong"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("no json", "VALIDATION_INVALID_FORMAT"),
        (b"\xff\xfe", "VALIDATION_INVALID_FORMAT"),
        ("[]", "VALIDATION_INVALID_FORMAT"),
        ('{"type": 7}', "VALIDATION_INVALID_FORMAT"),
        ('{"type": "synthesis_request"}', "TTS_TEXT_EMPTY"),
        ('{"type": "synthesis_request", "data": {"text": " "}}', "TTS_TEXT_EMPTY"),
        ('{"type": "synthesis_request", "data": {"text": 7}}', "VALIDATION_INVALID_FORMAT"),
        ('{"type": "synthesis_request", "data": {"text": "a", "promptId": "x"}}', "RESOURCE_NOT_FOUND"),
        (
            '{"type": "synthesis_request", "data": {"text": "a", "voiceId": "x", "language": "ja"}}',
            "VALIDATION_INVALID_VALUE",
        ),
    ],
)
def test_what_cannot_be_said_is_refused_and_the_socket_stays(
    sent: str | bytes, code: str, channel: dict[str, Any]
) -> None:
    with talking(channel) as socket:
        socket.send(sent)
        told = message(socket)
        assert (told["type"], told["data"]["code"]) == ("error", code)
        ask(socket)
        assert said(socket)[0]


def test_a_client_closes_by_message(channel: dict[str, Any]) -> None:
    with talking(channel) as socket:
        socket.send(json.dumps({"type": "close"}))
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=60)


def test_an_address_that_was_changed_opens_nothing(channel: dict[str, Any]) -> None:
    address = channel["wsUrl"]
    signed = len(address) - 10  # the last letter of a signature may stand for the same bytes as another
    other = address[:signed] + ("A" if address[signed] != "A" else "B") + address[signed + 1 :]
    for wrong in (other, address.rpartition("/")[0] + "/nothing"):
        with pytest.raises(InvalidStatus) as refusal:
            connect(wrong, proxy=None)
        assert refusal.value.response.status_code == 404
        assert json.loads(refusal.value.response.body)["code"] == "RESOURCE_NOT_FOUND"


def test_a_voice_that_is_deleted_says_nothing_more(mine: httpx.Client, recording: Path) -> None:
    voice = a_voice(mine, recording)
    with talking(got(mine.post(CHANNEL, json={"voiceId": voice["id"]}))) as socket:
        got(mine.delete(f"/api/voice/{voice['id']}"))
        ask(socket)
        assert message(socket)["data"]["code"] == "VOICE_NOT_FOUND"


def test_an_app_that_is_disabled_says_nothing_more(site: Site) -> None:
    credentials = site.credentials()
    headers = {"Authorization": f"Bearer {credentials.api_key}"}
    with httpx.Client(base_url=site.url, headers=headers, timeout=60) as client:
        theirs = got(client.post(CHANNEL, json={"voiceId": preset(client)}))
        with talking(theirs) as socket:
            site.platform.accounts.disable(AppId(credentials.app_id))
            ask(socket)
            assert message(socket)["data"]["code"] == "AUTH_FORBIDDEN"
        with pytest.raises(InvalidStatus) as refusal:
            connect(theirs["wsUrl"], proxy=None)
        assert refusal.value.response.status_code == 403


@pytest.mark.parametrize(
    ("body", "told"), [({}, (400, "VALIDATION_MISSING_FIELD")), ({"voiceId": "nobody"}, (404, "VOICE_NOT_FOUND"))]
)
def test_a_channel_needs_a_voice(body: dict[str, str], told: tuple[int, str], mine: httpx.Client) -> None:
    assert refused(mine.post(CHANNEL, json=body)) == told
