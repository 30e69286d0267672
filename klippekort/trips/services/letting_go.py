"""What a trip that is over, or is not made, no longer occupies: people, helpers and seats."""

from collections.abc import Sequence
from datetime import datetime

from klippekort.activities.services import give_seat_back
from klippekort.domain import trips as rules
from klippekort.domain.permissions import Actor
from klippekort.domain.trips import MADE, TripState
from klippekort.platform import events
from klippekort.platform.db import db
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries import trips as queries
from klippekort.trips.services.events import SeatFreed


def let_go(trip: Trip, riders: Sequence[TripRider], to: TripState) -> None:
    """Let riders go; once nobody rides any more, the trip itself has ended.

    It ends as made where anybody made it.
    """
    for rider in riders:
        rider.state = to
    everyone = queries.riders_of(trip.id)
    left = [rider for rider in everyone if rider.is_active and rider not in riders]
    if not left:
        trip.state = rules.ended_as([TripState(rider.state) for rider in everyone])
        trip.ended_at = max((one.ended_at for one in everyone if one.ended_at), default=None)
    trip.version += 1
    free_people(trip, riders)


def free_people(trip: Trip, riders: Sequence[TripRider]) -> None:
    """Free citizens for something else, and the helpers once nobody rides any more.

    Helpers who are home early are free for the next trip; after a trip that was not made they are
    free at once.
    """
    for rider in riders:
        rider.is_active = False
    db.session.flush()
    if any(rider.is_active for rider in queries.riders_of(trip.id)):
        return
    is_made = TripState(trip.state) in MADE
    for escort in queries.escorts_of(trip.id):
        if not is_made:
            escort.is_active = False
        elif trip.ended_at and escort.starts_at < trip.ended_at < escort.ends_at:
            escort.ends_at = trip.ended_at
    db.session.flush()


def free_seats(actor: Actor, trip: Trip, riders: Sequence[TripRider], now: datetime) -> None:
    """Give back the seats of those who are not coming, while somebody else may still have them."""
    taken = [rider.sign_up_id for rider in riders if rider.sign_up_id is not None]
    if trip.starts_at <= now or trip.occurrence_id is None:
        return
    for sign_up_id in taken:
        give_seat_back(actor, sign_up_id, now=now)
    if taken:
        events.emit_after(SeatFreed(trip.occurrence_id, actor, now))
