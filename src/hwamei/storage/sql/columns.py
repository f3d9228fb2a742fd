"""Kinds of columns, the same in every database."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware time, kept as microseconds since 1970 UTC: exact, and in the same order in every database."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        """Raises TypeError for a time without its zone."""
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        """The time, in UTC."""
        return None if value is None else EPOCH + value * MICROSECOND


# `json` and not `jsonb` in PostgreSQL: nothing looks inside, and `jsonb` refuses NUL characters, which texts may hold,
# and forgets the order of keys, which dialects may want remembered.
PLAIN = sa.JSON(none_as_null=True)

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # only INTEGER counts by itself there


def dumped(value: object) -> str:
    """The value as JSON that every database takes. Raises ValueError for not-a-number and infinity."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which only an escape can carry
        return json.dumps(value, separators=(",", ":"), allow_nan=False)
    return text


def one_of(column: sa.ColumnElement[str], *values: str) -> sa.ColumnElement[bool]:
    """Whether the column has one of our own words, which are written out: only so does a database see that an index of
    the rows with these words has all that is looked for."""
    return column.in_([sa.literal_column(f"'{value}'") for value in values])


def number(value: object) -> object:
    """The value as JSON can hold it: it has no infinity, but `float` reads one from text."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def hour_of(moment: datetime) -> int:
    """The hours since 1970 UTC, rounded down."""
    return (moment - EPOCH) // HOUR


def beginning(hour: int) -> datetime:
    """The first moment of an hour."""
    return EPOCH + hour * HOUR
