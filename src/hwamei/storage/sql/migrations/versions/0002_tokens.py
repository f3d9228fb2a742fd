"""Tokens that apps sign in with for a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# As the columns were when this was written: a step never changes.
_MOMENT = sa.BigInteger  # microseconds since 1970 UTC


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "tokens",
        sa.Column("app_id", sa.String, nullable=False),
        sa.Column("token_sha256", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name="fk_tokens_app_id"),
        sa.PrimaryKeyConstraint("app_id", name="pk_tokens"),
        sa.UniqueConstraint("token_sha256", name="uq_tokens_token_sha256"),
    )
