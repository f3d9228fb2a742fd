"""Files that are sent."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field

from hwamei.dialects.vocu.refusals import Declined
from hwamei.dialects.vocu.wire.values import Body, Optional

ARCHIVE = "zip"


class AudioBody(Body):
    """A sound file."""

    audio: str | None = None


class NewFileBody(Body):
    """What is going to be sent in parts."""

    type: Optional = None

    def check(self) -> None:
        """Raises Declined."""
        if self.type != ARCHIVE:
            problem = f"Bad parameters. Please check your request. type can only be {ARCHIVE}."
            raise Declined(code="VALIDATION_BAD_PARAMS", problem=problem, field="type")


class FinishBody(Body):
    """Which upload has all its parts."""

    id: Optional = None


class PartFields(Body):
    """Which part this is. How the vendor names the fields is not known, so several names are taken."""

    id: Annotated[Optional, Field(validation_alias=AliasChoices("id", "uploadId", "fileId"))] = None
    number: Annotated[
        int | None, Field(validation_alias=AliasChoices("partNumber", "part", "index", "chunkIndex", "number"))
    ] = None
