"""Keeping a trip: start, finish, cancel, and what each does to the card."""

from datetime import datetime
from uuid import UUID

from klippekort.activities.services import OccurrenceCancelled, give_seat_back
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain import trips as rules
from klippekort.domain.booking import minutes_charged
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale, Undecided
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.schemes import Basis, Charge, Terms
from klippekort.domain.trips import CancelReason, Cause, TripState
from klippekort.messages.services import queue_call
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.bookings import charge_minutes, release_minutes
from klippekort.punchcards.services.ledger import open_task
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries import trips as queries
from klippekort.trips.services.history import happened


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
) -> str:
    """Finish a trip with its real times and charge the card as the scheme says.

    Raises Stale, TimesMakeNoSense, and Undecided (`basis`) when the scheme leaves open whether
    planned or
    actual minutes count and nobody has answered.
    """
    trip, rider = _locked(actor, trip_id, Action.KEEP_TRIP, now)
    if not rules.has_come(trip.starts_at, now):
        raise Stale
    actual = rules.actual_minutes(trip.starts_at, started_at, ended_at, now)
    terms = cards.current_terms(cards.get_card(rider.card_id), local_day(trip.starts_at))
    minutes = _cost(terms, trip, rider, actual, basis)
    if trip.state == TripState.BOOKED:
        trip.state = rules.move(TripState.BOOKED, TripState.UNDER_WAY)
    ended = TripState.BROKEN_OFF if is_broken_off else TripState.COMPLETED
    trip.state = rules.move(TripState(trip.state), ended)
    trip.started_at, trip.ended_at = started_at, ended_at
    spent, waived = _charge(actor, trip, rider, minutes, "trip", now)
    _let_go(trip, rider)
    happened(
        actor, trip_id, ended, now, actual=actual, spent=spent, waived=waived or None, basis=basis
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


def _cost(terms: Terms, trip: Trip, rider: TripRider, actual: int, basis: Basis | None) -> int:
    """Return what a finished trip costs, in minutes, planned or actual as the scheme or a person
    says.
    """
    chosen = terms.basis if terms.basis is not Basis.UNDECIDED else basis
    if chosen is None:
        raise Undecided("basis", (Basis.PLANNED.value, Basis.ACTUAL.value))
    if chosen is Basis.PLANNED:
        return rider.planned_minutes
    return minutes_charged(terms, actual, min(trip.travel_minutes, actual))


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
    terms = cards.current_terms(cards.get_card(rider.card_id), local_day(trip.starts_at))
    charge = rules.charge_for(
        terms.cancelling, cause, starts_at=trip.starts_at, now=now, answer=answer
    )
    _cancel(actor, trip, rider, cause, reason, charge, now)
    return str(trip_id)


def _cancel(
    actor: Actor,
    trip: Trip,
    rider: TripRider,
    cause: Cause,
    reason: CancelReason,
    charge: Charge,
    now: datetime,
) -> None:
    ended = TripState.NO_SHOW if cause is Cause.NO_SHOW else TripState.CANCELLED
    trip.state = rules.move(TripState(trip.state), ended)
    spent = 0
    if charge is Charge.FULL:
        spent, _ = _charge(actor, trip, rider, rider.planned_minutes, cause, now)
    else:
        release_minutes(
            actor, rider.card_id, trip.id, today=local_day(now), now=now, reason=f"cancel_{cause}"
        )
        rider.charged_minutes = 0
    _let_go(trip, rider)
    if rider.sign_up_id is not None and trip.starts_at > now:
        give_seat_back(actor, rider.sign_up_id, now=now)
    if cause in (Cause.SUPPLIER, Cause.HOST, Cause.WEATHER):
        _have_citizen_called(trip, rider, cause, reason, now)
    happened(actor, trip.id, ended, now, cause=cause, reason=reason, charge=charge, spent=spent)
    audit.record(
        actor,
        Action.CANCEL_TRIP,
        "trip",
        trip.id,
        citizens=[rider.citizen_id],
        cause=cause,
        reason=reason,
        charge=charge,
        spent=spent,
    )


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
        card = cards.get_card(rider.card_id)
        terms = cards.current_terms(card, local_day(trip.starts_at))
        charge = terms.cancelling.host
        if charge is Charge.UNDECIDED:
            open_task(card, "decide", "cancelling.host", str(trip.id), local_day(event.now))
            charge = Charge.FREE
        _cancel(
            event.actor,
            trip,
            rider,
            Cause.HOST,
            CancelReason.ACTIVITY_CANCELLED,
            charge,
            event.now,
        )


def _charge(
    actor: Actor, trip: Trip, rider: TripRider, minutes: int, reason: str, now: datetime
) -> tuple[int, int]:
    spent, waived = charge_minutes(
        actor,
        rider.card_id,
        trip.id,
        minutes,
        on=local_day(trip.starts_at),
        today=local_day(now),
        now=now,
        reason=reason,
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
