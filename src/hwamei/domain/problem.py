"""Why a job, a task or a voice failed, as it is stored and shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hwamei.domain.errors import (
    EngineDown,
    Failed,
    HwameiError,
    ModelDamaged,
    ModelMissing,
    NotFetched,
    ReferenceRefused,
    RefusalReason,
    Refused,
    TooBusy,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """`code`: the error's class in snake case, for programs; `text`: for people; `callers`: the caller can mend it;
    `reason`: why a recording cannot make a voice, where that is what went wrong."""

    code: str
    text: str
    callers: bool
    reason: RefusalReason | None = None

    @classmethod
    def of(cls, error: HwameiError) -> Problem:
        """The error as a problem."""
        reason = error.reason if isinstance(error, ReferenceRefused) else None
        return cls(code_of(type(error)), str(error), isinstance(error, Refused), reason)


def code_of(kind: type[Exception]) -> str:
    """`VoiceNotFound` → `voice_not_found`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind.__name__).lower()


def may_pass(error: BaseException) -> bool:
    """Whether trying again may help: not for what the caller must mend, nor for damage on our side. Work that can wait
    waits where somebody else, such as another machine, has no room now."""
    if isinstance(error, NotFetched):
        return error.may_pass
    if isinstance(error, EngineDown) and isinstance(error.__cause__, HwameiError):
        return may_pass(error.__cause__)
    return isinstance(error, Failed | OSError | TooBusy) and not isinstance(error, ModelMissing | ModelDamaged)
