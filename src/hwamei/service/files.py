"""The files of apps: what they send and what is made for them, and the links under which others get them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from hwamei.codecs.media_types import media_type_of
from hwamei.domain.app import App, AppId
from hwamei.domain.errors import NotFound, TooBig
from hwamei.domain.stored_file import MAX_FILE_NAME_CHARACTERS, MAX_UPLOAD_BYTES, Blob, Purpose, StoredFile
from hwamei.ports import Blobs, Clock, FileStore
from hwamei.service.links import Links, Method

UNUSED_UPLOADS_KEPT = timedelta(days=7)

# What comes from outside, and so is limited in size.
_SENT = (Purpose.UPLOAD, Purpose.DRAFT, Purpose.REFERENCE, Purpose.CONSENT, Purpose.PICTURE)
_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # let `gpj.exe` be shown as `exe.jpg`
_RESULTS = (Purpose.SPEECH, Purpose.SUBTITLES)


@dataclass(frozen=True)
class Files:
    """Keeps, links and reads files. Used by many threads at once. All raise StoreUnavailable.

    `sign`: the key of links. A result whose time has come is not found, whether or not it has been swept away yet; nor
    is what lies between the steps of some work. An upload is there until it is swept: voices may need it for longer.
    """

    store: FileStore
    blobs: Blobs
    clock: Clock
    sign: bytes = field(repr=False)
    link_hours: float
    new_id: Callable[[], UUID] = uuid4
    max_upload_bytes: int = MAX_UPLOAD_BYTES

    def keep(  # noqa: PLR0913  # by keyword, but for the first two
        self,
        app: App,
        source: Path,
        *,
        purpose: Purpose,
        name: str,
        media_type: str | None = None,
        expires_at: datetime | None = None,
        file_id: UUID | None = None,
    ) -> StoredFile:
        """A new file with this content; `media_type` None: what the content shows; `expires_at` None: as usual for
        what it is for; with the `file_id` of an earlier one instead of that. Raises TooBig."""
        blob = self._blob(source, purpose)
        empty = self._new(app, purpose, name, media_type or media_type_of(source))
        file = replace(empty, id=file_id or empty.id, blob=blob, expires_at=expires_at or empty.expires_at)
        self.store.add(app.id, file)
        return file

    def reserve(
        self,
        app: App,
        *,
        name: str,
        media_type: str = "application/octet-stream",
        purpose: Purpose = Purpose.UPLOAD,
        expires_at: datetime | None = None,
    ) -> StoredFile:
        """A new file without content yet; the type is what the sender says, until the content shows it; `expires_at`
        None: as usual for what it is for."""
        empty = self._new(app, purpose, name, media_type)
        file = replace(empty, expires_at=expires_at or empty.expires_at)
        self.store.add(app.id, file)
        return file

    def reserve_drafts(self, app: App, names: Mapping[UUID, str]) -> Sequence[StoredFile]:
        """New files of these ids and names without content yet, which may be sent more than once."""
        new = [self._new(app, Purpose.DRAFT, name, "application/octet-stream") for name in names.values()]
        drafts = [replace(file, id=file_id) for file_id, file in zip(names, new, strict=True)]
        if drafts:
            self.store.add(app.id, *drafts)
        return drafts

    def fill(self, app: App, file_id: UUID, source: Path) -> StoredFile:
        """The file with this content. The same content may be given twice. Raises NotFound, TooBig; WrongState if it
        has other content already and is no draft."""
        file = self.get(app, file_id)
        return self.store.fill(app.id, file_id, self._blob(source, file.purpose), media_type=media_type_of(source))

    def get(self, app: App, file_id: UUID) -> StoredFile:
        """Raises NotFound."""
        return self._present(app.id, file_id)

    def delete(self, app: App, file_id: UUID) -> None:
        """Remove the file; its links are void at once. Raises NotFound."""
        self.get(app, file_id)
        self.store.delete(app.id, file_id)

    def link(self, file: StoredFile, *, base_url: str) -> str:
        """An address that gives the content to whoever has it, without a key."""
        return self._links.link("GET", file, base_url=base_url, until=self._link_ends())

    def upload_link(self, file: StoredFile, *, base_url: str) -> str:
        """An address to which whoever has it can PUT the content, without a key."""
        return self._links.link("PUT", file, base_url=base_url, until=self._link_ends())

    def opened(self, file_id: UUID, query: Mapping[str, str], *, method: Method = "GET") -> StoredFile:
        """The file that a link opens for a method (HEAD is GET). Raises NotFound, whatever is wrong with the link."""
        ticket = self._links.ticket(method, file_id, query)
        if ticket is None or ticket.expires_at_s <= self.clock().timestamp():
            raise _not_found(file_id)
        return self._present(ticket.app_id, file_id)

    def read(self, file: StoredFile, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from start to end (not included), in pieces. Raises NotFound before the first piece."""
        return self.blobs.read(_content(file).sha256, start, end)

    def issued_here(self, url: str) -> UUID | None:
        """The file that an address names, if this server signed the address, on whatever host and however long ago."""
        ticket = self._links.read(url)
        return None if ticket is None else ticket.file_id

    def local_copy(self, app: App, what: StoredFile | str, target: Path) -> StoredFile:
        """Write the content of a file, or of what an address that we issued names, into a target.

        An app's own addresses work for it as long as the file is there; another's until they expire. Raises NotFound.
        """
        file = what if isinstance(what, StoredFile) else self._named_by(app, what)
        self.blobs.fetch(_content(file).sha256, target)
        return file

    @property
    def _links(self) -> Links:
        return Links(self.sign)

    def _link_ends(self) -> datetime:
        return self.clock() + timedelta(hours=self.link_hours)

    def _new(self, app: App, purpose: Purpose, name: str, media_type: str) -> StoredFile:
        now = self.clock()
        return StoredFile(
            id=self.new_id(),
            app_id=app.id,
            purpose=purpose,
            name=file_name(name),
            media_type=media_type,
            created_at=now,
            expires_at=_usual_end(app, purpose, now),
        )

    def _blob(self, source: Path, purpose: Purpose) -> Blob:
        if purpose in _SENT and source.stat().st_size > self.max_upload_bytes:
            raise TooBig(what="the file", allowed=self.max_upload_bytes)
        return self.blobs.add(source)

    def _present(self, app_id: AppId, file_id: UUID) -> StoredFile:
        file = self.store.get(app_id, file_id)
        if file.purpose is Purpose.WORK or (file.purpose is not Purpose.UPLOAD and self._is_over(file)):
            raise _not_found(file_id)
        return file

    def _is_over(self, file: StoredFile) -> bool:
        return file.expires_at is not None and file.expires_at <= self.clock()

    def _named_by(self, app: App, url: str) -> StoredFile:
        ticket = self._links.read(url)
        if ticket is None:
            raise NotFound(what="file", given=url)
        if ticket.app_id != app.id and ticket.expires_at_s <= self.clock().timestamp():
            raise _not_found(ticket.file_id)
        return self._present(ticket.app_id, ticket.file_id)


def file_name(given: str) -> str:
    """The last part of a path in any system's spelling, without what cannot be shown, cut in front of its suffix."""
    name = given.replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = "".join(character for character in name if _shows(character)).strip()
    if name in ("", ".", ".."):
        return "file"
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > 16:
        return name[:MAX_FILE_NAME_CHARACTERS]
    return stem[: MAX_FILE_NAME_CHARACTERS - 1 - len(suffix)] + dot + suffix


def _shows(character: str) -> bool:
    """Not control characters, halves of surrogate pairs, or marks that turn the direction of what follows."""
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in _TURNS


def _usual_end(app: App, purpose: Purpose, now: datetime) -> datetime | None:
    if purpose in (Purpose.UPLOAD, Purpose.DRAFT):
        return now + UNUSED_UPLOADS_KEPT
    days = app.quota.retention_days
    return now + timedelta(days=days) if purpose in _RESULTS and days is not None else None


def _content(file: StoredFile) -> Blob:
    if file.blob is None:
        raise _not_found(file.id)
    return file.blob


def _not_found(file_id: UUID) -> NotFound:
    return NotFound(what="file", given=str(file_id))
