"""What a supplier delivered in a month, citizen by citizen."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from klippekort.accounts.models import CareWorker
from klippekort.citizens.models import Citizen
from klippekort.domain.calendar import day_span
from klippekort.domain.ledger import EntryKind
from klippekort.domain.trips import Cause, TripState
from klippekort.platform.db import db
from klippekort.punchcards.models import PunchEntry
from klippekort.trips.models import Trip, TripEscort, TripEvent, TripRider

AT_A_TIME = 5_000


@dataclass(frozen=True)
class Delivered:
    """What a citizen got: trips and minutes, trips the supplier cancelled, visits in vain."""

    citizen_id: UUID
    initials: str
    trips: int
    minutes: int
    cancelled: int
    wasted: int


@dataclass(frozen=True)
class Statement:
    """A supplier's month: a line for each citizen, and the sums of them."""

    lines: list[Delivered]

    @property
    def trips(self) -> int:
        """Return the trips in all."""
        return sum(line.trips for line in self.lines)

    @property
    def minutes(self) -> int:
        """Return the minutes in all."""
        return sum(line.minutes for line in self.lines)

    @property
    def cancelled(self) -> int:
        """Return the trips that the supplier cancelled."""
        return sum(line.cancelled for line in self.lines)

    @property
    def wasted(self) -> int:
        """Return the visits in vain."""
        return sum(line.wasted for line in self.lines)


def statement(supplier_id: UUID, month: date) -> Statement:
    """Return what a supplier's helpers delivered in the month that begins on a day.

    Minutes are those taken off the cards, so that what was given back is not among them. Trips
    belong to the month they were for. A few statements for each 5,000 trips.
    """
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    span = [Trip.starts_at >= day_span(month)[0], Trip.starts_at < day_span(last)[1]]
    minutes, trips = _minutes(supplier_id, span)
    cancelled = _ended(supplier_id, [*span, TripRider.state == TripState.CANCELLED], by_us=True)
    wasted = _ended(supplier_id, [*span, TripRider.state == TripState.WASTED_VISIT], by_us=False)
    ids = {*minutes, *cancelled, *wasted}
    names = {one.id: one for one in _citizens(ids)}
    lines = [
        Delivered(one, _initials(names[one]), trips[one], minutes[one], cancelled[one], wasted[one])
        for one in ids
    ]
    return Statement(sorted(lines, key=lambda line: (line.initials, str(line.citizen_id))))


def _initials(citizen: Citizen) -> str:
    return "".join(word[0].upper() for word in citizen.name.split())


def _citizens(ids: Iterable[UUID]) -> Iterable[Citizen]:
    return db.session.scalars(select(Citizen).where(Citizen.id.in_(list(ids))))


def _minutes(
    supplier_id: UUID, span: list[ColumnElement[bool]]
) -> tuple[Counter[UUID], Counter[UUID]]:
    """Return minutes and trips by citizen.

    The trips of the month come first and their entries by their ids: asked in one, a database that
    does not know its tables well reads the whole ledger for each trip.
    """
    found = (
        select(TripRider.trip_id, TripRider.card_id, TripRider.citizen_id, Citizen.supplier_id)
        .join(Trip, Trip.id == TripRider.trip_id)
        .join(Citizen, Citizen.id == TripRider.citizen_id)
        .where(*span, TripRider.card_id.is_not(None))
    )
    rows: list[Any] = list(db.session.execute(found))
    trip_ids = {row.trip_id for row in rows}
    whose, spent = _last_supplier(trip_ids), _spent(trip_ids)
    minutes, trips = Counter[UUID](), Counter[UUID]()
    for trip_id, card_id, citizen_id, own in rows:
        paid = spent.get((trip_id, card_id), 0)
        if paid > 0 and whose.get(trip_id, own) == supplier_id:
            minutes[citizen_id] += paid
            trips[citizen_id] += 1
    return minutes, trips


def _batches(ids: set[UUID]) -> Iterable[list[UUID]]:
    ordered = sorted(ids)
    return (ordered[at : at + AT_A_TIME] for at in range(0, len(ordered), AT_A_TIME))


def _spent(trip_ids: set[UUID]) -> dict[tuple[UUID, UUID], int]:
    """Return what each trip took off each card, less what was given back."""
    back = aliased(PunchEntry)
    spent: Counter[tuple[UUID, UUID]] = Counter()
    for batch in _batches(trip_ids):
        found = (
            select(PunchEntry.trip_id, PunchEntry.card_id, PunchEntry.minutes, back.minutes)
            .outerjoin(back, back.reverses_id == PunchEntry.id)
            .where(PunchEntry.trip_id.in_(batch), PunchEntry.kind == EntryKind.SPEND)
        )
        rows: Iterable[Any] = db.session.execute(found)
        for trip_id, card_id, minutes, given_back in rows:
            spent[trip_id, card_id] += minutes - (given_back or 0)
    return spent


def _ended(
    supplier_id: UUID, conditions: list[ColumnElement[bool]], *, by_us: bool
) -> Counter[UUID]:
    """Return trips that were not made, by citizen; `by_us` only those the supplier cancelled.

    They belong to the last supplier whose helper was to go along, or the citizen's own.
    """
    found = (
        select(TripRider.trip_id, TripRider.citizen_id, Citizen.supplier_id)
        .join(Trip, Trip.id == TripRider.trip_id)
        .join(Citizen, Citizen.id == TripRider.citizen_id)
        .where(*conditions)
    )
    rows: list[Any] = list(db.session.execute(found))
    trips = {row.trip_id for row in rows}
    whose = _last_supplier(trips)
    causes = _causes(trips) if by_us else {}
    return Counter(
        citizen_id
        for trip_id, citizen_id, own in rows
        if whose.get(trip_id, own) == supplier_id
        and (not by_us or causes.get((trip_id, citizen_id)) == Cause.SUPPLIER)
    )


def _last_supplier(trip_ids: set[UUID]) -> dict[UUID, UUID]:
    """Return the supplier of each trip's helper: of those still on it before those taken off."""
    whose: dict[UUID, UUID] = {}
    for batch in _batches(trip_ids):
        found = (
            select(TripEscort.trip_id, CareWorker.supplier_id)
            .join(CareWorker, CareWorker.id == TripEscort.care_worker_id)
            .where(TripEscort.trip_id.in_(batch))
            .order_by(TripEscort.is_active, TripEscort.id)
        )
        rows: Iterable[Any] = db.session.execute(found)
        whose.update({row[0]: row[1] for row in rows})
    return whose


def _causes(trips: set[UUID]) -> dict[tuple[UUID, UUID], str]:
    """Return why each citizen's part of a trip was cancelled, as it was said last."""
    found = select(TripEvent).where(
        TripEvent.trip_id.in_(trips), TripEvent.kind == TripState.CANCELLED
    )
    events: dict[UUID, list[TripEvent]] = defaultdict(list)
    for event in db.session.scalars(found.order_by(TripEvent.at, TripEvent.id)):
        events[event.trip_id].append(event)
    riders = select(TripRider.trip_id, TripRider.citizen_id).where(TripRider.trip_id.in_(trips))
    causes = {}
    for trip_id, citizen_id in db.session.execute(riders):
        for event in events[trip_id]:
            if event.details.get("citizen") in (None, str(citizen_id)):
                causes[trip_id, citizen_id] = str(event.details.get("cause"))
    return causes
