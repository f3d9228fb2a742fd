"""What breaks a rule of this vendor's protocol and of no other."""

from __future__ import annotations

from hwamei.domain.errors import Refused


class Declined(Refused):
    """A request that the protocol refuses. `code`: one of `errors.CODES`; `field`: which part of the body."""

    def __init__(self, *, code: str, problem: str = "", field: str = "") -> None:
        self.code, self.problem, self.field = code, problem, field
        super().__init__(problem or code)
