"""The server goes on answering as it did when its answers were held against the types of the vendor's SDK.

The examples are its own answers, not ones that were seen at the vendor's: each says what it was held against.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.dialects.elevenlabs.calling import a_voice, client_of, native_of
from tests.dialects.recorded import Recorded, examples
from tests.serving import Site, ended

EXAMPLES = examples(Path(__file__).parent / "recorded")
RULES = [{"type": "alias", "string_to_replace": "SQL", "alias": "sequel"}]


@pytest.fixture(scope="module")
def app(site: Site) -> Iterator[httpx.Client]:
    """The app that the examples are asked of."""
    with client_of(site) as client:
        yield client


@pytest.fixture(scope="module")
def values(app: httpx.Client, site: Site, recording: Path) -> dict[str, str]:
    """What is there for the examples: a voice, a finished task, a dictionary."""
    voice_id = a_voice(app, recording, description="a ferry", labels='{"accent": "harbour"}')
    with native_of(app, site) as native:
        body = {"segments": [{"text": "Hello.", "voice": "alto"}], "format": "mp3"}
        task_id = ended(native, f"/speech-tasks/{native.post('/speech-tasks', json=body).json()['id']}")["id"]
    made = app.post("/v1/pronunciation-dictionaries/add-from-rules", json={"name": "words", "rules": RULES})
    return {"voice_id": voice_id, "task_id": task_id.replace("-", ""), "dictionary_id": made.json()["id"]}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_answer_is_as_it_was_recorded(example: Recorded, app: httpx.Client, values: dict[str, str]) -> None:
    assert list(example.differences(example.send(app, values))) == []
