"""Several at once: each worker below has connections of its own, as another process would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from threading import Barrier
from typing import TypeVar

import pytest
import sqlalchemy as sa

from hwamei.domain.app import App
from hwamei.domain.errors import HwameiError, QuotaUsedUp, WrongState
from hwamei.domain.listing import PageRequest
from hwamei.domain.owned_voice import ReferenceSource, VoiceState, move_voice
from hwamei.domain.speech_task import TaskFilter, TaskState, cancel_task, finish_task, start_task
from hwamei.domain.stored_file import Purpose
from hwamei.domain.training_job import JobState, fail_job, retry_job, start_job
from hwamei.domain.usage import Cost, Measure
from hwamei.storage.sealing import Key
from hwamei.storage.sql.database import Database, open_database
from hwamei.storage.sql.schema import files, metadata, tally
from hwamei.storage.sql.stores import Stores, open_stores
from tests.storage_sql.things import (
    CALLBACK,
    NOON,
    PROBLEM,
    a_blob,
    a_file,
    a_job,
    a_quota,
    a_result,
    a_task,
    a_voice,
    later,
    put,
)

WORKERS = 6
Result = TypeVar("Result")


@pytest.fixture
def workers(url: str, key: Key) -> Iterator[list[Stores]]:
    with ExitStack() as stack:
        yield [open_stores(stack.enter_context(open_database(url)), key) for _ in range(WORKERS)]


def at_once(workers: Sequence[Stores], work: Callable[[Stores], Result]) -> list[Result | HwameiError]:
    """What each worker got, or our error that it met; all begin together."""
    start = Barrier(len(workers))

    def one(stores: Stores) -> Result | HwameiError:
        start.wait()
        try:
            return work(stores)
        except HwameiError as error:
            return error

    with ThreadPoolExecutor(len(workers)) as pool:
        return list(pool.map(one, workers))


def errors(outcomes: Sequence[object]) -> list[type]:
    return [type(outcome) for outcome in outcomes if isinstance(outcome, HwameiError)]


def assert_counts_are_true(database: Database) -> None:
    """The tally says what counting all rows says."""
    with database.reading() as connection:
        kept = {
            (row.kind, row.app_id, row.state, row.hour): row.count
            for row in connection.execute(sa.select(tally).where(tally.c.count != 0))
        }
        counted: Counter[tuple[str, str, str, int]] = Counter()
        for kind in ("voices", "jobs", "tasks"):
            things = metadata.tables[kind].c
            for row in connection.execute(sa.select(things.app_id, things.state, things.created_at)):
                counted[kind, row.app_id, row.state, int(row.created_at.timestamp()) // 3600] += 1
    assert kept == counted


def test_of_several_who_change_one_voice_none_undoes_what_another_did(
    stores: Stores, app: App, workers: list[Stores]
) -> None:
    voice = a_voice(app)
    stores.voices.add(app.id, voice, a_job(voice))
    numbers = iter(range(WORKERS))

    def note(mine: Stores) -> None:
        number = str(next(numbers))
        for _ in range(5):
            mine.voices.change(app.id, voice.id, lambda now: replace(now, extra=_counted(now.extra, number)))

    assert errors(at_once(workers, note)) == []
    assert stores.voices.get(app.id, voice.id).extra == {str(number): 5 for number in range(WORKERS)}


def _counted(extra: Mapping[str, object], name: str) -> Mapping[str, object]:
    there = extra.get(name, 0)
    assert isinstance(there, int)
    return {**extra, name: there + 1}


def test_of_several_who_take_a_task_one_gets_it(stores: Stores, app: App, workers: list[Stores]) -> None:
    task = stores.tasks.add(app.id, a_task(app))
    running = start_task(task, NOON)
    outcomes = at_once(workers, lambda mine: mine.tasks.save(app.id, running, was=TaskState.QUEUED))
    assert errors(outcomes) == [WrongState] * (WORKERS - 1)


def test_of_an_end_and_a_cancellation_one_happens_and_is_told_once(
    stores: Stores, app: App, workers: list[Stores], database: Database
) -> None:
    tasks = [stores.tasks.add(app.id, a_task(app, callback=CALLBACK)) for _ in range(10)]
    for task in tasks:
        stores.tasks.save(app.id, start_task(task, NOON), was=TaskState.QUEUED)

    def end_all(mine: Stores) -> int:
        won = 0
        for number, task in enumerate(tasks):
            running = start_task(task, NOON)
            ended = cancel_task(running, NOON) if number % 2 else finish_task(running, a_result(), NOON)
            try:
                mine.tasks.save(app.id, ended, was=TaskState.RUNNING)
            except WrongState:
                continue
            won += 1
        return won

    assert sum(won for won in at_once(workers, end_all) if isinstance(won, int)) == len(tasks)
    assert len(stores.upkeep.due_callbacks(NOON, lease_s=1, at_most=100)) == len(tasks)
    assert_counts_are_true(database)


def test_the_same_order_sent_several_times_at_once_is_one_task(stores: Stores, app: App, workers: list[Stores]) -> None:
    orders = iter([a_task(app, idempotency_key="once", request_sha256="aa") for _ in workers])
    outcomes = at_once(workers, lambda mine: mine.tasks.add(app.id, next(orders)))
    assert len({getattr(task, "id", task) for task in outcomes}) == 1
    assert stores.tasks.list(app.id, TaskFilter(), PageRequest()).total == 1


def test_a_limit_of_tasks_holds_for_all_together(
    stores: Stores, app: App, workers: list[Stores], database: Database
) -> None:
    def add_three(mine: Stores) -> int:
        taken = 0
        for _ in range(3):
            try:
                mine.tasks.add(app.id, a_task(app), at_most=7)
            except QuotaUsedUp:
                continue
            taken += 1
        return taken

    outcomes = at_once(workers, add_three)
    assert sum(taken for taken in outcomes if isinstance(taken, int)) == 7
    assert_counts_are_true(database)


def test_a_limit_of_voices_holds_for_all_together(app: App, workers: list[Stores]) -> None:
    def add(mine: Stores) -> None:
        voice = a_voice(app)
        mine.voices.add(app.id, voice, a_job(voice), at_most=4)

    assert errors(at_once(workers, add)) == [QuotaUsedUp] * (WORKERS - 4)


def test_a_limit_of_use_holds_for_all_together(stores: Stores, app: App, workers: list[Stores]) -> None:
    cost = Cost("2026-11", {Measure.CHARACTERS: 10}, {Measure.CHARACTERS: 40}, 60.0)
    outcomes = at_once(workers, lambda mine: mine.usage.spend(app.id, cost))
    assert errors(outcomes) == [QuotaUsedUp] * (WORKERS - 4)
    assert stores.usage.get(app.id, "2026-11").amounts[Measure.CHARACTERS] == 40


def test_each_callback_is_given_to_one_asker(stores: Stores, app: App, workers: list[Stores]) -> None:
    for _ in range(20):
        task = stores.tasks.add(app.id, a_task(app, callback=CALLBACK))
        stores.tasks.save(app.id, cancel_task(task, NOON), was=TaskState.QUEUED)

    def ask(mine: Stores) -> list[object]:
        return [
            callback.id for _ in range(10) for callback in mine.upkeep.due_callbacks(later(1), lease_s=60, at_most=3)
        ]

    given = [callback for outcome in at_once(workers, ask) if isinstance(outcome, list) for callback in outcome]
    assert len(given) == len(set(given)) == 20


def test_each_silent_worker_is_told_to_one_asker(stores: Stores, workers: list[Stores]) -> None:
    for number in range(10):
        stores.upkeep.beat(f"worker {number}", NOON)
    outcomes = at_once(workers, lambda mine: list(mine.upkeep.silent_workers(since=later(1))))
    told = [name for outcome in outcomes if isinstance(outcome, list) for name in outcome]
    assert sorted(told) == [f"worker {number}" for number in range(10)]


def test_of_several_contents_for_one_file_one_is_kept(stores: Stores, app: App, workers: list[Stores]) -> None:
    empty = a_file(app, blob=None)
    stores.files.add(app.id, empty)
    contents = iter([a_blob(str(number)) for number in range(WORKERS)])
    outcomes = at_once(workers, lambda mine: mine.files.fill(app.id, empty.id, next(contents), media_type="a/b"))
    assert errors(outcomes) == [WrongState] * (WORKERS - 1)
    assert stores.files.get(app.id, empty.id) in outcomes


def test_versions_of_a_lexicon_that_come_at_once_are_numbered_one_by_one(app: App, workers: list[Stores]) -> None:
    texts = iter([f"text {number}" for number in range(WORKERS)])
    outcomes = at_once(workers, lambda mine: mine.lexicons.put(app.id, "names", next(texts), at=NOON).version)
    assert sorted(version for version in outcomes if isinstance(version, int)) == list(range(1, WORKERS + 1))


def test_a_file_shared_by_voices_that_go_at_once_goes_with_them(
    stores: Stores, app: App, workers: list[Stores], database: Database
) -> None:
    shared = a_file(app, purpose=Purpose.REFERENCE, expires_at=None)
    stores.files.add(app.id, shared)
    source = ReferenceSource(None, shared.id)
    voices = [a_voice(app, state=VoiceState.READY, reference=(source,)) for _ in workers]
    for voice in voices:
        stores.voices.add(app.id, voice, a_job(voice))
    going = iter(voices)

    def delete(mine: Stores) -> None:
        put(mine, move_voice(next(going), VoiceState.DELETED, NOON))

    assert errors(at_once(workers, delete)) == []
    with database.reading() as connection:
        assert connection.execute(sa.select(files)).all() == []


def test_ordering_anew_and_ending_jobs_never_block_each_other(
    stores: Stores, app: App, workers: list[Stores], database: Database
) -> None:
    voice = a_voice(app, state=VoiceState.FAILED)
    job = a_job(voice, state=JobState.FAILED)
    stores.voices.add(app.id, voice, job)

    def round_and_round(mine: Stores) -> None:
        for _ in range(5):
            try:
                queued = move_voice(voice, VoiceState.QUEUED, NOON)
                waiting = retry_job(job, NOON)
                mine.voices.order(app.id, queued, waiting, was=VoiceState.FAILED)
                running, training = start_job(waiting, NOON), move_voice(queued, VoiceState.TRAINING, NOON)
                mine.jobs.save(app.id, running, was=JobState.WAITING, voice=training, at=NOON)
                failed = move_voice(training, VoiceState.FAILED, NOON)
                mine.jobs.save(app.id, fail_job(running, PROBLEM, NOON), was=JobState.TRAINING, voice=failed, at=NOON)
            except WrongState:
                continue

    assert errors(at_once(workers, round_and_round)) == []
    assert_counts_are_true(database)


def test_several_may_expire_things_at_once_while_others_work(
    stores: Stores, app: App, workers: list[Stores], database: Database
) -> None:
    stores.apps.change(app.id, quota=a_quota(retention_days=1))
    for number in range(20):
        task = stores.tasks.add(app.id, a_task(app))
        file = a_file(app, purpose=Purpose.SPEECH)
        stores.tasks.save(app.id, cancel_task(task, NOON), was=TaskState.QUEUED, files=[file])
        voice = a_voice(app, state=VoiceState.READY, expires_at=later(number))
        stores.voices.add(app.id, voice, a_job(voice))
    much_later = later(2 * 86_400)

    def expire_and_add(mine: Stores) -> int:
        mine.tasks.add(app.id, replace(a_task(app), created_at=much_later))
        return len(mine.upkeep.expire(much_later))

    outcomes = at_once(workers, expire_and_add)
    assert sum(expired for expired in outcomes if isinstance(expired, int)) == 20
    assert stores.tasks.list(app.id, TaskFilter(), PageRequest()).total == WORKERS
    assert_counts_are_true(database)
