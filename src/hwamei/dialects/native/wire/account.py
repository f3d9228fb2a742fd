"""The app itself: what it may, what it used, its reading dictionaries."""

from __future__ import annotations

from typing import Self

from hwamei.dialects.native.wire.values import Moment, Text, Wire
from hwamei.domain.app import App, Quota
from hwamei.domain.usage import Usage
from hwamei.ports import LexiconVersion


class RateOut(Wire):
    """At most `times` in any `period_s` seconds."""

    times: int
    period_s: int


class QuotaOut(Wire):
    """What the app may use; null: no limit."""

    rates: dict[str, RateOut]
    voices: int | None
    waiting_tasks: int | None
    characters_per_month: int | None
    retention_days: int | None

    @classmethod
    def of(cls, quota: Quota) -> Self:
        """The quota as it is shown."""
        plain = {name: getattr(quota, name) for name in cls.model_fields if name != "rates"}
        rates = {name: RateOut(times=rate.times, period_s=rate.period_s) for name, rate in quota.rates.items()}
        return cls(rates=rates, **plain)


class AppOut(Wire):
    """The app that the key belongs to."""

    id: str
    project_id: str
    name: str
    created_at: Moment
    quota: QuotaOut

    @classmethod
    def of(cls, app: App) -> Self:
        """The app as it is shown."""
        return cls(
            id=app.id,
            project_id=app.project_id,
            name=app.name,
            created_at=app.created_at,
            quota=QuotaOut.of(app.quota),
        )


class UsageOut(Wire):
    """What was used in a month (UTC)."""

    month: str
    amounts: dict[str, int]

    @classmethod
    def of(cls, usage: Usage) -> Self:
        """The usage as it is shown."""
        return cls(month=usage.month, amounts={str(name): amount for name, amount in usage.amounts.items()})


class LexiconBody(Wire):
    """A reading dictionary: one entry a line, `written<TAB>reading`."""

    text: Text


class LexiconSummary(Wire):
    """A version of a reading dictionary, without its text."""

    name: str
    version: int
    created_at: Moment

    @classmethod
    def of(cls, lexicon: LexiconVersion) -> Self:
        """The version as it is shown."""
        return cls(name=lexicon.name, version=lexicon.version, created_at=lexicon.created_at)


class LexiconOut(LexiconSummary):
    """A version of a reading dictionary."""

    text: str

    @classmethod
    def of(cls, lexicon: LexiconVersion) -> Self:
        """The version as it is shown."""
        return cls(name=lexicon.name, version=lexicon.version, created_at=lexicon.created_at, text=lexicon.text)


class Lexicons(Wire):
    """The newest version of each reading dictionary, by name."""

    lexicons: list[LexiconSummary]
