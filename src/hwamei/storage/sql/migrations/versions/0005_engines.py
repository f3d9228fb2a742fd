"""Which engine an app's voices, a job and a voice that stands in are of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns only: an older worker goes on with these tables."""
    op.add_column("apps", sa.Column("engine", sa.String))
    op.add_column("apps", sa.Column("stand_in", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("voices", sa.Column("stand_in", sa.JSON))
    op.add_column("voices", sa.Column("stand_in_arrays", sa.LargeBinary))
    op.add_column("jobs", sa.Column("engine", sa.String))
