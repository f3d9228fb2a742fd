"""Durable work on DBOS: workflows whose steps are done once, whatever is killed."""
