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
_STILL_TO_COME = frozenset({TripState.BOOKED, TripState.HELD})


@dataclass(frozen=True)
class BrokenTrip:
    """A trip, the care worker who no longer covers it, and why; urgent when it begins soon."""

    trip: PlannedTrip
    worker: Staff
    reasons: tuple[Reason, ...]
    is_urgent: bool


def broken_trips(
    now: datetime, supplier_id: UUID | None = None, *, worker_id: UUID | None = None
) -> list[BrokenTrip]:
    """Return the trips to come whose care worker no longer covers them, the soonest first: also one
    that should have begun already and has not.

    Those of one supplier, and of one care worker, where given.
    """
    trips = _to_come(now, supplier_id, _STILL_TO_COME)
    if not any(trip.escorts for trip in trips):
        return []
    roster = Roster(
        own_municipality(), list_staff(None), trips, _duties(trips), list_leaves(None, now, None)
    )
    return broken_in(roster, now, worker_id)


def _to_come(
    now: datetime, supplier_id: UUID | None, states: frozenset[TripState]
) -> list[PlannedTrip]:
    found = list_trips(now - LONGEST, None, supplier_id, states=states)
    return [trip for trip in found if trip.is_to_come(now)]


def _duties(trips: Sequence[PlannedTrip]) -> Mapping[UUID, Sequence[Duty]]:
    """Return the shifts of everybody who comes along, over the days that the trips lie on."""
    busy = {worker_id for trip in trips for worker_id in trip.escorts}
    return list_duties(busy, trips[0].starts_at, max(trip.ends_at for trip in trips))


def broken_in(roster: Roster, now: datetime, worker_id: UUID | None = None) -> list[BrokenTrip]:
    """Return the broken trips of a roster that is read already."""
    found = []
    for trip in roster.trips:
        if trip.state not in _STILL_TO_COME or not trip.is_to_come(now):
            continue
        for escort_id in trip.escorts:
            staff = roster.staff.get(escort_id)
            if staff is None or worker_id not in (None, escort_id):
                continue
            reasons = tuple(one for one in roster.why_not(trip, escort_id) if one in BREAKS)
            if reasons:
                is_urgent = trip.starts_at < now + SOON
                found.append(BrokenTrip(trip, staff, reasons, is_urgent))
    return found


def would_break(
    worker_id: UUID, now: datetime, *, without: Duty | None, instead: Duty | None
) -> list[BrokenTrip]:
    """Return the trips that break once a shift is gone, or is another; not those broken before."""
    everyone = _to_come(now, None, _STILL_TO_COME)
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
    trips: Sequence[PlannedTrip], supplier_id: UUID | None = None, most: int = 3
) -> dict[UUID, list[Ranked]]:
    """Return the best who could come along on each of these trips instead, of one supplier where
    given.
    """
    if not trips:
        return {}
    roster = around(trips, supplier_id)
    return {trip.id: roster.rank(trip)[:most] for trip in trips}


def to_be_found(now: datetime, supplier_id: UUID | None = None) -> list[PlannedTrip]:
    """Return the trips to come that lack a helper, the most urgent first.

    That is by the deadline, or by the start where there is none.
    """
    trips = _to_come(now, supplier_id, frozenset({TripState.BOOKED}))
    waiting = [trip for trip in trips if trip.lacks_escort]
    return sorted(waiting, key=lambda trip: (trip.escort_by or trip.starts_at, trip.starts_at))
