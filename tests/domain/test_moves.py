"""What may become what: states of tasks, jobs and voices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from hwamei.domain.app import AppId
from hwamei.domain.callback import GIVE_UP_AFTER, Callback, CallbackOrder, next_attempt_at
from hwamei.domain.errors import OutOfRange, TextTooLong, WrongState
from hwamei.domain.owned_voice import VOICE_MOVES, OwnedVoice, VoiceState, move_voice
from hwamei.domain.problem import Problem
from hwamei.domain.speech import SpeechOrder
from hwamei.domain.speech_task import (
    Segment,
    SpeechTask,
    TaskResult,
    TaskState,
    cancel_task,
    fail_task,
    finish_task,
    retake_task,
    start_task,
)
from hwamei.domain.training_job import (
    JobState,
    TrainingJob,
    cancel_job,
    commit_job,
    fail_job,
    retry_job,
    start_job,
    succeed_job,
)
from hwamei.domain.voice import Level

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LATER = NOW + timedelta(seconds=5)
APP, ID = AppId("app"), UUID(int=1)
PROBLEM = Problem("engine_failed", "it failed", callers=False)
RESULT = TaskResult(ID, ID, 3.5, -19.0, ())


def a_task(state: TaskState = TaskState.QUEUED, text: str = "你好。") -> SpeechTask:
    return SpeechTask(ID, APP, (Segment(SpeechOrder(text), "low"),), NOW, NOW, state=state)


def a_job(state: JobState = JobState.WAITING) -> TrainingJob:
    return TrainingJob(ID, APP, ID, Level.INSTANT, NOW, NOW, state=state)


def a_voice(state: VoiceState = VoiceState.QUEUED) -> OwnedVoice:
    return OwnedVoice(ID, APP, "Ann", Level.INSTANT, "tone", NOW, NOW, state=state)


TASK_CHANGES: dict[TaskState, Callable[[SpeechTask], SpeechTask]] = {
    TaskState.RUNNING: lambda task: start_task(task, LATER),
    TaskState.DONE: lambda task: finish_task(task, RESULT, LATER),
    TaskState.FAILED: lambda task: fail_task(task, PROBLEM, LATER),
    TaskState.CANCELLED: lambda task: cancel_task(task, LATER),
    TaskState.QUEUED: lambda task: retake_task(task, [], LATER),
}
JOB_CHANGES: dict[JobState, Callable[[TrainingJob], TrainingJob]] = {
    JobState.TRAINING: lambda job: start_job(job, LATER),
    JobState.SUCCEEDED: lambda job: succeed_job(job, LATER),
    JobState.FAILED: lambda job: fail_job(job, PROBLEM, LATER),
    JobState.CANCELLED: lambda job: cancel_job(job, LATER),
    JobState.WAITING: lambda job: retry_job(job, LATER),
}
LEGAL_FOR_TASKS = {
    ("queued", "running"), ("queued", "failed"), ("queued", "cancelled"),
    ("running", "done"), ("running", "failed"), ("running", "cancelled"),
    ("done", "queued"), ("failed", "queued"),
}  # fmt: skip
LEGAL_FOR_JOBS = {
    ("draft", "cancelled"),
    ("waiting", "training"), ("waiting", "failed"), ("waiting", "cancelled"),
    ("training", "succeeded"), ("training", "failed"), ("training", "cancelled"),
    ("failed", "waiting"), ("cancelled", "waiting"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [*product(TaskState, TASK_CHANGES)], ids=str)
def test_a_task_moves_only_where_its_state_leads(before: TaskState, after: TaskState) -> None:
    if (before, after) in LEGAL_FOR_TASKS:
        moved = TASK_CHANGES[after](a_task(before))
        assert (moved.state, moved.updated_at) == (after, LATER)
        assert (moved.ended_at == LATER) == after.ended
    else:
        with pytest.raises(WrongState, match=f"is {before} and cannot become {after}"):
            TASK_CHANGES[after](a_task(before))


def test_another_take_says_the_segments_that_were_named_in_another_way() -> None:
    segments = tuple(Segment(SpeechOrder(text), "low") for text in ("一。", "二。", "三。"))
    done = finish_task(start_task(replace(a_task(), segments=segments), LATER), RESULT, LATER)
    again = retake_task(done, [2, 0], LATER)
    assert [segment.take for segment in again.segments] == [1, 0, 1]
    assert (again.run, again.progress, again.finished_s, again.ended_at) == (2, 0.0, 0.0, None)
    assert again.result == RESULT  # until there is another one
    assert [segment.take for segment in retake_task(done, [], LATER).segments] == [1, 1, 1]
    for wrong in (-1, 3):
        with pytest.raises(OutOfRange):
            retake_task(done, [wrong], LATER)


@pytest.mark.parametrize(("before", "after"), [*product(JobState, JOB_CHANGES)], ids=str)
def test_a_job_moves_only_where_its_state_leads(before: JobState, after: JobState) -> None:
    if (before, after) in LEGAL_FOR_JOBS:
        assert JOB_CHANGES[after](a_job(before)).state is after
    else:
        with pytest.raises(WrongState):
            JOB_CHANGES[after](a_job(before))


@pytest.mark.parametrize("before", JobState)
def test_only_a_draft_is_committed(before: JobState) -> None:
    if before is JobState.DRAFT:
        assert commit_job(a_job(before), LATER).state is JobState.WAITING
    else:
        with pytest.raises(WrongState):
            commit_job(a_job(before), LATER)


def test_a_job_that_is_tried_again_starts_from_nothing() -> None:
    again = retry_job(fail_job(start_job(a_job(), LATER), PROBLEM, LATER), LATER)
    assert (again.run, again.attempts) == (2, 1)
    assert (again.progress, again.problem, again.ended_at) == (0.0, None, None)


@pytest.mark.parametrize(("before", "after"), [*product(VoiceState, VoiceState)], ids=str)
def test_a_voice_moves_only_where_its_state_leads(before: VoiceState, after: VoiceState) -> None:
    if after in VOICE_MOVES[before]:
        assert move_voice(a_voice(before), after, LATER).state is after
    else:
        with pytest.raises(WrongState):
            move_voice(a_voice(before), after, LATER)


def test_a_deleted_voice_stays_deleted_and_every_other_can_be_deleted() -> None:
    assert not VOICE_MOVES[VoiceState.DELETED]
    assert all(VoiceState.DELETED in moves for state, moves in VOICE_MOVES.items() if state is not VoiceState.DELETED)


def test_a_task_takes_as_much_text_as_an_order_over_all_segments() -> None:
    half = Segment(SpeechOrder("a" * 50_000), "low")
    assert SpeechTask(ID, APP, (half, half), NOW, NOW).characters == 100_000
    with pytest.raises(TextTooLong):
        SpeechTask(ID, APP, (half, half, Segment(SpeechOrder("a"), "low")), NOW, NOW)
    with pytest.raises(OutOfRange):
        SpeechTask(ID, APP, (), NOW, NOW)


def test_a_callback_is_tried_for_a_day_with_growing_waits() -> None:
    callback = Callback(ID, APP, CallbackOrder("https://example.test/", "native"), "speech_task", ID, NOW, NOW)
    now, waits = NOW, []
    while (due := next_attempt_at(callback, now)) is not None:
        waits.append(due - now)
        now = due
        callback = Callback(ID, APP, callback.order, "speech_task", ID, NOW, due, attempts=callback.attempts + 1)
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=5)
    assert GIVE_UP_AFTER - timedelta(hours=2) <= now - NOW <= GIVE_UP_AFTER
