"""A SQLite file that several processes use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

from hwamei.storage.sql.database import open_database
from hwamei.storage.sql.migrate import pending, upgrade

ANOTHER_PROCESS = """
import sys
import sqlalchemy as sa
from hwamei.storage.sql.database import open_database

with open_database(sys.argv[1]) as database, database.writing() as connection:
    connection.execute(sa.text("INSERT INTO seen VALUES ('there')"))
"""


def test_looking_whether_a_database_is_up_to_date_takes_no_locks_from_who_uses_it(tmp_path: Path) -> None:
    """Else the next process that goes would take the log away that this one still writes into."""
    url = f"sqlite:///{tmp_path / 'hwamei.db'}"
    upgrade(url)
    with open_database(url) as database:
        with database.writing() as connection:
            connection.execute(sa.text("CREATE TABLE seen (what TEXT)"))
        for _ in range(3):
            assert pending(url) == []
            subprocess.run([sys.executable, "-c", ANOTHER_PROCESS, url], check=True)
            with database.writing() as connection:
                connection.execute(sa.text("INSERT INTO seen VALUES ('here')"))
        with database.reading() as connection:
            assert connection.execute(sa.text("SELECT what FROM seen ORDER BY what")).scalars().all() == [
                *("here",) * 3,
                *("there",) * 3,
            ]
            assert connection.execute(sa.text("PRAGMA integrity_check")).scalar_one() == "ok"
