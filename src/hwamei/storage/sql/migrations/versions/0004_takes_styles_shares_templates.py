"""Takes of tasks, styles and pictures of voices, voices shared between apps, templates."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
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
    _shares()
    _templates()


def _shares() -> None:
    op.create_table(
        "shares",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("app_id", sa.String, nullable=False),
        sa.Column("voice_id", sa.Uuid, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("taken_by", sa.String),
        sa.Column("taken_at", _MOMENT),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name="fk_shares_app_id"),
        sa.ForeignKeyConstraint(["taken_by"], ["apps.id"], name="fk_shares_taken_by"),
        sa.ForeignKeyConstraint(["voice_id"], ["voices.id"], name="fk_shares_voice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shares"),
    )
    op.create_index("ix_shares_taken_by", "shares", ["taken_by", "voice_id"], **_where("taken_by IS NOT NULL"))
    op.create_index("ix_shares_voice_id", "shares", ["voice_id"])


def _templates() -> None:
    op.create_table(
        "templates",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("app_id", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("parts", _PLAIN, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("extra", _PLAIN, nullable=False),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name="fk_templates_app_id"),
        sa.PrimaryKeyConstraint("id", name="pk_templates"),
    )
    op.create_index("ix_templates_app_id_created_at_id", "templates", ["app_id", "created_at", "id"])


def _where(condition: str) -> dict[str, Any]:
    """For an index of some rows only."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
