"""The blob store that an address names."""

from __future__ import annotations

from pathlib import Path

from hwamei.domain.errors import BadSetting
from hwamei.ports import Blobs
from hwamei.storage.blobs.folder import FolderBlobs

S3 = "s3://"


def open_blobs(url: str, *, folder: Path) -> Blobs:
    """The bucket at `s3://bucket/prefix?endpoint=…&region=…`, or the folder if the address is empty.

    Raises BadSetting, StoreUnavailable.
    """
    if not url:
        return FolderBlobs(folder)
    if not url.startswith(S3):
        raise BadSetting(name="HWAMEI_BLOBS_URL", given=url, problem=f"it does not begin with {S3}")
    from hwamei.storage.blobs.s3 import open_bucket  # boto3 is an extra, and slow to import

    return open_bucket(url)
