"""Trips that nobody covers any more: the roster, an illness or a skill has broken them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from klippekort.domain.escorting import OFF_DUTY, UNABLE, Duty, Ranked, Reason
from klippekort.domain.trips import TripState
from klippekort.planning.queries.roster import (
    PlannedTrip,
    Roster,
    Staff,
    around,
    list_duties,
    list_leaves,
    list_staff,
    list_trips,
    own_municipality,
)

SOON = timedelta(hours=2)
LONGEST = timedelta(hours=24)
"""How long ago a trip may have begun that is not over."""
BREAKS = OFF_DUTY | UNABLE | {Reason.OTHER_SUPPLIER}
_NOT_OVER = frozenset({TripState.BOOKED, TripState.HELD, TripState.UNDER_WAY})


@dataclass(frozen=True)
class BrokenTrip:
    """A trip, the care worker who no longer covers it, and why; urgent when it begins soon, and
    when somebody is out on it now.
    """

    trip: PlannedTrip
    worker: Staff
    reasons: tuple[Reason, ...]
    is_urgent: bool

    @property
    def is_out(self) -> bool:
        """Say whether it is under way."""
        return self.trip.state is TripState.UNDER_WAY


def broken_trips(
    now: datetime, supplier_id: UUID | None = None, *, worker_id: UUID | None = None
) -> list[BrokenTrip]:
    """Return the trips whose care worker no longer covers them, first those that somebody is out
    on with a helper who is away, then those to come, the soonest first: also one that should have
    begun already and has not.

    Those of one supplier, and of one care worker, where given.
    """
    trips = _not_over(now, supplier_id)
    if not any(trip.escorts for trip in trips):
        return []
    roster = Roster(
        own_municipality(), list_staff(None), trips, _duties(trips), list_leaves(None, now, None)
    )
    return broken_in(roster, now, worker_id)


def _not_over(now: datetime, supplier_id: UUID | None) -> list[PlannedTrip]:
    """Return the trips to come and those under way, by time."""
    found = list_trips(now - LONGEST, None, supplier_id, states=_NOT_OVER)
    return [one for one in found if one.is_to_come(now) or one.state is TripState.UNDER_WAY]


def _duties(trips: Sequence[PlannedTrip]) -> Mapping[UUID, Sequence[Duty]]:
    """Return the shifts of everybody who comes along, over the days that the trips lie on."""
    busy = {worker_id for trip in trips for worker_id in trip.escorts}
    return list_duties(busy, trips[0].starts_at, max(trip.ends_at for trip in trips))


def broken_in(roster: Roster, now: datetime, worker_id: UUID | None = None) -> list[BrokenTrip]:
    """Return the broken trips of a roster that is read already, as `broken_trips` orders them."""
    found = []
    for trip in roster.trips:
        for escort_id in trip.escorts:
            staff = roster.staff.get(escort_id)
            if staff is None or worker_id not in (None, escort_id):
                continue
            found_here = roster.in_the_way(trip, escort_id, now)
            reasons = tuple(one for one in found_here if one in BREAKS)
            if reasons:
                is_urgent = trip.starts_at < now + SOON or trip.state is TripState.UNDER_WAY
                found.append(BrokenTrip(trip, staff, reasons, is_urgent))
    return sorted(found, key=lambda one: not one.is_out)


def who_left(trip: PlannedTrip, now: datetime) -> frozenset[UUID]:
    """Return who comes along on a trip under way and is away from what is left of it."""
    if trip.state is not TripState.UNDER_WAY:
        return frozenset()
    leaves = list_leaves(trip.escorts, now, None)
    roster = Roster(own_municipality(), list_staff(None), [trip], {}, leaves)
    return frozenset(one.worker.id for one in broken_in(roster, now))


def would_break(
    worker_id: UUID, now: datetime, *, without: Duty | None, instead: Duty | None
) -> list[BrokenTrip]:
    """Return the trips that break once a shift is gone, or is another; not those broken before."""
    everyone = _not_over(now, None)
    trips = [trip for trip in everyone if worker_id in trip.escorts]
    if not trips:
        return []
    duties, staff = _duties(trips), list_staff(None)
    leaves, home = list_leaves([worker_id], now, None), own_municipality()
    before = broken_in(Roster(home, staff, trips, duties, leaves), now, worker_id)
    kept = [one for one in duties.get(worker_id, ()) if one != without]
    changed = {worker_id: [*kept, *([instead] if instead else [])]}
    known = {one.trip.id for one in before}
    after = broken_in(Roster(home, staff, trips, changed, leaves), now, worker_id)
    return [one for one in after if one.trip.id not in known]


def substitutes(
    trips: Sequence[PlannedTrip],
    now: datetime,
    supplier_id: UUID | None = None,
    most: int = 3,
) -> dict[UUID, list[Ranked]]:
    """Return the best who could come along on each of these trips instead, or on what is left of
    it, of one supplier where given.
    """
    if not trips:
        return {}
    left = [trip.left(now) for trip in trips]
    roster = around(left, supplier_id)
    return {trip.id: roster.rank(trip)[:most] for trip in left}


def to_be_found(now: datetime, supplier_id: UUID | None = None) -> list[PlannedTrip]:
    """Return the trips to come that lack a helper, the most urgent first.

    That is by the deadline, or by the start where there is none.
    """
    trips = [one for one in _not_over(now, supplier_id) if one.state is TripState.BOOKED]
    waiting = [trip for trip in trips if trip.lacks_escort]
    return sorted(waiting, key=lambda trip: (trip.escort_by or trip.starts_at, trip.starts_at))
