"""Jobs are found by their labels, and sorted by when they were last touched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of labels, and an index."""
    op.create_table(
        "job_labels",
        sa.Column("job_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("app_id", sa.String, nullable=False),
        sa.Column("value", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_labels_job_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name="fk_job_labels_app_id"),
        sa.PrimaryKeyConstraint("job_id", "name", name="pk_job_labels"),
    )
    op.create_index("ix_job_labels_app_id_name_value_job_id", "job_labels", ["app_id", "name", "value", "job_id"])
    op.create_index("ix_jobs_app_id_updated_at_id", "jobs", ["app_id", "updated_at", "id"])
