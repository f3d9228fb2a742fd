"""What goes wrong with a request before the product is asked, as errors like all others."""

from __future__ import annotations

from collections.abc import Iterable

from hwamei.domain.errors import Failed, Refused


class NoSuchCall(Refused):
    """There is nothing at this address."""

    def __init__(self, *, path: str) -> None:
        self.path = path
        super().__init__(f"there is nothing at {path}; the calls there are stand in the documentation")


class WrongMethod(Refused):
    """The address is there, but not for this method."""

    def __init__(self, *, given: str, allowed: Iterable[str]) -> None:
        self.given, self.allowed = given, tuple(allowed)
        super().__init__(f"{given} is not possible here; use {' or '.join(self.allowed) or 'another method'}")


class NotJson(Refused):
    """A body that should be JSON and is not."""

    def __init__(self, *, position: int, problem: str) -> None:
        self.position, self.problem = position, problem
        super().__init__(f"the body is no JSON: {problem} at character {position}")


class BodyTooSlow(Refused):
    """A body that did not come in time."""

    def __init__(self, *, received_bytes: int, waited_s: float) -> None:
        self.received_bytes, self.waited_s = received_bytes, waited_s
        super().__init__(f"{received_bytes} bytes came in {waited_s:.0f} s, which is too slow; send the body faster")


class BodyCutOff(Refused):
    """A body that ended before it was complete."""

    def __init__(self, *, received_bytes: int) -> None:
        self.received_bytes = received_bytes
        super().__init__(f"the body was cut off after {received_bytes} bytes; send it again")


class RangeNotSatisfiable(Refused):
    """A part of a file that begins behind its end."""

    def __init__(self, *, given: str, size_bytes: int) -> None:
        self.given, self.size_bytes = given, size_bytes
        super().__init__(f"range {given} is not in a file of {size_bytes} bytes; ask for a part of it")


class Unexpected(Failed):
    """A fault in the server itself."""

    def __init__(self) -> None:
        super().__init__("a fault in the server; its log has more under the id of this request")
