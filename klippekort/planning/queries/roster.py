"""A span of the roster with its trips: read in a few statements, then asked as often as needed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Table,
    bindparam,
    func,
    literal,
    or_,
    select,
)

from klippekort.accounts.models import CareWorker, CareWorkerAbsence, Shift
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.citizens import CITIZEN
from klippekort.domain import escorting as rules
from klippekort.domain.calendar import day_span, local_day
from klippekort.domain.escorting import Duty, Engagement, Leave, Outing, Ranked, Reason
from klippekort.domain.trips import MADE, OCCUPIES, Company, TripState
from klippekort.municipalities.models import Municipality
from klippekort.municipalities.queries import get_municipality
from klippekort.platform.db import db
from klippekort.platform.prepared import Row
from klippekort.platform.sorting import alphabetical
from klippekort.platform.tenancy import OwnRows, current_municipality, own
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

    @property
    def suppliers(self) -> frozenset[UUID]:
        """Return the suppliers of those who ride; each may send a helper."""
        return frozenset(rider.supplier_id for rider in self.riders)

    def is_to_come(self, now: datetime) -> bool:
        """Say whether it is still to be made: it lies ahead, or nobody has fetched her in time."""
        if not self.may_change:
            return False
        is_late = self.state is TripState.BOOKED and self.ends_at > now
        return self.starts_at > now or is_late

    def left(self, now: datetime) -> "PlannedTrip":
        """Return what is still to be made of it: of one under way, the time from now on."""
        if self.state is not TripState.UNDER_WAY:
            return self
        starts_at, ends_at = rules.what_is_left(self.ends_at, now)
        return replace(self, starts_at=starts_at, ends_at=ends_at)

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
        # Whoever works for the supplier of any who ride may go along.
        is_theirs = staff.supplier_id in trip.suppliers
        return rules.Worker(
            staff.id,
            staff.name,
            trip.outing.supplier_id if is_theirs else staff.supplier_id,
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
        return rules.why_not(trip.outing, self.worker(staff, trip))

    def in_the_way(self, trip: PlannedTrip, worker_id: UUID, now: datetime) -> tuple[Reason, ...]:
        """Return what keeps somebody who comes along from a trip to come, or from what is left of
        one under way. Whoever is out on it is there, but for one who is away.
        """
        found = self.why_not(trip.left(now), worker_id)
        if trip.state is TripState.UNDER_WAY:
            return tuple(one for one in found if one is Reason.AWAY)
        return found if trip.is_to_come(now) else ()

    def rank(self, trip: PlannedTrip) -> list[Ranked]:
        """Return who fits a trip, the best first, without those who are on it."""
        everybody = [one for one in self.staff.values() if one.id not in trip.escorts]
        return rules.rank(trip.outing, [self.worker(one, trip) for one in everybody])

    def _engagement(self, trip: PlannedTrip, other: PlannedTrip) -> Engagement:
        is_close = gap_between(trip.outing, other.starts_at, other.ends_at) < LONGEST_WAY
        way = self._ways.minutes(trip.riders, other.riders) if is_close else 0
        return Engagement(other.starts_at, other.ends_at, way)


_trips = cast(Table, Trip.__table__)
_riders = cast(Table, TripRider.__table__)
_escorts = cast(Table, TripEscort.__table__)
_citizens = cast(Table, Citizen.__table__)
_workers = cast(Table, CareWorker.__table__)
_shifts = cast(Table, Shift.__table__)
_away = cast(Table, CareWorkerAbsence.__table__)
_STARTS: BindParameter[Any] = bindparam("starts_at")
_ENDS: BindParameter[Any] = bindparam("ends_at")


@lru_cache
def _staff(has_supplier: bool) -> OwnRows:
    wanted = select(
        _workers.c.id,
        _workers.c.name,
        _workers.c.supplier_id,
        _workers.c.district_id,
        _workers.c.skills,
        _workers.c.has_driving_licence,
    ).where(own(_workers))
    if has_supplier:
        wanted = wanted.where(_workers.c.supplier_id == bindparam("supplier"))
    return OwnRows(wanted.order_by(alphabetical(_workers.c.name), _workers.c.id))


def list_staff(supplier_id: UUID | None) -> dict[UUID, Staff]:
    """Return the care workers of a supplier, or all, by name."""
    of = {} if supplier_id is None else {"supplier": supplier_id}
    return {
        row[0]: Staff(row[0], row[1], row[2], row[3], plain_skills(row[4]), row[5])
        for row in _staff(bool(of)).rows(**of)
    }


@lru_cache
def _planned(
    is_one: bool, has_end: bool, has_supplier: bool, states: frozenset[TripState]
) -> OwnRows:
    """Return the statement for trips, once for each who rides and each who comes along."""
    on_it = own(_escorts) & (_escorts.c.trip_id == _trips.c.id) & _escorts.c.is_active
    wanted = (
        select(
            _trips.c.id,
            _trips.c.starts_at,
            _trips.c.ends_at,
            _trips.c.out_minutes,
            _trips.c.travel_minutes,
            _trips.c.destination,
            _trips.c.transport,
            _trips.c.state,
            _trips.c.occurrence_id,
            _trips.c.escorts_wanted,
            _trips.c.escort_by,
            _escorts.c.care_worker_id,
            *CITIZEN.columns,
        )
        .join_from(_trips, _riders, own(_riders) & (_riders.c.trip_id == _trips.c.id))
        .join(_citizens, own(_citizens) & (_citizens.c.id == _riders.c.citizen_id))
        .outerjoin(_escorts, on_it)
        .where(
            own(_trips),
            _trips.c.id == bindparam("only") if is_one else _trips.c.starts_at >= _STARTS,
        )
        .where(_trips.c.company == literal(str(Company.ESCORT)))
        .where(_trips.c.state.in_([literal(str(state)) for state in sorted(states)]))
        .where(_riders.c.state == _trips.c.state)
    )
    if has_end:
        wanted = wanted.where(_trips.c.starts_at < _ENDS)
    if has_supplier:
        wanted = wanted.where(_is_of_supplier())
    by_time = _trips.c.starts_at, _trips.c.id, _riders.c.starts_at, _riders.c.id
    return OwnRows(wanted.order_by(*by_time, _escorts.c.id))


def _is_of_supplier() -> ColumnElement[bool]:
    """Return the condition that somebody on a trip is a supplier's; the others on it count too."""
    riders, citizens = _riders.alias(), _citizens.alias()
    theirs = (
        select(riders.c.id)
        .join(citizens, own(citizens) & (citizens.c.id == riders.c.citizen_id))
        .where(own(riders), riders.c.trip_id == _trips.c.id, riders.c.state == _trips.c.state)
        .where(citizens.c.supplier_id == bindparam("supplier"))
    )
    return theirs.exists()


def list_trips(
    starts_at: datetime,
    ends_at: datetime | None,
    supplier_id: UUID | None,
    *,
    states: Iterable[TripState] = SHOWN,
    only: UUID | None = None,
) -> list[PlannedTrip]:
    """Return the escorted trips that start in a span of time, by time, in one statement.

    Without `ends_at` all that lie ahead; `only` is one trip, whenever it starts. A supplier's are
    those that one of its citizens rides on.
    """
    asked: dict[str, Any] = {"only": only} if only else {"starts_at": starts_at}
    if ends_at is not None and only is None:
        asked["ends_at"] = ends_at
    if supplier_id is not None:
        asked["supplier"] = supplier_id
    found = _planned(only is not None, "ends_at" in asked, "supplier" in asked, frozenset(states))
    trips: dict[UUID, _Gathered] = {}
    for row in found.rows(**asked):
        trips.setdefault(row[0], _Gathered(row)).add(row)
    return [one.trip() for one in trips.values()]


class _Gathered:
    """A trip, while its rows are read: one for each who rides and each who comes along."""

    def __init__(self, row: Row) -> None:
        self._head = row
        self._riders: dict[UUID, Citizen] = {}
        self._escorts: dict[UUID, None] = {}

    def add(self, row: Row) -> None:
        """Take one more row."""
        worker_id, rider_id = row[11], row[13]
        if worker_id is not None:
            self._escorts[worker_id] = None
        if rider_id not in self._riders:
            self._riders[rider_id] = CITIZEN.read(row, 12)

    def trip(self) -> PlannedTrip:
        """Return the trip with all that was read of it."""
        trip_id, starts_at, ends_at, out, both, destination, transport, state, *rest = self._head
        occurrence_id, escorts_wanted, escort_by = rest[:3]
        return PlannedTrip(
            trip_id,
            starts_at,
            ends_at,
            out,
            both - out,
            destination,
            transport,
            TripState(state),
            occurrence_id,
            escorts_wanted,
            escort_by,
            tuple(self._riders.values()),
            tuple(self._escorts),
        )


@lru_cache
def _duties(is_chosen: bool) -> OwnRows:
    wanted = select(
        _shifts.c.care_worker_id,
        _shifts.c.starts_at,
        _shifts.c.ends_at,
        _shifts.c.break_starts_at,
        _shifts.c.break_ends_at,
    ).where(own(_shifts), _shifts.c.starts_at < _ENDS, _shifts.c.ends_at > _STARTS)
    if is_chosen:
        wanted = wanted.where(_shifts.c.care_worker_id.in_(bindparam("workers", expanding=True)))
    return OwnRows(wanted.order_by(_shifts.c.starts_at))


def list_duties(
    workers: Collection[UUID] | None, starts_at: datetime, ends_at: datetime
) -> dict[UUID, list[Duty]]:
    """Return the shifts of care workers, or of all, that share time with a span."""
    of = {} if workers is None else {"workers": list(workers)}
    found: dict[UUID, list[Duty]] = defaultdict(list)
    rows = _duties(workers is not None).rows(starts_at=starts_at, ends_at=ends_at, **of)
    for worker_id, *duty in rows:
        found[worker_id].append(Duty(*duty))
    return found


@lru_cache
def _leaves(is_chosen: bool, has_end: bool) -> OwnRows:
    wanted = select(_away.c.care_worker_id, _away.c.starts_at, _away.c.ends_at).where(
        own(_away), or_(_away.c.ends_at.is_(None), _away.c.ends_at > _STARTS)
    )
    if has_end:
        wanted = wanted.where(_away.c.starts_at < _ENDS)
    if is_chosen:
        wanted = wanted.where(_away.c.care_worker_id.in_(bindparam("workers", expanding=True)))
    return OwnRows(wanted)


def list_leaves(
    workers: Collection[UUID] | None, starts_at: datetime, ends_at: datetime | None
) -> dict[UUID, list[Leave]]:
    """Return when care workers, or all, are away in a span of time; None is without an end."""
    asked: dict[str, Any] = {"starts_at": starts_at}
    if ends_at is not None:
        asked["ends_at"] = ends_at
    if workers is not None:
        asked["workers"] = list(workers)
    found: dict[UUID, list[Leave]] = defaultdict(list)
    for worker_id, begins, ends in _leaves(workers is not None, ends_at is not None).rows(**asked):
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
