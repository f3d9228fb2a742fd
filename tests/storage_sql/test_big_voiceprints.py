"""Voiceprints may be a megabyte each: lists of voices leave their numbers where they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
import sqlalchemy as sa

from hwamei.domain.app import App
from hwamei.domain.listing import PageRequest
from hwamei.domain.owned_voice import OwnedVoice, VoiceFilter, VoiceState
from hwamei.domain.voice import Level, Voiceprint
from hwamei.storage.sql.stores import Stores
from tests.storage_sql.things import NOON, a_job, a_voice, later, put

VOICES = 50
SAMPLES = 256 * 1024  # float32: 1 MiB


def big(engine: str) -> Voiceprint:
    noise = np.random.default_rng(0).standard_normal(SAMPLES).astype(np.float32)
    return Voiceprint(engine, 1, Level.INSTANT, {"prompt": noise}, {"likeness": 0.75}, {"prompt": "你好"})


@contextmanager
def noted() -> Iterator[list[str]]:
    """The statements that any database is given meanwhile."""
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(str(given[2]))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


@pytest.fixture
def kept(stores: Stores, app: App) -> list[OwnedVoice]:
    prints: dict[str, Any] = {"voiceprint": big("remote"), "stand_in": big("kokoro")}
    voices = [a_voice(app, state=VoiceState.READY, created_at=later(number), **prints) for number in range(VOICES)]
    for voice in voices:
        stores.voices.add(app.id, voice, a_job(voice))
    return voices


def test_a_list_reads_no_arrays_of_fifty_voices(stores: Stores, app: App, kept: list[OwnedVoice]) -> None:
    with noted() as statements:
        page = stores.voices.list(app.id, VoiceFilter(), PageRequest(VOICES))
    assert len(page.items) == VOICES
    assert statements
    assert not any("arrays" in statement for statement in statements)
    for voice in page.items:
        assert voice.voiceprint is not None
        assert voice.stand_in is not None
        assert (voice.voiceprint.engine, voice.stand_in.engine) == ("remote", "kokoro")
        assert voice.voiceprint.facts == {"likeness": 0.75}


def test_a_list_of_taken_voices_reads_none_either(stores: Stores, app: App, other: App, kept: list[OwnedVoice]) -> None:
    share_id = stores.shares.offer(app.id, kept[0].id, share_id=uuid4(), at=NOON)
    stores.shares.take(other.id, share_id, at=NOON)
    with noted() as statements:
        assert [voice.id for voice in stores.shares.list(other.id)] == [kept[0].id]
    assert not any("arrays" in statement for statement in statements)


def test_who_gets_a_voice_has_all_of_it(stores: Stores, app: App, kept: list[OwnedVoice]) -> None:
    found = stores.voices.get(app.id, kept[0].id)
    for voiceprint, given in ((found.voiceprint, big("remote")), (found.stand_in, big("kokoro"))):
        assert voiceprint is not None
        assert np.array_equal(voiceprint.arrays["prompt"], given.arrays["prompt"])
        assert (voiceprint.engine, voiceprint.texts) == (given.engine, given.texts)


def test_a_voice_out_of_a_list_cannot_be_kept_without_its_arrays(
    stores: Stores, app: App, kept: list[OwnedVoice]
) -> None:
    listed = stores.voices.list(app.id, VoiceFilter(), PageRequest(1)).items[0]
    with pytest.raises(AssertionError, match="get the voice"):
        put(stores, listed)
    assert stores.voices.get(app.id, listed.id).voiceprint is not None
