"""How the tables came to be what they are: one module a step, forward only, run by Alembic."""
