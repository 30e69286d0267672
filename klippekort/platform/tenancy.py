"""One municipality at a time: the guard between tenants."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    BinaryExpression,
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Insert,
    Select,
    SmallInteger,
    Table,
    TextClause,
    Update,
    Uuid,
    bindparam,
    event,
    insert,
    text,
)
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.sql import ClauseElement, operators, visitors

from klippekort.platform.db import db
from klippekort.platform.ids import new_id

_municipality: ContextVar[int | None] = ContextVar("municipality", default=None)
_TOLD = "municipality told to the database"
_HERE = "connection of the transaction at hand"
_OWN = "own_municipality"


class UnscopedQuery(RuntimeError):
    """A municipality's rows were asked for without saying which municipality."""


class MunicipalityOwned:
    """Rows that belong to one municipality and are invisible to the others."""

    municipality_id: Mapped[int] = mapped_column(
        SmallInteger,
        primary_key=True,
        autoincrement=False,
        sort_order=-2,
        default=lambda: current_municipality(),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, sort_order=-1)


@contextmanager
def acting_for(municipality_id: int) -> Iterator[None]:
    """Show the block one municipality's rows and no others."""
    token = _municipality.set(municipality_id)
    try:
        yield
    finally:
        _municipality.reset(token)


def set_municipality(municipality_id: int | None) -> None:
    """Choose whose rows the rest of this request sees."""
    _municipality.set(municipality_id)


def find_municipality() -> int | None:
    """Return whose rows are shown now, or None."""
    return _municipality.get()


def current_municipality() -> int:
    """Return whose rows are shown now; raises UnscopedQuery when nobody's."""
    current = _municipality.get()
    if current is None:
        raise UnscopedQuery("no municipality is active")
    return current


@event.listens_for(Session, "do_orm_execute")
def _scope(state: ORMExecuteState) -> None:
    if state.is_column_load or state.execution_options.get("all_municipalities"):
        return
    mappers = state.all_mappers
    if mappers:
        owned = any(issubclass(mapper.class_, MunicipalityOwned) for mapper in mappers)
    else:  # Core and text statements cannot be given the filter, so they are refused.
        owned = isinstance(state.statement, TextClause) or bool(
            _owned_tables(cast(ClauseElement, state.statement))
        )
    if not owned:
        return
    current = _municipality.get()
    if state.session.info.get(_TOLD) != current:
        _tell_postgresql(state.session, None, state.session.connection())
    if current is None or not mappers:
        raise UnscopedQuery(str(state.statement))
    state.statement = state.statement.options(
        with_loader_criteria(
            MunicipalityOwned,
            lambda cls: cls.municipality_id == current,
            include_aliases=True,
        )
    )


@event.listens_for(Session, "before_flush")
def _keep_new_rows_at_home(session: Session, *_: object) -> None:
    if session.info.get(_TOLD) != _municipality.get():
        _tell_postgresql(session, None, session.connection())
    for row in session.new:
        if not isinstance(row, MunicipalityOwned):
            continue
        if row.municipality_id is None:
            row.municipality_id = current_municipality()
        if row.municipality_id != _municipality.get():
            raise UnscopedQuery(f"a new {type(row).__name__} for another municipality")


@event.listens_for(Session, "after_begin")
def _tell_postgresql(session: Session, _transaction: object, connection: Any) -> None:
    """Tell the row-level security policies whose rows these are, until the transaction ends.

    A transaction may begin before the municipality is known, as when a login is looked up; then it
    is told again.
    """
    session.info[_TOLD] = _municipality.get()
    session.info[_HERE] = connection
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("select set_config('app.municipality', :m, true)"),
            {"m": "" if (current := _municipality.get()) is None else str(current)},
        )


def _owned_tables(statement: ClauseElement) -> set[Table]:
    return {
        part
        for part in visitors.iterate(statement)
        if isinstance(part, Table) and "municipality_id" in part.c
    }


def own(table: Table) -> ColumnElement[bool]:
    """Return the condition that holds a table to one municipality in an `OwnRows` statement."""
    return cast(Column[int], table.c.municipality_id) == bindparam(_OWN)


def adding(table: Table) -> Insert:
    """Return the statement that adds a row to the active municipality, for `OwnRows`.

    `as_new` makes the values it takes.
    """
    return insert(table).values(
        {
            column.key: bindparam(
                _OWN if column.key == "municipality_id" else f"{table.name}_{column.key}"
            )
            for column in table.columns
            if column.server_default is None
        }
    )


def as_new(table: Table, **columns: Any) -> dict[str, Any]:
    """Return the columns of a new row as the values that `adding` takes."""
    return {f"{table.name}_{name}": value for name, value in columns.items()}


class OwnRows:
    """A statement on tables, made once and run often, that sees one municipality's rows alone.

    The session builds and guards each of its statements anew, which costs more than running them;
    what every booking runs is made here. Raises UnscopedQuery when a table in it is not held by
    `own`, or a new row not made by `adding`.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | Update | Insert) -> None:
        held = {
            part.left.table
            for part in visitors.iterate(statement)
            if isinstance(part, BinaryExpression)
            and part.operator is operators.eq
            and isinstance(part.left, Column)
            and isinstance(part.right, BindParameter)
            and part.right.key == _OWN
        }
        added = {statement.table} if isinstance(statement, Insert) else set()
        self.parameters = frozenset(statement.compile().params)
        if _owned_tables(statement) - held - added or _OWN not in self.parameters:
            raise UnscopedQuery(str(statement))
        self.statement = statement

    def run(self, **values: Any) -> CursorResult[*tuple[Any, ...]]:
        """Run the statement once. Raises UnscopedQuery when no municipality is active."""
        own_values = {**values, _OWN: current_municipality()}
        return _connection().execute(self.statement, own_values)

    def run_many(self, rows: Sequence[dict[str, Any]]) -> None:
        """Run the statement with each of these values, all in the active municipality."""
        current = current_municipality()
        _connection().execute(self.statement, [{**row, _OWN: current} for row in rows])


class OwnWrites:
    """Writes that always go together: one round trip on PostgreSQL, one after another on SQLite.

    Their values bear different names. On PostgreSQL none of them sees what the others wrote.
    """

    def __init__(self, *statements: Insert | Update) -> None:
        *first, last = statements
        self._each = [OwnRows(statement) for statement in statements]
        names = {OwnRows(statement).statement: f"part_{n}" for n, statement in enumerate(first)}
        self._one = last.add_cte(*(part.cte(name) for part, name in names.items()))

    def run(self, **values: Any) -> None:
        """Run all of them. Raises UnscopedQuery when no municipality is active."""
        own_values = {**values, _OWN: current_municipality()}
        connection = _connection()
        if connection.dialect.name == "postgresql":
            connection.execute(self._one, own_values)
            return
        for part in self._each:
            mine = {name: own_values[name] for name in part.parameters}
            connection.execute(part.statement, mine)


def _connection() -> Connection:
    """Return the session's connection, in a transaction that knows whose rows it may see."""
    session = db.session()
    session.flush()  # what the session still keeps to itself would not be seen
    connection: Connection | None = session.info.get(_HERE)
    if connection is None:
        connection = session.connection()
    if session.info.get(_TOLD) != _municipality.get():
        _tell_postgresql(session, None, connection)
    return connection


@event.listens_for(Session, "after_transaction_end")
def _forget_connection(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_HERE, None)
