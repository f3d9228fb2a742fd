"""What an app uses, against what it may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hwamei.domain.app import App
from hwamei.domain.usage import Cost, Measure, month_of, next_month
from hwamei.ports import Clock, UsageStore


@dataclass(frozen=True)
class Spending:
    """Writes down what is used. Safe from many threads."""

    store: UsageStore
    clock: Clock

    def spend(self, app: App, amounts: Mapping[Measure, int]) -> None:
        """Add to this month's amounts. Raises QuotaUsedUp, which says when the month ends, and adds nothing then."""
        self.store.spend(app.id, self.cost(app, amounts))

    def cost(self, app: App, amounts: Mapping[Measure, int]) -> Cost:
        """What would be spent, for whoever writes it down with something else."""
        now = self.clock()
        allowed = app.quota.characters_per_month
        limits = {} if allowed is None else {Measure.CHARACTERS: allowed}
        return Cost(month_of(now), amounts, limits, (next_month(now) - now).total_seconds())
