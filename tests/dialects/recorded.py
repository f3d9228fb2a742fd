"""Recorded examples: what a vendor's server was seen, or is documented, to answer.

`<dialect>/recorded/NN-what.json`:

    {"source": "where it is from and when it was read",
     "request": {"method": "POST", "path": "/v1/voices/{voice_id}", "headers": {}, "query": {}, "json": {},
                 "form": {}, "files": {"audio": "{path}"}},
     "status": 200,
     "response": {"code": 0, "data": {"id": "v1", "audio": "https://example.com/a.wav"}},
     "exact": ["code"],
     "varies": ["data.audio"]}

`{name}` in a text of the request is filled in by the test. What the server answers must have the same keys and the same
kinds of JSON values at every level. Paths have dots; `[]` stands for any element of a list: `data.list[].id`. What is
`exact` has the recorded value, too; what `varies` may be missing, empty, null or of another kind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

Json = Any


@dataclass(frozen=True)
class Recorded:
    """One example."""

    name: str
    source: str
    request: Mapping[str, Json]
    status: int
    response: Json
    exact: Sequence[str] = field(default_factory=tuple)
    varies: Sequence[str] = field(default_factory=tuple)

    def send(self, client: httpx.Client, values: Mapping[str, str]) -> httpx.Response:
        """The request as it was recorded, with these values."""
        asked = {key: filled(value, values) for key, value in self.request.items()}
        return client.request(
            asked["method"],
            asked["path"],
            headers=asked.get("headers"),
            params=asked.get("query"),
            json=asked.get("json"),
            data=asked.get("form"),
            files={name: Path(path).read_bytes() for name, path in asked.get("files", {}).items()} or None,
        )

    def differences(self, answer: httpx.Response) -> Sequence[str]:
        """What an answer has otherwise than the recorded one, a line each."""
        if answer.status_code != self.status:
            return [f"HTTP status {answer.status_code}, recorded {self.status}: {answer.text[:500]}"]
        return list(self._differences("", self.response, answer.json()))

    def _differences(self, path: str, recorded: Json, got: Json) -> Iterator[str]:
        if path in self.varies:
            return
        if kind(recorded) != kind(got):
            yield f"{path}: {kind(got)} {got!r}, recorded {kind(recorded)} {recorded!r}"
        elif path in self.exact and recorded != got:
            yield f"{path}: {got!r}, recorded {recorded!r}"
        elif isinstance(recorded, dict):
            yield from self._in_object(path, recorded, got)
        elif isinstance(recorded, list) and recorded:
            if not got:
                yield f"{path}: empty, recorded {len(recorded)}"
            for element in got:
                yield from self._differences(f"{path}[]", recorded[0], element)

    def _in_object(self, path: str, recorded: Mapping[str, Json], got: Mapping[str, Json]) -> Iterator[str]:
        for key in sorted({*recorded, *got}):
            inner = f"{path}.{key}".lstrip(".")
            if inner in self.varies:
                continue
            if key not in got:
                yield f"{inner}: missing"
            elif key not in recorded:
                yield f"{inner}: {got[key]!r}, recorded nothing"
            else:
                yield from self._differences(inner, recorded[key], got[key])


def kind(value: Json) -> str:
    """The kind of a JSON value: JSON does not tell 1 from 1.0."""
    kinds = {type(None): "null", bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
    return kinds.get(type(value), "object")


def filled(value: Json, values: Mapping[str, str]) -> Json:
    """With `{name}` replaced in every text."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], value)
    if isinstance(value, dict):
        return {key: filled(each, values) for key, each in value.items()}
    return [filled(each, values) for each in value] if isinstance(value, list) else value


def examples(folder: Path) -> Sequence[Recorded]:
    """Those in a folder `recorded` beside the tests, in the order of their names: later ones build on earlier ones."""
    found = [Recorded(path.stem, **json.loads(path.read_text("utf-8"))) for path in sorted(folder.glob("*.json"))]
    assert found, f"there is no example in {folder}"
    return found
