"""Booking a trip: minutes, escort and seat together, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from klippekort.accounts.queries import covering_shift
from klippekort.activities.queries import get_occurrence_facts
from klippekort.activities.services import take_seat
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain import booking as rules
from klippekort.domain.booking import Outcome, TripWish
from klippekort.domain.calendar import local_day
from klippekort.domain.charging import cost, least_cost
from klippekort.domain.errors import (
    CitizenBusy,
    EscortBusy,
    EscortOffDuty,
    InsufficientMinutes,
    NotFound,
    Refused,
    Stale,
    Undecided,
)
from klippekort.domain.ledger import CardState
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.plans import Plan
from klippekort.domain.schemes import Measure, settled
from klippekort.domain.trips import Transport, TripState
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.punchcards.models import PunchCard
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.bookings import hold_ready
from klippekort.punchcards.services.ledger import ready
from klippekort.trips.models import Trip, TripEscort, TripRider
from klippekort.trips.queries import trips as queries
from klippekort.trips.queries.offers import earliest_of, span_of
from klippekort.trips.queries.standing import standing_of
from klippekort.trips.services.history import happened


@dataclass(frozen=True)
class BookingOrder:
    """What somebody asks for: the citizen, the date of an activity, and the way there.

    `travel_each_way` is minutes one way; `escort_id` None books without an escort, to be
    found later; `agreed_how` says how the citizen said yes: `said` to the helper, or `shown` on
    the tablet. `answers` are a person's, by rule, to what the scheme leaves open.
    """

    citizen_id: UUID
    occurrence_id: UUID
    transport: Transport
    travel_each_way: int
    escort_id: UUID | None
    agreed_how: str
    answers: Mapping[str, str] = field(default_factory=dict)


def book_trip(actor: Actor, order: BookingOrder, *, now: datetime) -> str:
    """Book a trip all or nothing and return its id.

    Locks in the one order: card, trip, escort, seat. Raises Refused, Undecided,
    InsufficientMinutes, CitizenBusy, EscortBusy, EscortOffDuty, NoSeat, NoWheelchairPlace,
    OccurrenceOver, CardClosed, NotFound.
    """
    today = local_day(now)
    citizen = get_citizen(order.citizen_id)
    authorise(actor, Action.BOOK_TRIP, reach(citizen, today))
    occurrence = get_occurrence_facts(order.occurrence_id)
    starts_at, ends_at = span_of(occurrence, order.travel_each_way)
    travel = 2 * order.travel_each_way
    wish = TripWish(starts_at, ends_at, travel, now, occurrence.kind)
    purse, minutes = _check_card(citizen, wish, order.answers, now)
    card, trip_id = purse[0], new_id()
    hold_ready(actor, *purse, trip_id, minutes, on=wish.on, today=today, now=now)
    if queries.spans_of_citizen(citizen.id, starts_at, ends_at):
        raise CitizenBusy
    trip = Trip(
        id=trip_id,
        occurrence_id=order.occurrence_id,
        destination=f"{occurrence.title}, {occurrence.place}"[:160],
        starts_at=starts_at,
        ends_at=ends_at,
        travel_minutes=travel,
        transport=order.transport,
        state=TripState.BOOKED,
        booked_by=actor.account_id,
        booked_at=now,
    )
    db.session.add(trip)
    db.session.flush()
    if order.escort_id is not None:
        put_escort(trip, order.escort_id, citizen.supplier_id)
    seat = take_seat(
        actor, order.occurrence_id, citizen.id, wheelchair=citizen.needs_wheelchair, now=now
    )
    db.session.add(
        TripRider(
            trip_id=trip_id,
            citizen_id=citizen.id,
            card_id=card.id,
            sign_up_id=seat.id,
            starts_at=starts_at,
            ends_at=ends_at,
            planned_minutes=minutes,
            agreed_how=order.agreed_how,
        )
    )
    try:
        db.session.flush()
    except IntegrityError as error:
        # Two cards of one citizen lock apart; then the database keeps her in one place.
        if "one_place_at_a_time" in str(error.orig):
            raise CitizenBusy from error
        raise
    _record(actor, trip, order, minutes, now)
    return str(trip_id)


def _check_card(
    citizen: Citizen, wish: TripWish, answers: Mapping[str, str], now: datetime
) -> tuple[tuple[PunchCard, CardState, Plan], int]:
    """Return the card that pays, locked, and the minutes it pays, if the scheme lets the trip be.

    Raises Refused with the first rule that stands in the way, and Undecided with one that nobody
    has answered.
    """
    found = cards.find_open_card(citizen.id)
    if found is None:
        raise Refused("not_active")
    if wish.starts_at <= now:
        raise Refused("too_late", None)
    today = wish.ordered_on
    card, state = ready(found.id, today=today, now=now)
    plan = cards.plan_of(card)
    terms = plan.terms_on(wish.on)
    if terms is None:
        raise Refused("not_active")
    terms = settled(terms, answers)
    standing = standing_of(plan, state, citizen.id, card.id, wish.on)
    verdict = rules.judge(terms, wish, standing)
    if verdict.rule == "balance":
        wanted = least_cost(terms, wish.minutes, wish.travel)
        raise InsufficientMinutes(available=state.available(wish.on), wanted=wanted)
    if verdict.outcome is Outcome.REFUSED and verdict.rule is not None:
        raise Refused(verdict.rule, earliest_of(verdict.rule, plan, terms, wish, standing))
    if verdict.outcome is Outcome.ASK and verdict.rule is not None:
        raise Undecided(verdict.rule, verdict.choices)
    counts = terms.measured_in is Measure.MINUTES
    return (card, state, plan), cost(terms, wish.minutes, wish.travel) if counts else 0


def put_escort(trip: Trip, care_worker_id: UUID, supplier_id: UUID) -> None:
    """Put a care worker of the citizen's supplier on a trip.

    Raises EscortOffDuty, EscortBusy, and NotFound for anybody else's worker.
    """
    worker = queries.lock_escort(care_worker_id)
    if worker.supplier_id != supplier_id:
        raise NotFound
    if covering_shift(worker.id, trip.starts_at, trip.ends_at) is None:
        raise EscortOffDuty
    if queries.busy_escorts([worker.id], trip.starts_at, trip.ends_at, besides=trip.id):
        raise EscortBusy
    db.session.add(
        TripEscort(
            trip_id=trip.id,
            care_worker_id=worker.id,
            starts_at=trip.starts_at,
            ends_at=trip.ends_at,
        )
    )
    db.session.flush()


def _record(actor: Actor, trip: Trip, order: BookingOrder, minutes: int, now: datetime) -> None:
    happened(
        actor,
        trip.id,
        "booked",
        now,
        minutes=minutes,
        agreed_how=order.agreed_how,
        said_to=actor.display_name,
        escort=order.escort_id,
        decided=dict(order.answers) or None,
    )
    audit.record(
        actor,
        Action.BOOK_TRIP,
        "trip",
        trip.id,
        citizens=[order.citizen_id],
        minutes=minutes,
        escort=order.escort_id,
        agreed_how=order.agreed_how,
        decided=dict(order.answers) or None,
    )


def assign_escort(actor: Actor, trip_id: UUID, care_worker_id: UUID, *, now: datetime) -> str:
    """Put a care worker on a booked trip, in the place of anyone who was there.

    Raises EscortOffDuty, EscortBusy, Stale when the trip is no longer only booked.
    """
    row = queries.get_trip(trip_id)
    authorise(actor, Action.ASSIGN_ESCORT, reach(get_citizen(row.citizen_id), local_day(now)))
    trip = queries.lock_trip(trip_id)
    if trip.state != TripState.BOOKED:
        raise Stale
    before = queries.escort_of(trip_id)
    if before is not None:
        if before.care_worker_id == care_worker_id:
            return str(trip_id)
        before.is_active = False
        db.session.flush()
    put_escort(trip, care_worker_id, row.supplier_id)
    happened(actor, trip_id, "escort_changed", now, escort=care_worker_id)
    audit.record(
        actor,
        Action.ASSIGN_ESCORT,
        "trip",
        trip_id,
        citizens=[row.citizen_id],
        escort=care_worker_id,
        before=before.care_worker_id if before else None,
    )
    return str(trip_id)
