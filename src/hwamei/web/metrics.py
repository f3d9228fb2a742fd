"""Figures for Prometheus, in a registry of our own. Fed from any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from hwamei.domain.errors import StoreUnavailable

log = structlog.get_logger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_LATENCIES_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_FACTORS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)  # work per sound; under 1 is faster than speech
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

Depth = Callable[[], Mapping[str, tuple[int, float]]]
"""As Jobs.depth."""
Slots = Callable[[], Mapping[str, tuple[int, int]]]
"""By the name of each engine that is in use: how many of its turns are taken, and how many there are."""


class Metrics:
    """What a server counts. Is an Observer of the service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._of_answers = cache(self._labelled)  # routes are few, and to look both up takes as long as to count
        self._requests = Counter(
            "hwamei_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self._latency = Histogram(
            "hwamei_request_seconds",
            "From a request's first line to its answer's last byte.",
            ["route"],
            buckets=_LATENCIES_S,
            registry=self.registry,
        )
        self._first_audio = Histogram(
            "hwamei_first_audio_seconds",
            "From an order to speak now to the first sound.",
            ["engine"],
            buckets=_LATENCIES_S,
            registry=self.registry,
        )
        self._real_time_factor = Histogram(
            "hwamei_real_time_factor",
            "Seconds of work per second of speech.",
            ["engine"],
            buckets=_FACTORS,
            registry=self.registry,
        )
        self._speech = Counter("hwamei_speech_seconds", "Speech made.", ["engine"], registry=self.registry)
        self._ended = Counter("hwamei_work_ended", "Tasks and jobs ended.", ["kind", "state"], registry=self.registry)
        self._callbacks = Counter("hwamei_callbacks", "Callbacks tried.", ["outcome"], registry=self.registry)

    def answered(self, method: str, route: str, status: int, took_s: float) -> None:
        """A request was answered; status 0: it was not."""
        requests, latency = self._of_answers(method if method in _METHODS else "other", route, status)
        requests.inc()
        latency.observe(took_s)

    def _labelled(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        return self._requests.labels(method, route, str(status)), self._latency.labels(route)

    def first_audio(self, waited_s: float, engine: str) -> None:
        """Speech that was asked for at once began so many seconds later."""
        self._first_audio.labels(engine).observe(waited_s)

    def spoken(self, sound_s: float, work_s: float, engine: str) -> None:
        """An engine made so much sound in so much time."""
        self._speech.labels(engine).inc(sound_s)
        if sound_s > 0:
            self._real_time_factor.labels(engine).observe(work_s / sound_s)

    def ended(self, kind: str, state: str) -> None:
        """A `speech_task` or `training_job` came to its end."""
        self._ended.labels(kind, state).inc()

    def called_back(self, outcome: str) -> None:
        """A callback was `delivered`, `failed` for now, or `given_up`."""
        self._callbacks.labels(outcome).inc()

    def watch(self, *, depth: Depth, slots: Slots) -> None:
        """Ask these whenever the page is read."""
        self.registry.register(_Asked(depth, slots))

    def show_on(self, port: int) -> None:
        """Serve the page on a port of 127.0.0.1 from a thread of its own, for a process that serves nothing else."""
        start_http_server(port, addr="127.0.0.1", registry=self.registry)

    def page(self) -> bytes:
        """The page that Prometheus reads; asks the queue, and goes without it while that cannot be reached."""
        return generate_latest(self.registry)


class _Asked(Collector):
    """Figures that nobody counts: they are asked for."""

    def __init__(self, depth: Depth, slots: Slots) -> None:
        self._depth, self._slots = depth, slots

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing beforehand: asking costs."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures of this moment."""
        slots = GaugeMetricFamily("hwamei_engine_slots", "Turns of an engine.", labels=["engine", "state"])
        for engine, (taken, of) in self._slots().items():
            slots.add_metric([engine, "taken"], taken)
            slots.add_metric([engine, "free"], max(0, of - taken))
        yield slots
        try:
            yield from _queues(self._depth())
        except StoreUnavailable as error:
            log.warning("queue not counted", problem=error.problem)


def _queues(depths: Mapping[str, tuple[int, float]]) -> Iterator[GaugeMetricFamily]:
    waiting = GaugeMetricFamily("hwamei_queue_depth", "How many wait.", labels=["queue"])
    oldest = GaugeMetricFamily("hwamei_queue_age_seconds", "How long the oldest has waited.", labels=["queue"])
    for queue, (depth, age_s) in depths.items():
        waiting.add_metric([queue], depth)
        oldest.add_metric([queue], age_s)
    yield from (waiting, oldest)
