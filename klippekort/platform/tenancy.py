"""One municipality at a time: the guard between tenants."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast
from uuid import UUID

from sqlalchemy import SmallInteger, Table, TextClause, Uuid, event, text
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria
from sqlalchemy.sql import ClauseElement, visitors

from klippekort.platform.ids import new_id

_municipality: ContextVar[int | None] = ContextVar("municipality", default=None)
_TOLD = "municipality told to the database"


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
    if state.all_mappers:
        owned = any(issubclass(mapper.class_, MunicipalityOwned) for mapper in state.all_mappers)
    else:  # Core and text statements cannot be given the filter, so they are refused.
        owned = isinstance(state.statement, TextClause) or any(
            isinstance(part, Table) and "municipality_id" in part.c
            for part in visitors.iterate(cast(ClauseElement, state.statement))
        )
    if not owned:
        return
    current = _municipality.get()
    if state.session.info.get(_TOLD) != current:
        _tell_postgresql(state.session, None, state.session.connection())
    if current is None or not state.all_mappers:
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
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("select set_config('app.municipality', :m, true)"),
            {"m": "" if (current := _municipality.get()) is None else str(current)},
        )
