"""The server answers as the vendor's pages and its kin have it, member by member."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.dialects.openai.clients import a_consent, a_voice, client_of
from tests.dialects.recorded import Recorded, examples
from tests.serving import Site

EXAMPLES = examples(Path(__file__).parent / "recorded")


@pytest.fixture(scope="module")
def app(site: Site) -> Iterator[httpx.Client]:
    """The app that the examples are asked of."""
    with client_of(site) as client:
        yield client


@pytest.fixture
def values(app: httpx.Client, recording: Path) -> Iterator[dict[str, str]]:
    """A voice and a consent for the examples; afterwards no voice is left."""
    voice_id = a_voice(app, recording, speaker_description="warm narrator")["id"]
    consent_id = a_consent(app, recording)["id"]
    yield {"voice_id": voice_id, "consent_id": consent_id, "recording": str(recording)}
    for voice in app.get("/v1/audio/voices").json()["data"]:
        app.delete(f"/v1/audio/voices/{voice['id']}")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_answer_is_as_it_was_recorded(example: Recorded, app: httpx.Client, values: dict[str, str]) -> None:
    assert list(example.differences(example.send(app, values))) == []
