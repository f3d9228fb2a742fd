"""What Alembic runs: the steps, on the connection that `hwamei.storage.sql.migrate` gives, in its transaction."""

from __future__ import annotations

from alembic import context

from hwamei.storage.sql.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
