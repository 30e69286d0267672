"""A trip that is booked with a helper of ours is made with the family instead."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale, Undecided
from klippekort.domain.permissions import Action, Actor
from klippekort.domain.schemes import Charge
from klippekort.domain.trips import CancelReason, Cause, Company, Transport, TripState
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.punchcards.queries.cards import get_card
from klippekort.punchcards.services.ledger import open_task
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries import trips as queries
from klippekort.trips.services.blocks import Block, Passenger, Place
from klippekort.trips.services.cancelling import cancel_trip
from klippekort.trips.services.history import happened, helpers_of
from klippekort.trips.services.locking import locked
from klippekort.trips.services.paying import pay_or_give_back, price_or_ask
from klippekort.trips.services.reserving import reserve
from klippekort.trips.services.telling import tell_helper, untell_escort

FAMILY_TAKES = "family_takes"


def go_with_family(
    actor: Actor, trip_id: UUID, citizen_id: UUID, *, proposal_id: UUID | None = None, now: datetime
) -> UUID:
    """Let a citizen's family take her along in place of a helper of ours, and return her trip.

    The helper is free, and her card is settled as where she cancels herself. From a trip that
    others are on she goes over to one of her own, with her seat. Raises Stale where it has begun,
    is off, or no helper goes; Forbidden, NotFound, and what booking raises where others are on it.
    """
    trip, riders = locked(actor, trip_id, Action.CANCEL_TRIP, now, citizen_id=citizen_id)
    is_open = trip.state == TripState.BOOKED and trip.company == Company.ESCORT
    if not riders or not is_open or riders[0].starts_at <= now:
        raise Stale
    if sum(rider.is_active for rider in queries.riders_of(trip_id)) > 1:
        return _leave_the_others(actor, trip, riders[0], proposal_id, now)
    _free_helpers(actor, trip, riders, proposal_id, now)
    trip.company, trip.escorts_wanted, trip.escort_by = Company.RELATIVE, 0, None
    if trip.transport == Transport.STAFF_CAR:
        trip.transport = Transport.UNKNOWN
    trip.version += 1
    db.session.flush()
    return trip.id


def stay_home(
    actor: Actor, trip_id: UUID, citizen_id: UUID, reason: CancelReason, *, now: datetime
) -> str:
    """Cancel a trip for a citizen who does not come, and return its id; whoever else rides goes all
    the same.

    What her municipality has not decided is no question for her: the time goes back, and a person
    is asked. Raises Stale once it has begun or is off, Forbidden, NotFound.
    """
    row = queries.get_trip(trip_id, citizen_id)
    if row.starts_at <= now:
        raise Stale
    said: dict[str, Any] = {"cause": Cause.CITIZEN, "reason": reason, "citizen_id": citizen_id}
    try:
        with db.session.begin_nested():
            return cancel_trip(actor, trip_id, now=now, **said)
    except Undecided as question:
        done = cancel_trip(actor, trip_id, now=now, answer=Charge.FREE, for_now=True, **said)
        if row.card_id is not None:
            open_task(get_card(row.card_id), "decide", question.rule, str(trip_id), local_day(now))
        return done


def _free_helpers(
    actor: Actor,
    trip: Trip,
    riders: Sequence[TripRider],
    proposal_id: UUID | None,
    now: datetime,
) -> None:
    escorts = queries.escorts_of(trip.id)
    spent = 0
    for rider in riders:
        price = price_or_ask(trip, rider, Cause.CITIZEN, now)
        spent += pay_or_give_back(actor, trip, rider, price, Cause.CITIZEN, now)
        rider.card_id, rider.planned_minutes, rider.charged_minutes = None, 0, None
    untell_escort(trip.id)
    for one in escorts:
        one.is_active = False
        if one.care_worker_id != actor.person_id:
            tell_helper(trip, one.care_worker_id, now=now)
    db.session.flush()
    happened(
        actor,
        trip.id,
        FAMILY_TAKES,
        now,
        spent=spent,
        helpers=helpers_of(escorts),
        proposal=proposal_id,
    )
    audit.record(
        actor,
        Action.CANCEL_TRIP,
        "trip",
        trip.id,
        citizens=[rider.citizen_id for rider in riders],
        company=Company.RELATIVE,
        spent=spent,
    )


def _leave_the_others(
    actor: Actor, trip: Trip, rider: TripRider, proposal_id: UUID | None, now: datetime
) -> UUID:
    """Take her off a trip that goes on without her, and give her one of her own."""
    block = Block(
        passengers=(Passenger(rider.citizen_id, rider.agreed_how),),
        goal=_goal_of(trip),
        transport=Transport.UNKNOWN,
        out_minutes=trip.out_minutes,
        home_minutes=trip.travel_minutes - trip.out_minutes,
        escorts_wanted=0,
        company=Company.RELATIVE,
    )
    citizen_id, left = rider.citizen_id, trip.id
    stay_home(actor, left, citizen_id, CancelReason.VISITORS, now=now)
    made = reserve(actor, block, now=now)
    happened(actor, made, FAMILY_TAKES, now, spent=0, proposal=proposal_id)
    return made


def _goal_of(trip: Trip) -> UUID | Place:
    """Return where a trip goes, as a booking names it."""
    if trip.occurrence_id is not None:
        return trip.occurrence_id
    home = trip.travel_minutes - trip.out_minutes
    return Place(
        trip.destination,
        trip.address,
        trip.postcode,
        trip.kind or "other",
        trip.starts_at + timedelta(minutes=trip.out_minutes),
        trip.ends_at - timedelta(minutes=home),
    )
