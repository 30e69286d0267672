"""Reading trips and who is on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, select

from klippekort.accounts.models import CareWorker
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import EscortedToday, WhoEscorts
from klippekort.domain.calendar import day_span
from klippekort.domain.errors import NotFound
from klippekort.domain.trips import ACTIVE, TripState
from klippekort.platform.db import db
from klippekort.punchcards.queries.cards import TripNames
from klippekort.trips.models import Trip, TripEscort, TripEvent, TripRider


@dataclass(frozen=True)
class TripRow:
    """A trip as lists show it: who rides, who comes along (None while nobody does), its state."""

    trip_id: UUID
    citizen_id: UUID
    citizen_name: str
    supplier_id: UUID
    district_id: UUID | None
    card_id: UUID
    destination: str
    occurrence_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    travel_minutes: int
    transport: str
    state: TripState
    planned_minutes: int
    charged_minutes: int | None
    escort_id: UUID | None
    escort_name: str | None
    started_at: datetime | None
    ended_at: datetime | None
    agreed_how: str


def _rows() -> Select[Trip, TripRider, Citizen, CareWorker]:
    escort = (TripEscort.trip_id == Trip.id) & TripEscort.is_active
    return (
        select(Trip, TripRider, Citizen, CareWorker)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .join(Citizen, Citizen.id == TripRider.citizen_id)
        .outerjoin(TripEscort, escort)
        .outerjoin(CareWorker, CareWorker.id == TripEscort.care_worker_id)
        .order_by(Trip.starts_at, Trip.id)
    )


def _row(trip: Trip, rider: TripRider, citizen: Citizen, escort: CareWorker | None) -> TripRow:
    return TripRow(
        trip.id,
        citizen.id,
        citizen.name,
        citizen.supplier_id,
        citizen.district_id,
        rider.card_id,
        trip.destination,
        trip.occurrence_id,
        trip.starts_at,
        trip.ends_at,
        trip.travel_minutes,
        trip.transport,
        TripState(trip.state),
        rider.planned_minutes,
        rider.charged_minutes,
        escort.id if escort else None,
        escort.name if escort else None,
        trip.started_at,
        trip.ended_at,
        rider.agreed_how,
    )


def _list(found: Select[Trip, TripRider, Citizen, CareWorker]) -> list[TripRow]:
    return [_row(*parts) for parts in db.session.execute(found)]


def get_trip(trip_id: UUID) -> TripRow:
    """Return a trip. Raises NotFound."""
    rows = _list(_rows().where(Trip.id == trip_id))
    if not rows:
        raise NotFound
    return rows[0]


def lock_trip(trip_id: UUID) -> Trip:
    """Return a trip nobody else can change before this transaction ends. Raises NotFound."""
    found = select(Trip).filter_by(id=trip_id).with_for_update()
    trip = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if trip is None:
        raise NotFound
    return trip


def rider_of(trip_id: UUID) -> TripRider:
    """Return who rides."""
    return db.session.scalars(select(TripRider).filter_by(trip_id=trip_id)).one()


def escort_of(trip_id: UUID) -> TripEscort | None:
    """Return who comes along, or None."""
    found = select(TripEscort).filter_by(trip_id=trip_id, is_active=True)
    return db.session.scalars(found).one_or_none()


def lock_escort(care_worker_id: UUID) -> CareWorker:
    """Return a care worker nobody else can book before this transaction ends. Raises NotFound."""
    found = select(CareWorker).filter_by(id=care_worker_id).with_for_update()
    worker = db.session.scalars(found).one_or_none()
    if worker is None:
        raise NotFound
    return worker


def busy_escorts(
    care_workers: Iterable[UUID],
    starts_at: datetime,
    ends_at: datetime,
    besides: UUID | None = None,
) -> set[UUID]:
    """Return which of these care workers are on another trip that shares time with this span."""
    found = select(TripEscort.care_worker_id).where(
        TripEscort.care_worker_id.in_(list(care_workers)),
        TripEscort.is_active,
        TripEscort.starts_at < ends_at,
        TripEscort.ends_at > starts_at,
    )
    if besides is not None:
        found = found.where(TripEscort.trip_id != besides)
    return set(db.session.scalars(found))


def spans_of_citizen(
    citizen_id: UUID, starts_at: datetime, ends_at: datetime
) -> list[tuple[datetime, datetime]]:
    """Return the citizen's active trips that share time with this span."""
    rows = db.session.execute(
        select(TripRider.starts_at, TripRider.ends_at).where(
            TripRider.citizen_id == citizen_id,
            TripRider.is_active,
            TripRider.starts_at < ends_at,
            TripRider.ends_at > starts_at,
        )
    )
    return [(start, end) for start, end in rows]


def trips_of_day(care_worker_id: UUID, day: date) -> list[TripRow]:
    """Return the trips a care worker escorts on a Danish day, by time."""
    start, end = day_span(day)
    mine = TripEscort.care_worker_id == care_worker_id
    return _list(_rows().where(mine, Trip.starts_at >= start, Trip.starts_at < end))


def cancelled_of_day(care_worker_id: UUID, day: date) -> list[TripRow]:
    """Return the cancelled trips a care worker was to escort on a Danish day, by time."""
    start, end = day_span(day)
    was_mine = select(TripEscort.trip_id).where(TripEscort.care_worker_id == care_worker_id)
    found = _rows().where(Trip.id.in_(was_mine), Trip.state == TripState.CANCELLED)
    return _list(found.where(Trip.starts_at >= start, Trip.starts_at < end))


def trips_together(citizen_id: UUID) -> dict[UUID, int]:
    """Return how many trips each care worker has been on with a citizen."""
    rows = db.session.execute(
        select(TripEscort.care_worker_id, func.count())
        .join(TripRider, TripRider.trip_id == TripEscort.trip_id)
        .join(Trip, Trip.id == TripEscort.trip_id)
        .where(TripRider.citizen_id == citizen_id, Trip.state == TripState.COMPLETED)
        .group_by(TripEscort.care_worker_id)
    )
    return {row[0]: row[1] for row in rows}


def trips_of_citizen(citizen_id: UUID, limit: int = 50) -> list[TripRow]:
    """Return a citizen's trips, the latest first."""
    found = _rows().where(TripRider.citizen_id == citizen_id).order_by(None)
    return _list(found.order_by(Trip.starts_at.desc()).limit(limit))


def next_trips(citizen_id: UUID, now: datetime, limit: int = 5) -> list[TripRow]:
    """Return the trips that await a citizen, the next first; one under way is still among them."""
    found = _rows().where(
        TripRider.citizen_id == citizen_id,
        Trip.state.in_([*ACTIVE]),
        Trip.ends_at >= now,
    )
    return _list(found.limit(limit))


def trips_between(
    starts_at: datetime,
    ends_at: datetime,
    *,
    supplier_id: UUID | None = None,
    without_escort: bool = False,
) -> list[TripRow]:
    """Return trips that start in a span of time, for one supplier or all."""
    found = _rows().where(Trip.starts_at >= starts_at, Trip.starts_at < ends_at)
    if supplier_id is not None:
        found = found.where(Citizen.supplier_id == supplier_id)
    if without_escort:
        found = found.where(CareWorker.id.is_(None), Trip.state == TripState.BOOKED)
    return _list(found)


def trips_at(occurrence_id: UUID) -> list[TripRow]:
    """Return the trips to an occurrence that are not over."""
    found = _rows().where(Trip.occurrence_id == occurrence_id, Trip.state.in_([*ACTIVE]))
    return _list(found)


def events_of(trip_id: UUID) -> Sequence[TripEvent]:
    """Return what happened to a trip, in order."""
    found = select(TripEvent).filter_by(trip_id=trip_id)
    return db.session.scalars(found.order_by(TripEvent.at, TripEvent.id)).all()


def name_trips(question: TripNames) -> list[tuple[UUID, str]]:
    """Answer what trips are called."""
    found = select(Trip.id, Trip.destination).where(Trip.id.in_(list(question.trip_ids)))
    return [(row.id, row.destination) for row in db.session.execute(found)]


def who_escorts(question: WhoEscorts) -> list[UUID]:
    """Answer which care workers escort a citizen on a Danish day."""
    start, end = day_span(question.day)
    found = (
        select(TripEscort.care_worker_id)
        .join(TripRider, TripRider.trip_id == TripEscort.trip_id)
        .where(TripRider.citizen_id == question.citizen_id, TripEscort.is_active)
        .where(TripEscort.starts_at.between(start, end))
    )
    return list(db.session.scalars(found))


def escorted_today(question: EscortedToday) -> list[UUID]:
    """Answer which citizens a care worker escorts on a Danish day."""
    start, end = day_span(question.day)
    found = (
        select(TripRider.citizen_id)
        .join(TripEscort, TripRider.trip_id == TripEscort.trip_id)
        .where(TripEscort.care_worker_id == question.care_worker_id, TripEscort.is_active)
        .where(TripEscort.starts_at.between(start, end))
    )
    return list(db.session.scalars(found))
