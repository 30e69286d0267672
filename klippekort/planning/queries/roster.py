"""A span of the roster with its trips: read in a few statements, then asked as often as needed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import func, or_, select

from klippekort.accounts.models import CareWorker, CareWorkerAbsence, Shift
from klippekort.citizens.models import Citizen
from klippekort.domain import escorting as rules
from klippekort.domain.calendar import day_span, local_day
from klippekort.domain.escorting import Duty, Engagement, Leave, Outing, Ranked, Reason
from klippekort.domain.trips import MADE, OCCUPIES, Company, TripState
from klippekort.municipalities.models import Municipality
from klippekort.municipalities.queries import get_municipality
from klippekort.platform.db import db
from klippekort.platform.tenancy import current_municipality
from klippekort.trips.models import Trip, TripEscort, TripRider
from klippekort.trips.queries.escorts import (
    LONGEST_WAY,
    RECENTLY,
    Ways,
    gap_between,
    outing_of,
    plain_skills,
)

SHOWN = OCCUPIES | MADE


@dataclass(frozen=True, slots=True)
class Staff:
    """A care worker as the roster knows one."""

    id: UUID
    name: str
    supplier_id: UUID
    district_id: UUID | None
    skills: frozenset[str]
    has_driving_licence: bool


@dataclass(frozen=True)
class PlannedTrip:
    """A trip as the board shows it: from door to door, who rides and who comes along."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    out_minutes: int
    home_minutes: int
    destination: str
    transport: str
    state: TripState
    occurrence_id: UUID | None
    escorts_wanted: int
    escort_by: datetime | None
    riders: tuple[Citizen, ...]
    escorts: tuple[UUID, ...]

    @property
    def lacks_escort(self) -> bool:
        """Say whether a helper is still to be found."""
        return self.state in OCCUPIES and len(self.escorts) < self.escorts_wanted

    @property
    def may_change(self) -> bool:
        """Say whether somebody else may still be put on it."""
        return self.state in OCCUPIES - {TripState.UNDER_WAY}

    @cached_property
    def outing(self) -> Outing:
        """Return what the trip asks of whoever comes along."""
        return outing_of(self.starts_at, self.ends_at, self.riders, self.transport)


@dataclass
class Roster:
    """Care workers with shifts, absences and trips; made by `load`."""

    home: Municipality
    staff: Mapping[UUID, Staff]
    trips: Sequence[PlannedTrip]
    duties: Mapping[UUID, Sequence[Duty]] = field(default_factory=dict)
    leaves: Mapping[UUID, Sequence[Leave]] = field(default_factory=dict)
    together: Mapping[tuple[UUID, UUID], int] = field(default_factory=dict)
    _of: dict[UUID, list[PlannedTrip]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Note who has which trips."""
        self._ways = Ways(self.home)
        for trip in self.trips:
            for worker_id in trip.escorts:
                self._of[worker_id].append(trip)

    def trips_of(self, worker_id: UUID) -> Sequence[PlannedTrip]:
        """Return a care worker's trips, by time."""
        return self._of.get(worker_id, ())

    def worker(self, staff: Staff, trip: PlannedTrip) -> rules.Worker:
        """Return a care worker's diary around a trip; the trip itself keeps nobody busy."""
        day = local_day(trip.starts_at)
        others = [one for one in self.trips_of(staff.id) if one.id != trip.id]
        near = [one for one in others if one.state in OCCUPIES]
        return rules.Worker(
            staff.id,
            staff.name,
            staff.supplier_id,
            staff.district_id,
            staff.skills,
            staff.has_driving_licence,
            self.duties.get(staff.id, ()),
            self.leaves.get(staff.id, ()),
            [self._engagement(trip, other) for other in near],
            sum(self.together.get((staff.id, rider.id), 0) for rider in trip.riders),
            sum(local_day(one.starts_at) == day for one in others),
        )

    def why_not(self, trip: PlannedTrip, worker_id: UUID) -> tuple[Reason, ...]:
        """Return what keeps a care worker from a trip; somebody unknown is another supplier's."""
        staff = self.staff.get(worker_id)
        if staff is None:
            return (Reason.OTHER_SUPPLIER,)
        found = rules.why_not(trip.outing, self.worker(staff, trip))
        own = {rider.supplier_id for rider in trip.riders}
        if staff.supplier_id in own:
            found = tuple(one for one in found if one is not Reason.OTHER_SUPPLIER)
        return found

    def rank(self, trip: PlannedTrip) -> list[Ranked]:
        """Return who fits a trip, the best first, without those who are on it."""
        everybody = [one for one in self.staff.values() if one.id not in trip.escorts]
        return rules.rank(trip.outing, [self.worker(one, trip) for one in everybody])

    def _engagement(self, trip: PlannedTrip, other: PlannedTrip) -> Engagement:
        is_close = gap_between(trip.outing, other.starts_at, other.ends_at) < LONGEST_WAY
        way = self._ways.minutes(trip.riders, other.riders) if is_close else 0
        return Engagement(other.starts_at, other.ends_at, way)


def list_staff(supplier_id: UUID | None) -> dict[UUID, Staff]:
    """Return the care workers of a supplier, or all, by name."""
    wanted = select(
        CareWorker.id,
        CareWorker.name,
        CareWorker.supplier_id,
        CareWorker.district_id,
        CareWorker.skills,
        CareWorker.has_driving_licence,
    ).order_by(CareWorker.name, CareWorker.id)
    if supplier_id is not None:
        wanted = wanted.where(CareWorker.supplier_id == supplier_id)
    return {
        row.id: Staff(row[0], row[1], row[2], row[3], plain_skills(row[4]), row[5])
        for row in db.session.execute(wanted)
    }


def list_trips(
    starts_at: datetime,
    ends_at: datetime | None,
    supplier_id: UUID | None,
    *,
    states: Iterable[TripState] = SHOWN,
    only: UUID | None = None,
) -> list[PlannedTrip]:
    """Return the escorted trips that start in a span of time, by time, in two statements.

    Without `ends_at` all that lie ahead; `only` is one trip, whenever it starts.
    """
    span = [Trip.id == only] if only else [Trip.starts_at >= starts_at]
    if ends_at is not None and only is None:
        span.append(Trip.starts_at < ends_at)
    span += [Trip.company == Company.ESCORT, Trip.state.in_([*states])]
    wanted = (
        select(
            Trip.id,
            Trip.starts_at,
            Trip.ends_at,
            Trip.out_minutes,
            Trip.travel_minutes,
            Trip.destination,
            Trip.transport,
            Trip.state,
            Trip.occurrence_id,
            Trip.escorts_wanted,
            Trip.escort_by,
            Citizen,
        )
        .join(TripRider, TripRider.trip_id == Trip.id)
        .join(Citizen, Citizen.id == TripRider.citizen_id)
        .where(*span, TripRider.state == Trip.state)
        .order_by(Trip.starts_at, Trip.id, TripRider.starts_at, TripRider.id)
    )
    if supplier_id is not None:
        wanted = wanted.where(Citizen.supplier_id == supplier_id)
    escorts: dict[UUID, list[UUID]] = defaultdict(list)
    for trip_id, worker_id in db.session.execute(
        select(TripEscort.trip_id, TripEscort.care_worker_id)
        .join(Trip, Trip.id == TripEscort.trip_id)
        .where(*span, TripEscort.is_active)
        .order_by(TripEscort.id)
    ):
        escorts[trip_id].append(worker_id)
    riders: dict[UUID, list[Citizen]] = defaultdict(list)
    heads = {}
    for row in db.session.execute(wanted):
        heads[row.id] = row
        riders[row.id].append(row.Citizen)
    return [
        PlannedTrip(
            row.id,
            row.starts_at,
            row.ends_at,
            row.out_minutes,
            row.travel_minutes - row.out_minutes,
            row.destination,
            row.transport,
            TripState(row.state),
            row.occurrence_id,
            row.escorts_wanted,
            row.escort_by,
            tuple(riders[trip_id]),
            tuple(escorts.get(trip_id, ())),
        )
        for trip_id, row in heads.items()
    ]


def list_duties(
    workers: Collection[UUID] | None, starts_at: datetime, ends_at: datetime
) -> dict[UUID, list[Duty]]:
    """Return the shifts of care workers, or of all, that share time with a span."""
    wanted = select(
        Shift.care_worker_id,
        Shift.starts_at,
        Shift.ends_at,
        Shift.break_starts_at,
        Shift.break_ends_at,
    ).where(Shift.starts_at < ends_at, Shift.ends_at > starts_at)
    if workers is not None:
        wanted = wanted.where(Shift.care_worker_id.in_(list(workers)))
    found: dict[UUID, list[Duty]] = defaultdict(list)
    for row in db.session.execute(wanted.order_by(Shift.starts_at)):
        found[row[0]].append(Duty(row[1], row[2], row[3], row[4]))
    return found


def list_leaves(
    workers: Collection[UUID] | None, starts_at: datetime, ends_at: datetime | None
) -> dict[UUID, list[Leave]]:
    """Return when care workers, or all, are away in a span of time; None is without an end."""
    wanted = select(
        CareWorkerAbsence.care_worker_id, CareWorkerAbsence.starts_at, CareWorkerAbsence.ends_at
    ).where(or_(CareWorkerAbsence.ends_at.is_(None), CareWorkerAbsence.ends_at > starts_at))
    if ends_at is not None:
        wanted = wanted.where(CareWorkerAbsence.starts_at < ends_at)
    if workers is not None:
        wanted = wanted.where(CareWorkerAbsence.care_worker_id.in_(list(workers)))
    found: dict[UUID, list[Leave]] = defaultdict(list)
    for worker_id, begins, ends in db.session.execute(wanted):
        found[worker_id].append(Leave(begins, ends))
    return found


def made_together(citizens: Collection[UUID], before: datetime) -> dict[tuple[UUID, UUID], int]:
    """Return how many trips each care worker has lately made with each of these citizens."""
    rows = db.session.execute(
        select(TripEscort.care_worker_id, TripRider.citizen_id, func.count())
        .join(TripRider, TripRider.trip_id == TripEscort.trip_id)
        .join(Trip, Trip.id == TripEscort.trip_id)
        .where(
            TripRider.citizen_id.in_(list(citizens)),
            Trip.state.in_([*MADE]),
            Trip.starts_at >= before - RECENTLY,
        )
        .group_by(TripEscort.care_worker_id, TripRider.citizen_id)
    )
    return {(worker_id, citizen_id): int(number) for worker_id, citizen_id, number in rows}


def around(trips: Sequence[PlannedTrip], supplier_id: UUID | None) -> Roster:
    """Return all that decides who could come along on these trips, whatever their number."""
    first, last = min(t.starts_at for t in trips), max(t.ends_at for t in trips)
    days = day_span(local_day(first))[0], day_span(local_day(last))[1]
    citizens = {rider.id for trip in trips for rider in trip.riders}
    home, staff = own_municipality(), list_staff(supplier_id)
    known = list_trips(days[0], days[1], None)
    missing = [trip for trip in trips if trip.id not in {one.id for one in known}]
    return Roster(
        home,
        staff,
        [*known, *missing],
        list_duties(None, first, last),
        list_leaves(None, first, last),
        made_together(citizens, first),
    )


def own_municipality() -> Municipality:
    """Return the municipality at hand."""
    return get_municipality(current_municipality())
