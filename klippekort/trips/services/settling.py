"""Putting somebody on a trip, or somebody else, and having the citizen told."""

from datetime import datetime
from uuid import UUID

from klippekort.domain.permissions import Actor
from klippekort.trips.queries.trips import escorts_of, lock_trip
from klippekort.trips.services.escorts import assign_escort, release_escort
from klippekort.trips.services.telling import CHANGED, FOUND, tell_escort


def settle_escort(
    actor: Actor,
    trip_id: UUID,
    care_worker_id: UUID,
    *,
    instead_of: UUID | None = None,
    now: datetime,
) -> str:
    """Put a care worker on a trip and have the citizen called: it is settled who comes.

    On a trip with two helpers, `instead_of` names the one who is replaced; without, a missing one
    is filled in, or all are replaced. A citizen who was promised nobody is only told of a change.
    Raises EscortOffDuty, EscortBusy, EscortUnable, Stale, NotFound.
    """
    before = [one.care_worker_id for one in escorts_of(trip_id)]
    if care_worker_id in before:
        return str(trip_id)
    trip = lock_trip(trip_id)
    if instead_of in before and len(before) > 1:
        release_escort(actor, trip_id, instead_of, now=now)
        assign_escort(actor, trip_id, care_worker_id, now=now, beside=True)
    else:
        beside = bool(before) and len(before) < trip.escorts_wanted
        assign_escort(actor, trip_id, care_worker_id, now=now, beside=beside)
    if before:
        tell_escort(trip, care_worker_id, CHANGED, now=now)
    elif trip.escort_by is not None:
        tell_escort(trip, care_worker_id, FOUND, now=now)
    return str(trip_id)
