"""A row as a line of JSON, and back: every type written as anybody would read it."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Date, Float, LargeBinary, Numeric, Time, Uuid

from klippekort.domain.calendar import stamp
from klippekort.platform.db import UTCDateTime


def to_json(value: Any) -> Any:
    """Return a column's value as JSON holds it.

    Instants are UTC with six decimals and a Z, days and times ISO 8601, ids and decimals text,
    bytes base64; numbers, truths, texts and JSON stay as they are.
    """
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return value


def from_json(column: Column[Any], value: Any) -> Any:
    """Return the value a column takes. Raises ValueError and TypeError for what it can't be."""
    if value is None:
        return None
    return _reader(column)(value)


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    kind = column.type
    if isinstance(kind, Float):
        return float
    for of, read in _READERS:
        if isinstance(kind, of):
            return read
    return lambda value: value


_READERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (Uuid, UUID),
    (UTCDateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (Time, time.fromisoformat),
    (Numeric, Decimal),
    (LargeBinary, b64decode),
)
