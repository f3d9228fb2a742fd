"""Bringing a database to the tables of this version. Forward only."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from hwamei.storage.sql.database import open_database

_SCRIPTS = "hwamei.storage.sql:migrations"
_LOCK = 0x48_77_61_6D_65_69  # any number of our own: "Hwamei"


def upgrade(url: str) -> None:
    """Run the steps that are missing, all or none. Two processes may do this at once: one waits, then finds it done.

    Raises StoreUnavailable.
    """
    with open_database(url) as database, database.writing() as connection:
        if not database.is_sqlite:  # there, who writes is alone
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def pending(url: str) -> Sequence[str]:
    """The steps that are missing, the first one first. Raises StoreUnavailable."""
    with open_database(url) as database, database.reading() as connection:
        done = MigrationContext.configure(connection).get_current_revision()
    steps = ScriptDirectory.from_config(_config()).iterate_revisions("head", done or "base")
    return [step.revision for step in steps][::-1]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    return config
