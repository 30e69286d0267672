"""Writes that wait: sent together, before the transaction asks anything else or at its commit.

A write whose outcome nobody reads need not be waited for. On PostgreSQL all that wait go in one
round trip, where they can; on SQLite, which has none, one after another.
"""

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
    if len(waiting) > 1 and connection.dialect.name == "postgresql" and _fit(waiting):
        everything: dict[str, Any] = {}
        for _, values in waiting:
            everything |= values
        statements = tuple(statement for statement, _ in waiting)
        prepared(connection.dialect, *statements).run(connection, everything)
        return
    for statement, values in waiting:
        prepared(connection.dialect, statement).run(connection, values)


def forget_late(connection: Connection) -> None:
    """Drop what waits: its transaction, or the part of it that it came in, was rolled back.

    What waits before a part begins is sent before it. A connection that is lost has lost it too.
    """
    if not connection.invalidated:
        connection.info.pop(_WAITING, None)


def _fit(waiting: list[_Write]) -> bool:
    """Say whether writes fit in one statement: to different tables, no value named twice."""
    tables = {statement.table for statement, _ in waiting}
    said: dict[str, Any] = {}
    for _, values in waiting:
        if any(said.setdefault(name, value) is not value for name, value in values.items()):
            return False
    return len(tables) == len(waiting)
