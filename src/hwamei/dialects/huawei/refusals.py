"""What this vendor's protocol refuses by itself."""

from __future__ import annotations

from hwamei.domain.errors import NotSignedIn, Refused


class SignatureRefused(NotSignedIn):
    """A request whose signature or token is missing, wrong or too old. `reason`: in the gateway's words."""

    def __init__(self, *, reason: str) -> None:
        super().__init__()
        self.reason = reason


class NotAToken(Refused):
    """An X-Auth-Token that cannot be one of ours."""

    def __init__(self) -> None:
        super().__init__("X-Auth-Token is no token of this server; get one from POST /v3/auth/tokens")


class OtherProject(Refused):
    """A path with a project that is not the app's own."""

    def __init__(self, *, given: str) -> None:
        self.given = given
        super().__init__(f"project {given} is not the one of these credentials; use the project_id of the app")
