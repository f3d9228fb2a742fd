"""The list of jobs over HTTP, against a plain list that is filtered and sorted in memory."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hwamei.dialects.huawei.wire.jobs import CreateBody, JobType, Remembered, State
from hwamei.domain.owned_voice import OwnedVoice, VoiceState
from hwamei.domain.problem import Problem
from hwamei.domain.training_job import JobState, TrainingJob
from hwamei.domain.voice import Level
from tests.dialects.huawei.calling import Caller, caller
from tests.serving import Site

BEGINNING = datetime(2036, 3, 1, 12, 0, 0, tzinfo=UTC)  # so that no worker finds them waiting for long
NAMES = ("Quiet Harbor", "quiet harbor", "Quiet", "温柔 & ~a/b+c%")
TAGS = ("NEWS", "LIVE", None)
USERS = ("u1", "u 2", None)
BATCHES = ("week 1", "week 2", None)
ENDS = {
    State.CREATING: (JobState.DRAFT, None),
    State.WAITING: (JobState.WAITING, None),
    State.PROCESSING: (JobState.TRAINING, None),
    State.SUCCEED: (JobState.SUCCEEDED, None),
    State.AUDIT_FAILED: (JobState.FAILED, Problem("bad_audio", "nul \0 in it", callers=True)),
    State.FAILED: (JobState.FAILED, Problem("internal_error", "oops", callers=False)),
}


@dataclass(frozen=True)
class Known:
    """What the model knows of a job."""

    state: State
    job: TrainingJob
    kept: Remembered


@dataclass(frozen=True)
class Population:
    """An app and all its jobs."""

    caller: Caller
    known: tuple[Known, ...]


@pytest.fixture(scope="module")
def population(site: Site) -> Iterator[Population]:
    """Forty jobs of all kinds, a few of them in the same moment."""
    found = caller(site)
    chance = random.Random(7)
    with found.client:
        yield Population(found, tuple(_kept(found, chance, number) for number in range(40)))


def _kept(found: Caller, chance: random.Random, number: int) -> Known:
    state = chance.choice(list(ENDS))
    ours, problem = ENDS[state]
    if state is State.FAILED and chance.random() < 0.5:
        ours, problem = JobState.CANCELLED, None
    body = CreateBody(
        voice_name=chance.choice(NAMES),
        tag=chance.choice(TAGS),
        batch_name=chance.choice(BATCHES),
        is_ondemand_resource=chance.random() < 0.5,
    )
    kept = Remembered.ordered(body, chance.choice(list(JobType)), chance.choice(USERS))
    created = BEGINNING + timedelta(seconds=chance.randrange(20), microseconds=chance.choice((0, 1, 500_000, 999_999)))
    app = found.app
    job = TrainingJob(
        id=UUID(int=chance.getrandbits(128), version=4),
        app_id=app.id,
        voice_id=UUID(int=chance.getrandbits(128), version=4),
        level=Level.TRAINED,
        created_at=created,
        updated_at=created + timedelta(seconds=chance.randrange(20)),
        state=ours,
        problem=problem,
        extra=kept.extra,
    )
    state_of_voice = VoiceState.DRAFT if ours is JobState.DRAFT else VoiceState.FAILED
    voice = OwnedVoice(job.voice_id, app.id, "me", job.level, "tone", created, created, state=state_of_voice)
    found.site.platform.voices.store.add(app.id, voice, replace(job, state=JobState.DRAFT))
    store = found.site.platform.training.store
    store.save(app.id, job, was=JobState.DRAFT, at=created)
    return Known(state, job, kept)


def _moments() -> st.SearchStrategy[datetime]:
    return st.integers(-2, 42).map(lambda seconds: BEGINNING + timedelta(seconds=seconds))


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@st.composite
def queries(draw: st.DrawFn) -> dict[str, Any]:
    """Any combination of all that the call takes; `user` stands for the header, `job` for a job's number."""
    strategies: dict[str, st.SearchStrategy[Any]] = {
        "create_since": _moments(),
        "create_until": _moments(),
        "update_since": _moments(),
        "update_until": _moments(),
        "state": st.lists(st.sampled_from(State), min_size=1, max_size=4),
        "job": st.integers(0, 40),
        "voice_name": st.sampled_from((*NAMES, "nobody")),
        "tag": st.sampled_from(("NEWS", "LIVE", "EDUCATION")),
        "job_type": st.sampled_from((*JobType, "FLEXUS")),
        "batch_name": st.sampled_from(("week 1", "week 2", "week 3")),
        "is_ondemand_resource": st.booleans(),
        "user": st.sampled_from(("u1", "u 2", "u3")),
        "sort_key": st.sampled_from(("create_time", "update_time")),
        "sort_dir": st.sampled_from(("asc", "desc")),
        "offset": st.integers(0, 45),
        "limit": st.integers(1, 100),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(strategies)), max_size=5))
    return {name: draw(strategies[name]) for name in sorted(chosen)}


def _matches(known: Known, number: int, query: Mapping[str, Any]) -> bool:
    """Whether the job is meant, by what its client sees of it: whole seconds."""
    created, updated = (moment.replace(microsecond=0) for moment in (known.job.created_at, known.job.updated_at))
    kept = known.kept
    tests: dict[str, Callable[[Any], bool]] = {
        "create_since": lambda since: known.job.created_at >= since,
        "create_until": lambda until: created <= until,
        "update_since": lambda since: known.job.updated_at >= since,
        "update_until": lambda until: updated <= until,
        "state": lambda states: known.state in states,
        "job": lambda wanted: number == wanted,
        "voice_name": lambda name: kept.voice_name == name,
        "tag": lambda tag: kept.tag == tag,
        "job_type": lambda kind: kept.job_type == kind,
        "batch_name": lambda name: kept.batch_name == name,
        "is_ondemand_resource": lambda wanted: kept.is_ondemand_resource == wanted,
        "user": lambda user: kept.app_user_id == user,
    }
    return all(tests[name](value) for name, value in query.items() if name in tests)


def _expected(population: Population, query: Mapping[str, Any]) -> list[str]:
    found = [known for number, known in enumerate(population.known) if _matches(known, number, query)]
    by_update = query.get("sort_key") == "update_time"
    found.sort(key=lambda known: (known.job.updated_at if by_update else known.job.created_at, known.job.id))
    if query.get("sort_dir", "desc") == "desc":
        found.reverse()
    return [known.job.id.hex for known in found]


def _asked(population: Population, query: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to the query as it goes over the wire."""
    params, headers = dict(query), {}
    for name in ("create_since", "create_until", "update_since", "update_until"):
        if name in params:
            params[name] = _written(params[name])
    if "state" in params:
        params["state"] = ",".join(params["state"])
    if "job" in params:
        number = params.pop("job")
        params["job_id"] = population.known[number].job.id.hex if number < len(population.known) else "f" * 32
    if "user" in params:
        headers["X-App-UserId"] = params.pop("user")
    return population.caller.training("GET", "/jobs", params=params, headers=headers)


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(queries())
def test_a_list_is_what_filtering_and_sorting_gives(population: Population, query: dict[str, Any]) -> None:
    expected = _expected(population, query)
    found = _asked(population, query)
    offset, limit = query.get("offset", 0), query.get("limit", 10)
    assert found["count"] == len(expected)
    assert [job["job_id"] for job in found["jobs"]] == expected[offset : offset + limit]


def test_every_state_is_shown_as_it_is_asked_for(population: Population) -> None:
    for state in State:
        jobs = _asked(population, {"state": [state], "limit": 100})["jobs"]
        assert {job["state"] for job in jobs} <= {state}
        assert len(jobs) == sum(known.state is state for known in population.known)


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "ten"},
        {"offset": -1},
        {"offset": 2**31},
        {"state": "HAPPY"},
        {"state": "FAILED,"},
        {"state": "failed"},
        {"create_since": "yesterday"},
        {"create_since": "2026-01-01T00:00:00"},
        {"create_until": "2026-02-30T00:00:00Z"},
        {"create_until": "2026-01-01T00:00:00+08:00"},
        {"update_since": "1767225600"},
        {"sort_key": "voice_name"},
        {"sort_dir": "up"},
        {"is_ondemand_resource": "perhaps"},
        {"voice_name": "x" * 257},
        {"voice_name": "a\0b"},
        {"job_id": "x" * 65},
    ],
)
def test_a_list_that_cannot_be_asked_for_is_refused(population: Population, params: dict[str, Any]) -> None:
    assert population.caller.refused("GET", "/voice-training-manage/user/jobs", params=params) == "MSS.00000003"


def test_a_page_far_behind_the_end_is_empty_and_counts_all(population: Population) -> None:
    found = _asked(population, {"offset": 2**31 - 1})
    assert found == {"count": 40, "jobs": []}


def test_filters_that_are_empty_or_unknown_say_nothing(population: Population) -> None:
    params = {"state": "", "tag": "", "colour": "red"}
    assert population.caller.training("GET", "/jobs", params=params)["count"] == 40
