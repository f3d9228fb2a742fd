"""Files as rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.stored_file import Blob, Purpose, StoredFile


def file_columns(file: StoredFile) -> dict[str, Any]:
    """The row of a file, apart from the task that made it."""
    return {
        "id": file.id,
        "app_id": file.app_id,
        "purpose": file.purpose.value,
        "name": file.name,
        "media_type": file.media_type,
        "created_at": file.created_at,
        "sha256": None if file.blob is None else file.blob.sha256,
        "size_bytes": None if file.blob is None else file.blob.size_bytes,
        "expires_at": file.expires_at,
    }


def file_of(row: sa.RowMapping) -> StoredFile:
    """The file in the row."""
    return StoredFile(
        id=row["id"],
        app_id=AppId(row["app_id"]),
        purpose=Purpose(row["purpose"]),
        name=row["name"],
        media_type=row["media_type"],
        created_at=row["created_at"],
        blob=None if row["sha256"] is None else Blob(row["sha256"], row["size_bytes"]),
        expires_at=row["expires_at"],
    )
