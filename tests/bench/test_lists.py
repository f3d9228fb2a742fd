"""The tasks that lists are measured with."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from bench.lists import APP, FILTERS, FIRST_PAGE, NOW, fill
from hwamei.domain.app import App, Credentials
from hwamei.domain.speech_task import TaskState
from hwamei.storage.sealing import Key
from hwamei.storage.sql.database import open_database
from hwamei.storage.sql.migrate import upgrade
from hwamei.storage.sql.schema import tasks
from hwamei.storage.sql.stores import open_stores


@pytest.mark.parametrize("number", [100, 3_000])
def test_as_many_tasks_are_made_as_wanted_and_their_counts_are_true(tmp_path: Path, number: int) -> None:
    url = f"sqlite:///{tmp_path / 'hwamei.db'}"
    upgrade(url)
    with open_database(url) as database:
        stores = open_stores(database, Key(bytes(32)))
        stores.apps.add(App(APP, "bench", "bench", NOW), Credentials(APP, "bench", "secret", "key"))
        fill(database, stores, number)
        assert stores.tasks.list(APP, FILTERS["no filter"], FIRST_PAGE).total == number
        for which in FILTERS.values():
            found = stores.tasks.list(APP, which, FIRST_PAGE)
            wanted = sa.and_(
                tasks.c.state.in_(which.states or list(TaskState)),
                tasks.c.created_at >= (which.created.since or NOW.replace(year=2000)),
                tasks.c.created_at < (which.created.until or NOW.replace(year=3000)),
            )
            with database.reading() as connection:
                counted = connection.execute(sa.select(sa.func.count()).where(wanted).select_from(tasks)).scalar_one()
            assert found.total == counted
            assert len(found.items) == FIRST_PAGE.limit
