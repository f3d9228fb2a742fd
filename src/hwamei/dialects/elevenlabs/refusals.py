"""What breaks a rule of this vendor's protocol and of no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hwamei.domain.errors import Refused


class Declined(Refused):
    """A request that the protocol refuses. `code`: one of `errors.CODES`; `param`: which part of the request."""

    def __init__(self, *, code: str, problem: str, param: str = "") -> None:
        self.code, self.problem, self.param = code, problem, param
        super().__init__(problem)


class NotValid(Refused):
    """A request whose parts have not the shape that they should have: `type`, `loc` and `msg` of each."""

    def __init__(self, *, problems: Sequence[Mapping[str, object]]) -> None:
        self.problems = problems
        super().__init__("the request has not the shape that it should have")
