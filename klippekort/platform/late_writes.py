"""Writes that wait: sent together, before the transaction asks anything else or at its commit.

A write whose outcome nobody reads need not be waited for. On PostgreSQL all that wait go in one
round trip, where they can; on SQLite, which has none, one after another.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Insert, Update

from klippekort.platform.prepared import prepared

_WAITING = "writes that wait"
_Write = tuple[Insert | Update, dict[str, Any]]


def write_late(connection: Connection, statement: Insert | Update, values: dict[str, Any]) -> None:
    """Let a write wait. Nothing that is sent on this connection overtakes it."""
    connection.info.setdefault(_WAITING, []).append((statement, values))


def send_late(connection: Connection) -> None:
    """Send what waits, in the order it came. Raises what the database refuses it with."""
    waiting: list[_Write] | None = connection.info.pop(_WAITING, None)
    if not waiting:
        return
    together = connection.dialect.name == "postgresql"
    for part in _parts(waiting) if together else ([write] for write in waiting):
        everything: dict[str, Any] = {}
        for _, values in part:
            everything |= values
        statements = tuple(statement for statement, _ in part)
        prepared(connection.dialect, *statements).run(connection, everything)


def forget_late(connection: Connection) -> None:
    """Drop what waits: its transaction, or the part of it that it came in, was rolled back.

    What waits before a part begins is sent before it. A connection that is lost has lost it too.
    """
    if not connection.invalidated:
        connection.info.pop(_WAITING, None)


def _parts(waiting: list[_Write]) -> Iterator[list[_Write]]:
    """Yield the writes in their order, as many at a time as fit in one statement: those to different
    tables, with no value named twice.
    """
    part: list[_Write] = []
    tables, said = set[Any](), dict[str, Any]()
    for write in waiting:
        statement, values = write
        is_new = statement.table not in tables
        if part and not (is_new and all(said.get(name, v) is v for name, v in values.items())):
            yield part
            part, tables, said = [], set(), {}
        part.append(write)
        tables.add(statement.table)
        said |= values
    if part:
        yield part
