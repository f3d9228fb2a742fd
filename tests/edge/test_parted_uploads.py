"""Uploads in parts."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from hwamei.domain.app import App
from hwamei.domain.errors import BadField, HwameiError, NotFound, OutOfRange, TooBig, WrongState
from hwamei.domain.stored_file import Purpose
from hwamei.service.files import Files
from hwamei.service.parted_uploads import MAX_PARTS, PartedUploads
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.schema import files as file_rows
from hwamei.storage.sql.stores import Stores


@pytest.fixture
def uploads(stores: Stores, files: Files) -> PartedUploads:
    return PartedUploads(stores.files, files.blobs, files)


def send(uploads: PartedUploads, app: App, upload_id: UUID, parts: dict[int, bytes], folder: Path) -> None:
    for number, content in parts.items():
        path = folder / "part"
        path.write_bytes(content)
        uploads.put(app, upload_id, number, path)


@pytest.mark.parametrize(
    "parts",
    [
        {1: b"one ", 2: b"two ", 3: b"three"},
        {0: b"one ", 1: b"two ", 2: b"three"},
        {3: b"three", 1: b"wrong", 2: b"two "} | {1: b"one "},
    ],
    ids=["from 1", "from 0", "in any order"],
)
def test_the_parts_become_one_file(
    uploads: PartedUploads, files: Files, app: App, parts: dict[int, bytes], tmp_path: Path, database: Database
) -> None:
    upload = uploads.begin(app, name="recordings.zip")
    send(uploads, app, upload.id, parts, tmp_path)
    whole = uploads.finish(app, upload.id)
    assert (whole.id, whole.name, whole.purpose) == (upload.id, "recordings.zip", Purpose.UPLOAD)
    assert b"".join(files.read(whole)) == b"one two three"
    assert uploads.finish(app, upload.id) == whole
    with database.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(file_rows)) == 1


def test_a_part_that_is_sent_twice_replaces_itself(
    uploads: PartedUploads, files: Files, app: App, tmp_path: Path
) -> None:
    upload = uploads.begin(app, name="a")
    for content in (b"wrong", b"right"):
        send(uploads, app, upload.id, {1: content}, tmp_path)
    assert b"".join(files.read(uploads.finish(app, upload.id))) == b"right"


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        ({}, BadField),
        ({1: b"a", 3: b"c"}, BadField),
        ({1: b"a" * 60_000, 2: b"b" * 60_000}, TooBig),
    ],
)
def test_what_cannot_be_joined_is_refused_and_can_still_be_completed(
    uploads: PartedUploads, app: App, parts: dict[int, bytes], refusal: type[HwameiError], tmp_path: Path
) -> None:
    upload = uploads.begin(app, name="a")
    send(uploads, app, upload.id, parts, tmp_path)
    with pytest.raises(refusal):
        uploads.finish(app, upload.id)
    send(uploads, app, upload.id, {1: b"a", 2: b"b"}, tmp_path)
    assert uploads.finish(app, upload.id).blob is not None


def test_a_part_that_cannot_be_is_refused(uploads: PartedUploads, files: Files, app: App, tmp_path: Path) -> None:
    upload = uploads.begin(app, name="a")
    for number, content, refusal in (
        (-1, b"a", OutOfRange),
        (MAX_PARTS + 1, b"a", OutOfRange),
        (1, b"a" * 100_001, TooBig),
    ):
        with pytest.raises(refusal):
            send(uploads, app, upload.id, {number: content}, tmp_path)
    send(uploads, app, upload.id, {1: b"a"}, tmp_path)
    uploads.finish(app, upload.id)
    with pytest.raises(WrongState):
        send(uploads, app, upload.id, {2: b"b"}, tmp_path)
    preview = files.reserve(app, name="not an upload", purpose=Purpose.PREVIEW)
    with pytest.raises(NotFound):
        send(uploads, app, preview.id, {1: b"a"}, tmp_path)


def test_another_apps_upload_is_not_found(uploads: PartedUploads, app: App, other_app: App, tmp_path: Path) -> None:
    upload = uploads.begin(app, name="a")
    for upload_id in (upload.id, uuid4()):
        with pytest.raises(NotFound):
            send(uploads, other_app, upload_id, {1: b"a"}, tmp_path)
        with pytest.raises(NotFound):
            uploads.finish(other_app, upload_id)
