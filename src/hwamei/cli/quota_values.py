"""Quotas as a person writes them: `voices=100`, `characters_per_month=none`, `rates.read=600/60`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from hwamei.domain.app import Operation, Quota, Rate
from hwamei.domain.errors import BadField, Unknown

NO_LIMIT = "none"
_RATES = "rates"
_RATE = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")


def shown(quota: Quota) -> dict[str, int | str | None]:
    """Each limit under the name by which it is set; None: no limit."""
    values: dict[str, int | str | None] = {
        field.name: getattr(quota, field.name) for field in fields(quota) if field.name != _RATES
    }
    for operation in Operation:
        rate = quota.rates.get(operation)
        values[f"{_RATES}.{operation}"] = None if rate is None else f"{rate.times}/{rate.period_s}"
    return values


def changed(quota: Quota, settings: Sequence[str]) -> Quota:
    """The quota with these limits. Raises Unknown, BadField."""
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or name not in shown(quota):
            raise Unknown(what="limit", given=name, known=[f"{each}=…" for each in shown(quota)])
        if name.startswith(f"{_RATES}."):
            quota = _with_rate(quota, Operation(name.removeprefix(f"{_RATES}.")), name, value)
        else:
            number: dict[str, Any] = {name: _number(name, value)}
            quota = replace(quota, **number)
    return quota


def _with_rate(quota: Quota, operation: Operation, name: str, value: str) -> Quota:
    rates = {other: rate for other, rate in quota.rates.items() if other is not operation}
    if value != NO_LIMIT:
        match = _RATE.fullmatch(value)
        if match is None:
            problem = f"write it as times/seconds, such as 600/60, or {NO_LIMIT}"
            raise BadField(name=name, given=value, problem=problem)
        rates[operation] = Rate(int(match[1]), int(match[2]))
    return replace(quota, rates=rates)


def _number(name: str, value: str) -> int | None:
    if value == NO_LIMIT:
        return None
    if not re.fullmatch(r"[0-9]{1,15}", value):
        problem = f"write a whole number, or {NO_LIMIT}"
        raise BadField(name=name, given=value, problem=problem)
    return int(value)
