"""The one reservation: minutes, helpers, seats and places together, or nothing.

Locks are taken in one order everywhere: citizens, cards by id, trip, helpers by id, association,
occurrence. Whoever must wait too long for one is told to try again. First everything is asked and
locked, then all is written at once: the seat that everybody wants is held as short as can be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError

from klippekort.activities.queries.load import lock_room
from klippekort.activities.services import take_seat
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.domain import booking as rules
from klippekort.domain.activity_life import Existence, existence
from klippekort.domain.booking import Outcome
from klippekort.domain.calendar import local_day
from klippekort.domain.charging import cost, least_cost
from klippekort.domain.errors import (
    CitizenBusy,
    ConsentMissing,
    EscortBusy,
    InsufficientMinutes,
    NotFound,
    Refused,
    Undecided,
)
from klippekort.domain.permissions import Action, Actor, Reach, authorise, may
from klippekort.domain.schemes import Measure, settled
from klippekort.domain.trips import TripState
from klippekort.domain.wishes import TripWish
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.late_writes import send_late
from klippekort.platform.tenancy import OwnRows, adding, ahead, as_new
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.answers import keep_answer
from klippekort.punchcards.services.bookings import Hold, keep_hold, lock_payer, weigh_hold
from klippekort.relatives.queries.proposals import must_not_be_kept_free
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries import trips as queries
from klippekort.trips.queries.offers import earliest_of
from klippekort.trips.queries.standing import standing_of
from klippekort.trips.services.blocks import Block, Goal, Passenger, goal_of, span_of_block, wish_of
from klippekort.trips.services.deciding import each
from klippekort.trips.services.escorts import keep_escorts, lock_escorts
from klippekort.trips.services.history import happened

_trips = cast(Table, Trip.__table__)
_riders = cast(Table, TripRider.__table__)
_TRIP_COLUMNS = [column.key for column in _trips.columns if column.key != "municipality_id"]
_NEW_TRIP, _NEW_RIDER = OwnRows(adding(_trips)), OwnRows(adding(_riders))
# What the database itself refuses, where two come at the same moment with nothing to lock alike.
_WALLS = {
    "trip_rider_one_place_at_a_time": CitizenBusy,
    "trip_escort_one_place_at_a_time": EscortBusy,
    "one_seat_a_citizen": CitizenBusy,
    "sign_up.citizen_id": CitizenBusy,
}


@dataclass(frozen=True)
class _Seat:
    """A passenger with what the card sets aside for her, None on one's own way, and what a person
    decided of what her scheme leaves open.
    """

    passenger: Passenger
    citizen: Citizen
    wish: TripWish
    hold: Hold | None
    minutes: int
    decided: Mapping[str, str] = field(default_factory=dict)


def reserve(actor: Actor, block: Block, *, now: datetime) -> UUID:
    """Set a trip aside all or nothing and return its id; it is booked, or held for a yes.

    Raises Refused, Undecided, InsufficientMinutes, ConsentMissing, CitizenBusy, EscortBusy,
    EscortOffDuty, EscortUnable, NoSeat, NoWheelchairPlace, OccurrenceOver, CardClosed, NotFound;
    CitizenGone, a Refused, for whoever has died or moved; KeptFree, another, on days that were
    agreed to be the family's.
    """
    riders = [(one, get_citizen(one.citizen_id)) for one in block.passengers]
    return reserve_for(actor, block, goal_of(block), riders, now=now)


def reserve_for(
    actor: Actor,
    block: Block,
    goal: Goal,
    riders: Sequence[tuple[Passenger, Citizen]],
    *,
    now: datetime,
) -> UUID:
    """Do what `reserve` does, where it has been read already who rides and where to."""
    _refuse_strangers(actor, block, riders, now)
    if existence(goal.confirm_by, local_day(now)) is Existence.HIDDEN:
        raise Refused("unconfirmed")
    if goal.sign_up_until is not None and goal.sign_up_until <= now:
        raise Refused("sign_up_over")
    if goal.room_left is not None and goal.room_left < len(riders):
        raise Refused("association_full")
    for citizen_id in sorted(citizen.id for _, citizen in riders):
        must_not_be_kept_free(citizen_id, local_day(goal.starts_at))
    trip = _trip(actor, block, goal, now)
    seats = each(
        partial(_weigh, block, goal, passenger, citizen, trip.id, now)
        for passenger, citizen in _in_lock_order(block, riders)
    )
    lock_escorts(trip, block.escorts, [citizen for _, citizen in riders])
    _hold_room(goal, len(riders))
    places = [_take_place(actor, trip, seat, now) for seat in seats]
    _keep(actor, block, trip, list(zip(seats, places, strict=True)), now)
    _record(actor, block, trip, seats, now)
    try:
        send_late(db.session.connection())
    except IntegrityError as error:
        for wall, refusal in _WALLS.items():
            if wall in str(error.orig):
                raise refusal from error
        raise
    return trip.id


def _hold_room(goal: Goal, riders: int) -> None:
    """Refuse what more than one would book at the same moment: an association's last chairs of a
    month are counted by one at a time.
    """
    if goal.room_left is None or goal.occurrence_id is None:
        return
    left = lock_room(goal.occurrence_id)
    if left is not None and left < riders:
        raise Refused("association_full")


def _refuse_strangers(
    actor: Actor, block: Block, riders: Sequence[tuple[Passenger, Citizen]], now: datetime
) -> None:
    """Raise Forbidden for whoever may not book for them all, NotFound where nobody rides,
    ConsentMissing where somebody has not agreed to going with others, and CitizenGone.
    """
    for _, citizen in riders:
        known = Reach(citizen.supplier_id, citizen.district_id, frozenset({citizen.id}))
        if not may(actor, Action.BOOK_TRIP, known):  # who escorts her today may besides
            authorise(actor, Action.BOOK_TRIP, reach(citizen, local_day(now)))
    if not riders or len({citizen.id for _, citizen in riders}) < len(riders):
        raise NotFound
    if len(riders) > 1 and any(one.joint_agreed_how is None for one, _ in riders):
        raise ConsentMissing
    for citizen_id in sorted(citizen.id for _, citizen in riders):
        must_be_here(citizen_id)


def _in_lock_order(
    block: Block, riders: Sequence[tuple[Passenger, Citizen]]
) -> Sequence[tuple[Passenger, Citizen]]:
    """Return the riders by the ids of their cards, for cards are locked in that order."""
    if block.is_own_way or len(riders) == 1:
        return riders
    named = [(replace(one, card_id=_card_id(one, citizen)), citizen) for one, citizen in riders]
    return sorted(named, key=lambda rider: str(rider[0].card_id))


def _card_id(passenger: Passenger, citizen: Citizen) -> UUID:
    """Return which card pays. Raises Refused without one."""
    if passenger.card_id is not None:
        return passenger.card_id
    found = cards.find_open_card(citizen.id)
    if found is None:
        raise Refused("not_active")
    return found.id


def _weigh(
    block: Block,
    goal: Goal,
    passenger: Passenger,
    citizen: Citizen,
    trip_id: UUID,
    now: datetime,
) -> _Seat:
    """Return what one passenger's card, locked, sets aside. Raises what her scheme refuses, and
    CitizenBusy.
    """
    wish = wish_of(block, goal, passenger, now)
    if wish.starts_at <= now:
        raise Refused("too_late", None)
    if block.is_own_way:
        if _is_busy(citizen.id, wish):
            raise CitizenBusy
        return _Seat(passenger, citizen, wish, None, 0)
    card = lock_payer(
        citizen.id,
        passenger.card_id,
        is_said=passenger.is_card_said,
        today=wish.ordered_on,
        now=now,
    )
    questions = cards.asks_to_book(card)
    with ahead(*questions, queries.asks_for_spans(citizen.id, wish.starts_at, wish.ends_at)):
        (state, lot_ids), plan = cards.state_for(card, None), cards.plan_of(card)
        is_busy = _is_busy(citizen.id, wish)
    terms = plan.terms_on(wish.on)
    if terms is None:
        raise Refused("not_active")
    said, standing = passenger.answers, standing_of(plan, state, citizen.id, card.id, wish.on)
    decided = rules.came_up(terms, wish, standing, said) if said else {}
    terms = settled(terms, said)
    verdict = rules.judge(terms, wish, standing)
    if verdict.rule == "balance":
        wanted = least_cost(terms, wish.minutes, wish.travel, wish.party)
        raise InsufficientMinutes(available=state.available(wish.on), wanted=wanted)
    if verdict.outcome is Outcome.REFUSED and verdict.rule is not None:
        raise Refused(verdict.rule, earliest_of(verdict.rule, plan, terms, wish, standing))
    if verdict.outcome is Outcome.ASK and verdict.rule is not None:
        raise Undecided(verdict.rule, verdict.choices, verdict.others)
    counts = terms.measured_in is Measure.MINUTES
    minutes = cost(terms, wish.minutes, wish.travel, wish.party) if counts else 0
    hold = weigh_hold(
        card, state, plan, trip_id, minutes, on=wish.on, today=wish.ordered_on, lot_ids=lot_ids
    )
    if is_busy:
        raise CitizenBusy
    return _Seat(passenger, citizen, wish, hold, minutes, decided)


def _is_busy(citizen_id: UUID, wish: TripWish) -> bool:
    return bool(queries.spans_of_citizen(citizen_id, wish.starts_at, wish.ends_at))


def _trip(actor: Actor, block: Block, goal: Goal, now: datetime) -> Trip:
    """Return a block as the trip that is to be stored."""
    starts_at, ends_at = span_of_block(block, goal)
    return Trip(
        id=new_id(),
        occurrence_id=goal.occurrence_id,
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
        version=1,
    )


def _take_place(actor: Actor, trip: Trip, seat: _Seat, now: datetime) -> UUID | None:
    """Take a passenger's seat, where there is one to take, and return its id."""
    if trip.occurrence_id is None:
        return None
    citizen = seat.citizen
    return take_seat(
        actor, trip.occurrence_id, citizen.id, wheelchair=citizen.needs_wheelchair, now=now
    )


def _keep(
    actor: Actor,
    block: Block,
    trip: Trip,
    taken: Sequence[tuple[_Seat, UUID | None]],
    now: datetime,
) -> None:
    """Store the minutes, the trip, and who is on it."""
    for seat, _ in taken:
        if seat.hold is not None:
            keep_hold(actor, seat.hold, now=now)
    given = vars(trip)
    _NEW_TRIP.run_late(**as_new(_trips, **{name: given.get(name) for name in _TRIP_COLUMNS}))
    keep_escorts(trip, block.escorts)
    for seat, sign_up_id in taken:
        _keep_rider(trip, block, seat, sign_up_id, now)


def _keep_rider(
    trip: Trip, block: Block, seat: _Seat, sign_up_id: UUID | None, now: datetime
) -> None:
    passenger = seat.passenger
    agreed_together = passenger.joint_agreed_how if len(block.passengers) > 1 else None
    _NEW_RIDER.run_late(
        **as_new(
            _riders,
            id=new_id(),
            trip_id=trip.id,
            citizen_id=seat.citizen.id,
            card_id=seat.hold.card.id if seat.hold else None,
            sign_up_id=sign_up_id,
            starts_at=seat.wish.starts_at,
            ends_at=seat.wish.ends_at,
            is_active=True,
            state=trip.state,
            planned_minutes=seat.minutes,
            charged_minutes=None,
            ended_at=None,
            agreed_how=passenger.agreed_how,
            joint_agreed_how=agreed_together,
            joint_agreed_at=now if agreed_together else None,
        )
    )


def _record(actor: Actor, block: Block, trip: Trip, seats: list[_Seat], now: datetime) -> None:
    decided = {rule: said for seat in seats for rule, said in seat.decided.items()}
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
    for seat in seats:
        _keep_decided(actor, trip.id, seat, now)


def _keep_decided(actor: Actor, trip_id: UUID, seat: _Seat, now: datetime) -> None:
    """Keep what a person decided, and why, where the scheme's other decisions stand."""
    for rule, value in seat.decided.items():
        if seat.hold is not None:
            why = seat.passenger.why
            keep_answer(actor, seat.hold.card, rule, value, why, subject=str(trip_id), now=now)
