"""Counting by Danish months in SQL, the same on both databases."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Date, and_, case

from klippekort.domain.calendar import instant


def _bounds(column: Any, months: Sequence[date]) -> list[Any]:
    """Return where each month begins, and where the last one ends, as the column tells time."""
    days = [*months, months[-1] + relativedelta(months=1)]
    if isinstance(column.type, Date):
        return days
    return [instant(day, time()) for day in days]


def within(column: Any, months: Sequence[date]) -> ColumnElement[bool]:
    """Return the condition that a day or an instant lies in one of these months in a row."""
    bounds = _bounds(column, months)
    return and_(column >= bounds[0], column < bounds[-1])


def number_of(column: Any, months: Sequence[date]) -> ColumnElement[int]:
    """Return which of these months a day or an instant `within` them lies in, from 0."""
    bounds = _bounds(column, months)
    return case(
        *((column < end, number) for number, end in enumerate(bounds[1:])),
        else_=len(months) - 1,
    )
