"""The helper sets out: whoever is fetched hears it at once."""

from datetime import datetime, timedelta
from uuid import UUID

from klippekort.accounts.queries.care_workers import get_care_worker
from klippekort.citizens.queries import get_citizen
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Actor
from klippekort.domain.trips import TripState
from klippekort.messages.queries import CITIZEN, Recipient, find_message
from klippekort.messages.services import tell
from klippekort.platform import audit
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries.trips import escorts_of
from klippekort.trips.services.history import happened
from klippekort.trips.services.locking import locked

KIND = "escort_on_way"
FIRST, LAST = timedelta(hours=2), timedelta(hours=1)
OF_USE = timedelta(minutes=45)


def is_near(starts_at: datetime, now: datetime) -> bool:
    """Say whether a helper may be on the way to a trip by now."""
    return starts_at - FIRST <= now <= starts_at + LAST


def tell_on_way(actor: Actor, trip_id: UUID, *, now: datetime) -> int:
    """Have those who are fetched told that their helper is on the way, once a trip, and return how
    many are told now.

    Nobody is called for it. Raises Stale when the trip is not about to begin, or has no helper.
    """
    trip, riders = locked(actor, trip_id, Action.KEEP_TRIP, now)
    helpers = [one.care_worker_id for one in escorts_of(trip.id)]
    if trip.state != TripState.BOOKED or not is_near(trip.starts_at, now) or not helpers:
        raise Stale
    name = get_care_worker(actor.person_id if actor.person_id in helpers else helpers[0]).name
    told = sum(_tell(trip, rider, name, now) for rider in riders)
    happened(actor, trip_id, "on_way", now)
    citizens = [rider.citizen_id for rider in riders]
    audit.record(actor, Action.KEEP_TRIP, "trip", trip_id, citizens=citizens, to="on_way")
    return told


def _tell(trip: Trip, rider: TripRider, helper: str, now: datetime) -> bool:
    citizen, key = get_citizen(rider.citizen_id), f"on_way:{trip.id}:{rider.citizen_id}"
    facts = {
        "trip": str(trip.id),
        "starts_at": rider.starts_at.isoformat(),
        "destination": trip.destination,
        "escort": helper,
    }
    before = find_message(key)
    tell(
        key,
        KIND,
        to=Recipient(CITIZEN, citizen.id),
        supplier_id=citizen.supplier_id,
        about=trip.id,
        facts=facts,
        due_at=now,
        late_at=now + OF_USE,
        is_extra=True,
        now=now,
    )
    return before is None and find_message(key) is not None
