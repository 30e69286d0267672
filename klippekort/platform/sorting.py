"""Lists of names in the order of the Danish alphabet, on both databases."""

import sqlite3
from typing import Any

from sqlalchemy import ColumnElement, Engine, collate, event

from klippekort.domain.alphabet import order

COLLATION = "danish"


def alphabetical(column: Any) -> ColumnElement[str]:
    """Return what a list is ordered by: a column of names or titles, as a Danish list has them."""
    found: ColumnElement[str] = collate(column, COLLATION)
    return found


def teach_alphabet(engine: Engine) -> None:
    """Teach SQLite the Danish alphabet; PostgreSQL has learnt it from a migration."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def teach(connection: sqlite3.Connection, _record: Any) -> None:
        connection.create_collation(COLLATION, _compared)


def _compared(first: str, second: str) -> int:
    one, other = order(first), order(second)
    return (one > other) - (one < other)
