"""What every store of training jobs does."""

from __future__ import annotations

import dataclasses
from uuid import uuid4

import pytest

from hwamei.domain.app import App
from hwamei.domain.callback import Callback
from hwamei.domain.errors import NotFound, WrongState
from hwamei.domain.listing import PageRequest
from hwamei.domain.owned_voice import OwnedVoice, VoiceState, move_voice
from hwamei.domain.training_job import (
    JobFilter,
    JobState,
    LogEntry,
    TrainingJob,
    cancel_job,
    fail_job,
    retry_job,
    start_job,
    succeed_job,
)
from hwamei.storage.sql.stores import Stores
from tests.storage_sql.things import CALLBACK, NOON, PROBLEM, a_full_job, a_job, a_voice, a_voiceprint, later, put


@pytest.fixture
def voice(app: App) -> OwnedVoice:
    return a_voice(app)


@pytest.fixture
def job(stores: Stores, app: App, voice: OwnedVoice) -> TrainingJob:
    """A job that waits, with its voice."""
    kept = a_job(voice, callback=CALLBACK)
    stores.voices.add(app.id, voice, kept)
    return kept


def started(stores: Stores, job: TrainingJob) -> TrainingJob:
    running = start_job(job, later(1))
    stores.jobs.save(job.app_id, running, was=JobState.WAITING, at=later(1))
    return running


def outbox(stores: Stores) -> list[Callback]:
    return list(stores.upkeep.due_callbacks(later(1000), lease_s=0, at_most=100))


def test_a_job_comes_back_as_it_was_kept(stores: Stores, app: App, voice: OwnedVoice) -> None:
    job = a_full_job(voice)
    stores.voices.add(app.id, voice, job)
    assert stores.jobs.get(app.id, job.id) == job


def test_jobs_are_listed_by_their_voice(stores: Stores, app: App, job: TrainingJob) -> None:
    another = a_voice(app)
    stores.voices.add(app.id, another, a_job(another))
    page = stores.jobs.list(app.id, JobFilter(voice_id=job.voice_id), PageRequest())
    assert (page.items, page.total) == ((job,), 1)
    ended = JobFilter(frozenset({JobState.FAILED}), job.voice_id)
    assert stores.jobs.list(app.id, ended, PageRequest()).total == 0


def test_a_job_is_saved_only_if_it_is_in_the_state_that_it_was_in(stores: Stores, app: App, job: TrainingJob) -> None:
    running = started(stores, job)
    with pytest.raises(WrongState) as refusal:
        stores.jobs.save(app.id, cancel_job(job, NOON), was=JobState.WAITING, at=NOON)
    assert (refusal.value.state, refusal.value.wanted) == ("training", "cancelled")
    assert stores.jobs.get(app.id, job.id) == running
    assert outbox(stores) == []


def test_a_job_and_its_voice_are_saved_together(stores: Stores, app: App, job: TrainingJob, voice: OwnedVoice) -> None:
    training = move_voice(voice, VoiceState.TRAINING, later(1))
    running = start_job(job, later(1))
    stores.jobs.save(app.id, running, was=JobState.WAITING, voice=training, at=later(1))
    ready = dataclasses.replace(move_voice(training, VoiceState.READY, later(2)), voiceprint=a_voiceprint())
    stores.jobs.save(app.id, succeed_job(running, later(2)), was=JobState.TRAINING, voice=ready, at=later(2))
    assert stores.voices.get(app.id, voice.id) == ready
    assert stores.jobs.get(app.id, job.id).state is JobState.SUCCEEDED


def test_a_voice_that_was_deleted_meanwhile_stays_so_and_the_job_as_it_was(
    stores: Stores, app: App, job: TrainingJob, voice: OwnedVoice
) -> None:
    running = started(stores, job)
    put(stores, move_voice(voice, VoiceState.DELETED, NOON))
    ready = dataclasses.replace(voice, state=VoiceState.READY)
    with pytest.raises(WrongState) as refusal:
        stores.jobs.save(app.id, succeed_job(running, NOON), was=JobState.TRAINING, voice=ready, at=NOON)
    assert (refusal.value.what, refusal.value.state) == ("voice", "deleted")
    assert stores.jobs.get(app.id, job.id) == running
    with pytest.raises(NotFound):
        stores.voices.get(app.id, voice.id)


def test_a_name_that_was_changed_while_the_job_ran_stays(
    stores: Stores, app: App, job: TrainingJob, voice: OwnedVoice
) -> None:
    running = started(stores, job)
    put(stores, dataclasses.replace(voice, name="New", extra={"a": 1}))
    training = move_voice(voice, VoiceState.TRAINING, later(2))
    stores.jobs.save(app.id, running, was=JobState.TRAINING, voice=training, at=later(2))
    found = stores.voices.get(app.id, voice.id)
    assert (found.name, found.extra, found.state) == ("New", {"a": 1}, VoiceState.TRAINING)


@pytest.mark.parametrize(
    "end", [succeed_job, cancel_job, lambda job, now: fail_job(job, PROBLEM, now)], ids=["succeed", "cancel", "fail"]
)
def test_a_job_that_ends_puts_its_callback_into_the_outbox(stores: Stores, job: TrainingJob, end: object) -> None:
    assert callable(end)
    stores.jobs.save(job.app_id, end(started(stores, job), later(2)), was=JobState.TRAINING, at=later(3))
    (callback,) = outbox(stores)
    assert (callback.app_id, callback.order) == (job.app_id, CALLBACK)
    assert (callback.subject, callback.subject_id) == ("training_job", job.id)
    assert (callback.created_at, callback.due_at, callback.attempts) == (later(3), later(3), 0)


def test_each_run_of_a_job_tells_of_its_end(stores: Stores, app: App, job: TrainingJob) -> None:
    failed = fail_job(started(stores, job), PROBLEM, later(2))
    stores.jobs.save(app.id, failed, was=JobState.TRAINING, at=later(2))
    again = retry_job(failed, later(3))
    stores.jobs.save(app.id, again, was=JobState.FAILED, at=later(3))
    stores.jobs.save(app.id, cancel_job(again, later(4)), was=JobState.WAITING, at=later(4))
    assert len({callback.id for callback in outbox(stores)}) == 2


def test_progress_is_noted_and_never_goes_back(stores: Stores, app: App, job: TrainingJob) -> None:
    started(stores, job)
    assert stores.jobs.progress(app.id, job.id, 40.0, at=later(5)) is JobState.TRAINING
    assert stores.jobs.progress(app.id, job.id, 30.0, at=later(6)) is JobState.TRAINING
    found = stores.jobs.get(app.id, job.id)
    assert (found.progress, found.updated_at) == (40.0, later(6))


def test_progress_tells_who_is_at_work_that_the_job_is_not_wanted_any_more(
    stores: Stores, app: App, job: TrainingJob
) -> None:
    cancelled = cancel_job(started(stores, job), later(2))
    stores.jobs.save(app.id, cancelled, was=JobState.TRAINING, at=later(2))
    assert stores.jobs.progress(app.id, job.id, 40.0, at=later(5)) is JobState.CANCELLED
    assert stores.jobs.get(app.id, job.id) == cancelled


def test_a_log_is_read_in_the_order_in_which_it_was_written(stores: Stores, app: App, job: TrainingJob) -> None:
    lines = [LogEntry(later(-number), f"event {number}", {"n": number, "z": None}) for number in range(5)]
    for line in lines:
        stores.jobs.log(app.id, job.id, line)
    assert list(stores.jobs.read_log(app.id, job.id)) == lines


def test_an_unknown_job_is_not_found(stores: Stores, app: App, voice: OwnedVoice) -> None:
    with pytest.raises(NotFound):
        stores.jobs.get(app.id, uuid4())
    with pytest.raises(NotFound):
        stores.jobs.save(app.id, a_job(voice), was=JobState.WAITING, at=NOON)
    with pytest.raises(NotFound):
        stores.jobs.progress(app.id, uuid4(), 1.0, at=NOON)
    with pytest.raises(NotFound):
        stores.jobs.log(app.id, uuid4(), LogEntry(NOON, "event", {}))
    with pytest.raises(NotFound):
        stores.jobs.read_log(app.id, uuid4())
