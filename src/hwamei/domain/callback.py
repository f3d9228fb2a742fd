"""Telling an app's own server that something is finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hwamei.domain.app import AppId

GIVE_UP_AFTER = timedelta(hours=24)
FIRST_RETRY_AFTER = timedelta(seconds=5)
LONGEST_RETRY_AFTER = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class CallbackOrder:
    """Where to tell, and how: `dialect` names who renders the body, `extra` is what only that dialect understands."""

    url: str
    dialect: str
    extra: Mapping[str, object] = field(default_factory=dict)


class CallbackState(StrEnum):
    """Where a callback stands."""

    DUE = "due"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Callback:
    """One thing to tell. `subject`: `speech_task` or `training_job`; its id is what the body is rendered from."""

    id: UUID
    app_id: AppId
    order: CallbackOrder
    subject: str
    subject_id: UUID
    created_at: datetime
    due_at: datetime
    state: CallbackState = CallbackState.DUE
    attempts: int = 0
    problem: str | None = None


def next_attempt_at(callback: Callback, now: datetime) -> datetime | None:
    """When to try again after a failure now: twice as long after each, up to two hours; None: it has been a day."""
    wait = min(FIRST_RETRY_AFTER * 2 ** min(callback.attempts, 20), LONGEST_RETRY_AFTER)
    return None if now + wait > callback.created_at + GIVE_UP_AFTER else now + wait
