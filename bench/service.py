"""What the server adds to the engine, and how many callers it answers."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from functools import partial
from uuid import UUID

from bench.findings import Finding
from bench.lists import APP, MANY, fill
from bench.repeats import seconds, spread, taking_turns
from bench.serving import CALLERS, Server, serving, stores_of
from bench.texts import CHINESE_PARAGRAPH
from bench.waiting import NAME, installed
from bench.workshop import Workshop, workshop
from hwamei.app import Studio
from hwamei.domain.listing import PageRequest
from hwamei.domain.speech_task import TaskFilter

VOICE, QUICK_VOICE = "zf_xiaoxiao", "alto"
ROUNDS, QUICK_ROUNDS = 5, 15
ASKED_EVERY_S = 0.02
MAX_OVERHEAD_S, MAX_OVERHEAD_SHARE, MAX_FIRST_BYTE_S = 0.1, 0.05, 0.15
MIN_POLLS_PER_S, MAX_P99_MS, MIN_SUBMITS_PER_S = 800.0, 15.0, 100.0
TEXT = CHINESE_PARAGRAPH[:120]
SHORT = {"segments": [{"text": "今天天气很好。", "voice": "alto"}]}
WARM, TASKS, MAX_GROWTH = 200, 1_000, 1.1


def measure(place: Workshop) -> list[Finding]:
    """With an engine that takes no processor and with the real one, side by side with each alone; then callers of a
    server that has a core of its own."""
    return [*_share(), *_overhead(place), *_polls(place), *_submits(place), *_memory()]


def _share() -> Iterator[Finding]:
    """What a task costs beside its speech, by an engine that always takes the same time and no processor."""
    with workshop() as fresh, installed(fresh.folder) as own:
        with stores_of(fresh):
            pass
        with serving(fresh, engine=NAME, role="all", more=own) as server, Studio(fresh.settings(engine=NAME)) as studio:
            bare = partial(studio.say, TEXT, out=fresh.folder / "bare.wav", voice=QUICK_VOICE)
            bare()
            _task(server, QUICK_VOICE)
            served_s, bare_s = taking_turns(QUICK_ROUNDS, partial(_task, server, QUICK_VOICE), lambda: seconds(bare))
    over = spread([served - alone for served, alone in zip(served_s, bare_s, strict=True)])
    what = "what the server adds to a task of 120 characters, by an engine that takes no processor"
    yield Finding(what, over.show("s"), f"≤ {MAX_OVERHEAD_S:g} s", over.median <= MAX_OVERHEAD_S)


def _overhead(place: Workshop) -> Iterator[Finding]:
    with workshop() as fresh:
        with stores_of(fresh):
            pass
        with serving(fresh, engine="kokoro", role="all") as server, Studio(place.settings()) as studio:
            out = place.folder / "bare.wav"
            bare = partial(studio.say, TEXT, out=out, voice=VOICE)
            bare()
            _task(server, VOICE)
            at_least_s = seconds(bare)  # who asks while it speaks takes from it
            served_s, bare_s = taking_turns(ROUNDS, partial(_task, server, VOICE, at_least_s), lambda: seconds(bare))
            first = partial(_first_byte_s, server), lambda: seconds(lambda: studio.stream(TEXT, voice=VOICE))
            first_served_s, first_bare_s = taking_turns(ROUNDS, *first)
    share = spread([served / alone - 1 for served, alone in zip(served_s, bare_s, strict=True)])
    yield Finding("the same task by the real engine, alone", spread(bare_s).show("s"))
    shown = f"{share.median:.1%} ({share.low:.1%} to {share.high:.1%})"
    yield Finding(
        "what the server adds to it", shown, f"≤ {MAX_OVERHEAD_SHARE:.0%}", share.median <= MAX_OVERHEAD_SHARE
    )
    later = spread([served - alone for served, alone in zip(first_served_s, first_bare_s, strict=True)])
    yield Finding("first byte of speech at once, the engine alone", spread(first_bare_s).show("s"))
    yield Finding(
        "how much later it is through the server", later.show("s"), "≤ 0.15 s", later.median <= MAX_FIRST_BYTE_S
    )


def _task(server: Server, voice: str, at_least_s: float = 0.0) -> float:
    """Seconds from the order to the finished file. Who asks often takes from the engine: nothing is asked before there
    can be an answer, and then seldom."""
    begun_s = time.perf_counter()
    body = {"segments": [{"text": TEXT, "voice": voice}]}
    task = server.client.post("/hwamei/v1/speech-tasks", json=body).raise_for_status().json()
    time.sleep(at_least_s)
    while task["state"] not in ("done", "failed"):
        time.sleep(ASKED_EVERY_S)
        task = server.client.get(f"/hwamei/v1/speech-tasks/{task['id']}").json()
    assert task["state"] == "done", task["problem"]
    return time.perf_counter() - begun_s


def _first_byte_s(server: Server) -> float:
    begun_s = time.perf_counter()
    with server.client.stream("POST", "/hwamei/v1/speech", json={"text": TEXT, "voice": VOICE}) as answer:
        answer.raise_for_status()
        next(answer.iter_bytes(1))
        return time.perf_counter() - begun_s


def _polls(place: Workshop) -> Iterator[Finding]:
    with workshop() as fresh:
        some = _full(fresh)
        with serving(fresh, engine="tone", role="api", alone=True) as server:
            found = server.called("GET", f"/hwamei/v1/speech-tasks/{some}")
    what = f"status polls on one core, {MANY:,} tasks stored, {CALLERS} callers"
    measured = f"{found['per_s']:.0f} a second, p99 {found['p99_ms']:.1f} ms, {found['others']:.0f} refused"
    met = found["per_s"] >= MIN_POLLS_PER_S and found["p99_ms"] <= MAX_P99_MS and not found["others"]
    yield Finding(what, measured, "≥ 800 a second, p99 ≤ 15 ms", met)


def _full(place: Workshop) -> UUID:
    """A task out of very many."""
    with stores_of(place) as (database, stores):
        fill(database, stores, MANY)
        return stores.tasks.list(APP, TaskFilter(), PageRequest(limit=1, offset=MANY // 2)).items[0].id


def _submits(place: Workshop) -> Iterator[Finding]:
    body = json.dumps(SHORT)
    with workshop() as fresh:
        with stores_of(fresh):
            pass
        with serving(fresh, engine="tone", role="api", alone=True) as server:
            found = server.called("POST", "/hwamei/v1/speech-tasks", body)
    what = f"tasks submitted on one core, {CALLERS} callers"
    measured = f"{found['per_s']:.0f} a second, p99 {found['p99_ms']:.0f} ms, {found['others']:.0f} refused"
    yield Finding(what, measured, "≥ 100 a second", found["per_s"] >= MIN_SUBMITS_PER_S and not found["others"])


def _memory() -> Iterator[Finding]:
    with workshop() as fresh:
        with stores_of(fresh):
            pass
        with serving(fresh, engine="tone", role="all", alone=False) as server:
            _do(server, WARM)
            warm_mb = server.memory_mb()
            _do(server, TASKS - WARM)
            end_mb = server.memory_mb()
    what = f"memory of a server with its worker after {TASKS:,} tasks over that after {WARM}"
    growth = end_mb / warm_mb
    yield Finding(what, f"{growth:.2f} ({end_mb:.0f} MB)", f"≤ {MAX_GROWTH:g}", growth <= MAX_GROWTH)


def _do(server: Server, tasks: int) -> None:
    """Order so many tasks, and wait until they are done."""
    for _ in range(tasks):
        server.client.post("/hwamei/v1/speech-tasks", json=SHORT).raise_for_status()
    for state in ("queued", "running"):
        while server.client.get("/hwamei/v1/speech-tasks", params={"state": state, "limit": 1}).json()["total"]:
            time.sleep(0.2)
