"""Takes of tasks, styles and pictures of voices, voices shared between apps, templates."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0001"
branch_labels = None
depends_on = None

# As the columns were when this was written: a step never changes.
_MOMENT = sa.BigInteger  # microseconds since 1970 UTC
_PLAIN = sa.JSON


def upgrade() -> None:
    """Columns first, then tables."""
    op.add_column("tasks", sa.Column("run", sa.Integer, nullable=False, server_default=sa.text("1")))
    op.add_column("voices", sa.Column("style_of", sa.Uuid))
    op.add_column("voices", sa.Column("picture_file_id", sa.Uuid))
    op.create_index("ix_voices_style_of", "voices", ["style_of"], **_where("style_of IS NOT NULL"))


def _where(condition: str) -> dict[str, Any]:
    """For an index of some rows only."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
