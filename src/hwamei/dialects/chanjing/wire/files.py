"""Uploads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from hwamei.dialects.chanjing.errors import WrongFormat
from hwamei.dialects.chanjing.wire.values import Asked, Id, Sent, Shown
from hwamei.domain.stored_file import StoredFile
from hwamei.web.texts import Text

SERVICES = (
    "prompt_audio",
    "customised_person",
    "make_video_audio",
    "make_video_background",
    "lip_sync_video",
    "lip_sync_audio",
    "ai_creation",
)
MEDIA_TYPES: Mapping[str, str] = {
    ".wav": "audio/x-wav",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/m4a",
    ".mp4": "video/mp4",
}
"""As the vendor has them; a file of another kind is sent as bytes, and told by what is in it."""
WAITING, USABLE = 0, 1
MAX_SUFFIX_CHARACTERS = 8


class UploadQuery(Asked):
    """A file that will be sent, and what for."""

    service: Text = ""
    name: Text = ""

    @property
    def kept_name(self) -> str:
        """The service with the name's suffix: what it is for is remembered with it. Raises WrongFormat."""
        if self.service not in SERVICES:
            raise WrongFormat(name="service", problem=f"choose one of: {', '.join(SERVICES)}")
        return self.service + self.suffix

    @property
    def suffix(self) -> str:
        """Of the name, with its dot. Raises WrongFormat where there is none."""
        suffix = PurePosixPath(self.name).suffix.lower()
        if not suffix[1:].isalnum() or len(suffix) > MAX_SUFFIX_CHARACTERS:
            raise WrongFormat(name="name", problem="give the file's name with its suffix")
        return suffix

    @property
    def media_type(self) -> str:
        """What is to be said of the content when it is sent."""
        return MEDIA_TYPES.get(self.suffix, "application/octet-stream")


class FileIdQuery(Asked):
    """One file."""

    id: Id


class FileIdBody(Sent):
    """One file."""

    id: Id


class UploadPlace(Shown):
    """Where to send a file, and where it is then."""

    sign_url: str
    full_path: str
    key: str
    mime_type: str
    file_id: str


class FileOut(Shown):
    """A file. `bytes`: how many; `create_time`: seconds since 1970."""

    id: str
    service: str
    status: int
    bytes: int
    create_time: int
    file_path: str
    msg: str

    @classmethod
    def of(cls, file: StoredFile, url: str) -> FileOut:
        """The file as it is shown."""
        kept_for = PurePosixPath(file.name).stem
        return cls(
            id=file.id.hex,
            service=kept_for if kept_for in SERVICES else "",
            status=WAITING if file.blob is None else USABLE,
            bytes=0 if file.blob is None else file.blob.size_bytes,
            create_time=int(file.created_at.timestamp()),
            file_path="" if file.blob is None else url,
            msg="",
        )
