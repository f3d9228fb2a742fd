"""A database that goes away under load and comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event, Thread
from uuid import UUID

import pytest

from hwamei.domain.app import App
from hwamei.domain.errors import StoreUnavailable
from hwamei.domain.listing import PageRequest
from hwamei.domain.speech_task import TaskFilter
from hwamei.storage.sealing import Key
from hwamei.storage.sql.database import open_database
from hwamei.storage.sql.stores import Stores, open_stores
from tests.postgres import Cluster, running_cluster
from tests.storage_sql.things import a_task, an_app, credentials_of

LOADERS = 4
WITHIN_S = 60.0


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """Not the one of all tests: it is about to be stopped."""
    with running_cluster() as running:
        yield running


class Load:
    """Threads that add tasks until they are told to stop."""

    def __init__(self, stores: Stores, app: App) -> None:
        self._stores, self._app = stores, app
        self._stop = Event()
        self.kept: list[UUID] = []
        self.failures: list[StoreUnavailable] = []
        self._threads = [Thread(target=self._run) for _ in range(LOADERS)]
        for thread in self._threads:
            thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            task = a_task(self._app)
            try:
                self._stores.tasks.add(self._app.id, task)
                assert self._stores.tasks.get(self._app.id, task.id) == task
                self.kept.append(task.id)
            except StoreUnavailable as error:
                self.failures.append(error)
                self._stop.wait(0.01)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def _until_more(things: list[UUID] | list[StoreUnavailable]) -> None:
    wanted, give_up_at_s = len(things) + 20, time.monotonic() + WITHIN_S
    while len(things) < wanted:
        assert time.monotonic() < give_up_at_s, "nothing happens any more"
        time.sleep(0.02)


def test_calls_fail_while_the_database_is_gone_and_work_again_when_it_is_back(own_cluster: Cluster) -> None:
    with open_database(own_cluster.new_database()) as database:
        stores, app = open_stores(database, Key(b"k" * 32)), an_app()
        stores.apps.add(app, credentials_of(app))
        load = Load(stores, app)
        try:
            for _ in range(2):
                _until_more(load.kept)
                own_cluster.stop()
                _until_more(load.failures)
                own_cluster.start()
                _until_more(load.kept)
        finally:
            load.stop()
        # A task whose acknowledgement was lost may be there too; none that was acknowledged is missing.
        page = stores.tasks.list(app.id, TaskFilter(), PageRequest(limit=1))
        assert page.total >= len(load.kept)
        for task_id in load.kept:
            stores.tasks.get(app.id, task_id)
