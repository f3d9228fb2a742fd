"""Files: uploads and results."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from hwamei.dialects.native.wire.values import Moment, Text, Wire
from hwamei.domain.stored_file import MAX_FILE_NAME_CHARACTERS, Purpose, StoredFile


class ReserveBody(Wire):
    """A file that will be sent to an address."""

    name: Annotated[Text, Field(min_length=1, max_length=MAX_FILE_NAME_CHARACTERS)]


class FileOut(Wire):
    """A file of the app."""

    id: UUID
    purpose: Purpose
    name: str
    media_type: str
    size_bytes: int | None
    """None: it has been reserved, and nothing has been sent yet."""
    sha256: str | None
    url: str | None
    """Where it can be read, for a time, without a key."""
    created_at: Moment
    expires_at: Moment | None

    @classmethod
    def of(cls, file: StoredFile, url: str | None) -> Self:
        """The file as it is shown."""
        return cls(
            id=file.id,
            purpose=file.purpose,
            name=file.name,
            media_type=file.media_type,
            size_bytes=file.blob and file.blob.size_bytes,
            sha256=file.blob and file.blob.sha256,
            url=url,
            created_at=file.created_at,
            expires_at=file.expires_at,
        )


class Reserved(Wire):
    """A place for a file: send the content with PUT to the address, which works without a key."""

    file: FileOut
    upload_url: str


class LabelOut(Wire):
    """The mark of AI-made sound in a file, by the keys of GB 45438-2025."""

    marked: bool
    label: dict[str, str] | None
