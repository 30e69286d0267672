"""Trips booked with a helper to be found by a deadline: proposed, asked for, or released."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Undecided
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.schemes import Charge
from klippekort.domain.trips import CancelReason, Cause, TripState
from klippekort.platform.db import db
from klippekort.platform.tenancy import current_municipality
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.ledger import open_task
from klippekort.trips.models import Trip
from klippekort.trips.queries.escorts import citizens_on, free_escorts
from klippekort.trips.queries.trips import escorts_of, events_of, lock_trip, riders_of
from klippekort.trips.services.cancelling import cancel_trip
from klippekort.trips.services.history import happened

ASKED_AHEAD = timedelta(hours=24)
# Between the question and the release somebody must have had time to act.
LEAST_TIME = timedelta(hours=2)
PROPOSED, SOUGHT = "escort_proposed", "escort_sought"
MOVED = "moved"
TASK = "escort_missing"


def due_trips(now: datetime) -> list[UUID]:
    """Return the booked trips whose deadline for a helper is near or over, the soonest first."""
    wanted = select(Trip.id).where(
        Trip.state == TripState.BOOKED,
        Trip.escort_by.is_not(None),
        Trip.escort_by <= now + ASKED_AHEAD,
        Trip.starts_at > now,
        Trip.escorts_wanted > 0,
    )
    return list(db.session.scalars(wanted.order_by(Trip.escort_by, Trip.id)))


def seek_escort(trip_id: UUID, now: datetime) -> str:
    """Do what is due about one trip's missing helper and say what: nothing, proposed, sought,
    waited or released.

    A day before the deadline somebody who fits is proposed to the planner, and where nobody fits
    the coordinator gets a task. Once the deadline is over, and it was said two hours ago at least,
    the trip is released as the supplier's cancellation and the citizen is called.
    """
    trip = lock_trip(trip_id)
    if trip.state != TripState.BOOKED or trip.escort_by is None:
        return "nothing"
    if len(escorts_of(trip_id)) >= trip.escorts_wanted:
        return "nothing"
    asked_at = _asked_at(trip_id)
    if asked_at is None:
        return _ask(trip, now)
    if trip.escort_by > now or asked_at > now - LEAST_TIME:
        return "waited"
    _release(trip, now)
    return "released"


def program() -> Actor:
    """Return the program itself as the one who acts."""
    return Actor(current_municipality(), Role.SYSTEM)


def _asked_at(trip_id: UUID) -> datetime | None:
    """Return when it was first asked who could go; a trip that was moved is asked about anew."""
    asked = None
    for event in events_of(trip_id):
        if event.kind == MOVED:
            asked = None
        elif asked is None and event.kind in (PROPOSED, SOUGHT):
            asked = event.at
    return asked


def _ask(trip: Trip, now: datetime) -> str:
    """Propose the best who fits; a helper is never put on a trip without a person's word."""
    first, *others = citizens_on(trip.id)
    found = free_escorts(
        trip.starts_at,
        trip.ends_at,
        first,
        besides=trip.id,
        transport=trip.transport,
        together=others,
    )
    if found:
        happened(program(), trip.id, PROPOSED, now, escort=found[0].id)
        return "proposed"
    happened(program(), trip.id, SOUGHT, now)
    _open_task(trip, TASK, now)
    return "sought"


def _open_task(trip: Trip, rule: str, now: datetime, kind: str = "escort") -> None:
    left = [rider for rider in riders_of(trip.id) if rider.is_active]
    paying = [rider.card_id for rider in left if rider.card_id is not None]
    if paying:
        open_task(cards.get_card(paying[0]), kind, rule, str(trip.id), local_day(now))


def _release(trip: Trip, now: datetime) -> None:
    """Cancel as the supplier; where nobody has decided the cost, it is free and a person asked."""
    cause, reason = Cause.SUPPLIER, CancelReason.NO_HELPER
    try:
        cancel_trip(program(), trip.id, cause=cause, reason=reason, now=now)
    except Undecided as question:
        _open_task(trip, question.rule, now, "decide")
        free: dict[str, Any] = {"answer": Charge.FREE, "for_now": True}
        cancel_trip(program(), trip.id, cause=cause, reason=reason, now=now, **free)
