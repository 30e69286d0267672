"""A trip that is held for a yes: said yes to, said no to, or given back when nobody answered."""

from datetime import datetime
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Actor
from klippekort.domain.trips import TripState, move
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.punchcards.services.bookings import release_minutes
from klippekort.trips.services.history import happened
from klippekort.trips.services.letting_go import free_people, free_seats
from klippekort.trips.services.locking import locked


def confirm_held(actor: Actor, trip_id: UUID, *, agreed_how: str, now: datetime) -> str:
    """Book a trip that was held: the citizen has said yes, and `agreed_how`.

    Raises Stale when it is held no longer, or its time to answer is over.
    """
    trip, riders = locked(actor, trip_id, Action.ANSWER_OFFER, now)
    if trip.held_until is not None and trip.held_until <= now:
        raise Stale
    trip.state = move(TripState(trip.state), TripState.BOOKED)
    trip.held_until = None
    trip.version += 1
    for rider in riders:
        rider.state, rider.agreed_how = trip.state, agreed_how
    db.session.flush()
    happened(actor, trip_id, "booked", now, agreed_how=agreed_how, said_to=actor.display_name)
    citizens = [rider.citizen_id for rider in riders]
    audit.record(actor, Action.BOOK_TRIP, "trip", trip_id, citizens=citizens, agreed_how=agreed_how)
    return str(trip_id)


def release_held(actor: Actor, trip_id: UUID, *, to: TripState, now: datetime) -> str:
    """Give everything back that a held trip had set aside, at no cost to the card.

    `to` is turned_down, lapsed or cancelled. Raises Stale when it is held no longer.
    """
    trip, riders = locked(actor, trip_id, Action.ANSWER_OFFER, now)
    if trip.state != TripState.HELD:
        raise Stale
    trip.state = move(TripState.HELD, to)
    trip.held_until = None
    trip.version += 1
    for rider in riders:
        rider.state = trip.state
        if rider.card_id is not None:
            release_minutes(
                actor, rider.card_id, trip_id, today=local_day(now), now=now, reason=f"offer_{to}"
            )
            rider.charged_minutes = 0
    free_people(trip, riders)
    free_seats(actor, trip, riders, now)
    happened(actor, trip_id, to, now)
    citizens = [rider.citizen_id for rider in riders]
    audit.record(actor, Action.BOOK_TRIP, "trip", trip_id, citizens=citizens, to=to)
    return str(trip_id)
