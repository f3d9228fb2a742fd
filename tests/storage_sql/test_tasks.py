"""What every store of speech tasks does."""

from __future__ import annotations

import dataclasses
from uuid import uuid4

import pytest

from hwamei.domain.app import App
from hwamei.domain.callback import Callback
from hwamei.domain.errors import IdempotencyConflict, NotFound, QuotaUsedUp, WrongState
from hwamei.domain.speech_task import (
    SpeechTask,
    TaskState,
    cancel_task,
    fail_task,
    finish_task,
    start_task,
)
from hwamei.domain.stored_file import Purpose
from hwamei.storage.sql.stores import Stores
from tests.storage_sql.things import (
    CALLBACK,
    NOON,
    PROBLEM,
    a_file,
    a_full_task,
    a_result,
    a_task,
    an_app,
    later,
)


@pytest.fixture
def task(stores: Stores, app: App) -> SpeechTask:
    """A task that waits."""
    return stores.tasks.add(app.id, a_task(app, callback=CALLBACK))


def started(stores: Stores, task: SpeechTask) -> SpeechTask:
    running = start_task(task, later(1))
    stores.tasks.save(task.app_id, running, was=TaskState.QUEUED)
    return running


def outbox(stores: Stores) -> list[Callback]:
    return list(stores.upkeep.due_callbacks(later(1000), lease_s=0, at_most=100))


def test_a_task_comes_back_as_it_was_kept(stores: Stores, app: App) -> None:
    task = a_full_task(app)
    assert stores.tasks.add(app.id, task) == task
    found = stores.tasks.get(app.id, task.id)
    assert found == task
    assert list(found.extra) == ["z", "a"]


def test_the_same_idempotency_key_gives_the_same_task(stores: Stores, app: App) -> None:
    first = stores.tasks.add(app.id, a_task(app, idempotency_key="once", request_sha256="aa"))
    again = stores.tasks.add(app.id, a_task(app, idempotency_key="once", request_sha256="aa"), at_most=0)
    assert again == first


def test_the_same_idempotency_key_for_another_request_is_refused(stores: Stores, app: App) -> None:
    stores.tasks.add(app.id, a_task(app, idempotency_key="once", request_sha256="aa"))
    with pytest.raises(IdempotencyConflict):
        stores.tasks.add(app.id, a_task(app, idempotency_key="once", request_sha256="bb"))


def test_two_apps_may_use_the_same_idempotency_key(stores: Stores, app: App, other: App) -> None:
    tasks = [
        stores.tasks.add(owner.id, a_task(owner, idempotency_key="once", request_sha256=owner.id))
        for owner in (app, other)
    ]
    assert tasks[0].id != tasks[1].id


def test_an_idempotency_key_may_be_used_again_when_its_task_was_deleted(stores: Stores, app: App) -> None:
    first = stores.tasks.add(app.id, a_task(app, state=TaskState.DONE, idempotency_key="once", request_sha256="aa"))
    stores.tasks.delete(app.id, first.id)
    second = a_task(app, idempotency_key="once", request_sha256="bb")
    assert stores.tasks.add(app.id, second) == second


def test_no_more_tasks_wait_and_run_than_allowed(stores: Stores, app: App, task: SpeechTask) -> None:
    running = started(stores, stores.tasks.add(app.id, a_task(app)))
    with pytest.raises(QuotaUsedUp) as refusal:
        stores.tasks.add(app.id, a_task(app), at_most=2)
    assert (refusal.value.used, refusal.value.allowed) == (2, 2)
    stores.tasks.save(app.id, fail_task(running, PROBLEM, NOON), was=TaskState.RUNNING)
    stores.tasks.add(app.id, a_task(app), at_most=2)


def test_a_task_is_saved_only_if_it_is_in_the_state_that_it_was_in(stores: Stores, app: App, task: SpeechTask) -> None:
    running = started(stores, task)
    with pytest.raises(WrongState) as refusal:
        stores.tasks.save(app.id, cancel_task(task, NOON), was=TaskState.QUEUED, files=[a_file(app)])
    assert (refusal.value.state, refusal.value.wanted) == ("running", "cancelled")
    assert stores.tasks.get(app.id, task.id) == running
    assert outbox(stores) == []


def test_a_finished_task_comes_with_its_files(stores: Stores, app: App, task: SpeechTask) -> None:
    files = [a_file(app, purpose=purpose) for purpose in (Purpose.SPEECH, Purpose.SUBTITLES)]
    done = finish_task(started(stores, task), a_result(audio=files[0].id, subtitles=files[1].id), later(2))
    stores.tasks.save(app.id, done, was=TaskState.RUNNING, files=files)
    assert stores.tasks.get(app.id, task.id) == done
    assert [stores.files.get(app.id, file.id) for file in files] == files


def test_files_are_not_kept_where_the_task_is_not_saved(stores: Stores, app: App, task: SpeechTask) -> None:
    file = a_file(app)
    with pytest.raises(WrongState):
        stores.tasks.save(app.id, task, was=TaskState.RUNNING, files=[file])
    with pytest.raises(NotFound):
        stores.files.get(app.id, file.id)


def test_a_step_that_is_done_again_keeps_the_same_file_again(stores: Stores, app: App, task: SpeechTask) -> None:
    running, file = started(stores, task), a_file(app, purpose=Purpose.WORK)
    for _ in range(2):
        stores.tasks.save(app.id, running, was=TaskState.RUNNING, files=[file])
    assert stores.files.get(app.id, file.id) == file


@pytest.mark.parametrize(
    "end",
    [
        lambda task: finish_task(task, a_result(), later(2)),
        lambda task: cancel_task(task, later(2)),
        lambda task: fail_task(task, PROBLEM, later(2)),
    ],
    ids=["finish", "cancel", "fail"],
)
def test_a_task_that_ends_puts_its_callback_into_the_outbox(stores: Stores, task: SpeechTask, end: object) -> None:
    assert callable(end)
    stores.tasks.save(task.app_id, end(started(stores, task)), was=TaskState.RUNNING)
    (callback,) = outbox(stores)
    assert (callback.app_id, callback.order) == (task.app_id, CALLBACK)
    assert (callback.subject, callback.subject_id) == ("speech_task", task.id)
    assert (callback.created_at, callback.due_at, callback.attempts) == (later(2), later(2), 0)


def test_a_task_without_a_callback_tells_nobody(stores: Stores, app: App) -> None:
    task = stores.tasks.add(app.id, a_task(app))
    stores.tasks.save(app.id, cancel_task(task, NOON), was=TaskState.QUEUED)
    assert outbox(stores) == []


def test_progress_is_noted_and_never_goes_back(stores: Stores, app: App, task: SpeechTask) -> None:
    started(stores, task)
    assert stores.tasks.progress(app.id, task.id, 40.0, 2.5, at=later(5)) is TaskState.RUNNING
    assert stores.tasks.progress(app.id, task.id, 30.0, 1.5, at=later(6)) is TaskState.RUNNING
    found = stores.tasks.get(app.id, task.id)
    assert (found.progress, found.finished_s, found.updated_at) == (40.0, 2.5, later(6))


def test_what_was_made_is_kept_with_the_progress_and_goes_with_the_task(
    stores: Stores, app: App, task: SpeechTask
) -> None:
    piece = a_file(app, purpose=Purpose.WORK)
    begun = started(stores, task)
    stores.tasks.progress(app.id, task.id, 40.0, 2.5, at=later(5), files=(piece,))
    assert stores.files.get(app.id, piece.id) == piece
    stores.tasks.save(app.id, cancel_task(begun, NOON), was=TaskState.RUNNING)
    stores.tasks.delete(app.id, task.id)
    with pytest.raises(NotFound):
        stores.files.get(app.id, piece.id)


def test_progress_tells_who_is_at_work_that_the_task_is_not_wanted_any_more(
    stores: Stores, app: App, task: SpeechTask
) -> None:
    assert stores.tasks.progress(app.id, task.id, 40.0, 2.5, at=later(5)) is TaskState.QUEUED
    cancelled = cancel_task(task, NOON)
    stores.tasks.save(app.id, cancelled, was=TaskState.QUEUED)
    assert stores.tasks.progress(app.id, task.id, 40.0, 2.5, at=later(5)) is TaskState.CANCELLED
    assert stores.tasks.get(app.id, task.id) == cancelled


def test_a_deleted_task_takes_its_files_and_its_callback_along(stores: Stores, app: App, task: SpeechTask) -> None:
    file = a_file(app, purpose=Purpose.SPEECH)
    done = finish_task(started(stores, task), a_result(audio=file.id), later(2))
    stores.tasks.save(app.id, done, was=TaskState.RUNNING, files=[file])
    stores.tasks.delete(app.id, task.id)
    for missing in (lambda: stores.tasks.get(app.id, task.id), lambda: stores.files.get(app.id, file.id)):
        with pytest.raises(NotFound):
            missing()
    assert outbox(stores) == []


def test_a_task_that_has_not_ended_cannot_be_deleted(stores: Stores, app: App, task: SpeechTask) -> None:
    with pytest.raises(WrongState):
        stores.tasks.delete(app.id, task.id)
    assert stores.tasks.get(app.id, task.id) == task


def test_what_a_task_is_and_since_when_never_changes(stores: Stores, app: App, task: SpeechTask) -> None:
    moved = dataclasses.replace(start_task(task, later(1)), created_at=later(-1e6))
    stores.tasks.save(app.id, moved, was=TaskState.QUEUED)
    assert stores.tasks.get(app.id, task.id).created_at == NOON


def test_an_unknown_app_cannot_keep_a_task(stores: Stores) -> None:
    nobody = an_app("nobody")
    with pytest.raises(NotFound):
        stores.tasks.add(nobody.id, a_task(nobody))


def test_an_unknown_task_is_not_found(stores: Stores, app: App) -> None:
    with pytest.raises(NotFound):
        stores.tasks.get(app.id, uuid4())
    with pytest.raises(NotFound):
        stores.tasks.save(app.id, a_task(app), was=TaskState.QUEUED)
    with pytest.raises(NotFound):
        stores.tasks.progress(app.id, uuid4(), 1.0, 1.0, at=NOON)
    with pytest.raises(NotFound):
        stores.tasks.delete(app.id, uuid4())
