"""Which rows a rule is due for."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, ColumnElement, Date, Select, String, cast, or_, select

from klippekort.domain.calendar import day_span
from klippekort.domain.retention import CLOSING, Deed, Rule
from klippekort.oversight.queries.closing import FORGOTTEN
from klippekort.platform.db import Base, db

AT_ONCE = 500
NOTHING = "–"
_STEP = re.compile(r"(\w+)(?:\[(\w+)\])?\.(\w+)")


def model_of(table: str) -> Any:
    """Return the model of a table. Raises KeyError for one there is not."""
    models: dict[str, Any] = {
        getattr(mapper.local_table, "name", ""): mapper.class_ for mapper in Base.registry.mappers
    }
    return models[table]


def key_of(model: Any) -> Any:
    """Return the column that tells a model's rows apart within a municipality."""
    names = [column.key for column in model.__table__.primary_key]
    return getattr(model, next(name for name in names if name != "municipality_id"))


def blank(column: Column[Any]) -> Any:
    """Return what an emptied column holds."""
    if column.nullable:
        return None
    if isinstance(column.type, String):
        return NOTHING
    made = getattr(column.default, "arg", None)
    return [] if made is not None and "list" in repr(made) else {}


def _is_full(column: Column[Any]) -> ColumnElement[bool]:
    if column.nullable:
        return column.is_not(None)
    if isinstance(column.type, String):
        return column != NOTHING
    return cast(cast(column, JSON), String).not_in(("[]", "{}"))


def _waits(rule: Rule) -> ColumnElement[bool] | None:
    """Return the condition that a row was not seen to yet."""
    columns = model_of(rule.table).__table__.c
    if rule.deed is Deed.ANONYMISE:
        waiting: ColumnElement[bool] = columns.person_number_index.not_like(f"{FORGOTTEN}%")
        return waiting
    if rule.deed is Deed.CLEAR:
        return or_(*(_is_full(columns[name]) for name in rule.clears))
    return None


def _of_citizens(rule: Rule, citizens: Collection[UUID]) -> Select[Any]:
    """Return the ids of the rows that lead to these citizens."""
    model = model_of(rule.table)
    first, *steps = rule.whom.split(">")
    wanted, column = select(key_of(model)), getattr(model, first)
    for step in steps:
        found = _STEP.fullmatch(step)
        if found is None:
            raise ValueError(rule.whom)
        table, on, out = found.groups()
        other = model_of(table)
        wanted = wanted.join(other, getattr(other, on or "id") == column)
        column = getattr(other, out)
    return wanted.where(column.in_(citizens))


def due(
    rule: Rule, today: date, closed: Mapping[UUID, date], waiting: Collection[UUID]
) -> Iterator[Sequence[UUID]]:
    """Yield the ids of the rows a rule is due for, so many at a time.

    `closed` says when cases closed; of those who are `waiting` nothing is forgotten.
    """
    if rule.since != CLOSING:
        yield from _pieces(_by_age(rule, today, waiting))
        return
    whom = sorted(
        one for one, day in closed.items() if rule.due_on(day) <= today and one not in waiting
    )
    undone = _waits(rule)
    for citizens in _pieces(whom):
        wanted = _of_citizens(rule, citizens)
        found = db.session.scalars(wanted if undone is None else wanted.where(undone))
        yield from _pieces(sorted(set(found)))


def _by_age(rule: Rule, today: date, waiting: Collection[UUID]) -> list[UUID]:
    model = model_of(rule.table)
    column = getattr(model, rule.since)
    is_day = isinstance(model.__table__.c[rule.since].type, Date)
    cutoff = rule.cutoff(today)
    old = column <= cutoff if is_day else column < day_span(cutoff)[1]
    undone = _waits(rule)
    wanted = select(key_of(model)).where(old, *([] if undone is None else [undone]))
    found = set(db.session.scalars(wanted))
    if rule.whom and waiting:
        for citizens in _pieces(sorted(waiting)):
            found -= set(db.session.scalars(_of_citizens(rule, citizens)))
    return sorted(found)


def _pieces(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
