"""One municipality at a time: the guard between tenants."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Alias,
    BinaryExpression,
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    FromClause,
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

from klippekort.platform.db import StrayWrite, db, writing
from klippekort.platform.ids import new_id
from klippekort.platform.late_writes import send_late, write_late
from klippekort.platform.prepared import Row, one_trip, prepared, run_together

_municipality: ContextVar[int | None] = ContextVar("municipality", default=None)
_TOLD = "municipality told to the database"
_HERE = "connection of the transaction at hand"
_OWN = "own_municipality"
_TELL = "select set_config('app.municipality', %s, true)"


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
    current, is_fresh = _municipality.get(), _HERE not in session.info
    session.info[_TOLD] = current
    session.info[_HERE] = connection
    if connection.dialect.name != "postgresql" or (current is None and is_fresh):
        return  # a transaction that is told nothing sees nobody's rows
    send_late(connection)  # what waits belongs to those it was told of before
    said = "" if current is None else str(current)
    with one_trip(connection):
        connection.connection.driver_connection.execute(_TELL, [said])


def _owned_tables(statement: ClauseElement) -> set[Table]:
    return {
        part
        for part in visitors.iterate(statement)
        if isinstance(part, Table) and "municipality_id" in part.c
    }


def _owned_sources(statement: ClauseElement) -> set[FromClause]:
    """Return what a statement reads of municipalities' own: tables, and each alias of one."""
    found: set[FromClause] = set()
    waiting: list[Any] = [statement]
    while waiting:
        part = waiting.pop()
        table = part.element if isinstance(part, Alias) else part
        if isinstance(table, Table):
            found.update([part] if "municipality_id" in table.c else [])
        else:
            waiting.extend(part.get_children())
    return found


def own(table: FromClause) -> ColumnElement[bool]:
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
    prefix = f"{table.name}_"
    return {prefix + name: value for name, value in columns.items()}


class OwnRows:
    """A statement on tables, made once and run often, that sees one municipality's rows alone.

    The session builds and guards each of its statements anew, which costs more than running them;
    what every booking runs is made here. Raises UnscopedQuery when a table in it is not held by
    `own`, or a new row not made by `adding`.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | Update | Insert) -> None:
        held: set[FromClause] = {
            part.left.table
            for part in visitors.iterate(statement)
            if isinstance(part, BinaryExpression)
            and part.operator is operators.eq
            and isinstance(part.left, Column)
            and isinstance(part.right, BindParameter)
            and part.right.key == _OWN
        }
        added = {statement.table} if isinstance(statement, Insert) else set()
        compiled = statement.compile()
        if _owned_sources(statement) - held - added or _OWN not in compiled.params:
            raise UnscopedQuery(str(statement))
        self.statement = statement
        self._takes_lists = bool(compiled.post_compile_params)

    def rows(self, **values: Any) -> list[Row]:
        """Return the rows of a select. Raises UnscopedQuery when no municipality is active."""
        return self._run(values)

    def run(self, **values: Any) -> None:
        """Do a write of one row. Raises UnscopedQuery when no municipality is active."""
        self._run(values)

    def asked(self, **values: Any) -> "Question":
        """Return what `rows` with these values asks, for asking it ahead."""
        return self, values

    def _run(self, values: dict[str, Any]) -> list[Row]:
        values[_OWN] = current_municipality()
        answers = _ahead.get()
        if answers and self in answers and answers[self][0] == values:
            return answers.pop(self)[1]
        connection = _connection()
        if self._takes_lists:
            return [tuple(row) for row in connection.execute(self.statement, values)]
        return prepared(connection.dialect, self.statement).run(connection, values)

    def run_late(self, **values: Any) -> None:
        """Let a write of one row wait until the transaction asks something else, or commits.

        What waits is sent together. What the database refuses is raised then. Raises UnscopedQuery
        when no municipality is active, StrayWrite outside a write.
        """
        if not writing.get():
            raise StrayWrite(str(self.statement))
        own_values = {**values, _OWN: current_municipality()}
        write_late(_connection(), cast(Insert | Update, self.statement), own_values)

    def run_many(self, rows: Sequence[dict[str, Any]]) -> None:
        """Run the statement with each of these values, all in the active municipality."""
        current = current_municipality()
        _connection().execute(self.statement, [{**row, _OWN: current} for row in rows])


Question = tuple[OwnRows, dict[str, Any]]
_Answers = dict[OwnRows, tuple[dict[str, Any], list[Row]]]
_ahead: ContextVar[_Answers | None] = ContextVar("answers that came ahead", default=None)


@contextmanager
def ahead(*questions: Question) -> Iterator[None]:
    """Ask PostgreSQL what the block is going to ask, all in one go, instead of one by one.

    The first in the block that asks one of them gets its answer; what nobody asks for is dropped.
    None may need what another answers. Raises what asking raises.
    """
    if db.engine.dialect.name != "postgresql":
        yield
        return
    connection = _connection()
    current = current_municipality()
    asked = [(one, {**values, _OWN: current}) for one, values in questions]
    statements = [(prepared(connection.dialect, one.statement), said) for one, said in asked]
    rows = run_together(connection, statements)
    outer = _ahead.get()
    answers: _Answers = {} if outer is None else outer
    for (one, said), found in zip(asked, rows, strict=True):
        answers[one] = (said, found)
    token = _ahead.set(answers)
    try:
        yield
    finally:
        for one, _ in asked:
            answers.pop(one, None)
        _ahead.reset(token)


def _connection() -> Connection:
    """Return the session's connection, in a transaction that knows whose rows it may see."""
    session = db.session()
    session.flush()  # what the session still keeps to itself would not be seen
    connection: Connection | None = session.info.get(_HERE)
    if connection is None or session.in_nested_transaction():
        connection = session.connection()  # the first to ask in a part of its own begins that part
    if session.info.get(_TOLD) != _municipality.get():
        _tell_postgresql(session, None, connection)
    return connection


def connection_at_hand(session: Session) -> Connection | None:
    """Return the connection of the session's transaction, or None where none has begun."""
    found: Connection | None = session.info.get(_HERE)
    return found


@event.listens_for(Session, "before_commit")
def _send_what_waits(session: Session) -> None:
    if (connection := connection_at_hand(session)) is not None:
        send_late(connection)


@event.listens_for(Session, "after_transaction_end")
def _forget_connection(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_HERE, None)
