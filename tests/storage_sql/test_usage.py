"""What every store of usage does."""

from __future__ import annotations

import pytest

from hwamei.domain.app import App, AppId
from hwamei.domain.errors import NotFound, QuotaUsedUp
from hwamei.domain.listing import PageRequest
from hwamei.domain.speech_task import TaskFilter
from hwamei.domain.usage import Cost, Measure, Usage
from hwamei.storage.sql.stores import Stores
from tests.storage_sql.things import a_task

MONTH = "2026-11"


def used(stores: Stores, app: App, month: str = MONTH) -> dict[Measure, int]:
    return {measure: amount for measure, amount in stores.usage.get(app.id, month).amounts.items() if amount}


def test_nothing_used_is_zero_of_everything(stores: Stores, app: App) -> None:
    assert stores.usage.get(app.id, MONTH) == Usage(MONTH, dict.fromkeys(Measure, 0))


def test_amounts_add_up_month_by_month(stores: Stores, app: App, other: App) -> None:
    stores.usage.add(app.id, MONTH, {Measure.CHARACTERS: 5, Measure.TASKS: 1})
    stores.usage.add(app.id, MONTH, {Measure.CHARACTERS: 2**40})
    stores.usage.add(app.id, "2026-12", {Measure.CHARACTERS: 7})
    stores.usage.add(other.id, MONTH, {Measure.SPEECH_MS: 9})
    assert used(stores, app) == {Measure.CHARACTERS: 2**40 + 5, Measure.TASKS: 1}
    assert used(stores, app, "2026-12") == {Measure.CHARACTERS: 7}
    assert used(stores, other) == {Measure.SPEECH_MS: 9}


def cost(**amounts: int) -> Cost:
    return Cost(MONTH, {Measure(name): amount for name, amount in amounts.items()}, {Measure.CHARACTERS: 10}, 60.0)


def test_what_would_be_too_much_is_refused_wholly(stores: Stores, app: App) -> None:
    stores.usage.spend(app.id, cost(characters=6))
    with pytest.raises(QuotaUsedUp) as refusal:
        stores.usage.spend(app.id, cost(tasks=1, characters=5))
    assert (refusal.value.what, refusal.value.used, refusal.value.allowed) == ("characters", 6, 10)
    assert refusal.value.retry_after_s == 60.0
    assert used(stores, app) == {Measure.CHARACTERS: 6}
    stores.usage.spend(app.id, cost(characters=4))


def test_a_task_and_its_cost_are_kept_together_or_not_at_all(stores: Stores, app: App) -> None:
    task = stores.tasks.add(app.id, a_task(app, idempotency_key="k"), cost=cost(characters=6, tasks=1))
    again = stores.tasks.add(app.id, a_task(app, idempotency_key="k"), cost=cost(characters=6, tasks=1))
    assert again.id == task.id
    with pytest.raises(QuotaUsedUp):
        stores.tasks.add(app.id, a_task(app), cost=cost(characters=5, tasks=1))
    assert used(stores, app) == {Measure.CHARACTERS: 6, Measure.TASKS: 1}
    assert stores.tasks.list(app.id, TaskFilter(), PageRequest()).total == 1


def test_what_was_counted_too_early_can_be_taken_back(stores: Stores, app: App) -> None:
    stores.usage.add(app.id, MONTH, {Measure.CHARACTERS: 6})
    stores.usage.add(app.id, MONTH, {Measure.CHARACTERS: -6})
    assert used(stores, app) == {}


def test_an_unknown_app_uses_nothing(stores: Stores) -> None:
    with pytest.raises(NotFound):
        stores.usage.add(AppId("nobody"), MONTH, {Measure.TASKS: 1})
