"""What a trip costs each rider's card, and paying it or giving the time back."""

from datetime import datetime
from uuid import UUID

from klippekort.domain import trips as rules
from klippekort.domain.calendar import local_day, minutes_between
from klippekort.domain.charging import Party, longer_life
from klippekort.domain.errors import Stale, Undecided
from klippekort.domain.permissions import Actor
from klippekort.domain.schemes import Span, Terms
from klippekort.domain.trips import Cause, Course, Price
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.bookings import charge_minutes, release_minutes
from klippekort.punchcards.services.ledger import open_task
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries import trips as queries
from klippekort.trips.services.deciding import Ruling, by_the_terms


def price_of_finished(
    trip: Trip,
    rider: TripRider,
    own: int,
    ruling: Ruling,
    now: datetime,
    *,
    is_broken_off: bool,
) -> Price:
    """Return what a trip costs a rider who was out `own` minutes. Raises Undecided, NoReason."""
    if rider.card_id is None:
        return Price(0)
    whole = minutes_between(trip.starts_at, trip.ends_at)
    planned = minutes_between(rider.starts_at, rider.ends_at)
    travel = trip.travel_minutes - (whole - planned)
    course = Course(planned, own, travel, rider.planned_minutes, _party(trip))

    def price(terms: Terms) -> Price:
        if is_broken_off:
            return rules.price_of_broken_off(terms, course)
        return rules.price_of_made(terms, course)

    return by_the_terms(trip.id, _paid_by(rider), local_day(trip.starts_at), now, price, ruling)


def _party(trip: Trip) -> Party:
    """Return how many were to go when the trip was booked: that one stays at home makes it no
    dearer for the others.
    """
    return Party(max(1, trip.escorts_wanted), len(queries.riders_of(trip.id)))


def price_of_cancelled(
    trip: Trip, rider: TripRider, cause: Cause, now: datetime, ruling: Ruling | None
) -> Price:
    """Return what a trip that is not made costs a rider. Raises Undecided, NoReason."""
    if rider.card_id is None:
        return Price(0, is_made=False)

    def price(terms: Terms) -> Price:
        return rules.price_of_cancelled(
            terms,
            cause,
            set_aside=rider.planned_minutes,
            starts_at=rider.starts_at,
            now=now,
        )

    return by_the_terms(trip.id, rider.card_id, local_day(trip.starts_at), now, price, ruling)


def price_or_ask(trip: Trip, rider: TripRider, cause: Cause, now: datetime) -> Price:
    """Return what a trip that is not made costs a rider; where the scheme has not decided, it costs
    nothing, and a person is asked.
    """
    try:
        return price_of_cancelled(trip, rider, cause, now, None)
    except Undecided as question:
        card = cards.get_card(_paid_by(rider))
        open_task(card, "decide", question.rule, str(trip.id), local_day(now))
        return Price(0, is_made=False)


def pay_or_give_back(
    actor: Actor, trip: Trip, rider: TripRider, price: Price, cause: Cause, now: datetime
) -> int:
    """Settle one rider's card for a trip that is not made and return the minutes it cost."""
    if rider.card_id is None:
        rider.charged_minutes = 0
        return 0
    lives = _lives(trip, rider, cause, now)
    if price.minutes:
        return charge(actor, trip, rider, price, now, lives)[0]
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
    return 0


def _lives(trip: Trip, rider: TripRider, cause: Cause, now: datetime) -> Span | None:
    """Return how long returned time lives at least; while nobody has decided it lives as before.

    Somebody is asked to decide, once for the card: nobody at the door can answer that.
    """
    if cause not in rules.LONGER_LIFE_BY:
        return None
    day = local_day(trip.starts_at)
    try:
        return by_the_terms(
            trip.id, _paid_by(rider), day, now, lambda terms: longer_life(terms.cancelling, cause)
        )
    except Undecided as question:
        card = cards.get_card(_paid_by(rider))
        open_task(card, "decide", question.rule, question.rule, local_day(now))
        return None


def charge(
    actor: Actor,
    trip: Trip,
    rider: TripRider,
    price: Price,
    now: datetime,
    lives: Span | None = None,
) -> tuple[int, int]:
    """Charge a rider's card and return the minutes spent and waived; what comes back `lives` so
    long at least.
    """
    if rider.card_id is None:
        rider.charged_minutes = 0
        return 0, 0
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


def _paid_by(rider: TripRider) -> UUID:
    """Return the card that pays for a rider. Raises Stale for one who goes on her own way."""
    if rider.card_id is None:
        raise Stale
    return rider.card_id
