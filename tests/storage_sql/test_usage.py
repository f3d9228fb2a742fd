"""What every store of usage does."""

from __future__ import annotations

import pytest

from hwamei.domain.app import App, AppId
from hwamei.domain.errors import NotFound, QuotaUsedUp
from hwamei.domain.usage import Measure, Usage
from hwamei.storage.sql.stores import Stores

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


def test_what_would_be_too_much_is_refused_wholly(stores: Stores, app: App) -> None:
    stores.usage.add(app.id, MONTH, {Measure.CHARACTERS: 6}, at_most={Measure.CHARACTERS: 10})
    with pytest.raises(QuotaUsedUp) as refusal:
        stores.usage.add(app.id, MONTH, {Measure.TASKS: 1, Measure.CHARACTERS: 5}, at_most={Measure.CHARACTERS: 10})
    assert (refusal.value.what, refusal.value.used, refusal.value.allowed) == ("characters", 6, 10)
    assert used(stores, app) == {Measure.CHARACTERS: 6}
    stores.usage.add(app.id, MONTH, {Measure.CHARACTERS: 4}, at_most={Measure.CHARACTERS: 10})


def test_what_was_counted_too_early_can_be_taken_back(stores: Stores, app: App) -> None:
    stores.usage.add(app.id, MONTH, {Measure.CHARACTERS: 6})
    stores.usage.add(app.id, MONTH, {Measure.CHARACTERS: -6})
    assert used(stores, app) == {}


def test_an_unknown_app_uses_nothing(stores: Stores) -> None:
    with pytest.raises(NotFound):
        stores.usage.add(AppId("nobody"), MONTH, {Measure.TASKS: 1})
