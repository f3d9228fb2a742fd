"""What servers and workers log: one event a line on standard error, for a person on a terminal, as JSON elsewhere.

Tracebacks are plain: with the values of variables they would show texts and keys.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from typing import TextIO

import structlog
from structlog.types import Processor

QUIET = ("httpx", "httpcore", "botocore", "boto3", "urllib3", "alembic", "sqlalchemy", "uvicorn.sockets")


def configure(level: str, *, stream: TextIO | None = None) -> None:
    """Log from this level on (`debug`, `info`, `warning`, `error`), ours and the libraries'. May be called twice."""
    target = stream or sys.stderr
    number = logging.getLevelNamesMapping()[level.upper()]
    before = _before()
    structlog.configure(
        processors=[*before, structlog.processors.format_exc_info, _renderer(target)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _renderer(target),
            ],
        )
    )
    logging.basicConfig(level=number, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))


def _before() -> Sequence[Processor]:
    """What every line has."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _renderer(target: TextIO) -> Processor:
    if target.isatty():
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    # One encoder for all lines: `json.dumps` with options makes one for each, which takes as long as the line itself.
    encode = json.JSONEncoder(ensure_ascii=False, default=repr).encode
    return structlog.processors.JSONRenderer(serializer=lambda line, **_: encode(line))
