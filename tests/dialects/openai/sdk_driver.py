"""Drives the vendor's own SDK through every call that it has of these: told what to do on standard input as JSON, tells
what it saw on standard output. Runs where nothing of ours is installed."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import sys
import time
import wave
from collections.abc import Callable
from typing import Any

import openai
from openai import AsyncOpenAI, OpenAI
from openai._streaming import Stream

TEXT = "The ferry leaves the old town at sunrise, and nobody looks up."
FORMATS = ("mp3", "opus", "aac", "flac", "wav", "pcm")
BEGINNINGS = {"mp3": b"ID3", "opus": b"OggS", "aac": b"ID3", "flac": b"fLaC", "wav": b"RIFF", "pcm": b""}


def main() -> None:
    """See the module."""
    told = json.load(sys.stdin)
    client = OpenAI(
        api_key=told["key"], base_url=told["url"] + "/v1", organization="org-1", project="proj_1", max_retries=0
    )
    seen = {
        "formats": _formats(client),
        "wav": _wav(client),
        "streamed": _streamed(client),
        "raw": _raw(client),
        "events": _events(client),
        "models": _models(client),
        "voices": _voices(client, base64.b64decode(told["recording"])),
        "errors": _errors(client, told),
        "retried": _retried(told),
        "asynchronous": asyncio.run(_asynchronous(told)),
    }
    json.dump(seen, sys.stdout)


def _spoken(client: OpenAI, **more: Any) -> bytes:
    order = {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": TEXT, "instructions": "Be calm."}
    sound: bytes = client.audio.speech.create(**(order | more)).read()
    return sound


def _formats(client: OpenAI) -> dict[str, bool]:
    """Whether each begins as such a file does and has something in it."""
    found = {name: _spoken(client, response_format=name, speed=1.25) for name in FORMATS}
    return {name: sound.startswith(BEGINNINGS[name]) and len(sound) > 5000 for name, sound in found.items()}


def _wav(client: OpenAI) -> list[int]:
    """What the standard library reads of a WAV's length, and what is in it."""
    sound = _spoken(client, response_format="wav")
    with wave.open(io.BytesIO(sound)) as file:
        return [file.getframerate(), file.getnframes(), len(file.readframes(file.getnframes())) // 2]


def _streamed(client: OpenAI) -> list[Any]:
    order = {"model": "tts-1", "voice": "onyx", "input": TEXT, "response_format": "pcm"}
    with client.audio.speech.with_streaming_response.create(**order) as answer:
        chunks = list(answer.iter_bytes(4096))
        return [answer.headers["content-type"], b"".join(chunks) == _spoken(client, **order), len(chunks) > 2]


def _raw(client: OpenAI) -> dict[str, bool]:
    answer = client.audio.speech.with_raw_response.create(model="tts-1-hd", voice="nova", input=TEXT)
    names = ("x-request-id", "openai-processing-ms", "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests")
    return {name: bool(answer.headers.get(name)) for name in (*names, "x-ratelimit-reset-requests")}


def _events(client: OpenAI) -> list[Any]:
    """The SDK has no method for these: its own reader of event streams on its own answer."""
    order = {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": TEXT, "response_format": "pcm"}
    with client.audio.speech.with_streaming_response.create(**order, stream_format="sse") as answer:
        events = list(Stream(cast_to=object, response=answer.http_response, client=client))
    sound = b"".join(base64.b64decode(event["audio"]) for event in events[:-1])
    return [events[-1], sound == _spoken(client, **order)]


def _models(client: OpenAI) -> list[Any]:
    listed = [model.id for model in client.models.list()]
    return [listed, [client.models.retrieve(name).id for name in listed] == listed]


def _voices(client: OpenAI, recording: bytes) -> dict[str, Any]:
    """A voice is made, speaks (the SDK comes again until it can), and is deleted."""
    consent = client.audio.voice_consents.create(name="Mei", language="en-US", recording=("yes.flac", recording))
    same = client.audio.voice_consents.retrieve(consent.id) == consent
    voice = client.audio.voices.create(name="Mei", consent=consent.id, audio_sample=("me.flac", recording))
    patient = client.with_options(max_retries=20)
    own, named = (_spoken(patient, voice=each, response_format="pcm") for each in ({"id": voice.id}, "Mei"))
    found = {"object": voice.object, "type": voice.type, "name": voice.name, "same": own == named}
    found["other"] = own != _spoken(client, response_format="pcm")
    found["consent"] = [same, client.audio.voice_consents.delete(consent.id).deleted]
    gone = client.audio.voices.delete(voice.id)
    return found | {"deleted": [gone.object, gone.deleted, gone.id == voice.id]}


def _errors(client: OpenAI, told: dict[str, Any]) -> dict[str, list[Any]]:
    wrong = OpenAI(api_key="sk-wrong", base_url=told["url"] + "/v1", max_retries=0)
    poor = OpenAI(api_key=told["poor_key"], base_url=told["url"] + "/v1")
    return {
        "key": _caught(wrong.models.list),
        "model": _caught(lambda: client.models.retrieve("gpt-9")),
        "speech model": _caught(lambda: _spoken(client, model="gpt-9")),
        "voice": _caught(lambda: _spoken(client, voice="nobody")),
        "speed": _caught(lambda: _spoken(client, speed=3.0)),
        "format": _caught(lambda: _spoken(client, response_format="ogg")),
        "empty": _caught(lambda: _spoken(client, input="")),
        "type": _caught(lambda: _spoken(client, extra_body={"speed": "fast"})),
        "deleted": _caught(lambda: client.audio.voices.delete("voice_1234")),
        "sample": _caught(lambda: client.audio.voices.create(name="x", consent="c", audio_sample=b"no sound")),
        "prompt": _caught(lambda: client.audio.voices.create(name="x", type="prompt", prompt="warm")),
        "consents": _caught(client.audio.voice_consents.list),
        "quota": _caught(lambda: _spoken(poor)),
    }


def _caught(call: Callable[[], object]) -> list[Any]:
    try:
        call()
    except openai.APIStatusError as error:
        return [type(error).__name__, error.code, error.param, error.type, bool(error.request_id)]
    return []


def _retried(told: dict[str, Any]) -> list[Any]:
    """One request more than there may be in a second or two: the SDK comes again when it was told to."""
    client = OpenAI(api_key=told["limited_key"], base_url=told["url"] + "/v1", max_retries=2)
    for _ in range(told["limit"]):
        client.models.list()
    refused = _caught(client.with_options(max_retries=0).models.list)
    begun_s = time.monotonic()
    raw = client.models.with_raw_response.list()
    return [refused, raw.retries_taken, time.monotonic() - begun_s]


async def _asynchronous(told: dict[str, Any]) -> int:
    async with AsyncOpenAI(api_key=told["key"], base_url=told["url"] + "/v1", max_retries=0) as client:
        order = client.audio.speech.create(model="tts-1", voice="echo", input=TEXT)
        other = client.models.list()
        answer, _ = await asyncio.gather(order, other)
        return len(await answer.aread())


main()
