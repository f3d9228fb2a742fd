"""What one server is asked for: OpenAI's calls, and those that servers with voice upload have besides."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from hwamei.domain.audio import Audio
from hwamei.engines.remote.failures import Broken, Busy, Declined, Unreachable
from hwamei.engines.remote.hiding import told
from hwamei.engines.remote.sound import PcmForm, sound_in, wav_of
from hwamei.engines.remote.terms import Terms
from hwamei.engines.remote.voiceprint import Speaker

VOICES, SPEECH, MODELS = "/v1/audio/voices", "/v1/audio/speech", "/v1/models"

_LOOK_WITHIN_S, _LISTED_WITHIN_S = 3.0, 10.0
_MADE_LOOK_EACH_S = 0.2
_USUAL_WAIT_S, _LONGEST_WAIT_S = 1.0, 600.0
_MAX_LIST_BYTES = 8 * 1024 * 1024
_MAX_REFUSAL_BYTES = 16 * 1024
_MOST_S = 30.0  # of sound, for any text, and for each sign of it as much again as the slowest speech takes:
_MOST_S_PER_SIGN = 1.0
_PLAIN_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_AWAY = (HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)
_FULL = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_NO_SUCH_CALL = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """The names of the voices of a server: those that were uploaded, and its own."""

    uploaded: frozenset[str] = frozenset()
    own: tuple[str, ...] = ()


@dataclass(frozen=True)
class Calls:
    """Safe from several threads. Everything raises Unreachable, Busy, Broken and Declined."""

    http: httpx.Client
    url: str
    terms: Terms

    def look(self) -> None:
        """Whether it answers at all; nothing is asked for that costs it much."""
        self._json("GET", MODELS, timeout_s=_LOOK_WITHIN_S)

    def first_model(self) -> str | None:
        """The first that it lists, if it lists any."""
        names = [model.get("id") for model in _dicts(self._listed(MODELS).get("data"))]
        return next((name for name in names if isinstance(name, str) and name), None)

    def voices(self) -> Listed:
        """Its voices; none of a server that cannot say."""
        answer = self._listed(VOICES)
        uploaded = frozenset(filter(None, map(_name, _list(answer.get("uploaded_voices")))))
        named = dict.fromkeys(filter(None, map(_name, _list(answer.get("voices")))))
        return Listed(uploaded, tuple(name for name in named if name not in uploaded))

    def upload(self, speaker: Speaker) -> None:
        """Make the voice known under its name; it can speak then. One of that name is replaced."""
        assert speaker.prompt is not None
        fields = {"name": speaker.name, "consent": self.terms.consent or speaker.name}
        if speaker.prompt.text is not None:
            fields["ref_text"] = speaker.prompt.text
        files = {"audio_sample": (f"{speaker.name}.wav", wav_of(speaker.prompt.audio), "audio/wav")}
        made = self._json("POST", VOICES, data=fields, files=files, secrets=tuple(fields.values()))
        self._wait_for(made)

    def _wait_for(self, made: Json) -> None:
        """Until a voice that is still being made can speak. Most servers need no time, and say nothing about it."""
        give_up_at_s = time.monotonic() + self.terms.timeout_s
        while made.get("status") not in (None, "ready"):
            if made.get("status") == "failed":
                raise Declined("could make no voice of the recording", status=HTTPStatus.UNPROCESSABLE_ENTITY)
            if time.monotonic() > give_up_at_s:
                raise Unreachable("did not finish the voice in time")
            time.sleep(_MADE_LOOK_EACH_S)
            made = self._json("GET", f"{VOICES}/{quote(str(made.get('id')), safe='')}")

    def speech(self, order: Mapping[str, object]) -> Iterator[Audio]:
        """The sound of an order to speak, while it comes. Closing it ends the call."""
        text = str(order["input"])
        with self._answer("POST", SPEECH, json=dict(order), secrets=(text,)) as response:
            bare = _bare_form(response, self.terms) if order["response_format"] == "pcm" else None
            most_s, given_s = _MOST_S + _MOST_S_PER_SIGN * len(text), 0.0
            for piece in sound_in(self._timed(response), bare):
                given_s += piece.duration_s
                if given_s > most_s:
                    raise Broken(f"sent more than {most_s:.0f} s of sound for {len(text)} signs")
                yield piece

    def _timed(self, response: httpx.Response) -> Iterator[bytes]:
        """The body; what whoever reads it takes does not count."""
        waited_s, begun_s = 0.0, time.monotonic()
        for chunk in response.iter_raw():
            waited_s += time.monotonic() - begun_s
            if waited_s > self.terms.timeout_s:
                raise Unreachable(f"took longer than {self.terms.timeout_s:.0f} s")
            yield chunk
            begun_s = time.monotonic()

    def _listed(self, path: str) -> Json:
        """What the server lists there; nothing where it does not have the call."""
        try:
            return self._json("GET", path, timeout_s=_LISTED_WITHIN_S)
        except Declined as error:
            if error.status not in _NO_SUCH_CALL:
                raise
            return {}

    def _json(self, method: str, path: str, *, timeout_s: float | None = None, **sent: Any) -> Json:
        with self._answer(method, path, timeout_s=timeout_s, **sent) as response:
            body = _bounded(self._timed(response), _MAX_LIST_BYTES)
        try:
            found = json.loads(body)
        except ValueError as error:
            raise Broken("sent what is no JSON") from error
        if not isinstance(found, dict):
            raise Broken("sent JSON of another kind")
        return found

    @contextmanager
    def _answer(
        self, method: str, path: str, *, timeout_s: float | None = None, secrets: tuple[str, ...] = (), **sent: Any
    ) -> Iterator[httpx.Response]:
        """The answer, its body not read yet."""
        timeout = httpx.Timeout(timeout_s or self.terms.timeout_s, connect=_LOOK_WITHIN_S)
        try:
            with self.http.stream(method, self.url + path, timeout=timeout, **sent) as response:
                self._refuse(response, secrets)
                yield response
        except httpx.TimeoutException as error:
            raise Unreachable("did not answer in time") from error
        except httpx.RequestError as error:
            raise Unreachable(f"cannot be reached ({type(error).__name__})") from error

    def _refuse(self, response: httpx.Response, secrets: tuple[str, ...]) -> None:
        """Raises what an answer that is no success means."""
        status = response.status_code
        if response.headers.get("content-encoding", "identity") != "identity":
            raise Broken("sent a compressed answer, though none was asked for")
        if 200 <= status < 300:
            return
        if 300 <= status < 400:
            raise Declined("answers from another address; name that one", status=status)
        said = told(_bounded(self._timed(response), _MAX_REFUSAL_BYTES), (*secrets, self.terms.key))
        problem = f"answered HTTP {status}" + (f": {said}" if said else "")
        if status in _FULL:
            raise Busy(problem, retry_after_s=_retry_after_s(response))
        if status in _AWAY:
            raise Unreachable(problem)
        raise Broken(problem) if status >= 500 else Declined(problem, status=status)


def _bare_form(response: httpx.Response, terms: Terms) -> PcmForm:
    """What the headers say of samples without a head, or else the settings."""
    rate, channels = (response.headers.get(name, "") for name in ("x-sample-rate", "x-channels"))
    usual = terms.bare_form
    return PcmForm(
        int(rate) if rate.isdecimal() and rate.isascii() else usual.sample_rate_hz,
        int(channels) if channels.isdecimal() and channels.isascii() else usual.channels,
    )


def _retry_after_s(response: httpx.Response) -> float:
    given = response.headers.get("retry-after", "")
    given_s = float(given) if _PLAIN_NUMBER.fullmatch(given) else _USUAL_WAIT_S  # else a date: none of them sends one
    return min(max(given_s, 0.0), _LONGEST_WAIT_S)


def _bounded(chunks: Iterator[bytes], most_bytes: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > most_bytes:
            raise Broken(f"sent more than {most_bytes} bytes")
    return bytes(body)


def _list(found: object) -> list[object]:
    return found if isinstance(found, list) else []


def _dicts(found: object) -> list[Json]:
    return [each for each in _list(found) if isinstance(each, dict)]


def _name(voice: object) -> str:
    """Servers list voices by name or as objects with one."""
    name = voice.get("name") or voice.get("id") if isinstance(voice, dict) else voice
    return name if isinstance(name, str) and name.isprintable() and len(name) <= 200 else ""
