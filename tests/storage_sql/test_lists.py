"""Lists and their counts, against a plain list that is filtered and sorted in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hwamei.domain.app import App
from hwamei.domain.listing import ANY_TIME, Between, PageRequest
from hwamei.domain.owned_voice import VoiceFilter, VoiceState
from hwamei.domain.speech_task import TASK_MOVES, SpeechTask, TaskFilter, TaskState
from hwamei.domain.training_job import JobFilter, JobState
from hwamei.storage.sql.stores import Stores
from tests.storage_sql.things import NOON, a_job, a_task, a_voice, an_app, credentials_of, later

MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)
EDGE = timedelta(microseconds=1)
MOMENTS = st.one_of(
    st.sampled_from([MIDNIGHT + timedelta(hours=hour) + off for hour in (-1, 0, 1) for off in (-EDGE, EDGE * 0, EDGE)]),
    st.integers(-4 * 3600 * 10**6, 4 * 3600 * 10**6).map(lambda off: MIDNIGHT + off * EDGE),
)
TIMES = st.builds(Between, st.none() | MOMENTS, st.none() | MOMENTS)
FILTERS = st.builds(TaskFilter, st.frozensets(st.sampled_from(TaskState)), st.just(ANY_TIME) | TIMES)
PAGES = st.builds(PageRequest, st.integers(1, 7), st.integers(0, 12))


@dataclass(frozen=True)
class Life:
    """When a task is made, the states that it goes through, and whether it is deleted in the end."""

    created_at: datetime
    states: tuple[TaskState, ...]
    deleted: bool


@st.composite
def lives(draw: st.DrawFn) -> Life:
    states = [TaskState.QUEUED]
    while len(TASK_MOVES[states[-1]]) > 0 and draw(st.booleans()):
        next_state: TaskState = draw(st.sampled_from(sorted(TASK_MOVES[states[-1]])))
        states.append(next_state)
    return Life(draw(MOMENTS), tuple(states), states[-1].ended and draw(st.booleans()))


def _live(stores: Stores, app: App, life: Life) -> SpeechTask | None:
    """The task as it is after all that; None if it was deleted."""
    task = stores.tasks.add(app.id, a_task(app, created_at=life.created_at))
    for was, state in pairwise(life.states):
        task = replace(task, state=state)
        stores.tasks.save(app.id, task, was=was)
    if life.deleted:
        stores.tasks.delete(app.id, task.id)
    return None if life.deleted else task


def _expected(tasks: list[SpeechTask], which: TaskFilter) -> list[SpeechTask]:
    since, until = which.created.since, which.created.until
    found = [
        task
        for task in tasks
        if (not which.states or task.state in which.states)
        and (since is None or task.created_at >= since)
        and (until is None or task.created_at < until)
    ]
    return sorted(found, key=lambda task: (task.created_at, task.id), reverse=True)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    histories=st.lists(lives(), max_size=15),
    questions=st.lists(st.tuples(FILTERS, PAGES), min_size=1, max_size=5),
)
def test_a_page_and_its_total_are_what_filtering_and_sorting_gives(
    stores: Stores, histories: list[Life], questions: list[tuple[TaskFilter, PageRequest]]
) -> None:
    app = an_app(str(uuid4()))  # each example has an app of its own, in the same database
    stores.apps.add(app, credentials_of(app))
    tasks = [task for life in histories if (task := _live(stores, app, life)) is not None]
    for which, page in questions:
        expected = _expected(tasks, which)
        found = stores.tasks.list(app.id, which, page)
        assert found.total == len(expected)
        assert list(found.items) == expected[page.offset : page.offset + page.limit]


def test_a_time_that_ends_before_it_begins_holds_nothing(stores: Stores, app: App) -> None:
    stores.tasks.add(app.id, a_task(app))
    for hours in (0, 1, 48):
        which = TaskFilter(created=Between(later(1), later(1) - timedelta(hours=hours)))
        assert stores.tasks.list(app.id, which, PageRequest()).total == 0


@pytest.mark.parametrize("zone_hours", [-9, 8])
def test_times_of_other_zones_are_the_same_moments(stores: Stores, app: App, zone_hours: int) -> None:
    task = stores.tasks.add(app.id, a_task(app))
    there = NOON.astimezone(timezone(timedelta(hours=zone_hours)))
    assert stores.tasks.list(app.id, TaskFilter(created=Between(since=there)), PageRequest()).items == (task,)
    assert stores.tasks.list(app.id, TaskFilter(created=Between(until=there)), PageRequest()).total == 0


def test_a_time_without_its_zone_is_refused(stores: Stores, app: App) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(sa.exc.StatementError, match="offset-naive"):
        stores.tasks.add(app.id, a_task(app, created_at=naive))


def test_voices_and_jobs_are_counted_through_their_states(stores: Stores, app: App) -> None:
    voice = a_voice(app)
    job = a_job(voice)
    stores.voices.add(app.id, voice, job)
    training = replace(voice, state=VoiceState.TRAINING)
    stores.jobs.save(app.id, replace(job, state=JobState.TRAINING), was=JobState.WAITING, voice=training, at=NOON)
    for state in VoiceState:
        total = stores.voices.list(app.id, VoiceFilter(frozenset({state})), PageRequest()).total
        assert total == (state is VoiceState.TRAINING)
    for job_state in JobState:
        jobs = stores.jobs.list(app.id, JobFilter(frozenset({job_state})), PageRequest())
        assert (jobs.total, len(jobs.items)) == ((1, 1) if job_state is JobState.TRAINING else (0, 0))
