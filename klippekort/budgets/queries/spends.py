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
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
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


def went_along(trips: Select[Any]) -> Subquery:
    """Return the supplier of the helper of each of some trips, as text; of two, always the same
    one.
    """
    return (
        select(
            TripEscort.trip_id.label("trip_id"),
            func.min(cast(CareWorker.supplier_id, Text)).label("supplier"),
        )
        .join(CareWorker, CareWorker.id == TripEscort.care_worker_id)
        .where(TripEscort.is_active, TripEscort.trip_id.in_(trips))
        .group_by(TripEscort.trip_id)
        .subquery()
    )


def supplier_of(escort: Subquery) -> ColumnElement[str]:
    """Return whose trip it is, as text."""
    return func.coalesce(escort.c.supplier, cast(Citizen.supplier_id, Text))


def spends(first: date, last: date) -> list[Spend]:
    """Return what was spent on the days from `first` to `last`, both inclusive, under all schemes.

    What was given back is not counted. Equal lines come together. Two statements: asked in one, a
    database reads every spend there ever was.
    """
    return [*_of_trips(first, last), *_without_trip(first, last)]


def given_back() -> type[PunchEntry]:
    """Return the entries that took others back."""
    return aliased(PunchEntry)


def _of_trips(first: date, last: date) -> list[Spend]:
    span = of_days(first, last)
    escort, back = went_along(select(Trip.id).where(*span)), given_back()
    keys: tuple[Any, ...] = (PunchCard.scheme_id, Trip.starts_at, Citizen.district_id)
    minutes = PunchEntry.minutes - func.coalesce(back.minutes, 0)
    found = (
        select(*keys, supplier_of(escort).label("supplier"), minutes.label("spent"), func.count())
        .select_from(Trip)
        .join(PunchEntry, PunchEntry.trip_id == Trip.id)
        .join(PunchCard, PunchCard.id == PunchEntry.card_id)
        .join(Citizen, Citizen.id == PunchCard.citizen_id)
        .outerjoin(escort, escort.c.trip_id == Trip.id)
        .outerjoin(back, and_(back.reverses_id == PunchEntry.id, back.reverses_id.is_not(None)))
        .where(PunchEntry.kind == EntryKind.SPEND, *span)
        .group_by(*keys, escort.c.supplier, Citizen.supplier_id, PunchEntry.minutes, back.minutes)
    )
    rows: Sequence[Any] = db.session.execute(found).all()
    return [
        _spend(scheme_id, local_day(at), district_id, supplier, spent, times)
        for scheme_id, at, district_id, supplier, spent, times in rows
        if spent > 0
    ]


# Said word for word, as the index on them does; with values in it the index is not known again.
_IS_PAID = PunchEntry.kind.in_(
    [
        literal(kind, literal_execute=True)
        for kind in (EntryKind.SPEND.value, EntryKind.FORFEIT.value)
    ]
)


def _without_trip(first: date, last: date) -> list[Spend]:
    """Return what was spent on no trip, or on one that is forgotten, by the day of the entry."""
    back = given_back()
    keys: tuple[Any, ...] = (PunchCard.scheme_id, PunchEntry.effective_on, Citizen.district_id)
    minutes = PunchEntry.minutes - func.coalesce(back.minutes, 0)
    trip = exists().where(
        Trip.municipality_id == PunchEntry.municipality_id, Trip.id == PunchEntry.trip_id
    )
    found = (
        select(*keys, cast(Citizen.supplier_id, Text), minutes.label("spent"), func.count())
        .select_from(PunchEntry)
        .join(PunchCard, PunchCard.id == PunchEntry.card_id)
        .join(Citizen, Citizen.id == PunchCard.citizen_id)
        .outerjoin(back, and_(back.reverses_id == PunchEntry.id, back.reverses_id.is_not(None)))
        .where(_IS_PAID, PunchEntry.kind == EntryKind.SPEND)
        .where(PunchEntry.effective_on.between(first, last))
        .where(or_(PunchEntry.trip_id.is_(None), ~trip))
        .group_by(*keys, Citizen.supplier_id, PunchEntry.minutes, back.minutes)
    )
    rows: Sequence[Any] = db.session.execute(found).all()
    return [_spend(*row) for row in rows if row.spent > 0]


def of_days(first: date, last: date) -> list[ColumnElement[bool]]:
    """Return the conditions that a trip begins on one of these days."""
    return [Trip.starts_at >= day_span(first)[0], Trip.starts_at < day_span(last)[1]]


def _spend(
    scheme_id: UUID, on: date, district_id: UUID | None, supplier: str, spent: int, times: int
) -> Spend:
    return Spend(scheme_id, Line(on, spent, times), district_id, UUID(supplier))


# The second follows from the first; with it a database finds the open lots by their own index.
_HELD = (PunchLot.held > 0, PunchLot.granted > PunchLot.used + PunchLot.expired)
_SIGNED = case((PunchEntry.kind == EntryKind.HOLD, PunchEntry.minutes), else_=-PunchEntry.minutes)


def committed() -> list[Spend]:
    """Return what booked trips hold and are promised, each trip of each card a line."""
    return [*_held(), *_pledged()]


def _held() -> Sequence[Spend]:
    own = select(PunchEntry.trip_id).join(PunchLot, PunchLot.id == PunchEntry.lot_id).where(*_HELD)
    escort, held = went_along(own), func.sum(_SIGNED)
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
        .where(*_HELD)
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
    escort = went_along(select(TripPledge.trip_id))
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
