"""The steps that make the tables."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from hwamei.domain.app import App
from hwamei.domain.errors import StoreUnavailable
from hwamei.domain.speech_task import Delivered
from hwamei.storage.sealing import Key
from hwamei.storage.sql import migrations, schema
from hwamei.storage.sql.database import Database, open_database
from hwamei.storage.sql.job_rows import job_columns
from hwamei.storage.sql.migrate import pending, upgrade
from hwamei.storage.sql.schema import metadata
from hwamei.storage.sql.stores import open_stores
from hwamei.storage.sql.task_rows import task_columns
from hwamei.storage.sql.voice_rows import voice_columns
from tests.postgres import Cluster
from tests.storage_sql.conftest import DATABASES
from tests.storage_sql.things import a_job, a_result, a_task, a_voice, a_voiceprint, an_app

LAYOUT = {
    # Everything that a database says about its tables, as it says it.
    "sqlite": ["SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"],
    "postgresql": [
        "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
        " WHERE table_schema = 'public'",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace",
    ],
}


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'deep' / 'empty.db'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    url = cluster.new_database("template1")
    yield url
    cluster.drop(url)


def layout(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as connection:
        statements = LAYOUT[connection.dialect.name]
        rows = [tuple(row) for statement in statements for row in connection.execute(sa.text(statement))]
    ours = [row for row in rows if "alembic" not in str(row)]
    return sorted((tuple(map(_in_any_order, row)) for row in ours), key=repr)


def _in_any_order(told: object) -> object:
    """SQLite tells the statement that made a table, one column or constraint a line; a column that was added later
    stands behind another one."""
    if not isinstance(told, str) or "\n" not in told:
        return told
    return sorted(part for line in re.split(r"\n|, ", told) if (part := line.strip(" \t,")))


def steps() -> list[str]:
    folder = Path(str(migrations.__file__)).parent / "versions"
    return sorted(path.stem[:4] for path in folder.glob("[0-9]*.py"))


def test_a_new_database_lacks_all_steps_and_an_upgraded_one_none(empty_url: str) -> None:
    assert list(pending(empty_url)) == steps()
    upgrade(empty_url)
    assert list(pending(empty_url)) == []


def test_upgrading_twice_is_no_harm(empty_url: str) -> None:
    upgrade(empty_url)
    with open_database(empty_url) as database:
        before = layout(database)
        upgrade(empty_url)
        assert layout(database) == before


def test_all_steps_together_make_the_tables_that_the_code_uses(empty_url: str) -> None:
    upgrade(empty_url)
    with open_database(empty_url) as database:
        with database.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        by_steps = layout(database)
        with database.writing() as connection:
            metadata.drop_all(connection)
            metadata.create_all(connection)
        assert by_steps == layout(database)


def test_several_processes_may_upgrade_at_once(empty_url: str) -> None:
    program = f"from hwamei.storage.sql.migrate import upgrade; upgrade({empty_url!r})"
    started = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) for _ in range(3)]
    ended = [(process.communicate()[1], process.returncode) for process in started]
    assert ended == [(b"", 0)] * 3
    assert list(pending(empty_url)) == []


def test_an_upgrade_that_fails_leaves_nothing_behind(empty_url: str) -> None:
    with open_database(empty_url) as database:
        with database.writing() as connection:
            connection.execute(sa.text("CREATE TABLE voice_files (in_the_way INTEGER)"))
        before = layout(database)
        with pytest.raises(StoreUnavailable, match="voice_files"):
            upgrade(empty_url)
        assert layout(database) == before
    assert list(pending(empty_url)) == steps()


def test_what_was_kept_before_there_were_styles_and_takes_is_there_after_an_upgrade(empty_url: str, key: Key) -> None:
    app = an_app()
    voice = a_voice(app, voiceprint=a_voiceprint())
    task = a_task(app, delivered=Delivered("mp3"), result=a_result())
    kept = [
        (schema.voices, voice_columns(voice), {"style_of", "picture_file_id", "stand_in", "stand_in_arrays"}),
        (schema.tasks, _as_they_were(task_columns(task)), {"run"}),
    ]
    with open_database(empty_url) as database:
        _upgrade_to_before(database, "0004")
        with database.writing() as connection:
            connection.execute(sa.insert(schema.apps), _app_as_it_was(app))
            for table, columns, later in kept:
                earlier = {name: value for name, value in columns.items() if name not in later}
                connection.execute(sa.insert(table), earlier)
        upgrade(empty_url)
        stores = open_stores(database, key)
        assert stores.voices.get(app.id, voice.id) == voice
        assert stores.tasks.get(app.id, task.id) == task


def test_an_app_and_a_job_that_were_kept_before_there_were_several_engines_name_none(empty_url: str, key: Key) -> None:
    app, voice = an_app(), a_voice(an_app(), voiceprint=a_voiceprint())
    job = a_job(voice)
    with open_database(empty_url) as database:
        _upgrade_to_before(database, "0005")
        with database.writing() as connection:
            connection.execute(sa.insert(schema.apps), _app_as_it_was(app))
            for table, columns, later in (
                (schema.voices, voice_columns(voice), {"stand_in", "stand_in_arrays"}),
                (schema.jobs, job_columns(job), {"engine"}),
            ):
                earlier = {name: value for name, value in columns.items() if name not in later}
                connection.execute(sa.insert(table), earlier)
        upgrade(empty_url)
        stores = open_stores(database, key)
        found = stores.apps.get(app.id)
        assert (found.engine, found.stand_in) == (None, False)
        assert stores.jobs.get(app.id, job.id).engine is None
        assert stores.voices.get(app.id, voice.id).stand_in is None


def _app_as_it_was(app: App) -> dict[str, Any]:
    """The row of an app before it chose an engine."""
    names = ("id", "project_id", "name", "created_at", "disabled")
    quota = {
        **asdict(app.quota),
        "rates": {name: [rate.times, rate.period_s] for name, rate in app.quota.rates.items()},
    }
    secrets = {"key_sha256": b"key", "sealed_secret": b"secret"}
    return {name: getattr(app, name) for name in names} | {"quota": quota} | secrets


def _as_they_were(columns: dict[str, Any]) -> dict[str, Any]:
    """The row of a task as it was before takes, segments' own files and several engines."""
    for plain, name in (
        (columns["delivered"], "each_segment"),
        (columns["result"], "segment_file_ids"),
        (columns["result"], "engines"),
        *((segment, "take") for segment in columns["segments"]),
    ):
        del plain[name]
    return columns


def _upgrade_to_before(database: Database, step: str) -> None:
    config = Config()
    config.set_main_option("script_location", "hwamei.storage.sql:migrations")
    before = ScriptDirectory.from_config(config).get_revision(step).down_revision
    assert isinstance(before, str)
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, before)


def test_the_steps_follow_one_another_without_a_gap() -> None:
    assert steps() == [f"{number:04}" for number in range(1, len(steps()) + 1)]
