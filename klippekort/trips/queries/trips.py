"""Reading trips and who is on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import aliased

from klippekort.accounts.models import CareWorker
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import EscortedToday, WhoEscorts
from klippekort.domain.calendar import day_span
from klippekort.domain.errors import NotFound
from klippekort.domain.trips import ACTIVE, OCCUPIES, Company, TripState
from klippekort.platform.db import db
from klippekort.punchcards.queries.cards import TripNames
from klippekort.trips.models import Trip, TripEscort, TripEvent, TripRider


@dataclass(frozen=True)
class TripRow:
    """One citizen's trip as lists show it: who rides, who comes along, its state.

    The span is this citizen's own, door to door. `escorts` are the helpers with their names, the
    first is `escort_id`; `others` counts those who ride along. `card_id` is None on one's own way.
    """

    trip_id: UUID
    citizen_id: UUID
    citizen_name: str
    supplier_id: UUID
    district_id: UUID | None
    card_id: UUID | None
    destination: str
    occurrence_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    travel_minutes: int
    out_minutes: int
    transport: str
    company: Company
    state: TripState
    planned_minutes: int
    charged_minutes: int | None
    escorts: tuple[tuple[UUID, str], ...]
    escorts_wanted: int
    escort_by: datetime | None
    held_until: datetime | None
    paused_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    agreed_how: str
    joint_agreed_how: str | None
    others: int
    version: int

    @property
    def escort_id(self) -> UUID | None:
        """Return who comes along, or None while nobody does."""
        return self.escorts[0][0] if self.escorts else None

    @property
    def escort_name(self) -> str | None:
        """Return the name of whoever comes along, or None; two are named together."""
        return " & ".join(name for _, name in self.escorts) or None

    @property
    def lacks_escort(self) -> bool:
        """Say whether a helper is still to be found."""
        return self.company is Company.ESCORT and len(self.escorts) < self.escorts_wanted


_Found = Select[Trip, TripRider, Citizen, int]


def _rows() -> _Found:
    rider, other = TripRider, aliased(TripRider)
    others = (
        select(func.count())
        .select_from(other)
        .where(other.trip_id == rider.trip_id, other.id != rider.id)
        .scalar_subquery()
    )
    return (
        select(Trip, rider, Citizen, others)
        .join(rider, rider.trip_id == Trip.id)
        .join(Citizen, Citizen.id == rider.citizen_id)
        .order_by(Trip.starts_at, Trip.id, rider.starts_at, rider.id)
    )


def _row(
    trip: Trip,
    rider: TripRider,
    citizen: Citizen,
    others: int,
    escorts: dict[UUID, list[tuple[UUID, str]]],
) -> TripRow:
    return TripRow(
        trip.id,
        citizen.id,
        citizen.name,
        citizen.supplier_id,
        citizen.district_id,
        rider.card_id,
        trip.destination,
        trip.occurrence_id,
        rider.starts_at,
        rider.ends_at,
        trip.travel_minutes,
        trip.out_minutes,
        trip.transport,
        Company(trip.company),
        TripState(rider.state),
        rider.planned_minutes,
        rider.charged_minutes,
        tuple(escorts.get(trip.id, ())),
        trip.escorts_wanted,
        trip.escort_by,
        trip.held_until,
        trip.paused_at,
        trip.started_at,
        trip.ended_at,
        rider.agreed_how,
        rider.joint_agreed_how,
        others,
        trip.version,
    )


def _list(found: _Found) -> list[TripRow]:
    """Return rows in two statements, however many: the trips, and who comes along on them."""
    rows = db.session.execute(found).all()
    escorts = _escorts([row[0].id for row in rows])
    return [_row(*row, escorts) for row in rows]


def _escorts(trip_ids: Iterable[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    """Return who comes along on each trip, with their names."""
    wanted = list(trip_ids)
    if not wanted:
        return {}
    rows = db.session.execute(
        select(TripEscort.trip_id, CareWorker.id, CareWorker.name)
        .join(CareWorker, CareWorker.id == TripEscort.care_worker_id)
        .where(TripEscort.trip_id.in_(wanted), TripEscort.is_active)
        .order_by(TripEscort.id)
    )
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for trip_id, worker_id, name in rows:
        found.setdefault(trip_id, []).append((worker_id, name))
    return found


def get_trip(trip_id: UUID, citizen_id: UUID | None = None) -> TripRow:
    """Return a trip, of one of those who ride where `citizen_id` is given, else of the first.

    Raises NotFound.
    """
    found = _rows().where(Trip.id == trip_id)
    if citizen_id is not None:
        found = found.where(TripRider.citizen_id == citizen_id)
    rows = _list(found.limit(1))
    if not rows:
        raise NotFound
    return rows[0]


def rows_of(trip_id: UUID) -> list[TripRow]:
    """Return a trip once for each who rides it, in the order in which they are picked up."""
    return _list(_rows().where(Trip.id == trip_id))


def read_trip(trip_id: UUID) -> Trip:
    """Return a trip as it stands, for reading. Raises NotFound."""
    trip = db.session.scalars(select(Trip).filter_by(id=trip_id)).one_or_none()
    if trip is None:
        raise NotFound
    return trip


def lock_trip(trip_id: UUID) -> Trip:
    """Return a trip nobody else can change before this transaction ends. Raises NotFound."""
    found = select(Trip).filter_by(id=trip_id).with_for_update()
    trip = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if trip is None:
        raise NotFound
    return trip


def riders_of(trip_id: UUID) -> Sequence[TripRider]:
    """Return who rides or was to ride, in the order in which they are picked up."""
    found = select(TripRider).filter_by(trip_id=trip_id)
    rows = db.session.scalars(found.order_by(TripRider.starts_at, TripRider.id))
    return rows.all()


def escorts_of(trip_id: UUID) -> Sequence[TripEscort]:
    """Return who comes along, in the order in which they were put on the trip."""
    found = select(TripEscort).filter_by(trip_id=trip_id, is_active=True)
    return db.session.scalars(found.order_by(TripEscort.id)).all()


def lock_escort(care_worker_id: UUID) -> CareWorker:
    """Return a care worker nobody else can book before this transaction ends. Raises NotFound."""
    found = select(CareWorker).filter_by(id=care_worker_id).with_for_update()
    worker = db.session.scalars(found).one_or_none()
    if worker is None:
        raise NotFound
    return worker


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
    """Return the trips a care worker escorts on a Danish day, by time; none that is only held."""
    mine = select(TripEscort.trip_id).where(
        TripEscort.care_worker_id == care_worker_id, TripEscort.is_active
    )
    return _list(_of_day(day).where(Trip.id.in_(mine), Trip.state != TripState.HELD))


def cancelled_of_day(care_worker_id: UUID, day: date) -> list[TripRow]:
    """Return the trips of a Danish day that are not made and that a care worker was to escort."""
    was_mine = select(TripEscort.trip_id).where(TripEscort.care_worker_id == care_worker_id)
    gone = [TripState.CANCELLED, TripState.TURNED_DOWN, TripState.WASTED_VISIT]
    return _list(_of_day(day).where(Trip.id.in_(was_mine), Trip.state.in_(gone)))


def _of_day(day: date) -> _Found:
    start, end = day_span(day)
    return _rows().where(Trip.starts_at >= start, Trip.starts_at < end)


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
        TripRider.state.in_([*ACTIVE]),
        TripRider.ends_at >= now,
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
        found = found.where(Trip.state == TripState.BOOKED)
        return [row for row in _list(found) if row.lacks_escort]
    return _list(found)


def trip_ids_at(occurrence_id: UUID) -> list[UUID]:
    """Return the trips to an occurrence that are not over, held ones too, by the cards that pay:
    cards are locked in that order.
    """
    found = (
        select(Trip.id)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .where(Trip.occurrence_id == occurrence_id, Trip.state.in_([*OCCUPIES]))
        .group_by(Trip.id)
        .order_by(func.min(cast(TripRider.card_id, String)), Trip.id)
    )
    return list(db.session.scalars(found))


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
