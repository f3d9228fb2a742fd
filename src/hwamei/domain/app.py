"""Apps: who may use a server, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

AppId = NewType("AppId", str)

MAX_APP_NAME_CHARACTERS = 100


class Operation(StrEnum):
    """What is counted against a rate limit."""

    READ = "read"
    CREATE_VOICE = "create_voice"
    CREATE_TASK = "create_task"
    SPEAK_NOW = "speak_now"
    UPLOAD = "upload"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `times` in any `period_s` seconds."""

    times: int
    period_s: int


def _usual_rates() -> dict[Operation, Rate]:
    return {
        Operation.READ: Rate(60_000, 60),
        Operation.CREATE_VOICE: Rate(60, 60),
        Operation.CREATE_TASK: Rate(12_000, 60),
        Operation.SPEAK_NOW: Rate(600, 60),
        Operation.UPLOAD: Rate(600, 60),
        Operation.CHANGE: Rate(6_000, 60),
    }


@dataclass(frozen=True, slots=True)
class Quota:
    """What an app may use. Generous unless the operator says otherwise; None: no limit.

    `waiting_tasks`: not finished yet; `retention_days`: how long results and finished tasks are kept, None for ever.
    """

    rates: dict[Operation, Rate] = field(default_factory=_usual_rates)
    voices: int | None = 10_000
    waiting_tasks: int | None = 50_000
    characters_per_month: int | None = None
    retention_days: int | None = None


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """Which engine an app's voices are made for, None: the server's; and whether another one may stand in."""

    name: str | None
    stand_in: bool


THE_SERVERS = EngineChoice(None, stand_in=False)


@dataclass(frozen=True, slots=True)
class App:
    """A tenant. Its secret and key are not in here: see Credentials.

    `engine`: that makes its voices where it names none, None: the server's; `stand_in`: whether another engine may
    speak for a voice whose own is missing or down.
    """

    id: AppId
    project_id: str
    name: str
    created_at: datetime
    disabled: bool = False
    quota: Quota = Quota()
    engine: str | None = None
    stand_in: bool = False


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an app proves itself with. Shown when made and never again: the key is kept as a hash only."""

    app_id: AppId
    project_id: str
    secret: str = field(repr=False)
    api_key: str = field(repr=False)
