"""Content in a bucket of S3, or of another store that speaks the same: `<prefix>/ab/abcd…`."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from hwamei import atomic
from hwamei.domain.errors import BadSetting, NotFound, StoreUnavailable
from hwamei.domain.stored_file import Blob
from hwamei.storage.blobs.pieces import PIECE_BYTES, check_sha256, opened

_SETTING = "HWAMEI_BLOBS_URL"
_OPTIONS = frozenset({"endpoint", "region"})
_CONNECT_TIMEOUT_S = 10
_READ_TIMEOUT_S = 60
_CONNECTIONS = 32  # at once; more wait
_NOT_THERE = frozenset({"404", "NoSuchKey", "NotFound"})
_BEYOND_ITS_END = "InvalidRange"
_REMOVAL_TAKES_AT_MOST = timedelta(seconds=60)
_LOOK_AGAIN_AFTER_S = 0.2


def open_bucket(url: str) -> S3Blobs:
    """The bucket at `s3://bucket/prefix?endpoint=…&region=…`; keys come from the usual AWS variables.

    Raises BadSetting, StoreUnavailable.
    """
    address = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(address.query).items()}
    if not address.netloc or not options.keys() <= _OPTIONS:
        problem = "it must be like s3://bucket/prefix?endpoint=https://…&region=…"
        raise BadSetting(name=_SETTING, given=url, problem=problem)
    with _translated():
        client = boto3.session.Session().client(
            "s3",
            endpoint_url=options.get("endpoint"),
            region_name=options.get("region"),
            config=_config(own_endpoint="endpoint" in options),
        )
    blobs = S3Blobs(client, bucket=address.netloc, prefix=address.path.strip("/"))
    blobs.check()
    return blobs


def _config(*, own_endpoint: bool) -> Config:
    """Other stores than Amazon's often know neither a host name for each bucket nor the newer checksums."""
    return Config(
        connect_timeout=_CONNECT_TIMEOUT_S,
        read_timeout=_READ_TIMEOUT_S,
        max_pool_connections=_CONNECTIONS,
        retries={"mode": "standard", "max_attempts": 4},
        s3={"addressing_style": "path" if own_endpoint else "auto"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


class S3Blobs:
    """Blobs in a bucket. Safe from several threads and processes.

    The age of a content is its object's time of modification. Who removes a content leaves a note that it is going,
    looks at its age, removes it, and takes the note away; who adds looks afterwards that there is no note and that the
    content is there, else adds again. So a content that is added while it is swept is never lost.
    """

    def __init__(self, client: Any, *, bucket: str, prefix: str) -> None:
        self._client, self._bucket = client, bucket
        self._prefix = f"{prefix}/" if prefix else ""

    def add(self, source: Path) -> Blob:
        """Keep the content of a file, or find that it is there, and young again."""
        with source.open("rb") as file:
            blob = Blob(hashlib.file_digest(file, "sha256").hexdigest(), source.stat().st_size)
        with _translated():
            self._put(blob.sha256, source)
            while self._is_going(blob.sha256) or not self._is_there(self._key(blob.sha256)):
                time.sleep(_LOOK_AGAIN_AFTER_S)
                self._put(blob.sha256, source)
        return blob

    def read(self, sha256: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from start to end (not included), in pieces. Raises NotFound before the first piece."""
        return opened(self._read(sha256, start, end))

    def _read(self, sha256: str, start: int, end: int | None) -> Iterator[bytes]:
        with _translated(sha256):
            if end is not None and end <= start:  # a range of nothing cannot be asked for
                self._head(self._key(sha256))
                yield b""
                return
            body = self._body(sha256, f"bytes={start}-{'' if end is None else end - 1}")
            try:
                yield b""  # it is open
                yield from () if body is None else body.iter_chunks(PIECE_BYTES)
            finally:
                if body is not None:
                    body.close()

    def _body(self, sha256: str, wanted: str) -> Any | None:
        """None where the content ends before what is wanted."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=self._key(sha256), Range=wanted)["Body"]
        except ClientError as error:
            if _code(error) == _BEYOND_ITS_END:
                return None
            raise

    def fetch(self, sha256: str, target: Path) -> None:
        """Write the content into a file. Raises NotFound."""
        content = self.read(sha256)
        with _translated(sha256), atomic.replacing(target) as file:
            for piece in content:
                file.write(piece)

    def remove(self, sha256: str, *, unless_added_since: datetime | None = None) -> None:
        """Remove the content, if it was not added again since a moment. May be called twice."""
        with _translated(), self._going(sha256):
            added_at = self._added_at(self._key(sha256))
            if added_at is not None and (unless_added_since is None or added_at < unless_added_since):
                self._client.delete_object(Bucket=self._bucket, Key=self._key(sha256))

    def older_than(self, moment: datetime) -> Iterator[str]:
        """The contents that were last added before a moment: candidates for removal when no file has them."""
        with _translated():
            for page in self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix
            ):
                for found in page.get("Contents", ()):
                    sha256 = found["Key"].rpartition("/")[2]
                    if self._is_content(found["Key"], sha256) and found["LastModified"] < moment:
                        yield sha256

    def check(self) -> None:
        """Ask for the bucket."""
        with _translated():
            self._client.head_bucket(Bucket=self._bucket)

    def _key(self, sha256: str) -> str:
        return f"{self._prefix}{check_sha256(sha256)[:2]}/{sha256}"

    def _notes(self, sha256: str) -> str:
        return f"{self._prefix}going/{sha256}/"

    def _is_content(self, key: str, sha256: str) -> bool:
        return len(sha256) == hashlib.sha256().digest_size * 2 and key == self._key(sha256)

    def _put(self, sha256: str, source: Path) -> None:
        """Both make it young; a copy onto itself costs no upload."""
        key = self._key(sha256)
        copied = {"CopySource": {"Bucket": self._bucket, "Key": key}, "MetadataDirective": "REPLACE"}
        if self._is_there(key) and _there(lambda: self._client.copy_object(Bucket=self._bucket, Key=key, **copied)):
            return
        self._client.upload_file(str(source), self._bucket, key)  # in parts if it is large; it appears when complete

    @contextmanager
    def _going(self, sha256: str) -> Iterator[None]:
        note = f"{self._notes(check_sha256(sha256))}{uuid4().hex}"  # of its own: several may sweep
        self._client.put_object(Bucket=self._bucket, Key=note, Body=b"")
        try:
            yield
        finally:
            self._client.delete_object(Bucket=self._bucket, Key=note)

    def _is_going(self, sha256: str) -> bool:
        """An old note is of somebody who was stopped."""
        notes = self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._notes(sha256)).get("Contents", ())
        return any(datetime.now(UTC) - note["LastModified"] < _REMOVAL_TAKES_AT_MOST for note in notes)

    def _is_there(self, key: str) -> bool:
        return self._added_at(key) is not None

    def _added_at(self, key: str) -> datetime | None:
        try:
            return self._head(key)
        except ClientError as error:
            if _code(error) in _NOT_THERE:
                return None
            raise

    def _head(self, key: str) -> datetime:
        modified: datetime = self._client.head_object(Bucket=self._bucket, Key=key)["LastModified"]
        return modified


def _there(copy: Callable[[], object]) -> bool:
    """Whether there still was something to copy."""
    try:
        copy()
    except ClientError as error:
        if _code(error) in _NOT_THERE:
            return False
        raise
    return True


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def _translated(sha256: str | None = None) -> Iterator[None]:
    """The errors of boto3 as ours; of a content that is named, that it is not there."""
    try:
        yield
    except ClientError as error:
        if sha256 is not None and _code(error) in _NOT_THERE:
            raise NotFound(what="content", given=sha256) from error
        raise StoreUnavailable(store="blob store", problem=str(error)) from error
    except (BotoCoreError, Boto3Error, OSError) as error:
        raise StoreUnavailable(store="blob store", problem=str(error)) from error
