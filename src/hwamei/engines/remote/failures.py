"""What can go wrong with one server, before it is decided what that means for who asked.

Fault
├── Unreachable     it does not answer, or not in time: another may
├── Busy            it has no room now; `retry_after_s` says when it may
├── Broken          it failed, or its answer makes no sense: another may do better
└── Declined        it will not do this; `status` is its HTTP status
"""

from __future__ import annotations


class Fault(Exception):
    """The root. `problem`: what happened, in words without keys and without what was to be spoken."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


class Unreachable(Fault):
    """It does not answer."""


class Broken(Fault):
    """It answers with a fault of its own, or with what is no answer."""


class Busy(Fault):
    """It has no room now."""

    def __init__(self, problem: str, *, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(problem)


class Declined(Fault):
    """It will not do this."""

    def __init__(self, problem: str, *, status: int) -> None:
        self.status = status
        super().__init__(problem)
