"""Signing in without a key, and getting a new one."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field

from hwamei.dialects.native.wire.values import Text, Wire
from hwamei.domain.app import Credentials

MAX_INVITATION_CHARACTERS = 200


class InvitationBody(Wire):
    """What stands behind `#/welcome/` in the link that `hwamei serve` prints."""

    invitation: Annotated[Text, Field(min_length=1, max_length=MAX_INVITATION_CHARACTERS)]


class RotateBody(Wire):
    """Which app it is about, so that nothing is voided by mistake."""

    app_id: Text
    """The app's own id."""


class CredentialsOut(Wire):
    """What an app proves itself with. Shown this once."""

    app_id: str
    project_id: str
    secret: str
    """What signatures are made with."""
    api_key: str
    """To be sent as `Authorization: Bearer <api_key>`."""

    @classmethod
    def of(cls, credentials: Credentials) -> Self:
        """All of them."""
        return cls(
            app_id=credentials.app_id,
            project_id=credentials.project_id,
            secret=credentials.secret,
            api_key=credentials.api_key,
        )
