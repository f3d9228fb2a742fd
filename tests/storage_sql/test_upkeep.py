"""What workers need of every database."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from hwamei.domain.app import App
from hwamei.domain.callback import Callback, CallbackState
from hwamei.domain.errors import NotFound
from hwamei.domain.listing import PageRequest
from hwamei.domain.owned_voice import ReferenceSource, VoiceFilter, VoiceState
from hwamei.domain.speech_task import TaskFilter, TaskState, cancel_task, start_task
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.domain.training_job import JobState, start_job
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.expiry import CALLBACKS_KEPT, PIECE
from hwamei.storage.sql.schema import callbacks, tally
from hwamei.storage.sql.stores import Stores
from tests.storage_sql.things import (
    CALLBACK,
    NOON,
    a_blob,
    a_file,
    a_job,
    a_quota,
    a_task,
    a_voice,
    a_voiceprint,
    later,
)


def a_callback(stores: Stores, app: App, *, at: float = 0) -> Callback:
    """A callback that fell due at that second."""
    task = stores.tasks.add(app.id, a_task(app, callback=CALLBACK))
    stores.tasks.save(app.id, cancel_task(task, later(at)), was=TaskState.QUEUED)
    (mine,) = [callback for callback in due(stores, at, lease_s=0) if callback.subject_id == task.id]
    return mine


def due(stores: Stores, at: float, *, lease_s: float = 60, at_most: int = 100) -> list[Callback]:
    return list(stores.upkeep.due_callbacks(later(at), lease_s=lease_s, at_most=at_most))


def test_what_has_not_ended_and_was_not_touched_lately_is_told(stores: Stores, app: App, other: App) -> None:
    task = stores.tasks.add(app.id, a_task(app, priority=7, run=2))
    running = start_task(stores.tasks.add(other.id, a_task(other)), later(5))
    stores.tasks.save(other.id, running, was=TaskState.QUEUED)
    voice = a_voice(app)
    job = a_job(voice, run=3)
    stores.voices.add(app.id, voice, job)
    stores.tasks.add(app.id, a_task(app, state=TaskState.DONE))
    oldest = [("speech_task", app.id, task.id, 2, 7), ("training_job", app.id, job.id, 3, 0)]
    assert list(stores.upkeep.unfinished(before=later(0))) == []
    assert list(stores.upkeep.unfinished(before=later(5))) == oldest
    everything = {*oldest, ("speech_task", other.id, running.id, 1, 4)}
    assert set(stores.upkeep.unfinished(before=later(6))) == everything


def test_how_much_waits_and_since_when_is_told(stores: Stores, app: App, other: App) -> None:
    assert stores.upkeep.waiting() == {"speech_task": (0, None), "training_job": (0, None)}
    for owner, seconds in ((app, 9), (other, 3), (app, 6)):
        stores.tasks.add(owner.id, a_task(owner, updated_at=later(seconds)))
    running = start_task(stores.tasks.add(app.id, a_task(app)), later(1))
    stores.tasks.save(app.id, running, was=TaskState.QUEUED)
    voice = a_voice(app)
    stores.voices.add(app.id, voice, a_job(voice))
    assert stores.upkeep.waiting() == {"speech_task": (3, later(3)), "training_job": (1, NOON)}


def test_a_callback_is_due_from_its_time_on_and_leased_to_one_asker(stores: Stores, app: App) -> None:
    callback = a_callback(stores, app, at=10)
    assert due(stores, 9) == []
    assert due(stores, 10, lease_s=60) == [callback]
    assert due(stores, 69) == []
    assert due(stores, 70) == [callback]  # whoever had it has vanished


def test_the_longest_due_callbacks_come_first(stores: Stores, app: App) -> None:
    third, first, second = (a_callback(stores, app, at=at) for at in (3, 1, 2))
    assert due(stores, 5, at_most=2) == [first, second]
    assert due(stores, 5) == [third]


def test_a_callback_that_failed_is_due_again_when_it_says(stores: Stores, app: App) -> None:
    (callback,) = [a_callback(stores, app)]
    (leased,) = due(stores, 1)
    again = dataclasses.replace(leased, attempts=1, problem="503", due_at=later(20))
    stores.upkeep.save_callback(again)
    assert leased == callback
    assert due(stores, 19) == []
    assert due(stores, 20) == [again]


@pytest.mark.parametrize("ended", [CallbackState.DELIVERED, CallbackState.GIVEN_UP])
def test_a_callback_that_has_ended_is_never_due_and_is_forgotten_in_time(
    stores: Stores, app: App, database: Database, ended: CallbackState
) -> None:
    waits = a_callback(stores, app)
    stores.upkeep.save_callback(dataclasses.replace(a_callback(stores, app), state=ended))
    assert due(stores, 1e6, lease_s=0) == [waits]
    stores.upkeep.expire(NOON + CALLBACKS_KEPT)
    assert _rows(database, callbacks) == 2
    stores.upkeep.expire(NOON + CALLBACKS_KEPT + timedelta(seconds=1))
    assert due(stores, 1e6) == [waits]
    assert _rows(database, callbacks) == 1


def _rows(database: Database, table: sa.Table) -> int:
    with database.reading() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_a_worker_that_fell_silent_is_told_once(stores: Stores) -> None:
    stores.upkeep.beat("a", later(0))
    stores.upkeep.beat("b", later(0))
    stores.upkeep.beat("b", later(30))
    assert list(stores.upkeep.silent_workers(since=later(0))) == []
    assert list(stores.upkeep.silent_workers(since=later(30))) == ["a"]
    assert list(stores.upkeep.silent_workers(since=later(30))) == []
    stores.upkeep.beat("a", later(40))
    assert list(stores.upkeep.silent_workers(since=later(100))) == ["a", "b"]


def test_files_go_when_their_time_has_come(stores: Stores, app: App) -> None:
    old, young, ageless = (a_file(app, expires_at=at) for at in (later(10), later(11), None))
    for file in (old, young, ageless):
        stores.files.add(app.id, file)
    stores.upkeep.expire(later(10))
    with pytest.raises(NotFound):
        stores.files.get(app.id, old.id)
    assert stores.files.get(app.id, young.id) == young
    assert stores.files.get(app.id, ageless.id) == ageless


def test_a_file_that_a_voice_is_made_from_stays_as_long_as_the_voice(stores: Stores, app: App) -> None:
    upload = a_file(app, expires_at=later(10))
    stores.files.add(app.id, upload)
    source = ReferenceSource(None, upload.id)
    voice = a_voice(app, state=VoiceState.READY, reference=(source,), expires_at=later(20))
    stores.voices.add(app.id, voice, a_job(voice))
    stores.upkeep.expire(later(15))
    assert stores.files.get(app.id, upload.id) == upload
    stores.upkeep.expire(later(20))
    with pytest.raises(NotFound):
        stores.files.get(app.id, upload.id)


def test_voices_expire_and_are_told_once(stores: Stores, app: App, other: App) -> None:
    due_voice = a_voice(app, state=VoiceState.READY, expires_at=later(10), voiceprint=a_voiceprint())
    not_yet = a_voice(other, state=VoiceState.READY, expires_at=later(11))
    for owner, voice in ((app, due_voice), (other, not_yet), (app, a_voice(app))):
        stores.voices.add(owner.id, voice, a_job(voice))
    assert list(stores.upkeep.expire(later(10))) == [(app.id, due_voice.id)]
    assert list(stores.upkeep.expire(later(10))) == []
    found = stores.voices.get(app.id, due_voice.id)
    assert (found.state, found.voiceprint, found.updated_at) == (VoiceState.EXPIRED, None, later(10))
    expired = VoiceFilter(states=frozenset({VoiceState.EXPIRED}))
    assert stores.voices.list(app.id, expired, PageRequest()).total == 1


def an_ended_task(stores: Stores, app: App, *, at: float, files: list[StoredFile]) -> None:
    task = stores.tasks.add(app.id, a_task(app))
    stores.tasks.save(app.id, cancel_task(task, later(at)), was=TaskState.QUEUED, files=files)


def test_ended_tasks_go_with_their_files_when_their_app_keeps_them_no_longer(
    stores: Stores, app: App, other: App
) -> None:
    stores.apps.change(app.id, quota=a_quota(retention_days=30))
    file = a_file(app, purpose=Purpose.SPEECH, expires_at=None)
    for number in range(PIECE + 3):  # more than one piece
        an_ended_task(stores, app, at=number // 100, files=[file] if number == 0 else [])
    for number in range(3):
        an_ended_task(stores, other, at=number, files=[])
    waiting = stores.tasks.add(app.id, a_task(app))
    stores.upkeep.expire(later(2) + timedelta(days=30))
    left = stores.tasks.list(app.id, TaskFilter(), PageRequest())
    assert left.total == 1 + 3
    assert waiting in left.items
    assert stores.tasks.list(other.id, TaskFilter(), PageRequest()).total == 3
    with pytest.raises(NotFound):
        stores.files.get(app.id, file.id)


def test_counts_of_nothing_are_forgotten_after_a_day(stores: Stores, app: App, database: Database) -> None:
    task = stores.tasks.add(app.id, a_task(app))
    stores.tasks.save(app.id, start_task(task, NOON), was=TaskState.QUEUED)
    stores.upkeep.expire(NOON + timedelta(hours=24))
    assert _rows(database, tally) == 2
    stores.upkeep.expire(NOON + timedelta(hours=26))
    assert _rows(database, tally) == 1
    assert stores.tasks.list(app.id, TaskFilter(), PageRequest()).total == 1


def test_contents_that_some_file_has_are_in_use(stores: Stores, app: App, other: App) -> None:
    stores.files.add(app.id, a_file(app, blob=a_blob("one")))
    stores.files.add(other.id, a_file(other, blob=a_blob("two")))
    stores.files.add(other.id, a_file(other, blob=None))
    one, two, three = (a_blob(text).sha256 for text in ("one", "two", "three"))
    many = [a_blob(str(number)).sha256 for number in range(1200)]
    assert stores.upkeep.in_use([]) == frozenset()
    assert stores.upkeep.in_use([three]) == frozenset()
    assert stores.upkeep.in_use([one, *many, two, three]) == {one, two}


def test_training_that_has_begun_is_not_told_as_waiting(stores: Stores, app: App) -> None:
    voice = a_voice(app)
    job = a_job(voice, id=uuid4())
    stores.voices.add(app.id, voice, job)
    stores.jobs.save(app.id, start_job(job, NOON), was=JobState.WAITING, at=NOON)
    assert stores.upkeep.waiting()["training_job"] == (0, None)
