"""A server that plays recorded exchanges and compares what it is asked with what was recorded.

`recorded/<what>.json`:

    {"source": "where it is from and when it was read",
     "request": {"method": "POST", "path": "/v1/audio/speech", "json": {}, "form": {}, "files": {"part": "media type"}},
     "status": 200,
     "response": {},
     "sound": {"sample_rate_hz": 24000, "streamed": false, "bare": false, "headers": {}}}

`{name}` in a text is filled in by the test; an answer has either a `response` or a `sound`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.dialects.recorded import filled
from tests.engines.remote.loopback import Answer, Asked, Loopback, buzz, loopback, pcm, wav

FOLDER = Path(__file__).parent / "recorded"

Json = Any


@dataclass
class Replay:
    """Plays the exchanges one after the other."""

    names: Sequence[str]
    values: Mapping[str, str]
    differences: list[str] = field(default_factory=list)
    played: int = 0

    def __call__(self, asked: Asked) -> Answer:
        """As a Respond."""
        if self.played >= len(self.names):
            self.differences.append(f"{asked.method} {asked.path}: asked, though all was played")
            return Answer.of({}, 500)
        name = self.names[self.played]
        self.played += 1
        exchange = filled(json.loads((FOLDER / f"{name}.json").read_text("utf-8")), self.values)
        self.differences += [f"{name}: {each}" for each in _differences(exchange["request"], asked)]
        return _answer(exchange)


@contextmanager
def replayed(*names: str, **values: str) -> Iterator[tuple[Replay, Loopback]]:
    """A server that plays these; in the end all must have been asked for as it was recorded."""
    replay = Replay(names, values)
    with loopback(replay) as upstream:
        yield replay, upstream
    assert replay.differences == []
    assert replay.played == len(names), f"played {names[: replay.played]}"


def _differences(recorded: Json, asked: Asked) -> Iterator[str]:
    if (recorded["method"], recorded["path"]) != (asked.method, asked.path):
        yield f"{asked.method} {asked.path}"
    elif "json" in recorded:
        if not asked.headers["content-type"].startswith("application/json"):
            yield asked.headers["content-type"]
        if asked.json != recorded["json"]:
            yield f"{asked.json}, recorded {recorded['json']}"
    elif "form" in recorded:
        parts = asked.form
        fields = {name: content.decode() for name, (file, _, content) in parts.items() if not file}
        files = {name: media_type for name, (file, media_type, _) in parts.items() if file}
        if (fields, files) != (recorded["form"], recorded["files"]):
            yield f"{fields} and {files}, recorded {recorded['form']} and {recorded['files']}"


def _answer(exchange: Json) -> Answer:
    if "sound" not in exchange:
        return Answer.of(exchange["response"], exchange["status"])
    sound = exchange["sound"]
    samples, rate_hz = buzz(sample_rate_hz=sound["sample_rate_hz"]), sound["sample_rate_hz"]
    if not sound.get("streamed"):
        content = wav(samples, rate_hz)
        return Answer(exchange["status"], iter([content]), sound["headers"], len(content))
    content = pcm(samples) if sound.get("bare") else wav(samples, rate_hz, endless=True)
    return Answer(exchange["status"], iter([content[:9_001], content[9_001:]]), sound["headers"])
