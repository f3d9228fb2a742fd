"""Those who listen over HTTP while it is spoken: how long they wait, and how many can be served at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.findings import Finding
from bench.repeats import spread
from bench.serving import Server, serving, stores_of
from bench.texts import CHINESE_PARAGRAPH, ENGLISH_PARAGRAPH
from bench.workshop import Workshop, workshop

VOICE = "zf_xiaoxiao"
SPEECH = "/v1/audio/speech"
ROUNDS = 3
AT_ONCE = (1, 2, 4, 8)
WANTED_S = 0.8
TURNS = 'hwamei_engine_slots{engine="kokoro",state="taken"}'
BYTES_PER_S = 24_000 * 2
TEXT = CHINESE_PARAGRAPH[:120]


@dataclass(frozen=True, slots=True)
class Listened:
    """What one listener got. `behind_s`: for how long playing would have stood still, begun with the first sound."""

    first_s: float
    took_s: float
    sound_s: float
    behind_s: float


def measure(place: Workshop) -> list[Finding]:
    """With the real engine, in a server of its own that has room for all of them."""
    with workshop() as fresh:
        with stores_of(fresh):
            pass
        room = {"HWAMEI_ENGINE_SLOTS": str(max(AT_ONCE))}
        with serving(fresh, engine="kokoro", role="api", more=room) as server:
            _listen(server, "Good morning.", "af_heart")  # loads the models
            return [*_first_audio(server), *(_at_once(server, listeners) for listeners in AT_ONCE)]


def _first_audio(server: Server) -> Iterator[Finding]:
    for language, text, voice in (("English", ENGLISH_PARAGRAPH, "af_heart"), ("Chinese", CHINESE_PARAGRAPH, VOICE)):
        waits = spread([_first_s(server, text, voice) for _ in range(ROUNDS)])
        met = waits.median <= WANTED_S
        what = f"first audio over HTTP, {len(text)} characters of {language}"
        yield Finding(what, waits.show("s"), f"≤ {WANTED_S} s", met)


def _at_once(server: Server, listeners: int) -> Finding:
    begun_s = time.perf_counter()
    with ThreadPoolExecutor(listeners) as pool:
        found = list(pool.map(lambda _: _listen(server, TEXT, VOICE), range(listeners)))
    took_s = time.perf_counter() - begun_s
    first = spread([each.first_s for each in found]).show("s")
    rate = sum(each.sound_s for each in found) / took_s
    gaps = sum(each.behind_s > 0 for each in found)
    measured = f"first audio {first}; {rate:.2f} s of sound a second; {gaps} would have heard a gap"
    return Finding(f"{listeners} at once, {len(TEXT)} characters of Chinese", measured)


def _first_s(server: Server, text: str, voice: str) -> float:
    """Until the first sound; then this listener goes."""
    begun_s = time.perf_counter()
    with server.client.stream("POST", SPEECH, json=_body(text, voice)) as answer:
        answer.raise_for_status()
        next(answer.iter_bytes())
        waited_s = time.perf_counter() - begun_s
    while _running(server):  # the engine ends the utterance that it is in
        time.sleep(0.1)
    return waited_s


def _running(server: Server) -> bool:
    taken = next(line for line in server.client.get("/metrics").text.splitlines() if line.startswith(TURNS))
    return float(taken.split()[-1]) > 0


def _listen(server: Server, text: str, voice: str) -> Listened:
    begun_s = time.perf_counter()
    first_s, sound_s, behind_s = 0.0, 0.0, 0.0
    with server.client.stream("POST", SPEECH, json=_body(text, voice)) as answer:
        answer.raise_for_status()
        for sound in answer.iter_bytes():
            at_s = time.perf_counter() - begun_s
            first_s = first_s or at_s
            behind_s += max(0.0, at_s - first_s - sound_s - behind_s)
            sound_s += len(sound) / BYTES_PER_S
    return Listened(first_s, time.perf_counter() - begun_s, sound_s, behind_s)


def _body(text: str, voice: str) -> dict[str, str]:
    return {"model": "tts-1", "input": text, "voice": voice, "response_format": "pcm", "stream_format": "audio"}
