"""What every store of shared voices does."""

from __future__ import annotations

import dataclasses
from uuid import UUID, uuid4

import pytest

from hwamei.domain.app import App
from hwamei.domain.errors import NotFound
from hwamei.domain.owned_voice import OwnedVoice, VoiceState, move_voice
from hwamei.storage.sql.stores import Stores
from tests.storage_sql.things import NOON, a_job, a_voice, a_voiceprint, an_app, credentials_of, later, put


@pytest.fixture
def voice(stores: Stores, app: App) -> OwnedVoice:
    """A voice that can speak."""
    return kept(stores, a_voice(app, state=VoiceState.READY, voiceprint=a_voiceprint()))


@pytest.fixture
def third(stores: Stores) -> App:
    app = an_app("third")
    stores.apps.add(app, credentials_of(app))
    return app


def kept(stores: Stores, voice: OwnedVoice) -> OwnedVoice:
    stores.voices.add(voice.app_id, voice, a_job(voice))
    return voice


def offered(stores: Stores, voice: OwnedVoice) -> UUID:
    return stores.shares.offer(voice.app_id, voice.id, share_id=uuid4(), at=NOON)


def taken(stores: Stores, voice: OwnedVoice, by: App, *, at: float = 0) -> OwnedVoice:
    return stores.shares.take(by.id, offered(stores, voice), at=later(at))


def test_a_voice_is_another_apps_to_use_once_it_has_taken_it(stores: Stores, voice: OwnedVoice, other: App) -> None:
    with pytest.raises(NotFound):
        stores.shares.get(other.id, voice.id)
    assert taken(stores, voice, other) == voice
    assert stores.shares.get(other.id, voice.id) == voice
    assert stores.shares.get(other.id, voice.id).voiceprint is not None
    assert list(stores.shares.list(other.id)) == [voice]
    with pytest.raises(NotFound):  # it stays the owner's
        stores.voices.get(other.id, voice.id)


def test_an_id_is_good_for_one_app_which_may_use_it_twice(
    stores: Stores, voice: OwnedVoice, other: App, third: App
) -> None:
    share_id = offered(stores, voice)
    assert offered(stores, voice) == share_id  # open until it is taken
    for _ in range(2):
        assert stores.shares.take(other.id, share_id, at=NOON) == voice
    with pytest.raises(NotFound):
        stores.shares.take(third.id, share_id, at=NOON)
    again = offered(stores, voice)
    assert again != share_id
    assert stores.shares.take(third.id, again, at=NOON) == voice
    assert list(stores.shares.list(third.id)) == [voice]


def test_who_owns_a_voice_takes_nothing(stores: Stores, app: App, voice: OwnedVoice, other: App) -> None:
    share_id = offered(stores, voice)
    assert stores.shares.take(app.id, share_id, at=NOON) == voice
    assert list(stores.shares.list(app.id)) == []
    assert stores.shares.take(other.id, share_id, at=NOON) == voice


def test_the_last_taken_comes_first_and_each_voice_once(
    stores: Stores, app: App, voice: OwnedVoice, other: App
) -> None:
    second = kept(stores, a_voice(app))
    for number, each in enumerate((voice, second, voice)):
        taken(stores, each, other, at=number)
    assert list(stores.shares.list(other.id)) == [voice, second]


def test_the_styles_of_a_voice_come_with_it(stores: Stores, app: App, voice: OwnedVoice, other: App) -> None:
    style = kept(stores, a_voice(app, state=VoiceState.READY, style_of=voice.id))
    with pytest.raises(NotFound):
        stores.shares.get(other.id, style.id)
    taken(stores, voice, other)
    assert stores.shares.get(other.id, style.id) == style
    with pytest.raises(NotFound):
        offered(stores, style)


def test_a_voice_is_given_back(stores: Stores, voice: OwnedVoice, other: App, third: App) -> None:
    for app in (other, third):
        taken(stores, voice, app)
    taken(stores, voice, other)
    stores.shares.give_back(other.id, voice.id)
    for verb in (stores.shares.get, stores.shares.give_back):
        with pytest.raises(NotFound):
            verb(other.id, voice.id)
    assert list(stores.shares.list(other.id)) == []
    assert stores.shares.get(third.id, voice.id) == voice


@pytest.mark.parametrize("gone", [VoiceState.DELETED, VoiceState.EXPIRED])
def test_with_a_voice_all_uses_of_it_end(stores: Stores, voice: OwnedVoice, other: App, gone: VoiceState) -> None:
    taken(stores, voice, other)
    not_taken = offered(stores, voice)
    put(stores, move_voice(voice, gone, NOON))
    assert list(stores.shares.list(other.id)) == []
    for verb in (
        lambda: stores.shares.get(other.id, voice.id),
        lambda: stores.shares.take(other.id, not_taken, at=NOON),
        lambda: offered(stores, voice),
    ):
        with pytest.raises(NotFound):
            verb()


def test_nobody_offers_or_takes_what_is_not_theirs(stores: Stores, voice: OwnedVoice, other: App) -> None:
    foreign = dataclasses.replace(voice, app_id=other.id)
    nobody = an_app("nobody")
    for verb in (
        lambda: offered(stores, foreign),
        lambda: offered(stores, a_voice(other)),
        lambda: stores.shares.take(other.id, uuid4(), at=NOON),
        lambda: stores.shares.take(nobody.id, offered(stores, voice), at=NOON),
        lambda: stores.shares.give_back(other.id, voice.id),
    ):
        with pytest.raises(NotFound):
            verb()
