"""What every store of voices does."""

from __future__ import annotations

import dataclasses
from uuid import uuid4

import numpy as np
import pytest
import sqlalchemy as sa

from hwamei.domain.app import App
from hwamei.domain.errors import NotFound, QuotaUsedUp, WrongState
from hwamei.domain.listing import Between, PageRequest
from hwamei.domain.owned_voice import Consent, OwnedVoice, ReferenceSource, VoiceFilter, VoiceState, move_voice
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.domain.training_job import JobFilter, JobState, retry_job, succeed_job
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.schema import voices
from hwamei.storage.sql.stores import Stores
from tests.storage_sql.things import NOON, a_file, a_full_voice, a_job, a_voice, a_voiceprint, an_app, later, put

ALL = PageRequest(limit=100)


def kept(stores: Stores, app: App, voice: OwnedVoice | None = None) -> OwnedVoice:
    voice = voice or a_voice(app)
    stores.voices.add(app.id, voice, a_job(voice))
    return voice


def made_from(stores: Stores, app: App, *files: StoredFile) -> OwnedVoice:
    """A voice that is ready, and made from these files."""
    sources = tuple(ReferenceSource(None, file.id) for file in files)
    return kept(stores, app, a_voice(app, state=VoiceState.READY, reference=sources, voiceprint=a_voiceprint()))


def a_kept_file(stores: Stores, app: App, purpose: Purpose) -> StoredFile:
    file = a_file(app, purpose=purpose, expires_at=None)
    stores.files.add(app.id, file)
    return file


def there(stores: Stores, app: App, file: StoredFile) -> bool:
    try:
        return stores.files.get(app.id, file.id) == file
    except NotFound:
        return False


def names(stores: Stores, app: App, which: VoiceFilter) -> set[str]:
    page = stores.voices.list(app.id, which, ALL)
    assert page.total == len(page.items)
    return {voice.name for voice in page.items}


def test_a_voice_comes_back_as_it_was_kept(stores: Stores, app: App) -> None:
    voice = kept(stores, app, a_full_voice(app))
    found = stores.voices.get(app.id, voice.id)
    assert found == voice
    assert list(found.extra) == ["z", "a", "nul", "half a pair"]
    assert found.voiceprint is not None
    assert voice.voiceprint is not None
    assert found.voiceprint.facts == voice.voiceprint.facts
    for name, array in voice.voiceprint.arrays.items():
        np.testing.assert_array_equal(found.voiceprint.arrays[name], array)


def test_a_new_voice_comes_with_its_job(stores: Stores, app: App) -> None:
    voice = a_voice(app)
    job = a_job(voice)
    stores.voices.add(app.id, voice, job)
    assert stores.jobs.get(app.id, job.id) == job


def test_no_more_voices_are_taken_than_allowed(stores: Stores, app: App) -> None:
    first, _ = kept(stores, app), kept(stores, app)
    third = a_voice(app)
    with pytest.raises(QuotaUsedUp) as refusal:
        stores.voices.add(app.id, third, a_job(third), at_most=2)
    assert (refusal.value.used, refusal.value.allowed) == (2, 2)
    put(stores, move_voice(first, VoiceState.DELETED, NOON))
    stores.voices.add(app.id, third, a_job(third), at_most=2)


def test_a_change_sees_what_is_there_and_is_told_what_became_of_it(stores: Stores, app: App) -> None:
    voice = kept(stores, app)
    training = move_voice(voice, VoiceState.TRAINING, later(1))
    put(stores, training)
    before, after = stores.voices.change(app.id, voice.id, lambda now: dataclasses.replace(now, name="Mei"))
    assert (before, after) == (training, dataclasses.replace(training, name="Mei"))
    assert stores.voices.get(app.id, voice.id) == after


def test_a_change_that_is_refused_changes_nothing(stores: Stores, app: App) -> None:
    voice = kept(stores, app)

    def refuse(now: OwnedVoice) -> OwnedVoice:
        raise WrongState(what="voice", given=str(now.id), state=now.state, wanted=VoiceState.READY)

    with pytest.raises(WrongState):
        stores.voices.change(app.id, voice.id, refuse)
    assert stores.voices.get(app.id, voice.id) == voice


def test_a_deleted_voice_is_not_found_and_is_listed_only_when_asked_for(stores: Stores, app: App) -> None:
    voice = kept(stores, app)
    put(stores, move_voice(voice, VoiceState.DELETED, NOON))
    with pytest.raises(NotFound):
        stores.voices.get(app.id, voice.id)
    left = stores.voices.trace(app.id, voice.id)
    assert (left.name, left.state) == (voice.name, VoiceState.DELETED)
    assert names(stores, app, VoiceFilter()) == set()
    assert names(stores, app, VoiceFilter(states=frozenset({VoiceState.DELETED}))) == {voice.name}


def a_style(voice: OwnedVoice, *, name: str = "cheerful", state: VoiceState = VoiceState.READY) -> OwnedVoice:
    return dataclasses.replace(
        a_voice(an_app(voice.app_id), name=name, state=state, style_of=voice.id, voiceprint=a_voiceprint())
    )


def test_a_style_is_found_by_its_voice_and_is_in_no_list_of_voices(stores: Stores, app: App, other: App) -> None:
    voice, another = kept(stores, app), kept(stores, app)
    style, younger = (kept(stores, app, a_style(voice, name=name)) for name in ("a", "b"))
    kept(stores, app, a_style(another, name="c"))
    assert stores.voices.get(app.id, style.id) == style
    assert names(stores, app, VoiceFilter(styles_of=frozenset({voice.id}))) == {"a", "b"}
    assert names(stores, app, VoiceFilter(styles_of=frozenset({voice.id, another.id}))) == {"a", "b", "c"}
    assert names(stores, app, VoiceFilter(states=frozenset({VoiceState.READY}))) == set()
    hour = Between(NOON, later(60))
    assert names(stores, app, VoiceFilter(created=hour)) == {voice.name}
    assert stores.voices.list(app.id, VoiceFilter(), ALL).total == 2
    assert names(stores, other, VoiceFilter(styles_of=frozenset({voice.id}))) == set()
    assert younger.style_of == voice.id


def test_styles_count_for_their_voice_and_not_for_the_app(stores: Stores, app: App) -> None:
    voice = kept(stores, app)
    style = kept(stores, app, a_style(voice))
    kept(stores, app, a_style(voice))
    third = a_style(voice)
    with pytest.raises(QuotaUsedUp) as refusal:
        stores.voices.add(app.id, third, a_job(third), at_most=2)
    assert (refusal.value.what, refusal.value.used) == ("styles of the voice", 2)
    second = a_voice(app)
    stores.voices.add(app.id, second, a_job(second), at_most=2)
    put(stores, move_voice(style, VoiceState.DELETED, NOON))
    stores.voices.add(app.id, third, a_job(third), at_most=2)


def test_a_style_needs_a_voice_of_the_same_app_that_is_there(stores: Stores, app: App, other: App) -> None:
    voice = kept(stores, app)
    style = kept(stores, app, a_style(voice))
    deleted = kept(stores, app)
    put(stores, move_voice(deleted, VoiceState.DELETED, NOON))
    foreign = dataclasses.replace(a_style(voice), app_id=other.id)
    for wrong in (a_style(style), a_style(deleted), a_style(a_voice(app)), foreign):
        with pytest.raises(NotFound):
            stores.voices.add(wrong.app_id, wrong, a_job(wrong))


@pytest.mark.parametrize("gone", [VoiceState.DELETED, VoiceState.EXPIRED])
def test_a_voice_that_goes_takes_its_styles_and_their_files_along(stores: Stores, app: App, gone: VoiceState) -> None:
    file = a_kept_file(stores, app, Purpose.REFERENCE)
    voice = kept(stores, app)
    style = kept(stores, app, dataclasses.replace(a_style(voice), reference=(ReferenceSource(None, file.id),)))
    untouched = kept(stores, app, a_style(kept(stores, app)))
    put(stores, move_voice(voice, gone, later(1)))
    assert not there(stores, app, file)
    states = frozenset({gone})
    (left,) = stores.voices.list(app.id, VoiceFilter(states, styles_of=frozenset({voice.id})), ALL).items
    assert (left.id, left.voiceprint) == (style.id, None)
    assert stores.voices.get(app.id, untouched.id) == untouched


def test_a_voice_that_expired_and_is_deleted_takes_its_styles_along_once_more(stores: Stores, app: App) -> None:
    voice = kept(stores, app)
    style = kept(stores, app, a_style(voice))
    expired = move_voice(voice, VoiceState.EXPIRED, later(1))
    put(stores, expired)
    put(stores, move_voice(expired, VoiceState.DELETED, later(2)))
    with pytest.raises(NotFound):
        stores.voices.get(app.id, style.id)


@pytest.mark.parametrize("gone", [VoiceState.DELETED, VoiceState.EXPIRED])
def test_nothing_of_the_person_is_kept_of_a_voice_that_is_gone(
    stores: Stores, app: App, database: Database, gone: VoiceState
) -> None:
    voice = kept(stores, app, a_full_voice(app))
    put(stores, move_voice(voice, gone, NOON))
    with database.reading() as connection:
        row = connection.execute(sa.select(voices)).mappings().one()
    assert (row["voiceprint"], row["voiceprint_arrays"], row["facts"], row["preview_file_id"]) == (None,) * 4
    assert row["reference"] == []


def test_a_picture_goes_when_another_takes_its_place_and_with_its_voice(stores: Stores, app: App) -> None:
    first, second = (a_kept_file(stores, app, Purpose.PICTURE) for _ in range(2))
    voice = kept(stores, app, a_voice(app, picture_file_id=first.id))
    changed = dataclasses.replace(voice, picture_file_id=second.id)
    put(stores, changed)
    assert (there(stores, app, first), there(stores, app, second)) == (False, True)
    put(stores, move_voice(changed, VoiceState.DELETED, NOON))
    assert not there(stores, app, second)


def test_a_picture_that_came_while_a_voice_was_trained_stays(stores: Stores, app: App) -> None:
    voice = a_voice(app, state=VoiceState.TRAINING)
    job = a_job(voice, state=JobState.TRAINING)
    stores.voices.add(app.id, voice, job)
    picture = a_kept_file(stores, app, Purpose.PICTURE)
    put(stores, dataclasses.replace(voice, picture_file_id=picture.id))
    ready = dataclasses.replace(move_voice(voice, VoiceState.READY, NOON), voiceprint=a_voiceprint())
    stores.jobs.save(app.id, succeed_job(job, NOON), was=JobState.TRAINING, voice=ready, at=NOON)
    assert stores.voices.get(app.id, voice.id).picture_file_id == picture.id
    assert there(stores, app, picture)


def test_the_files_of_a_voice_go_with_it(stores: Stores, app: App) -> None:
    reference, preview = (a_kept_file(stores, app, purpose) for purpose in (Purpose.REFERENCE, Purpose.PREVIEW))
    voice = made_from(stores, app, reference)
    assert voice.clip_file_id is None
    voice = dataclasses.replace(voice, preview_file_id=preview.id, facts=a_full_voice(app).facts)
    clip = a_file(app, id=voice.clip_file_id, purpose=Purpose.REFERENCE, expires_at=None)
    stores.files.add(app.id, clip)
    put(stores, voice)
    assert [there(stores, app, file) for file in (reference, clip, preview)] == [True] * 3
    put(stores, move_voice(voice, VoiceState.DELETED, NOON))
    assert [there(stores, app, file) for file in (reference, clip, preview)] == [False] * 3


def test_what_was_signed_for_a_voice_goes_with_it(stores: Stores, app: App) -> None:
    signed = a_kept_file(stores, app, Purpose.CONSENT)
    voice = a_voice(app, state=VoiceState.READY, consent=Consent("Mei", "signed", NOON, signed.id))
    kept(stores, app, voice)
    assert there(stores, app, signed)
    put(stores, move_voice(voice, VoiceState.DELETED, NOON))
    assert not there(stores, app, signed)


def test_a_file_that_serves_two_voices_goes_with_the_last(stores: Stores, app: App) -> None:
    shared = a_kept_file(stores, app, Purpose.REFERENCE)
    first, second = (made_from(stores, app, shared) for _ in range(2))
    put(stores, move_voice(first, VoiceState.DELETED, NOON))
    assert there(stores, app, shared)
    put(stores, move_voice(second, VoiceState.EXPIRED, NOON))
    assert not there(stores, app, shared)


def test_an_upload_that_a_voice_was_made_from_stays_its_apps(stores: Stores, app: App) -> None:
    upload = a_kept_file(stores, app, Purpose.UPLOAD)
    voice = made_from(stores, app, upload)
    put(stores, move_voice(voice, VoiceState.DELETED, NOON))
    assert there(stores, app, upload)


def test_a_new_preview_takes_the_place_of_the_old_one(stores: Stores, app: App) -> None:
    old, new = (a_kept_file(stores, app, Purpose.PREVIEW) for _ in range(2))
    voice = dataclasses.replace(made_from(stores, app), preview_file_id=old.id)
    put(stores, voice)
    put(stores, dataclasses.replace(voice, preview_file_id=new.id))
    assert not there(stores, app, old)
    assert there(stores, app, new)


def test_a_voice_may_name_a_file_that_is_gone_or_anothers_without_touching_it(
    stores: Stores, app: App, other: App
) -> None:
    foreign = a_kept_file(stores, other, Purpose.REFERENCE)
    voice = made_from(stores, app, foreign, a_file(app))
    put(stores, move_voice(voice, VoiceState.DELETED, NOON))
    assert there(stores, other, foreign)


def test_a_voice_is_ordered_anew_with_a_new_job(stores: Stores, app: App) -> None:
    voice = made_from(stores, app)
    again, job = move_voice(voice, VoiceState.QUEUED, later(1)), a_job(voice)
    stores.voices.order(app.id, again, job, was=VoiceState.READY)
    assert stores.voices.get(app.id, voice.id) == again
    assert stores.jobs.get(app.id, job.id) == job
    assert stores.jobs.list(app.id, JobFilter(voice_id=voice.id), ALL).total == 2


def test_a_voice_is_ordered_anew_with_its_failed_job(stores: Stores, app: App) -> None:
    voice = a_voice(app, state=VoiceState.FAILED)
    job = a_job(voice, state=JobState.FAILED)
    stores.voices.add(app.id, voice, job)
    again, retried = move_voice(voice, VoiceState.QUEUED, later(1)), retry_job(job, later(1))
    stores.voices.order(app.id, again, retried, was=VoiceState.FAILED)
    assert stores.jobs.get(app.id, job.id) == retried
    waiting = JobFilter(states=frozenset({JobState.WAITING}))
    assert stores.jobs.list(app.id, waiting, ALL).total == 1


def test_an_order_is_refused_wholly_where_the_job_or_the_voice_has_moved(stores: Stores, app: App) -> None:
    voice = a_voice(app, state=VoiceState.FAILED)
    job = a_job(voice, state=JobState.TRAINING)
    stores.voices.add(app.id, voice, job)
    again = move_voice(voice, VoiceState.QUEUED, later(1))
    with pytest.raises(WrongState):
        stores.voices.order(app.id, again, dataclasses.replace(job, state=JobState.WAITING), was=VoiceState.FAILED)
    new = a_job(voice)
    with pytest.raises(WrongState):
        stores.voices.order(app.id, again, new, was=VoiceState.READY)
    assert stores.voices.get(app.id, voice.id) == voice
    assert stores.jobs.get(app.id, job.id) == job
    with pytest.raises(NotFound):
        stores.jobs.get(app.id, new.id)


def test_a_name_is_searched_without_regard_to_case_width_and_accents_encoding(stores: Stores, app: App) -> None:
    for name in ("Ｍei Ling", "梅花", "Caf\N{COMBINING ACUTE ACCENT}e", "100% _you_", "back\\slash"):
        kept(stores, app, a_voice(app, name=name))
    assert names(stores, app, VoiceFilter(name_contains="mEI")) == {"Ｍei Ling"}
    assert names(stores, app, VoiceFilter(name_contains="花")) == {"梅花"}
    assert names(stores, app, VoiceFilter(name_contains="%")) == {"100% _you_"}
    assert names(stores, app, VoiceFilter(name_contains="_")) == {"100% _you_"}
    assert names(stores, app, VoiceFilter(name_contains="\\")) == {"back\\slash"}
    assert names(stores, app, VoiceFilter(name_contains="x" * 100_000)) == set()
    assert len(names(stores, app, VoiceFilter(name_contains=""))) == 5


def test_a_search_looks_at_the_states_and_times_that_are_wanted_only(stores: Stores, app: App) -> None:
    kept(stores, app, a_voice(app, name="mei 1"))
    kept(stores, app, a_voice(app, name="mei 2", state=VoiceState.READY))
    ready = VoiceFilter(frozenset({VoiceState.READY}), "mei")
    assert names(stores, app, ready) == {"mei 2"}


def test_an_unknown_app_cannot_keep_a_voice(stores: Stores) -> None:
    nobody = an_app("nobody")
    voice = a_voice(nobody)
    with pytest.raises(NotFound):
        stores.voices.add(nobody.id, voice, a_job(voice))


def test_an_unknown_voice_is_not_found(stores: Stores, app: App) -> None:
    voice = a_voice(app)
    with pytest.raises(NotFound):
        stores.voices.get(app.id, uuid4())
    with pytest.raises(NotFound):
        put(stores, voice)
    with pytest.raises(NotFound):
        stores.voices.order(app.id, voice, a_job(voice), was=VoiceState.QUEUED)
