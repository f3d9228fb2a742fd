"""What an app uses, against what it may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hwamei.domain.app import App
from hwamei.domain.errors import QuotaUsedUp
from hwamei.domain.usage import Measure, month_of, next_month
from hwamei.ports import Clock, UsageStore


@dataclass(frozen=True)
class Spending:
    """Writes down what is used. Safe from many threads."""

    store: UsageStore
    clock: Clock

    def spend(self, app: App, amounts: Mapping[Measure, int]) -> None:
        """Add to this month's amounts. Raises QuotaUsedUp, which says when the month ends, and adds nothing then."""
        now = self.clock()
        allowed = app.quota.characters_per_month
        limits = {} if allowed is None else {Measure.CHARACTERS: allowed}
        try:
            self.store.add(app.id, month_of(now), amounts, at_most=limits)
        except QuotaUsedUp as error:
            left_s = (next_month(now) - now).total_seconds()
            raise QuotaUsedUp(what=error.what, used=error.used, allowed=error.allowed, retry_after_s=left_s) from error
