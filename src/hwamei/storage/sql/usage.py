"""What apps have used, month by month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.errors import QuotaUsedUp
from hwamei.domain.usage import Measure, Usage
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.holding import hold_app
from hwamei.storage.sql.schema import usage
from hwamei.storage.sql.upsert import put


class SqlUsage:
    """A UsageStore in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, app_id: AppId, month: str, amounts: Mapping[Measure, int], *, at_most: Mapping[Measure, int] | None = None
    ) -> None:
        """Add to the amounts. Raises QuotaUsedUp, and adds nothing, where that would be more than `at_most`."""
        rows = [
            {"app_id": app_id, "month": month, "measure": measure.value, "amount": amount}
            for measure, amount in amounts.items()
        ]
        with self._database.writing() as connection:
            hold_app(connection, app_id)
            used = _used(connection, app_id, month)
            for measure, allowed in (at_most or {}).items():
                there = used.get(measure, 0)
                if there + amounts.get(measure, 0) > allowed:
                    raise QuotaUsedUp(what=measure.value, used=there, allowed=allowed, retry_after_s=None)
            if rows:
                put(connection, usage, rows, changing=_added)

    def get(self, app_id: AppId, month: str) -> Usage:
        """Zero where nothing was used."""
        with self._database.reading() as connection:
            used = _used(connection, app_id, month)
        return Usage(month, {measure: used.get(measure, 0) for measure in Measure})


def _added(new: Any) -> dict[str, Any]:
    return {"amount": usage.c.amount + new.amount}


def _used(connection: sa.Connection, app_id: AppId, month: str) -> dict[Measure, int]:
    mine = sa.select(usage.c.measure, usage.c.amount).where(usage.c.app_id == app_id, usage.c.month == month)
    return {Measure(row.measure): row.amount for row in connection.execute(mine)}
