"""Putting somebody on a trip, or somebody else, and having the citizen told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from klippekort.accounts.queries.care_workers import get_care_worker
from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.domain.permissions import Action, Actor
from klippekort.domain.sending import may_send, may_take_off
from klippekort.domain.trips import TripState
from klippekort.trips.queries.escorts import citizens_on
from klippekort.trips.queries.trips import escorts_of, lock_trip
from klippekort.trips.services.escorts import assign_escort
from klippekort.trips.services.telling import CHANGED, FOUND, tell_escort, tell_helper


class NotAlong(Stale):
    """The helper who is to be replaced does not go along any more."""


def settle_escort(
    actor: Actor,
    trip_id: UUID,
    care_worker_id: UUID,
    *,
    instead_of: UUID | None = None,
    now: datetime,
) -> str:
    """Put a care worker on a trip and have the citizen called: it is settled who comes.

    `instead_of` names the one who is replaced; whoever else goes along stays. Without it a missing
    helper is filled in; where none is missing, the first who was put on the trip is replaced. A
    citizen who was promised nobody is only told of a change, and one who is out is not told at all:
    whoever settles it calls them. Raises EscortOffDuty, EscortBusy,
    EscortUnable, NotAlong, Stale, Forbidden, and NotFound for a helper who is not the actor's to
    send.
    """
    trip = lock_trip(trip_id)
    before = [one.care_worker_id for one in escorts_of(trip_id)]
    if care_worker_id in before:
        return str(trip_id)
    leaves = _leaves(before, trip.escorts_wanted, instead_of)
    _check_may(actor, trip_id, care_worker_id, leaves)
    is_beside = leaves is None
    assign_escort(actor, trip_id, care_worker_id, now=now, beside=is_beside, instead_of=leaves)
    if trip.state == TripState.UNDER_WAY:
        tell_helper(trip, care_worker_id, now=now)
    elif before:
        tell_escort(trip, care_worker_id, CHANGED, now=now)
    elif trip.escort_by is not None:
        tell_escort(trip, care_worker_id, FOUND, now=now)
    return str(trip_id)


def _leaves(before: Sequence[UUID], wanted: int, instead_of: UUID | None) -> UUID | None:
    """Return who makes room, or None where there is room."""
    if instead_of in before:
        return instead_of
    if len(before) < wanted:
        return None
    # Of two, the wrong one would go; of one, whoever was chosen a moment ago gives way.
    if instead_of is not None and len(before) > 1:
        raise NotAlong
    return before[0] if before else None


def _check_may(actor: Actor, trip_id: UUID, comes: UUID, leaves: UUID | None) -> None:
    if not may_send(actor, get_care_worker(comes).supplier_id):
        raise NotFound
    if leaves is None:
        return
    suppliers = {citizen.supplier_id for citizen in citizens_on(trip_id)}
    if not may_take_off(actor, get_care_worker(leaves).supplier_id, suppliers):
        raise Forbidden(Action.ASSIGN_ESCORT)
