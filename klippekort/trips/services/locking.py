"""Locking a trip for a change: cards by id, then the trip. The one order everywhere."""

from datetime import datetime
from uuid import UUID

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.punchcards.queries import cards
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries import trips as queries


def locked(
    actor: Actor,
    trip_id: UUID,
    action: Action,
    now: datetime,
    *,
    citizen_id: UUID | None = None,
) -> tuple[Trip, list[TripRider]]:
    """Return a trip with those who ride and are not off it, all locked.

    With `citizen_id` only that citizen. Raises NotFound, and Forbidden where one of them is beyond
    the actor's reach.
    """
    today = local_day(now)
    for rider in queries.riders_of(trip_id):
        if citizen_id in (None, rider.citizen_id):
            authorise(actor, action, reach(get_citizen(rider.citizen_id), today))
    trip, riders = lock(trip_id)
    return trip, [rider for rider in riders if citizen_id in (None, rider.citizen_id)]


def lock(trip_id: UUID) -> tuple[Trip, list[TripRider]]:
    """Return a trip with those who ride, locked, for a change that nobody asked for by name."""
    paying = {rider.card_id for rider in queries.riders_of(trip_id) if rider.card_id is not None}
    for card_id in sorted(paying, key=str):
        cards.lock_card(card_id)
    trip = queries.lock_trip(trip_id)
    return trip, [rider for rider in queries.riders_of(trip_id) if rider.is_active]
