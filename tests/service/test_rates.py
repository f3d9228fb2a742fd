"""How often an app may do something."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.app import App, AppId, Operation, Quota, Rate
from hwamei.domain.errors import RateLimited
from hwamei.service.rates import SLOTS, Rates, Standing


@dataclass
class Watch:
    """A clock that a test sets."""

    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s


def app(*, times: int, period_s: int, name: str = "app_1") -> App:
    quota = Quota(rates={Operation.READ: Rate(times, period_s)})
    return App(AppId(name), "0" * 32, name, datetime(2026, 11, 1, tzinfo=UTC), quota=quota)


def admitted(rates: Rates, who: App) -> bool:
    try:
        rates.check(who, Operation.READ)
    except RateLimited:
        return False
    return True


def test_as_many_as_allowed_are_let_through_and_the_next_is_told_when_to_come_back() -> None:
    watch = Watch()
    rates = Rates(watch)
    who = app(times=3, period_s=60)
    assert [admitted(rates, who) for _ in range(4)] == [True, True, True, False]
    with pytest.raises(RateLimited) as refused:
        rates.check(who, Operation.READ)
    assert (refused.value.operation, refused.value.allowed, refused.value.period_s) == ("read", 3, 60)
    assert 60 <= refused.value.retry_after_s <= 62
    watch.now_s += refused.value.retry_after_s
    assert admitted(rates, who)


def test_apps_and_operations_are_counted_apart() -> None:
    rates = Rates(Watch())
    assert admitted(rates, app(times=1, period_s=1, name="a"))
    assert admitted(rates, app(times=1, period_s=1, name="b"))
    rates.check(app(times=1, period_s=1, name="a"), Operation.UPLOAD)  # no rate is set for it
    assert not admitted(rates, app(times=1, period_s=1, name="a"))


def test_a_new_quota_counts_from_the_next_request_on() -> None:
    rates = Rates(Watch())
    assert all(admitted(rates, app(times=5, period_s=60)) for _ in range(5))
    assert not admitted(rates, app(times=2, period_s=60))
    assert admitted(rates, app(times=6, period_s=60))
    assert admitted(rates, app(times=1, period_s=1))


def test_a_rate_that_allows_none_lets_none_through() -> None:
    assert not admitted(Rates(Watch()), app(times=0, period_s=60))


@given(
    times=st.integers(1, 8),
    period_s=st.sampled_from([1, 7, 60, 86_400]),
    steps=st.lists(st.floats(0, 1.2), min_size=1, max_size=80),
    start_s=st.floats(0, 1e9),
)
def test_there_are_never_more_than_allowed_in_any_period_and_no_refusal_without_need(
    times: int, period_s: int, steps: list[float], start_s: float
) -> None:
    """No period holds more; and who is refused has had his share in a period that is at most a slot longer."""
    watch = Watch(start_s)
    rates = Rates(watch)
    who = app(times=times, period_s=period_s)
    let_through: list[float] = []
    rounding_s = 1e-6 * period_s
    for step in steps:
        watch.now_s += step * period_s / times
        lately = [at for at in let_through if at > watch.now_s - period_s + rounding_s]
        nearly = [at for at in let_through if at > watch.now_s - period_s * (1 + 1 / SLOTS) - rounding_s]
        if admitted(rates, who):
            assert len(lately) < times
            let_through.append(watch.now_s)
        else:
            assert len(nearly) >= times


@given(times=st.integers(1, 5), period_s=st.integers(1, 86_400), start_s=st.floats(0, 1e9))
def test_who_comes_back_when_told_is_let_through(times: int, period_s: int, start_s: float) -> None:
    watch = Watch(start_s)
    rates = Rates(watch)
    who = app(times=times, period_s=period_s)
    for _ in range(times):
        rates.check(who, Operation.READ)
    with pytest.raises(RateLimited) as refused:
        rates.check(who, Operation.READ)
    watch.now_s += refused.value.retry_after_s
    assert admitted(rates, who)


CALL, TEN_A_MINUTE = "look", Rate(10, 60)


def looked(rates: Rates, who: App, rate: Rate = TEN_A_MINUTE) -> bool:
    try:
        rates.check_call(who, CALL, rate)
    except RateLimited:
        return False
    return True


@given(
    rate=st.sampled_from([TEN_A_MINUTE, Rate(1, 1), Rate(500, 60), Rate(30, 60)]),
    start_s=st.floats(0, 1e6),
    late_s=st.lists(st.floats(0, 0.99), min_size=1, max_size=50),
)
def test_who_asks_at_exactly_the_rate_of_a_call_is_never_refused(
    rate: Rate, start_s: float, late_s: list[float]
) -> None:
    """However late each request comes, up to a second."""
    watch = Watch(start_s)
    rates = Rates(watch)
    who = app(times=1, period_s=60)
    sent_s = (start_s + number * rate.period_s / rate.times for number in range(3 * rate.times + 3))
    for number, at_s in enumerate(sent_s):
        watch.now_s = max(watch.now_s, at_s + late_s[number % len(late_s)])
        assert looked(rates, who, rate)


def test_who_asks_more_often_than_a_call_allows_is_refused_and_told_when_to_come_back() -> None:
    watch = Watch()
    rates = Rates(watch)
    who = app(times=1, period_s=60)
    assert sum(looked(rates, who) for _ in range(100)) == 11
    with pytest.raises(RateLimited) as refused:
        rates.check_call(who, CALL, TEN_A_MINUTE)
    assert (refused.value.operation, refused.value.allowed, refused.value.period_s) == (CALL, 10, 60)
    watch.now_s += refused.value.retry_after_s
    assert looked(rates, who)


def test_calls_are_counted_apart_from_operations_and_for_each_app() -> None:
    rates = Rates(Watch())
    mine, theirs = app(times=1, period_s=60, name="a"), app(times=1, period_s=60, name="b")
    assert admitted(rates, mine)
    assert looked(rates, mine)
    assert not admitted(rates, mine)
    while looked(rates, mine):
        pass
    assert looked(rates, theirs)
    rates.check_call(mine, "listen", TEN_A_MINUTE)


def test_threads_together_get_no_more_than_allowed() -> None:
    rates = Rates(Watch())
    who = app(times=500, period_s=60)
    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(lambda _: admitted(rates, who), range(2000))) == 500


def test_nothing_is_kept_of_apps_that_have_gone_quiet() -> None:
    watch = Watch()
    rates = Rates(watch)
    for number in range(1000):
        watch.now_s += 1
        rates.check(app(times=10, period_s=10, name=f"app_{number}"), Operation.READ)
    assert rates.watched <= 12


def test_where_an_app_stands_is_told_without_counting() -> None:
    watch = Watch()
    rates, who = Rates(watch), app(times=3, period_s=60)
    assert rates.standing(who, Operation.READ) == Standing(3, 3, 0.0)
    assert admitted(rates, who)
    watch.now_s += 30
    assert admitted(rates, who)
    found = rates.standing(who, Operation.READ)
    assert found is not None
    assert (found.allowed, found.left) == (3, 1)
    assert 60 <= found.full_in_s <= 61
    watch.now_s += found.full_in_s
    assert rates.standing(who, Operation.READ) == Standing(3, 3, 0.0)
    assert rates.standing(who, Operation.UPLOAD) is None
