"""Keeping a trip: start, finish, cancel, and what each does to the card."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from klippekort.activities.services import OccurrenceCancelled, give_seat_back
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain import trips as rules
from klippekort.domain.calendar import local_day, minutes_between
from klippekort.domain.charging import longer_life
from klippekort.domain.errors import Stale, Undecided
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.schemes import Basis, Charge, Span, Terms
from klippekort.domain.trips import CancelReason, Cause, Course, Price, TripState
from klippekort.messages.services import queue_call
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.bookings import charge_minutes, release_minutes
from klippekort.punchcards.services.ledger import open_task
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries import trips as queries
from klippekort.trips.services.history import happened

_T = TypeVar("_T")


def start_trip(actor: Actor, trip_id: UUID, *, now: datetime) -> str:
    """Note that a trip is under way. Raises Stale when it is not waiting to start today."""
    trip, rider = _locked(actor, trip_id, Action.KEEP_TRIP, now)
    if not rules.has_come(trip.starts_at, now):
        raise Stale
    trip.state = rules.move(TripState(trip.state), TripState.UNDER_WAY)
    trip.started_at = now
    happened(actor, trip_id, "started", now)
    audit.record(actor, Action.KEEP_TRIP, "trip", trip_id, citizens=[rider.citizen_id], to="start")
    return str(trip_id)


def finish_trip(
    actor: Actor,
    trip_id: UUID,
    *,
    started_at: datetime,
    ended_at: datetime,
    now: datetime,
    basis: Basis | None = None,
    is_broken_off: bool = False,
    broken_off: Charge | None = None,
) -> str:
    """Finish a trip with its real times and charge the card as the scheme says.

    `basis` and `broken_off` are a person's answers, used where the scheme leaves open what a trip,
    or one that was broken off, costs. Raises Stale, TimesMakeNoSense, and Undecided where such an
    answer is needed and nobody has given it.
    """
    trip, rider = _locked(actor, trip_id, Action.KEEP_TRIP, now)
    if not rules.has_come(trip.starts_at, now):
        raise Stale
    actual = rules.actual_minutes(trip.starts_at, started_at, ended_at, now)
    price = _price_of_finished(
        trip, rider, actual, basis, broken_off, now, is_broken_off=is_broken_off
    )
    if trip.state == TripState.BOOKED:
        trip.state = rules.move(TripState.BOOKED, TripState.UNDER_WAY)
    ended = TripState.BROKEN_OFF if is_broken_off else TripState.COMPLETED
    trip.state = rules.move(TripState(trip.state), ended)
    trip.started_at, trip.ended_at = started_at, ended_at
    spent, waived = _charge(actor, trip, rider, price, now)
    _let_go(trip, rider)
    happened(
        actor,
        trip_id,
        ended,
        now,
        actual=actual,
        spent=spent,
        waived=waived or None,
        basis=basis,
        charge=broken_off,
    )
    audit.record(
        actor,
        Action.KEEP_TRIP,
        "trip",
        trip_id,
        citizens=[rider.citizen_id],
        to=ended,
        actual=actual,
        spent=spent,
        waived=waived,
    )
    return str(trip_id)


def _price_of_finished(
    trip: Trip,
    rider: TripRider,
    actual: int,
    basis: Basis | None,
    broken_off: Charge | None,
    now: datetime,
    *,
    is_broken_off: bool,
) -> Price:
    planned = minutes_between(trip.starts_at, trip.ends_at)
    course = Course(planned, actual, trip.travel_minutes, rider.planned_minutes)

    def price(terms: Terms, may_ask: bool) -> Price:
        if is_broken_off:
            return rules.price_of_broken_off(terms, course, broken_off if may_ask else None)
        return rules.price_of_made(terms, course, basis if may_ask else None)

    return _by_the_terms(trip, rider, now, price)


def _by_the_terms(
    trip: Trip, rider: TripRider, now: datetime, say: Callable[[Terms, bool], _T]
) -> _T:
    """Return what the terms of the trip's day say; what they leave open, today's terms answer.

    `say` is told last whether a person's answer may be used. Raises Undecided.
    """
    card, day = cards.get_card(rider.card_id), local_day(trip.starts_at)
    versions = cards.versions_of(card.scheme_id)
    try:
        return say(cards.in_force(versions, day), False)
    except Undecided:
        return say(cards.in_force(versions, max(day, local_day(now))), True)


def cancel_trip(
    actor: Actor,
    trip_id: UUID,
    *,
    cause: Cause,
    reason: CancelReason,
    now: datetime,
    answer: Charge | None = None,
) -> str:
    """Cancel a trip; the card is charged or given its minutes back as the scheme says.

    Raises Stale, and Undecided when the scheme leaves the cost open and nobody has answered.
    """
    trip, rider = _locked(actor, trip_id, Action.CANCEL_TRIP, now)
    price = _by_the_terms(
        trip,
        rider,
        now,
        lambda terms, may_ask: _price_of_cancelled(
            terms, trip, rider, cause, now, answer if may_ask else None
        ),
    )
    _cancel(actor, trip, rider, cause, reason, price, now, answer)
    return str(trip_id)


def _price_of_cancelled(
    terms: Terms,
    trip: Trip,
    rider: TripRider,
    cause: Cause,
    now: datetime,
    answer: Charge | None,
) -> Price:
    return rules.price_of_cancelled(
        terms,
        cause,
        set_aside=rider.planned_minutes,
        starts_at=trip.starts_at,
        now=now,
        answer=answer,
    )


def _cancel(
    actor: Actor,
    trip: Trip,
    rider: TripRider,
    cause: Cause,
    reason: CancelReason,
    price: Price,
    now: datetime,
    answer: Charge | None = None,
) -> None:
    ended = TripState.NO_SHOW if cause is Cause.NO_SHOW else TripState.CANCELLED
    trip.state = rules.move(TripState(trip.state), ended)
    lives = _lives(trip, rider, cause, now)
    spent = 0
    if price.minutes:
        spent, _ = _charge(actor, trip, rider, price, now, lives)
    else:
        release_minutes(
            actor,
            rider.card_id,
            trip.id,
            today=local_day(now),
            now=now,
            reason=f"cancel_{cause}",
            lives=lives,
        )
        rider.charged_minutes = 0
    _let_go(trip, rider)
    if rider.sign_up_id is not None and trip.starts_at > now:
        give_seat_back(actor, rider.sign_up_id, now=now)
    if cause in (Cause.SUPPLIER, Cause.HOST, Cause.WEATHER, Cause.INFECTION):
        _have_citizen_called(trip, rider, cause, reason, now)
    happened(actor, trip.id, ended, now, cause=cause, reason=reason, charge=answer, spent=spent)
    audit.record(
        actor,
        Action.CANCEL_TRIP,
        "trip",
        trip.id,
        citizens=[rider.citizen_id],
        cause=cause,
        reason=reason,
        charge=answer,
        spent=spent,
    )


def _lives(trip: Trip, rider: TripRider, cause: Cause, now: datetime) -> Span | None:
    """Return how long returned time lives at least; while nobody has decided it lives as before.

    Somebody is asked to decide, once for the card: nobody at the door can answer that.
    """
    try:
        return _by_the_terms(
            trip, rider, now, lambda terms, _may_ask: longer_life(terms.cancelling, cause)
        )
    except Undecided as question:
        card = cards.get_card(rider.card_id)
        open_task(card, "decide", question.rule, question.rule, local_day(now))
        return None


def _have_citizen_called(
    trip: Trip, rider: TripRider, cause: Cause, reason: CancelReason, now: datetime
) -> None:
    citizen = get_citizen(rider.citizen_id)
    queue_call(
        f"trip_cancelled:{trip.id}",
        "trip_cancelled",
        citizen_id=citizen.id,
        supplier_id=citizen.supplier_id,
        facts={
            "trip": str(trip.id),
            "starts_at": trip.starts_at.isoformat(),
            "destination": trip.destination,
            "cause": cause,
            "reason": reason,
        },
        due_at=now,
        now=now,
    )


def give_minutes_back(event: OccurrenceCancelled) -> None:
    """Cancel every trip to an occurrence that its host or the coordinator has cancelled.

    Where the scheme has not decided what that costs, the minutes go back and a person is asked.
    """
    for row in sorted(queries.trips_at(event.occurrence_id), key=lambda row: row.card_id):
        trip, rider = _lock(row.trip_id)
        try:
            price = _by_the_terms(trip, rider, event.now, _host_price(trip, rider, event.now))
        except Undecided as question:
            card = cards.get_card(rider.card_id)
            open_task(card, "decide", question.rule, str(trip.id), local_day(event.now))
            price = Price(0, is_made=False)
        _cancel(
            event.actor,
            trip,
            rider,
            Cause.HOST,
            CancelReason.ACTIVITY_CANCELLED,
            price,
            event.now,
        )


def _host_price(trip: Trip, rider: TripRider, now: datetime) -> Callable[[Terms, bool], Price]:
    return lambda terms, _may_ask: _price_of_cancelled(terms, trip, rider, Cause.HOST, now, None)


def _charge(
    actor: Actor,
    trip: Trip,
    rider: TripRider,
    price: Price,
    now: datetime,
    lives: Span | None = None,
) -> tuple[int, int]:
    spent, waived = charge_minutes(
        actor,
        rider.card_id,
        trip.id,
        price.minutes,
        on=local_day(trip.starts_at),
        today=local_day(now),
        now=now,
        reason="trip" if price.is_made else "forfeit",
        lost=not price.is_made,
        lives=lives,
    )
    rider.charged_minutes = spent
    return spent, waived


def _let_go(trip: Trip, rider: TripRider) -> None:
    """Free the citizen and the escort for something else."""
    rider.is_active = False
    escort = queries.escort_of(trip.id)
    if escort is not None and trip.state in (TripState.CANCELLED, TripState.NO_SHOW):
        escort.is_active = False
    elif escort is not None and trip.ended_at and escort.starts_at < trip.ended_at < escort.ends_at:
        escort.ends_at = trip.ended_at  # home early: free for the next one
    db.session.flush()


def _lock(trip_id: UUID) -> tuple[Trip, TripRider]:
    """Lock card, then trip: the one order everywhere."""
    cards.lock_card(queries.rider_of(trip_id).card_id)
    return queries.lock_trip(trip_id), queries.rider_of(trip_id)


def _locked(actor: Actor, trip_id: UUID, action: Action, now: datetime) -> tuple[Trip, TripRider]:
    row = queries.get_trip(trip_id)
    authorise(actor, action, reach(get_citizen(row.citizen_id), local_day(now)))
    return _lock(trip_id)
