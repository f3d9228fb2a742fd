"""Files that a server keeps for an app: what was sent to it and what it made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hwamei.domain.app import AppId

MAX_UPLOAD_BYTES = 100 * 1024 * 1024
MAX_PICTURE_BYTES = 10 * 1024 * 1024
MAX_FILE_NAME_CHARACTERS = 200
PICTURE_TYPES = ("image/png", "image/jpeg", "image/webp")


class Purpose(StrEnum):
    """What a file is for. Uploads that nothing uses expire."""

    UPLOAD = "upload"
    DRAFT = "draft"
    """For a voice that is not ordered yet: may be sent again, and is never read from outside."""
    REFERENCE = "reference"
    PREVIEW = "preview"
    CONSENT = "consent"
    PICTURE = "picture"
    """Of a voice."""
    SPEECH = "speech"
    SUBTITLES = "subtitles"
    WORK = "work"
    """Between the steps of a job or task; nobody outside sees it."""


@dataclass(frozen=True, slots=True)
class Blob:
    """Content in the blob store, under its hash. `sha256`: 64 hex digits."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A named content. `blob` None: an address was handed out, nothing has been sent there yet."""

    id: UUID
    app_id: AppId
    purpose: Purpose
    name: str
    media_type: str
    created_at: datetime
    blob: Blob | None = None
    expires_at: datetime | None = None
