"""What an app has used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Measure(StrEnum):
    """What is counted."""

    CHARACTERS = "characters"
    SPEECH_MS = "speech_ms"
    TASKS = "tasks"
    SPOKEN_NOW = "spoken_now"
    TRAINING_JOBS = "training_jobs"
    TRAINING_MS = "training_ms"


@dataclass(frozen=True, slots=True)
class Usage:
    """Amounts in one calendar month (UTC), `month` as 2026-11."""

    month: str
    amounts: dict[Measure, int]


@dataclass(frozen=True, slots=True)
class Cost:
    """What something adds to a month's amounts, if they come to `at_most` then. `left_s`: until the month ends."""

    month: str
    amounts: Mapping[Measure, int]
    at_most: Mapping[Measure, int]
    left_s: float


def month_of(moment: datetime) -> str:
    """2026-11, by UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m")


def next_month(moment: datetime) -> datetime:
    """The first moment of the month after, UTC: when monthly amounts begin anew."""
    utc = moment.astimezone(UTC)
    years, month = divmod(utc.month, 12)
    return datetime(utc.year + years, month + 1, 1, tzinfo=UTC)
