"""One of the servers: what it has room for, which voices it knows, whether it answers."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from hwamei.domain.audio import Audio
from hwamei.engines.remote.calls import Calls
from hwamei.engines.remote.failures import Declined, Fault, Unreachable
from hwamei.engines.remote.health import Health
from hwamei.engines.remote.sound import wav_of
from hwamei.engines.remote.terms import Terms
from hwamei.engines.remote.voiceprint import Speaker

_MAYBE_UNKNOWN = (
    # What servers say of a voice that they do not know; nothing in the answer tells it from other wrong fields.
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)


@dataclass(frozen=True, eq=False)
class Speech:
    """What is to be said, by whom. `streamed`: while it is being made."""

    text: str
    speaker: Speaker
    speed: float = 1.0
    streamed: bool = False


class Replica:
    """Safe from several threads. What it raises are Faults; while one is Unreachable, it counts as down."""

    def __init__(self, calls: Calls, *, capacity: int, now_s: Callable[[], float]) -> None:
        self.calls = calls
        self.health = Health(now_s)
        self._places = threading.BoundedSemaphore(capacity)
        self._uploading = threading.Lock()
        self._known: set[str] = set()
        self._model: str | None = None

    @property
    def terms(self) -> Terms:
        """How it is asked."""
        return self.calls.terms

    @property
    def address(self) -> str:
        """Its host and port, for logs."""
        url = httpx.URL(self.calls.url)
        return url.netloc.decode("ascii")

    def take_place(self) -> bool:
        """Whether there was one; it must then be given back."""
        return self._places.acquire(blocking=False)

    def give_place_back(self) -> None:
        """For somebody else."""
        self._places.release()

    def is_up(self) -> bool:
        """As far as is known; one that was down is looked at when it has rested."""
        if self.health.is_up:
            return True
        if not self.health.may_look():
            return False
        try:
            with self.heeded():
                self.calls.look()
        except Unreachable:
            return False
        except Fault:
            return True  # it answers
        return True

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """For every call: whether it gets an answer is remembered."""
        try:
            yield
        except Unreachable as error:
            self._known.clear()  # it may come back without the voices that it had
            if self.health.failed():
                _log_down(self.address, error.problem)
            raise
        except Fault:
            self.health.answered()
            raise
        self.health.answered()

    def sound(self, speech: Speech) -> Iterator[Audio]:
        """The speech piece by piece, at the server's rate. A voice that it does not know is uploaded first."""
        with self.heeded():
            self._get_ready(speech.speaker)
            try:
                yield from self.calls.speech(self._order(speech))
            except Declined as error:
                if not self._has_lost(speech.speaker, error):
                    raise
                self._get_ready(speech.speaker)
                yield from self.calls.speech(self._order(speech))

    def _get_ready(self, speaker: Speaker) -> None:
        if speaker.prompt is None or self.terms.inline or speaker.name in self._known:
            return
        with self._uploading:
            if speaker.name in self._known:
                return
            if speaker.name not in self.calls.voices().uploaded:
                self.calls.upload(speaker)
            self._known.add(speaker.name)

    def _has_lost(self, speaker: Speaker, error: Declined) -> bool:
        """Whether a refusal is because the voice has gone from the server."""
        if speaker.prompt is None or self.terms.inline or error.status not in _MAYBE_UNKNOWN:
            return False
        if speaker.name in self.calls.voices().uploaded:
            return False
        self._known.discard(speaker.name)
        return True

    def _order(self, speech: Speech) -> dict[str, object]:
        order: dict[str, object] = {"input": speech.text, "response_format": "wav", **self._voice(speech.speaker)}
        self._model = self._model or self.terms.model or self.calls.first_model()
        if self._model:
            order["model"] = self._model
        if speech.speed != 1:
            order["speed"] = speech.speed
        if speech.streamed and self.terms.streams == "wav":
            order["stream_format"] = "audio"
        elif speech.streamed and self.terms.streams == "pcm":
            order |= {"response_format": "pcm", "stream": True}
        return order | dict(self.terms.options)

    def _voice(self, speaker: Speaker) -> dict[str, object]:
        """The fields that say who speaks."""
        if speaker.prompt is None or not self.terms.inline:
            return {"voice": speaker.name}
        sound = base64.b64encode(wav_of(speaker.prompt.audio)).decode("ascii")
        inline: dict[str, object] = {"ref_audio": f"data:audio/wav;base64,{sound}"}
        return inline if speaker.prompt.text is None else inline | {"ref_text": speaker.prompt.text}


def _log_down(address: str, problem: str) -> None:
    import structlog  # seldom needed, and slow to import

    structlog.get_logger(__name__).warning("remote server down", server=address, problem=problem)
