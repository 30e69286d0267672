"""Holding a date by hand: for a wish without a date, and in place of a trip we cancelled."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from klippekort.activities.queries import get_occurrence_facts
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import instant, local, local_day
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.platform.db import db
from klippekort.trips.models import Trip
from klippekort.trips.queries.offers import Offer
from klippekort.trips.queries.trips import read_trip, riders_of
from klippekort.trips.services.blocks import Place
from klippekort.trips.services.events import CancelledByUs
from klippekort.waiting.queries import wishes as wish_queries
from klippekort.waiting.queries.fitting import of_activity, of_kind
from klippekort.waiting.queries.offers import home
from klippekort.waiting.services.holding import (
    Because,
    Want,
    have_asked,
    is_away,
    offer,
    program,
    try_offer,
)

MOST_DATES = 8
"""How many dates are tried in place of one that was cancelled."""
_DAYS_AHEAD = 14


def offer_for_wish(actor: Actor, wish_id: UUID, occurrence_id: UUID, *, now: datetime) -> str:
    """Hold a date for a wish that waits for one, and return the offer's id.

    Raises Stale when the wish waits no longer, TooLateToAsk, NobodyFree, and what `reserve` raises.
    """
    wish = wish_queries.lock_wish(wish_id)
    citizen = get_citizen(wish.citizen_id)
    authorise(actor, Action.ANSWER_OFFER, reach(citizen, local_day(now)))
    if wish.state != "open":
        raise Stale
    want = Want(citizen, occurrence_id, "wish", wish.agreed_how)
    offer_id = offer(want, Because(wish_id=wish_id), hours=home().offer_hours, now=now)
    wish.state = "offered"
    db.session.flush()
    have_asked(offer_id, now)
    return str(offer_id)


def propose_new_date(
    actor: Actor, trip_id: UUID, citizen_ids: Collection[UUID], *, now: datetime
) -> list[UUID]:
    """Hold the nearest date that fits each of these citizens, for whom we cancelled a trip, and
    return the offers. Whoever had stayed at home before is owed none.

    The same activity comes before others of its kind; a place of one's own choice is held at the
    same time of another day. Whoever nothing fits is left out. Call it when the trip is cancelled.
    """
    trip = read_trip(trip_id)
    made = []
    for rider in riders_of(trip_id):
        if rider.citizen_id not in citizen_ids:
            continue
        citizen = get_citizen(rider.citizen_id)
        authorise(actor, Action.CANCEL_TRIP, reach(citizen, local_day(now)))
        for want in _instead(trip, citizen, rider.agreed_how, now)[:MOST_DATES]:
            because = Because(instead_of_id=trip_id)
            hours = home().offer_hours
            found = try_offer(want, because, hours=hours, now=now)
            if isinstance(found, UUID):
                have_asked(found, now)
                made.append(found)
                break
    return made


def offer_another_day(event: CancelledByUs) -> None:
    """Propose a new date to everyone whose trip we have cancelled, by ourselves."""
    propose_new_date(program(), event.trip_id, event.citizen_ids, now=event.now)


def _instead(trip: Trip, citizen: Citizen, agreed_how: str, now: datetime) -> list[Want]:
    goals: list[UUID | Place]
    if trip.occurrence_id is None:
        goals = list(_same_place(trip, citizen, now))
    else:
        date = get_occurrence_facts(trip.occurrence_id)
        same = _others(of_activity(citizen, date.activity_id, now), trip)
        alike = _others(of_kind(citizen, date.kind, now), trip)
        goals = [*same, *(one for one in alike if one not in same)]
    return [Want(citizen, goal, "replacement", agreed_how) for goal in goals]


def _others(found: list[Offer], trip: Trip) -> list[UUID]:
    """Return the dates nearest in time to the one that was cancelled."""
    others = [date for date in found if date.occurrence.id != trip.occurrence_id]
    nearest = sorted(others, key=lambda date: abs(date.starts_at - trip.starts_at))
    return [date.occurrence.id for date in nearest]


def _same_place(trip: Trip, citizen: Citizen, now: datetime) -> list[Place]:
    """Return the same stay on each of the coming days, nearest to the day it was to be."""
    out = timedelta(minutes=trip.out_minutes)
    back = timedelta(minutes=trip.travel_minutes) - out
    begins, ends = trip.starts_at + out, trip.ends_at - back
    today, was = local_day(now), local_day(begins)
    days = [today + timedelta(days=ahead) for ahead in range(1, _DAYS_AHEAD + 1)]
    found = []
    for day in sorted(days, key=lambda day: abs(day - was)):
        if day == was or is_away(citizen.id, day):
            continue
        at = instant(day, local(begins).time())
        found.append(
            Place(
                trip.destination,
                trip.address,
                trip.postcode,
                trip.kind or "other",
                at,
                at + (ends - begins),
            )
        )
    return found
