"""Training jobs found by their labels and by when they were last touched, against a plain list; drafts."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hwamei.domain.app import App
from hwamei.domain.errors import NotFound
from hwamei.domain.listing import ANY_TIME, Between, Order, PageRequest, Sorted
from hwamei.domain.owned_voice import VoiceState, move_voice
from hwamei.domain.problem import Problem
from hwamei.domain.training_job import JobFilter, JobState, TrainingJob, commit_job, start_job
from hwamei.storage.sql.stores import Stores
from tests.storage_sql.things import NOON, a_job, a_voice, an_app, credentials_of, later

ALL = PageRequest(1000)
PROBLEMS = (Problem("bad_audio", "nul \0 in the text", callers=True), Problem("engine_failed", "oops", callers=False))
LABELS = st.dictionaries(st.sampled_from(("tag", "type")), st.sampled_from(("a", "b", "梅 %_'")), max_size=2)
MOMENTS = st.integers(-3, 3).map(later)
TIMES = st.just(ANY_TIME) | st.builds(Between, st.none() | MOMENTS, st.none() | MOMENTS)
FILTERS = st.builds(
    JobFilter,
    states=st.frozensets(st.sampled_from(JobState), max_size=3),
    created=TIMES,
    updated=TIMES,
    labels=LABELS,
    mendable=st.none() | st.booleans(),
)
ORDERS = st.builds(Order, st.sampled_from(Sorted), st.booleans())
PAGES = st.builds(PageRequest, st.integers(1, 7), st.integers(0, 12))


def kept(stores: Stores, app: App, labels: Mapping[str, str], **changes: Any) -> TrainingJob:
    """A job with these labels, in any state."""
    voice = a_voice(app)
    job = dataclasses.replace(a_job(voice, extra={"labels": dict(labels), "more": 1}), **changes)
    stores.voices.add(app.id, voice, job)
    return job


def found(stores: Stores, app: App, **labels: str) -> set[UUID]:
    return {job.id for job in stores.jobs.list(app.id, JobFilter(labels=labels), ALL).items}


@st.composite
def jobs(draw: st.DrawFn) -> dict[str, Any]:
    """What is said of one job."""
    state = draw(st.sampled_from(JobState))
    problem = draw(st.sampled_from(PROBLEMS)) if state is JobState.FAILED else None
    created = draw(MOMENTS)
    return {"state": state, "problem": problem, "created_at": created, "updated_at": draw(MOMENTS)}


def _expected(kept_jobs: list[TrainingJob], which: JobFilter, order: Order) -> list[TrainingJob]:
    def within(moment: datetime, time: Between) -> bool:
        since, until = time.since, time.until
        return (since is None or moment >= since) and (until is None or moment < until)

    matching = [
        job
        for job in kept_jobs
        if (not which.states or job.state in which.states)
        and within(job.created_at, which.created)
        and within(job.updated_at, which.updated)
        and which.labels.items() <= job.labels.items()
        and (which.mendable is None or job.problem is None or job.problem.callers is which.mendable)
    ]
    return sorted(matching, key=lambda job: (getattr(job, order.by), job.id), reverse=not order.ascending)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    population=st.lists(st.tuples(LABELS, jobs()), max_size=12),
    questions=st.lists(st.tuples(FILTERS, ORDERS, PAGES), min_size=1, max_size=6),
)
def test_a_page_and_its_total_are_what_filtering_and_sorting_gives(
    stores: Stores,
    population: list[tuple[dict[str, str], dict[str, Any]]],
    questions: list[tuple[JobFilter, Order, PageRequest]],
) -> None:
    app = an_app(str(uuid4()))  # each example has an app of its own, in the same database
    stores.apps.add(app, credentials_of(app))
    kept_jobs = [kept(stores, app, labels, **changes) for labels, changes in population]
    for which, order, page in questions:
        expected = _expected(kept_jobs, which, order)
        listed = stores.jobs.list(app.id, which, page, order)
        assert listed.total == len(expected)
        assert list(listed.items) == expected[page.offset : page.offset + page.limit]


def test_a_job_is_found_by_the_labels_that_it_has_now(stores: Stores, app: App) -> None:
    job = kept(stores, app, {"tag": "a", "type": "b"})
    assert found(stores, app, tag="a", type="b") == {job.id}
    stores.jobs.remember(app.id, job.id, {"labels": {"tag": "c"}})
    assert found(stores, app, tag="a") == found(stores, app, type="b") == set()
    assert found(stores, app, tag="c") == {job.id}
    assert stores.jobs.get(app.id, job.id).labels == {"tag": "c"}
    stores.jobs.remember(app.id, job.id, {})
    assert found(stores, app, tag="c") == set()


def test_what_is_remembered_outlives_what_the_worker_saves(stores: Stores, app: App) -> None:
    job = kept(stores, app, {"tag": "a"})
    stores.jobs.remember(app.id, job.id, {"labels": {"tag": "b"}})
    stores.jobs.save(app.id, start_job(job, later(1)), was=JobState.WAITING, at=later(1))
    assert stores.jobs.get(app.id, job.id).labels == {"tag": "b"}
    assert found(stores, app, tag="b") == {job.id}


def test_labels_of_another_app_are_nobody_elses(stores: Stores, app: App, other: App) -> None:
    job = kept(stores, app, {"tag": "a"})
    assert found(stores, other, tag="a") == set()
    for app_id, job_id in ((other.id, job.id), (app.id, uuid4())):
        with pytest.raises(NotFound):
            stores.jobs.remember(app_id, job_id, {"labels": {"tag": "b"}})
    assert found(stores, app, tag="a") == {job.id}


def test_a_job_is_found_by_its_id(stores: Stores, app: App, other: App) -> None:
    job, _ = kept(stores, app, {}), kept(stores, app, {})
    assert stores.jobs.list(app.id, JobFilter(job_id=job.id), ALL).items == (job,)
    assert stores.jobs.list(other.id, JobFilter(job_id=job.id), ALL).total == 0


def test_a_draft_is_listed_and_counted_and_nobody_works_on_it(stores: Stores, app: App) -> None:
    voice = a_voice(app, state=VoiceState.DRAFT, expires_at=later(100))
    job = a_job(voice, state=JobState.DRAFT)
    stores.voices.add(app.id, voice, job)
    drafts = JobFilter(frozenset({JobState.DRAFT}))
    assert stores.jobs.list(app.id, drafts, ALL).items == (job,)
    assert list(stores.upkeep.unfinished(before=later(1000))) == []
    assert stores.upkeep.waiting()["training_job"] == (0, None)
    queued = dataclasses.replace(move_voice(voice, VoiceState.QUEUED, later(1)), expires_at=None)
    stores.voices.order(app.id, queued, commit_job(job, later(1)), was=VoiceState.DRAFT)
    assert stores.jobs.list(app.id, drafts, ALL).total == 0
    assert stores.upkeep.waiting()["training_job"] == (1, later(1))
    assert stores.upkeep.expire(later(1000)) == []


def test_a_draft_expires_with_its_job(stores: Stores, app: App) -> None:
    voice = a_voice(app, state=VoiceState.DRAFT, job_id=None, expires_at=later(100))
    job = a_job(voice, state=JobState.DRAFT)
    voice = dataclasses.replace(voice, job_id=job.id)
    stores.voices.add(app.id, voice, job)
    assert stores.upkeep.expire(NOON + timedelta(seconds=99)) == []
    assert list(stores.upkeep.expire(later(100))) == [(app.id, voice.id)]
    ended = stores.jobs.get(app.id, job.id)
    assert (ended.state, ended.ended_at) == (JobState.CANCELLED, later(100))
    assert stores.jobs.list(app.id, JobFilter(frozenset({JobState.CANCELLED})), ALL).total == 1
