"""What lists cost when there are very many tasks: the first page, the count with filters, and one task."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import sqlalchemy as sa

from bench.findings import Finding
from bench.repeats import ratio, seconds, spread, taking_turns
from bench.workshop import Workshop
from hwamei.domain.app import App, AppId, Credentials
from hwamei.domain.listing import Between, PageRequest
from hwamei.domain.speech import SpeechOrder
from hwamei.domain.speech_task import Segment, SpeechTask, TaskFilter, TaskState
from hwamei.storage.sealing import Key
from hwamei.storage.sql.database import Database, open_database
from hwamei.storage.sql.migrate import upgrade
from hwamei.storage.sql.schema import tally, tasks
from hwamei.storage.sql.stores import Stores, open_stores
from hwamei.storage.sql.tally import Kind, count

FEW, MANY = 1_000, 1_000_000
DAYS = 30  # over which the tasks were made
SECOND = 1_000_000  # microseconds
ROUNDS, CALLS = 15, 20  # a figure is of so many calls
MAX_RATIO = 1.5
MAX_COUNT_MS = 50.0
NOW = datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC)
APP = AppId("bench")
FIRST_PAGE = PageRequest(limit=20)

SOME_TIME = Between(NOW - timedelta(days=20, minutes=7), NOW - timedelta(days=3, minutes=11))
FILTERS = {
    "no filter": TaskFilter(),
    "one state": TaskFilter(frozenset({TaskState.DONE})),
    "rare states": TaskFilter(frozenset({TaskState.QUEUED, TaskState.RUNNING})),
    "states and a time": TaskFilter(frozenset({TaskState.DONE, TaskState.FAILED}), SOME_TIME),
}


@dataclass(frozen=True)
class Full:
    """A database with so many tasks; `some` is one of them."""

    database: Database
    stores: Stores
    some: UUID


def measure(place: Workshop) -> list[Finding]:
    """In SQLite, in one process."""
    with ExitStack() as stack:
        few, many = (stack.enter_context(_filled(place, tasks)) for tasks in (FEW, MANY))
        return [*_pages(few, many), *_counts(many), *_status(few, many)]


def _pages(few: Full, many: Full) -> Iterator[Finding]:
    for name, which in FILTERS.items():
        small, large = taking_turns(ROUNDS, partial(_page_ms, few, which), partial(_page_ms, many, which))
        times = ratio(large, small)
        yield Finding(f"page 1 of {MANY:,} tasks with its total, {name}", spread(large).show("ms"))
        yield Finding(f"… over page 1 of {FEW:,}", times.show("×"), f"≤ {MAX_RATIO:g} ×", met=times.median <= MAX_RATIO)


def _page_ms(full: Full, which: TaskFilter) -> float:
    return _each_ms(lambda: full.stores.tasks.list(APP, which, FIRST_PAGE))


def _counts(many: Full) -> Iterator[Finding]:
    for name, which in FILTERS.items():
        found = spread([_each_ms(partial(_count, many.database, which)) for _ in range(ROUNDS)])
        what = f"count of {MANY:,} tasks, {name}"
        yield Finding(what, found.show("ms"), f"≤ {MAX_COUNT_MS:g} ms", met=found.median <= MAX_COUNT_MS)


def _count(database: Database, which: TaskFilter) -> int:
    with database.reading() as connection:
        return count(connection, APP, Kind.TASKS, which.states, which.created)


def _status(few: Full, many: Full) -> Iterator[Finding]:
    small, large = taking_turns(ROUNDS, partial(_get_ms, few), partial(_get_ms, many))
    yield Finding(f"one of {MANY:,} tasks", spread(large).show("ms"))
    yield Finding(f"… over one of {FEW:,}", ratio(large, small).show("×"))


def _get_ms(full: Full) -> float:
    return _each_ms(lambda: full.stores.tasks.get(APP, full.some))


def _each_ms(call: Callable[[], object]) -> float:
    return seconds(lambda: [call() for _ in range(CALLS)]) / CALLS * 1000


@contextmanager
def _filled(place: Workshop, number: int) -> Iterator[Full]:
    url = f"sqlite:///{place.folder / f'{number}.db'}"
    upgrade(url)
    with open_database(url) as database:
        stores = open_stores(database, Key(bytes(32)))
        stores.apps.add(App(APP, "bench", "bench", NOW), Credentials(APP, "bench", "secret", "key"))
        fill(database, stores, number)
        page = stores.tasks.list(APP, TaskFilter(), PageRequest(limit=1, offset=number // 2))
        yield Full(database, stores, page.items[0].id)


def fill(database: Database, stores: Stores, number: int) -> None:
    """So many tasks, spread evenly over the days up to now, with the counts that belong to them.

    The database makes them itself out of one: a million take it seconds.
    """
    pattern = stores.tasks.add(APP, a_task())
    with database.writing() as connection:
        connection.execute(_copies(pattern.id, number))
        connection.execute(sa.delete(tasks).where(tasks.c.id == pattern.id))
        connection.execute(sa.delete(tally))
        hour = tasks.c.created_at.cast(sa.BigInteger) // (3600 * SECOND)
        cells = sa.select(tasks.c.app_id, sa.literal(Kind.TASKS.value), tasks.c.state, hour, sa.func.count())
        counted = cells.group_by(tasks.c.app_id, tasks.c.state, hour)
        connection.execute(sa.insert(tally).from_select(["app_id", "kind", "state", "hour", "count"], counted))


def a_task() -> SpeechTask:
    """A short one."""
    return SpeechTask(uuid4(), APP, (Segment(SpeechOrder("今天天气很好，我们去公园。"), "zf_xiaobei"),), NOW, NOW)


def _copies(pattern: UUID, number: int) -> sa.Insert:
    """The statement that makes so many tasks out of one."""
    first = sa.select(sa.literal(0).label("index")).cte("numbers", recursive=True)
    numbers = first.union_all(sa.select(first.c.index + 1).where(first.c.index < number - 1))
    moment = _microseconds(NOW) - DAYS * 86_400 * SECOND + numbers.c.index * (DAYS * 86_400 * SECOND // number)
    changed: dict[str, sa.ColumnElement[object]] = {
        "id": sa.func.lower(sa.func.hex(sa.func.randomblob(16))),
        "state": _state(numbers.c.index, number),
        **dict.fromkeys(("created_at", "updated_at", "ended_at"), moment),
    }
    chosen = [changed.get(column.name, column) for column in tasks.c]
    return sa.insert(tasks).from_select(
        list(tasks.c.keys()), sa.select(*chosen).select_from(tasks.join(numbers, tasks.c.id == pattern))
    )


def _state(index: sa.ColumnElement[int], number: int) -> sa.ColumnElement[object]:
    """The last few wait or run, a page of them at least; of the rest, one in fifty has failed."""
    old = number - max(number // 1000, 2 * FIRST_PAGE.limit)
    return sa.case(
        (sa.and_(index >= old, index % 4 == 0), TaskState.RUNNING.value),
        (index >= old, TaskState.QUEUED.value),
        (index % 50 == 0, TaskState.FAILED.value),
        else_=TaskState.DONE.value,
    )


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * SECOND
