"""The remote engine: voices are cloned and spoken by servers of OpenAI's speech API on other machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain
from types import TracebackType

import httpx
import numpy as np

from hwamei.domain.audio import Audio, Samples
from hwamei.domain.errors import EngineDown, EngineFailed, Unknown
from hwamei.domain.language import Language
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Gender, Level, Voiceprint
from hwamei.dsp import tempo
from hwamei.dsp.decibel import level_db, rms
from hwamei.dsp.resample import Resampler
from hwamei.dsp.word_times import word_times
from hwamei.engines.remote.calls import Calls
from hwamei.engines.remote.judging import likeness
from hwamei.engines.remote.presets import Presets
from hwamei.engines.remote.prompt import ENGINE, best_prompt
from hwamei.engines.remote.replica import Replica, Speech
from hwamei.engines.remote.replicas import Replicas, clock
from hwamei.engines.remote.terms import addresses, terms_of
from hwamei.engines.remote.voiceprint import Speaker, kept, preset_print, speaker_of
from hwamei.ports import Checkpoints, Engine, Progress
from hwamei.settings import Settings

TRIAL = "The ferry leaves the old town at sunrise, and nobody looks up."

_SILENT_DBFS = -60.0
_KEPT_ALIVE_S = 2.0  # less than the 5 s after which such servers end a connection that nobody uses
_AS_IT_IS = Delivery()


def open_engine(settings: Settings) -> Engine:
    """The engine. Asks no server yet. Raises BadSetting, EngineDown where no server is named."""
    return RemoteEngine(settings, now_s=clock)


class RemoteEngine:
    """Holds connections, and what it has seen of the servers; of neither does a result depend. Any number of threads
    may share it."""

    name = ENGINE

    def __init__(self, settings: Settings, *, now_s: Callable[[], float]) -> None:
        self._settings = settings
        self._terms, places = terms_of(settings), settings.remote_capacity
        urls = addresses(settings)
        self.sample_rate_hz = self._terms.sample_rate_hz
        limits = httpx.Limits(max_keepalive_connections=places * len(urls), keepalive_expiry=_KEPT_ALIVE_S)
        self._http = httpx.Client(headers=_headers(self._terms.key), follow_redirects=False, limits=limits)
        each = [Replica(Calls(self._http, url, self._terms), capacity=places, now_s=now_s) for url in urls]
        self._replicas = Replicas(each, wait_s=settings.remote_wait_s, now_s=now_s)
        self._presets = Presets(self._replicas, now_s)

    def __enter__(self) -> RemoteEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the connections."""
        self._http.close()

    @property
    def capacity(self) -> int:
        """How many utterances the servers that are up can speak at once for this process."""
        return self._replicas.up * self._settings.remote_capacity

    def enrol(
        self,
        reference: Sequence[Audio],
        *,
        said: Sequence[str | None] = (),
        level: Level,
        seed: int,
        progress: Progress,
        checkpoints: Checkpoints,
    ) -> Voiceprint:
        """The best few seconds of the recordings, with their words where those are known; the same at both levels.
        A server says one sentence in the voice, of which `likeness` is told. Raises EngineFailed, EngineDown, TooBusy.
        """
        progress(0)
        prompt = best_prompt(reference, said, longest_s=self._settings.remote_prompt_s)
        progress(10)
        judged = _judged(checkpoints.load(), prompt.name)
        if judged is None:
            spoken = self._spoken(Speech(TRIAL, Speaker(prompt.name, prompt)))
            judged = likeness(self._settings, reference, spoken)
            checkpoints.save(json.dumps({"prompt": prompt.name, "likeness": judged}).encode())
        progress(100)
        return kept(prompt, level, {"likeness": judged, "prompt_s": prompt.audio.duration_s})

    def preset(self, name: str) -> Voiceprint:
        """The voiceprint of a voice that the servers bring along. Raises Unknown; EngineDown where they never said
        which."""
        names = self._presets.names()
        if names is None:
            raise EngineDown(engine=ENGINE, problem="its servers have not said yet which voices they have")
        if name not in names:
            raise Unknown(what="preset", given=name, known=names)
        return preset_print(name)

    def presets(self) -> Sequence[str]:
        """The names of the voices that the servers bring along; none while it is not known."""
        return self._presets.names() or ()

    def preset_language(self, name: str) -> Language | None:
        """Servers do not say. Raises Unknown."""
        self.preset(name)
        return None

    def preset_gender(self, name: str) -> Gender | None:
        """Servers do not say. Raises Unknown."""
        self.preset(name)
        return None

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """The utterance, its words timed by ear. Raises EngineFailed, EngineDown, TooBusy."""
        there = delivery.speed if self._terms.changes_speed else 1.0
        spoken = self._spoken(Speech(utterance.spoken_text, speaker_of(voiceprint), speed=there))
        speed = delivery.speed / there
        return _timed(utterance, tempo.change(spoken, speed=speed, pitch_semitones=delivery.pitch_semitones))

    def stream(
        self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery
    ) -> Generator[Audio, None, SpokenUtterance]:
        """The utterance as a server makes it; in one piece where speed or pitch must be changed, which takes all of it.
        Raises as `speak`."""
        if delivery != _AS_IT_IS or self._terms.streams == "none":
            spoken = self.speak(utterance, voiceprint, delivery)
            yield spoken.audio
            return spoken
        given = [np.zeros(0, np.float32)]
        speech = Speech(utterance.spoken_text, speaker_of(voiceprint), streamed=True)
        with closing(self._pieces(speech)) as pieces:
            for piece in pieces:
                given.append(piece.samples)
                yield piece
        return _timed(utterance, _heard(Audio(np.concatenate(given), self.sample_rate_hz)))

    def _spoken(self, speech: Speech) -> Audio:
        samples = [piece.samples for piece in self._pieces(speech)]
        return _heard(Audio(np.concatenate([np.zeros(0, np.float32), *samples]), self.sample_rate_hz))

    def _pieces(self, speech: Speech) -> Generator[Audio, None, None]:
        """The speech at our rate."""
        with closing(self._replicas.sound(speech)) as pieces:
            for samples in _at_rate(pieces, self.sample_rate_hz):
                if len(samples):
                    yield Audio(samples, self.sample_rate_hz)


def _at_rate(pieces: Iterator[Audio], sample_rate_hz: int) -> Iterator[Samples]:
    """At the rate; all have the one of the first."""
    first = next(pieces)
    resampler = Resampler(first.sample_rate_hz, sample_rate_hz)
    for piece in chain([first], pieces):
        yield resampler.push(piece.samples)
    yield resampler.finish()


def _headers(key: str) -> dict[str, str]:
    usual = {"Accept-Encoding": "identity", "User-Agent": "hwamei"}
    return usual | {"Authorization": f"Bearer {key}"} if key else usual


def _judged(state: bytes | None, prompt: str) -> float | None:
    """The likeness that earlier work on the same found."""
    found = json.loads(state) if state else {}
    return float(found["likeness"]) if found.get("prompt") == prompt else None


def _heard(audio: Audio) -> Audio:
    """Raises EngineFailed for what nobody hears."""
    if level_db(rms(audio.samples)) < _SILENT_DBFS:
        raise EngineFailed(engine=ENGINE, problem="the server sent silence")
    return audio


def _timed(utterance: Utterance, audio: Audio) -> SpokenUtterance:
    return SpokenUtterance(utterance, audio, word_times(utterance, audio))
