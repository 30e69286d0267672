"""Writes that wait: sent together, before the transaction asks anything else or at its commit.

A write whose outcome nobody reads need not be waited for. On PostgreSQL all that wait go in one
round trip, where they can; on SQLite, which has none, one after another.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Insert, Update

from klippekort.platform.prepared import Prepared, leave_parting, prepared, run_together

MOST_VALUES = 50  # psycopg reads the text of a statement with more anew each time
_WAITING = "writes that wait"
_Write = tuple[Insert | Update, dict[str, Any]]


def write_late(connection: Connection, statement: Insert | Update, values: dict[str, Any]) -> None:
    """Let a write wait. Nothing that is sent on this connection overtakes it."""
    connection.info.setdefault(_WAITING, []).append((statement, values))


def send_late(connection: Connection) -> None:
    """Send what waits, in the order it came. Raises what the database refuses it with."""
    if waiting := connection.info.pop(_WAITING, None):
        run_together(connection, _sendable(connection, waiting))


def leave_to_commit(connection: Connection) -> None:
    """Let what waits go along with the commit that follows at once, where it can be: PostgreSQL is
    then waited for once. What the database refuses is raised by the commit.
    """
    if connection.dialect.name != "postgresql" or connection.in_nested_transaction():
        return  # the end of a part is no commit
    if waiting := connection.info.pop(_WAITING, None):
        leave_parting(connection, _sendable(connection, waiting))


def _sendable(
    connection: Connection, waiting: list[_Write]
) -> list[tuple[Prepared, dict[str, Any]]]:
    """Return the writes as they are sent, in the order they came."""
    if connection.dialect.name != "postgresql":
        return [(prepared(connection.dialect, write), said) for write, said in waiting]
    sent = []
    for part in _parts(waiting):
        values: dict[str, Any] = {}
        for _, said in part:
            values |= said
        sent.append((prepared(connection.dialect, *(write for write, _ in part)), values))
    return sent


def forget_late(connection: Connection) -> None:
    """Drop what waits: its transaction, or the part of it that it came in, was rolled back.

    What waits before a part begins is sent before it. A connection that is lost has lost it too.
    """
    if not connection.invalidated:
        connection.info.pop(_WAITING, None)


def _parts(waiting: list[_Write]) -> Iterator[list[_Write]]:
    """Yield the writes in their order, as many at a time as fit in one statement: to different
    tables, with no value named twice, and not too many values.
    """
    part: list[_Write] = []
    tables, said = set[Any](), dict[str, Any]()
    for write in waiting:
        statement, values = write
        is_new = statement.table not in tables
        is_alike = all(said.get(name, value) is value for name, value in values.items())
        if part and not (is_new and is_alike and len(said) + len(values) <= MOST_VALUES):
            yield part
            part, tables, said = [], set(), {}
        part.append(write)
        tables.add(statement.table)
        said |= values
    if part:
        yield part
