"""The one reservation: minutes, helpers, seats and places together, or nothing.

Locks are taken in one order everywhere: cards by id, trip, helpers by id, occurrence. Whoever must
wait too long for one is told to try again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from klippekort.activities.services import take_seat
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain import booking as rules
from klippekort.domain.booking import Outcome
from klippekort.domain.calendar import local_day
from klippekort.domain.charging import cost, least_cost
from klippekort.domain.errors import (
    CitizenBusy,
    ConsentMissing,
    InsufficientMinutes,
    NotFound,
    Refused,
    Undecided,
)
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.schemes import Measure, settled
from klippekort.domain.trips import TripState
from klippekort.domain.wishes import TripWish
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.punchcards.models import PunchCard
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.bookings import hold_ready
from klippekort.punchcards.services.ledger import ready
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries import trips as queries
from klippekort.trips.queries.offers import earliest_of
from klippekort.trips.queries.standing import standing_of
from klippekort.trips.services.blocks import Block, Goal, Passenger, goal_of, span_of_block, wish_of
from klippekort.trips.services.escorts import put_escorts
from klippekort.trips.services.history import happened


@dataclass(frozen=True)
class _Seat:
    """A passenger with the card that pays for her; None on one's own way."""

    passenger: Passenger
    citizen: Citizen
    wish: TripWish
    card: PunchCard | None
    minutes: int


def reserve(actor: Actor, block: Block, *, now: datetime) -> UUID:
    """Set a trip aside all or nothing and return its id; it is booked, or held for a yes.

    Raises Refused, Undecided, InsufficientMinutes, ConsentMissing, CitizenBusy, EscortBusy,
    EscortOffDuty, EscortUnable, NoSeat, NoWheelchairPlace, OccurrenceOver, CardClosed, NotFound.
    """
    goal, riders = goal_of(block), _allowed(actor, block, now)
    trip_id = new_id()
    seats = [
        _set_aside(actor, block, goal, passenger, citizen, trip_id, now)
        for passenger, citizen in _in_lock_order(block, riders)
    ]
    trip = _keep_trip(actor, block, goal, trip_id, now)
    put_escorts(trip, block.escorts, [citizen for _, citizen in riders], now=now)
    for seat in seats:
        _keep_rider(actor, trip, block, seat, now)
    _record(actor, block, trip, seats, now)
    return trip_id


def _allowed(actor: Actor, block: Block, now: datetime) -> list[tuple[Passenger, Citizen]]:
    """Return who is to ride. Raises NotFound, and ConsentMissing where somebody has not agreed to
    going with others.
    """
    today = local_day(now)
    riders = [(one, get_citizen(one.citizen_id)) for one in block.passengers]
    for _, citizen in riders:
        authorise(actor, Action.BOOK_TRIP, reach(citizen, today))
    if not riders or len({citizen.id for _, citizen in riders}) < len(riders):
        raise NotFound
    if len(riders) > 1 and any(one.joint_agreed_how is None for one, _ in riders):
        raise ConsentMissing
    return riders


def _in_lock_order(
    block: Block, riders: list[tuple[Passenger, Citizen]]
) -> list[tuple[Passenger, Citizen]]:
    """Return the riders by the ids of their cards, for cards are locked in that order."""
    if block.is_own_way or len(riders) == 1:
        return riders
    return sorted(riders, key=lambda rider: str(_card_id(rider[0], rider[1])))


def _card_id(passenger: Passenger, citizen: Citizen) -> UUID:
    """Return which card pays. Raises Refused without one, NotFound for somebody else's."""
    if passenger.card_id is not None:
        if cards.get_card(passenger.card_id).citizen_id != citizen.id:
            raise NotFound
        return passenger.card_id
    found = cards.find_open_card(citizen.id)
    if found is None:
        raise Refused("not_active")
    return found.id


def _set_aside(
    actor: Actor,
    block: Block,
    goal: Goal,
    passenger: Passenger,
    citizen: Citizen,
    trip_id: UUID,
    now: datetime,
) -> _Seat:
    """Set one passenger's minutes aside, if her scheme lets the trip be and she is free."""
    wish = wish_of(block, goal, passenger, now)
    if wish.starts_at <= now:
        raise Refused("too_late", None)
    if block.is_own_way:
        _refuse_when_busy(citizen.id, wish)
        return _Seat(passenger, citizen, wish, None, 0)
    card, state = ready(_card_id(passenger, citizen), today=wish.ordered_on, now=now)
    plan = cards.plan_of(card)
    terms = plan.terms_on(wish.on)
    if terms is None:
        raise Refused("not_active")
    terms = settled(terms, passenger.answers)
    standing = standing_of(plan, state, citizen.id, card.id, wish.on)
    verdict = rules.judge(terms, wish, standing)
    if verdict.rule == "balance":
        wanted = least_cost(terms, wish.minutes, wish.travel, wish.party)
        raise InsufficientMinutes(available=state.available(wish.on), wanted=wanted)
    if verdict.outcome is Outcome.REFUSED and verdict.rule is not None:
        raise Refused(verdict.rule, earliest_of(verdict.rule, plan, terms, wish, standing))
    if verdict.outcome is Outcome.ASK and verdict.rule is not None:
        raise Undecided(verdict.rule, verdict.choices)
    counts = terms.measured_in is Measure.MINUTES
    minutes = cost(terms, wish.minutes, wish.travel, wish.party) if counts else 0
    hold_ready(
        actor, card, state, plan, trip_id, minutes, on=wish.on, today=wish.ordered_on, now=now
    )
    _refuse_when_busy(citizen.id, wish)
    return _Seat(passenger, citizen, wish, card, minutes)


def _refuse_when_busy(citizen_id: UUID, wish: TripWish) -> None:
    if queries.spans_of_citizen(citizen_id, wish.starts_at, wish.ends_at):
        raise CitizenBusy


def _keep_trip(actor: Actor, block: Block, goal: Goal, trip_id: UUID, now: datetime) -> Trip:
    starts_at, ends_at = span_of_block(block, goal)
    trip = Trip(
        id=trip_id,
        occurrence_id=goal.occurrence.id if goal.occurrence else None,
        destination=goal.name,
        address=goal.address,
        postcode=goal.postcode,
        kind=goal.kind,
        company=block.company,
        starts_at=starts_at,
        ends_at=ends_at,
        travel_minutes=block.out_minutes + block.home_minutes,
        out_minutes=block.out_minutes,
        transport=block.transport,
        escorts_wanted=0 if block.is_own_way else block.escorts_wanted,
        escort_by=block.escort_by,
        state=TripState.HELD if block.held_until else TripState.BOOKED,
        held_until=block.held_until,
        booked_by=actor.account_id,
        booked_at=now,
    )
    db.session.add(trip)
    db.session.flush()
    return trip


def _keep_rider(actor: Actor, trip: Trip, block: Block, seat: _Seat, now: datetime) -> None:
    """Take the seat, where there is one to take, and put the citizen on the trip."""
    citizen, passenger = seat.citizen, seat.passenger
    place = None
    if trip.occurrence_id is not None:
        place = take_seat(
            actor, trip.occurrence_id, citizen.id, wheelchair=citizen.needs_wheelchair, now=now
        )
    agreed_together = passenger.joint_agreed_how if len(block.passengers) > 1 else None
    db.session.add(
        TripRider(
            trip_id=trip.id,
            citizen_id=citizen.id,
            card_id=seat.card.id if seat.card else None,
            sign_up_id=place.id if place else None,
            starts_at=seat.wish.starts_at,
            ends_at=seat.wish.ends_at,
            state=trip.state,
            planned_minutes=seat.minutes,
            agreed_how=passenger.agreed_how,
            joint_agreed_how=agreed_together,
            joint_agreed_at=now if agreed_together else None,
        )
    )
    try:
        db.session.flush()
    except IntegrityError as error:
        # Two cards of one citizen lock apart; then the database keeps her in one place.
        if "one_place_at_a_time" in str(error.orig):
            raise CitizenBusy from error
        raise


def _record(actor: Actor, block: Block, trip: Trip, seats: list[_Seat], now: datetime) -> None:
    decided = {rule: said for seat in seats for rule, said in seat.passenger.answers.items()}
    told: dict[str, Any] = {
        "minutes": sum(seat.minutes for seat in seats),
        "agreed_how": seats[0].passenger.agreed_how,
        "escort": next(iter(block.escorts), None),
        "decided": decided or None,
    }
    kind = "held" if block.held_until else "booked"
    cause = block.cause if block.cause != kind else None
    happened(
        actor,
        trip.id,
        kind,
        now,
        said_to=actor.display_name,
        cause=cause,
        riders=len(seats) if len(seats) > 1 else None,
        **told,
    )
    citizens = [seat.citizen.id for seat in seats]
    audit.record(actor, Action.BOOK_TRIP, "trip", trip.id, citizens=citizens, **told)
