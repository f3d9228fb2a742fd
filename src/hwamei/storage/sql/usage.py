"""What apps have used, month by month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.errors import QuotaUsedUp
from hwamei.domain.usage import Cost, Measure, Usage
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.holding import hold_app
from hwamei.storage.sql.schema import usage
from hwamei.storage.sql.upsert import put


class SqlUsage:
    """A UsageStore in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, app_id: AppId, month: str, amounts: Mapping[Measure, int]) -> None:
        """Add to the amounts."""
        self.spend(app_id, Cost(month, amounts, {}, 0.0))

    def spend(self, app_id: AppId, cost: Cost) -> None:
        """Add to the amounts. Raises QuotaUsedUp, and adds nothing, where that would be more than is allowed."""
        with self._database.writing() as connection:
            hold_app(connection, app_id)
            write_down(connection, app_id, cost)

    def get(self, app_id: AppId, month: str) -> Usage:
        """Zero where nothing was used."""
        with self._database.reading() as connection:
            used = _used(connection, app_id, month)
        return Usage(month, {measure: used.get(measure, 0) for measure in Measure})


def write_down(connection: sa.Connection, app_id: AppId, cost: Cost) -> None:
    """Add to the amounts of an app that is held, as a step of a transaction. Raises QuotaUsedUp."""
    used = _used(connection, app_id, cost.month) if cost.at_most else {}
    for measure, allowed in cost.at_most.items():
        there = used.get(measure, 0)
        if there + cost.amounts.get(measure, 0) > allowed:
            raise QuotaUsedUp(what=measure.value, used=there, allowed=allowed, retry_after_s=cost.left_s)
    rows = [
        {"app_id": app_id, "month": cost.month, "measure": measure.value, "amount": amount}
        for measure, amount in cost.amounts.items()
    ]
    if rows:
        put(connection, usage, rows, changing=_added)


def _added(new: Any) -> dict[str, Any]:
    return {"amount": usage.c.amount + new.amount}


def _used(connection: sa.Connection, app_id: AppId, month: str) -> dict[Measure, int]:
    mine = sa.select(usage.c.measure, usage.c.amount).where(usage.c.app_id == app_id, usage.c.month == month)
    return {Measure(row.measure): row.amount for row in connection.execute(mine)}
