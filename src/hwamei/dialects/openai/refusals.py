"""What breaks a rule of this vendor's protocol and of no other."""

from __future__ import annotations

from hwamei.domain.errors import Refused


class Declined(Refused):
    """A request that the protocol refuses. `code`: for programs; `param`: which part of the request."""

    def __init__(self, *, code: str, param: str, problem: str) -> None:
        self.code, self.param = code, param
        super().__init__(problem)


class ModelNotFound(Refused):
    """No model has this name."""

    def __init__(self, *, given: str) -> None:
        self.given = given
        super().__init__(f"The model `{given[:100]}` does not exist or you do not have access to it.")


class VoiceNotKnown(Refused):
    """Nobody by this id or name can speak. Where a voice is looked at or deleted, that is NotFound."""

    def __init__(self, *, given: str) -> None:
        self.given = given
        super().__init__(f"no voice has the id or name {given[:100]!r}; GET /v1/audio/voices lists those there are")
