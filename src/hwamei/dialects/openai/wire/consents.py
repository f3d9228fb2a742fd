"""Recordings in which somebody consents."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from hwamei.dialects.openai.ids import consent_id
from hwamei.dialects.openai.wire.values import Body, Json, seconds
from hwamei.domain.stored_file import StoredFile
from hwamei.web.options import mapped
from hwamei.web.texts import Text

LABEL_CHARACTERS = 150  # with the language before it, it is a file's name
_PARTS_PATHS = str.maketrans("/\\", "--")


class ConsentForm(Body):
    """A recorded consent. The recording is a file of the form."""

    name: Annotated[
        Text, Field(min_length=1, max_length=LABEL_CHARACTERS), mapped("shown again; slashes become dashes")
    ]
    language: Annotated[
        Text, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$"), mapped("shown again; nobody listens to it")
    ]
    recording: Annotated[
        Text | None, mapped("a sound file of up to 100 MiB; kept with each voice that is made with the consent")
    ] = None

    @property
    def file_name(self) -> str:
        """What the recording is kept as, so that both can be shown again."""
        return f"{self.language} {self.name.translate(_PARTS_PATHS)}"


def shown(consent: StoredFile) -> Json:
    """A consent."""
    language, _, label = consent.name.partition(" ")
    return {
        "id": consent_id(consent.id),
        "object": "audio.voice_consent",
        "created_at": seconds(consent.created_at),
        "language": language,
        "name": label,
    }


def deleted(consent: StoredFile) -> Json:
    """That a consent is gone."""
    return {"id": consent_id(consent.id), "object": "audio.voice_consent", "deleted": True}
