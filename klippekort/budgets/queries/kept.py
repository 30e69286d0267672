"""What was added up at night: read in sums, so that a year costs what a day does."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from klippekort.budgets.models import OutingMonth, SpentDay, SpentKept
from klippekort.domain.budgets import Amount
from klippekort.platform.db import db

Place = tuple[UUID | None, UUID]
"""A district and a supplier."""


@dataclass
class Sums:
    """What a scheme spent: of the year and in minutes of the last weeks by place, and in minutes by
    day.
    """

    parts: dict[Place, Amount] = field(default_factory=dict)
    recent: dict[Place, int] = field(default_factory=dict)
    days: dict[date, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Outing:
    """How many outings there were, and what they took."""

    outings: int = 0
    amount: Amount = field(default_factory=Amount)

    def __add__(self, other: "Outing") -> "Outing":
        return Outing(self.outings + other.outings, self.amount + other.amount)


def find_kept() -> SpentKept | None:
    """Return when money was last added up and of which days, or None where it is not."""
    return db.session.scalars(select(SpentKept)).one_or_none()


def days_kept(from_on: date) -> tuple[date, date] | None:
    """Return the days that are added up, where they reach back to a day and beyond it."""
    row = find_kept()
    reaches = row is not None and row.first_on <= from_on <= row.until_on
    return (row.first_on, row.until_on) if row is not None and reaches else None


def counted_at() -> datetime | None:
    """Return when money was last added up, or None where pages read the ledger."""
    row = find_kept()
    return row.counted_at if row else None


def _amount(row: Any) -> Amount:
    return Amount(int(row.minutes), int(row.oere), int(row.unpriced), int(row.lines))


def _sums(table: type[SpentDay] | type[OutingMonth]) -> list[Any]:
    columns = (table.minutes, table.oere, table.unpriced, table.lines)
    return [func.sum(one).label(one.key) for one in columns]


def parts_kept(first: date, last: date) -> Iterable[tuple[UUID, Place, Amount]]:
    """Yield what each scheme spent from day to day, both inclusive, by district and supplier."""
    keys = (SpentDay.scheme_id, SpentDay.district_id, SpentDay.supplier_id)
    found = select(*keys, *_sums(SpentDay)).where(SpentDay.on.between(first, last)).group_by(*keys)
    rows: Iterable[Any] = db.session.execute(found)
    for row in rows:
        yield row.scheme_id, (row.district_id, row.supplier_id), _amount(row)


def days_of(first: date, last: date) -> Iterable[tuple[UUID, date, int]]:
    """Yield the minutes each scheme spent on each day from day to day, both inclusive."""
    keys = (SpentDay.scheme_id, SpentDay.on)
    found = select(*keys, func.sum(SpentDay.minutes)).where(SpentDay.on.between(first, last))
    rows: Iterable[Any] = db.session.execute(found.group_by(*keys))
    for scheme_id, on, minutes in rows:
        yield scheme_id, on, int(minutes)


def kept_outings(scheme_id: UUID, first: date, last: date) -> dict[UUID | None, Outing]:
    """Return a scheme's outings of the months that begin from day to day, by activity."""
    found = (
        select(OutingMonth.activity_id, func.sum(OutingMonth.outings), *_sums(OutingMonth))
        .where(OutingMonth.scheme_id == scheme_id, OutingMonth.month.between(first, last))
        .group_by(OutingMonth.activity_id)
    )
    rows: Iterable[Any] = db.session.execute(found)
    return {row[0]: Outing(int(row[1]), _amount(row)) for row in rows}
