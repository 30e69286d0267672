"""Minutes that cards have paid, and those they hold for booked trips: by day, district, supplier.

A trip belongs to the supplier whose helper went along, or to the citizen's own where nobody is
known; to the district where the citizen lives now; and to the day it was for, whenever it was
registered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from klippekort.accounts.models import CareWorker
from klippekort.citizens.models import Citizen
from klippekort.domain.budgets import Line
from klippekort.domain.calendar import day_span, local_day
from klippekort.domain.ledger import EntryKind
from klippekort.platform.db import db
from klippekort.punchcards.models import PunchCard, PunchEntry, PunchLot, TripPledge
from klippekort.trips.models import Trip, TripEscort


@dataclass(frozen=True)
class Spend:
    """Equal lines of a scheme in one district and with one supplier."""

    scheme_id: UUID
    line: Line
    district_id: UUID | None
    supplier_id: UUID


def went_along() -> Subquery:
    """Return the supplier of the helper of each trip, as text; of two, always the same one."""
    return (
        select(
            TripEscort.trip_id.label("trip_id"),
            func.min(cast(CareWorker.supplier_id, Text)).label("supplier"),
        )
        .join(CareWorker, CareWorker.id == TripEscort.care_worker_id)
        .where(TripEscort.is_active)
        .group_by(TripEscort.trip_id)
        .subquery()
    )


def supplier_of(escort: Subquery) -> ColumnElement[str]:
    """Return whose trip it is, as text."""
    return func.coalesce(escort.c.supplier, cast(Citizen.supplier_id, Text))


# Said to the database word for word, since each value in a statement counts as a new one.
_DAY_WITHOUT_TRIP = case((Trip.id.is_(None), PunchEntry.effective_on))


def spends(first: date, last: date) -> list[Spend]:
    """Return what was spent on the days from `first` to `last`, both inclusive, under all schemes.

    What was given back is not counted. Equal lines come together. One statement.
    """
    escort, back = went_along(), aliased(PunchEntry)
    minutes = PunchEntry.minutes - func.coalesce(back.minutes, 0)
    keys: tuple[Any, ...] = (
        PunchCard.scheme_id,
        Trip.starts_at,
        _DAY_WITHOUT_TRIP,
        Citizen.district_id,
    )
    found = (
        select(*keys, supplier_of(escort).label("supplier"), minutes.label("spent"), func.count())
        .select_from(PunchEntry)
        .join(PunchCard, PunchCard.id == PunchEntry.card_id)
        .join(Citizen, Citizen.id == PunchCard.citizen_id)
        .outerjoin(Trip, Trip.id == PunchEntry.trip_id)
        .outerjoin(escort, escort.c.trip_id == Trip.id)
        .outerjoin(back, back.reverses_id == PunchEntry.id)
        .where(PunchEntry.kind == EntryKind.SPEND, _within(first, last))
        .group_by(*keys, escort.c.supplier, Citizen.supplier_id, PunchEntry.minutes, back.minutes)
    )
    rows: Sequence[Any] = db.session.execute(found).all()
    return [
        _spend(scheme_id, on or local_day(at), district_id, supplier, spent, times)
        for scheme_id, at, on, district_id, supplier, spent, times in rows
        if spent > 0
    ]


def _within(first: date, last: date) -> ColumnElement[bool]:
    starts, ends = day_span(first)[0], day_span(last)[1]
    return or_(
        and_(Trip.starts_at >= starts, Trip.starts_at < ends),
        and_(Trip.id.is_(None), PunchEntry.effective_on.between(first, last)),
    )


def _spend(
    scheme_id: UUID, on: date, district_id: UUID | None, supplier: str, spent: int, times: int
) -> Spend:
    return Spend(scheme_id, Line(on, spent, times), district_id, UUID(supplier))


_SIGNED = case((PunchEntry.kind == EntryKind.HOLD, PunchEntry.minutes), else_=-PunchEntry.minutes)


def committed() -> list[Spend]:
    """Return what booked trips hold and are promised, each trip of each card a line."""
    return [*_held(), *_pledged()]


def _held() -> Sequence[Spend]:
    escort, held = went_along(), func.sum(_SIGNED)
    keys: tuple[Any, ...] = (
        PunchCard.scheme_id,
        PunchCard.id,
        Trip.id,
        Trip.starts_at,
        Citizen.district_id,
    )
    found = (
        select(*keys, supplier_of(escort).label("supplier"), held)
        .select_from(PunchLot)
        .join(PunchEntry, PunchEntry.lot_id == PunchLot.id)
        .join(PunchCard, PunchCard.id == PunchLot.card_id)
        .join(Citizen, Citizen.id == PunchCard.citizen_id)
        .join(Trip, Trip.id == PunchEntry.trip_id)
        .outerjoin(escort, escort.c.trip_id == Trip.id)
        .where(PunchLot.held > 0)
        .where(PunchEntry.kind.in_([EntryKind.HOLD, EntryKind.RELEASE, EntryKind.SPEND]))
        .group_by(*keys, escort.c.supplier, Citizen.supplier_id)
        .having(held > 0)
    )
    rows: Sequence[Any] = db.session.execute(found).all()
    return [
        _spend(scheme_id, local_day(at), district_id, supplier, minutes, 1)
        for scheme_id, _card, _trip, at, district_id, supplier, minutes in rows
    ]


def _pledged() -> Sequence[Spend]:
    escort = went_along()
    found = (
        select(
            PunchCard.scheme_id,
            TripPledge.on,
            Citizen.district_id,
            supplier_of(escort).label("supplier"),
            TripPledge.minutes,
        )
        .join(PunchCard, PunchCard.id == TripPledge.card_id)
        .join(Citizen, Citizen.id == PunchCard.citizen_id)
        .outerjoin(escort, escort.c.trip_id == TripPledge.trip_id)
    )
    return [
        _spend(scheme_id, on, district_id, supplier, minutes, 1)
        for scheme_id, on, district_id, supplier, minutes in db.session.execute(found)
    ]
