"""Takes of tasks, styles and pictures of voices, voices shared between apps, templates."""

from __future__ import annotations

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
