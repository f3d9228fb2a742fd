"""Callbacks, from the outbox of a real database to real servers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from hwamei.domain.app import App
from hwamei.domain.callback import GIVE_UP_AFTER, Callback, CallbackOrder
from hwamei.domain.errors import NotFound, StoreUnavailable
from hwamei.domain.signature import verify_signature
from hwamei.domain.speech_task import TaskState, cancel_task
from hwamei.fetch.fetcher import HttpFetcher, open_fetcher
from hwamei.service.accounts import Accounts
from hwamei.service.deliveries import LEASE_S, ROUND, Deliveries, Rendered
from hwamei.settings import Settings
from hwamei.storage.sealing import open_key
from hwamei.storage.sql.database import Database, open_database
from hwamei.storage.sql.schema import callbacks
from hwamei.storage.sql.stores import Stores, open_stores
from tests.edge.conftest import NOON, Calendar
from tests.fetch.servers import redirecting, sending, serving, silent
from tests.storage_sql.things import a_task

Order = Callable[..., UUID]
Outbox = Callable[[], list[tuple[str, int, str | None]]]

OK = sending(b"ok")
BROKEN = sending(b"no", status="500 Internal Server Error")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both: who takes which callback is the database's to decide."""
    name = "postgresql_url" if request.param == "postgresql" else "sqlite_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(autouse=True)
def log() -> Iterator[list[dict[str, object]]]:
    """What is logged, and not shown."""
    with capture_logs() as logged:
        yield logged  # type: ignore[misc]  # structlog's own dictionaries


@dataclass
class Outcomes:
    """An observer that remembers."""

    seen: list[str] = field(default_factory=list)

    def first_audio(self, waited_s: float, engine: str) -> None: ...

    def spoken(self, sound_s: float, work_s: float, engine: str) -> None: ...

    def ended(self, kind: str, state: str) -> None: ...

    def called_back(self, outcome: str) -> None:
        self.seen.append(outcome)


def render(callback: Callback) -> Rendered:
    body = json.dumps({"task": str(callback.subject_id), "dialect": callback.order.dialect}).encode()
    return Rendered(callback.order.url, body, {"Content-Type": "application/json"})


@pytest.fixture
def fetcher(settings: Settings) -> HttpFetcher:
    return open_fetcher(settings.model_copy(update={"allow_private_urls": True}))


@pytest.fixture
def outcomes() -> Outcomes:
    return Outcomes()


@pytest.fixture
def deliveries(
    stores: Stores, accounts: Accounts, fetcher: HttpFetcher, clock: Calendar, outcomes: Outcomes
) -> Deliveries:
    return Deliveries(stores.upkeep, fetcher, accounts.secret, render, clock, outcomes)


@pytest.fixture
def order(stores: Stores, app: App, clock: Calendar) -> Order:
    """Order a callback: end a task that has one. Returns the task's id."""

    def end_a_task(url: str, dialect: str = "native") -> UUID:
        task = stores.tasks.add(app.id, a_task(app, callback=CallbackOrder(url, dialect)))
        stores.tasks.save(app.id, cancel_task(task, clock()), was=TaskState.QUEUED)
        return task.id

    return end_a_task


@pytest.fixture
def outbox(database: Database) -> Outbox:
    """State, attempts and problem of each callback."""

    def rows() -> list[tuple[str, int, str | None]]:
        with database.reading() as connection:
            found = connection.execute(callbacks.select().order_by(callbacks.c.created_at))
            return [(row.state, row.attempts, row.problem) for row in found]

    return rows


def test_a_callback_arrives_signed_in_the_form_of_its_dialect_and_only_once(
    deliveries: Deliveries, order: Order, accounts: Accounts, app: App, outcomes: Outcomes, clock: Calendar
) -> None:
    with serving(OK) as receiver:
        task_id = order(receiver.url("/hook"), "theirs")
        assert deliveries.deliver_due() == 1
        clock.turn(days=2)
        assert deliveries.deliver_due() == 0
    (request,) = receiver.requests
    head, _, body = request.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert head.startswith(b"POST /hook HTTP/1.1")
    assert json.loads(body) == {"task": str(task_id), "dialect": "theirs"}
    assert headers["Content-Type"] == "application/json"
    assert str(UUID(headers["Hwamei-Delivery"])) == headers["Hwamei-Delivery"]
    assert verify_signature(accounts.secret(app.id), headers["Hwamei-Signature"], body, NOON.timestamp())
    assert outcomes.seen == ["delivered"]


def test_a_receiver_that_fails_at_first_is_called_again_later_each_time(
    deliveries: Deliveries,
    order: Order,
    outbox: Outbox,
    outcomes: Outcomes,
    clock: Calendar,
) -> None:
    with serving(BROKEN, redirecting("/elsewhere"), sending(status="404 Not Found"), OK) as receiver:
        order(receiver.url())
        for wait_s, problem in ((5, "HTTP 500"), (10, "HTTP 302"), (20, "HTTP 404")):
            assert deliveries.deliver_due() == 0
            assert problem in str(outbox()[0][2])
            clock.turn(seconds=wait_s - 1)
            assert deliveries.deliver_due() == 0  # it is not due
            clock.turn(seconds=1)
        assert deliveries.deliver_due() == 1
    assert outbox() == [("delivered", 4, None)]
    assert len(receiver.requests) == 4
    assert len({_header(request, "Hwamei-Delivery") for request in receiver.requests}) == 1
    assert len({_header(request, "Hwamei-Signature") for request in receiver.requests}) == 4  # each of its own moment
    assert outcomes.seen == ["failed", "failed", "failed", "delivered"]


def _header(request: bytes, name: str) -> str:
    return next(line for line in request.decode().split("\r\n") if line.startswith(f"{name}: "))


def test_after_a_day_it_is_given_up(
    deliveries: Deliveries,
    order: Order,
    outbox: Outbox,
    outcomes: Outcomes,
    clock: Calendar,
) -> None:
    with serving(BROKEN) as receiver:
        order(receiver.url())
        while outbox()[0][0] == "due":
            assert clock() <= NOON + GIVE_UP_AFTER
            deliveries.deliver_due()
            clock.turn(minutes=10)
    state, attempts, problem = outbox()[0]
    assert (state, problem) == ("given_up", "the answer was HTTP 500")
    assert clock() > NOON + GIVE_UP_AFTER - timedelta(hours=2, minutes=10)
    assert 15 <= attempts <= 30
    assert outcomes.seen == ["failed"] * (attempts - 1) + ["given_up"]


def test_a_receiver_where_nobody_may_call_is_given_up_at_once(
    deliveries: Deliveries,
    settings: Settings,
    order: Order,
    outbox: Outbox,
) -> None:
    guarded = replace(deliveries, fetcher=open_fetcher(settings))
    with serving(OK) as receiver:
        order(receiver.url())
        order("file:///etc/passwd")
        assert guarded.deliver_due() == 0
    assert receiver.requests == []
    assert [(state, attempts) for state, attempts, _ in outbox()] == [("given_up", 1), ("given_up", 1)]


def test_two_workers_at_once_deliver_once(
    database_url: str,
    deliveries: Deliveries,
    order: Order,
    outbox: Outbox,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with serving(OK) as receiver, open_database(database_url) as theirs:
        tasks = {str(order(receiver.url())) for _ in range(30)}
        key = open_key(tmp_path_factory.mktemp("key") / "key")
        workers = [deliveries, replace(deliveries, upkeep=open_stores(theirs, key).upkeep)]
        together = Barrier(2)

        def work(worker: Deliveries) -> int:
            together.wait()
            return worker.deliver_due()

        with ThreadPoolExecutor(2) as threads:
            assert sum(threads.map(work, workers)) == 30
    assert sorted(json.loads(request.partition(b"\r\n\r\n")[2])["task"] for request in receiver.requests) == sorted(
        tasks
    )
    assert {state for state, _, _ in outbox()} == {"delivered"}


def test_what_a_worker_took_and_never_brought_is_brought_by_another(
    deliveries: Deliveries, order: Order, stores: Stores, clock: Calendar
) -> None:
    with serving(OK) as receiver:
        order(receiver.url())
        assert len(stores.upkeep.due_callbacks(clock(), lease_s=LEASE_S, at_most=10)) == 1  # and dies
        assert deliveries.deliver_due() == 0
        clock.turn(seconds=LEASE_S)
        assert deliveries.deliver_due() == 1


def test_a_dialect_that_cannot_render_one_callback_holds_up_no_other(
    deliveries: Deliveries,
    order: Order,
    outbox: Outbox,
    log: list[dict[str, object]],
    clock: Calendar,
) -> None:
    wrong: dict[str, Exception] = {
        "faulty": KeyError("oops"),
        "offline": StoreUnavailable(store="database", problem="restarting"),
        "deleted": NotFound(what="speech task", given="x"),
    }

    def render_if_possible(callback: Callback) -> Rendered:
        if callback.order.dialect in wrong:
            raise wrong[callback.order.dialect]
        return render(callback)

    with serving(OK) as receiver:
        for dialect in (*wrong, "native"):
            order(receiver.url(), dialect)
            clock.turn(seconds=1)
        assert replace(deliveries, render=render_if_possible).deliver_due() == 1
    assert len(receiver.requests) == 1
    assert [state for state, _, _ in outbox()] == ["due", "due", "given_up", "delivered"]
    (fault,) = [entry for entry in log if entry["log_level"] == "error"]
    assert fault["exc_info"]


def test_a_receiver_that_does_not_answer_costs_one_attempt_and_holds_up_no_other(
    deliveries: Deliveries, fetcher: HttpFetcher, order: Order, outbox: Outbox
) -> None:
    impatient = replace(deliveries, fetcher=replace(fetcher, post_s=2.0))
    with serving(silent) as mute, serving(OK) as receiver:
        for _ in range(5):
            order(mute.url())
            order(receiver.url())
        assert impatient.deliver_due() == 5
        assert len(mute.requests) == 1
    problems = [problem for state, _, problem in outbox() if state == "due"]
    assert len(problems) == 5
    assert sum("another callback" in str(problem) for problem in problems) == 4


def test_what_a_round_has_no_time_for_is_anothers_to_take_at_once(
    deliveries: Deliveries, order: Order, clock: Calendar
) -> None:
    def slowly(callback: Callback) -> Rendered:
        clock.turn(seconds=ROUND.total_seconds() / 2)
        return render(callback)

    with serving(OK) as receiver:
        for _ in range(5):
            order(receiver.url())
        assert replace(deliveries, render=slowly).deliver_due() == 2
        assert deliveries.deliver_due() == 3
    assert len(receiver.requests) == 5


def test_a_message_or_log_holds_neither_secret_nor_body(
    deliveries: Deliveries,
    order: Order,
    accounts: Accounts,
    app: App,
    log: list[dict[str, object]],
    outbox: Outbox,
) -> None:
    with serving(BROKEN) as receiver:
        order(receiver.url("/hook?token=hush"))
        deliveries.deliver_due()
    said = f"{log}{outbox()}{deliveries!r}"
    assert "HTTP 500" in said
    assert "hush" not in said
    assert accounts.secret(app.id) not in said
