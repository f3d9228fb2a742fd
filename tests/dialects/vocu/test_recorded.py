"""The server answers as the vendor's pages and clients have it, member by member."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.dialects.recorded import Recorded, examples
from tests.dialects.vocu.clients import (
    PNG,
    a_voice,
    client_of,
    content,
    data_url,
    ended,
    generated,
    got,
    new_style,
    style_ready,
)
from tests.serving import Site

EXAMPLES = examples(Path(__file__).parent / "recorded")


@pytest.fixture(scope="module")
def app(site: Site) -> Iterator[httpx.Client]:
    """The app that the examples are asked of."""
    with client_of(site) as client:
        yield client


@pytest.fixture(scope="module")
def values(app: httpx.Client, site: Site, recording: Path) -> dict[str, str]:
    """What is there for the examples: a voice with all that one can have, and tasks."""
    voice_id = a_voice(app, recording, avatar=data_url(PNG, "image/png"), description="会说话")["id"]
    style_id = new_style(app, voice_id, recording, description="轻松")["metadata"]["prompts"][-1]["id"]
    style_ready(app, voice_id, style_id)
    old_task_id = generated(app, content(voice_id))["id"]
    task_id = generated(app, content(voice_id), content(voice_id), temperature=0.82, top_k=10, top_p=0.09)["id"]
    for task in (task_id, old_task_id):
        got(app.post(f"/api/tts/generate/{task}/regenerate", json={"contents": [0]}))
        ended(app, task)
    with client_of(site) as other:
        theirs = a_voice(other, recording)["id"]
        share_id = got(other.get(f"/api/voice/{theirs}/share"))["shareId"]
    return {
        "voice_id": voice_id,
        "style_id": style_id,
        "task_id": task_id,
        "old_task_id": old_task_id,
        "share_id": share_id,
    }


@pytest.fixture(autouse=True)
def _taken_away(app: httpx.Client, values: dict[str, str]) -> Iterator[None]:
    """What an example orders is in no other example's list."""
    yield
    for task in got(app.get("/api/tts/generate")):
        if task["id"] not in values.values():
            ended(app, task["id"])
            got(app.delete(f"/api/tts/generate/{task['id']}"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_answer_is_as_it_was_recorded(example: Recorded, app: httpx.Client, values: dict[str, str]) -> None:
    assert list(example.differences(example.send(app, values))) == []
