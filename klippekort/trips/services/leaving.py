"""A citizen dies or moves: her trips and standing agreements stop, and start again after a mistake.

A trip that others are on goes on without her. It costs nothing: nobody cancels late by dying.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from klippekort.activities.services import give_seat_back, take_seat
from klippekort.citizens.models import LeavingStop
from klippekort.citizens.queries import get_citizen
from klippekort.citizens.services.leaving import (
    OVER,
    CitizenLeft,
    CitizenReturned,
    start_again,
    stopped,
    tell,
)
from klippekort.domain.calendar import ONE_DAY, day_span, local_day
from klippekort.domain.errors import CitizenBusy, EscortBusy, EscortOffDuty, EscortUnable
from klippekort.domain.permissions import Action
from klippekort.domain.trips import CancelReason, Cause, TripState
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.punchcards.services.bookings import hold_minutes, release_minutes
from klippekort.trips.models import StandingAgreement, Trip, TripEscort, TripRider
from klippekort.trips.queries import agreements, seats
from klippekort.trips.queries import trips as queries
from klippekort.trips.services.escorts import put_escorts
from klippekort.trips.services.events import OnAgain
from klippekort.trips.services.history import happened, helpers_of
from klippekort.trips.services.letting_go import free_people, free_seats
from klippekort.trips.services.locking import lock
from klippekort.trips.services.telling import untell_escort

TRIP, AGREEMENT, SEAT = "trip", "agreement", "seat"


def citizen_left(left: CitizenLeft) -> None:
    """Stop a citizen's coming trips, her standing agreements, and give her seats back."""
    for made in agreements.agreements_of(left.citizen_id):
        _end_agreement(left, made.id)
    for trip_id in _coming(left):
        _cancel(left, trip_id)
    for seat_id, occurrence_id in seats.coming_seats(left.citizen_id, left.now):
        give_seat_back(left.actor, seat_id, now=left.now)
        stopped(left, SEAT, seat_id, occurrence=str(occurrence_id))


def _end_agreement(left: CitizenLeft, agreement_id: UUID) -> None:
    """Let an agreement make no more trips; one that had not begun begins and ends on one day, which
    counts as booked.
    """
    made = agreements.lock_agreement(agreement_id)
    last = local_day(left.now)
    if made.until_on is not None and made.until_on < last:
        return
    stopped(
        left,
        AGREEMENT,
        made.id,
        until=made.until_on and made.until_on.isoformat(),
        booked_through=made.booked_through and made.booked_through.isoformat(),
    )
    made.until_on = max(last, made.from_on)
    made.booked_through = max(made.until_on, made.booked_through or made.until_on)
    db.session.flush()


def _coming(left: CitizenLeft) -> Sequence[UUID]:
    """Return the trips that are not made any more: what is to come, and what was to be since the
    day she left and nobody has told of.
    """
    since = min(left.now, day_span(left.left_on + ONE_DAY)[0])
    found = (
        select(TripRider.trip_id)
        .join(Trip, Trip.id == TripRider.trip_id)
        .where(TripRider.citizen_id == left.citizen_id, TripRider.is_active)
        .where(Trip.starts_at >= since, Trip.state.in_((TripState.BOOKED, TripState.HELD)))
        .order_by(Trip.starts_at, Trip.id)
    )
    return db.session.scalars(found).all()


def _cancel(left: CitizenLeft, trip_id: UUID) -> None:
    trip, riders = lock(trip_id)
    mine = [rider for rider in riders if rider.citizen_id == left.citizen_id]
    if not mine or trip.state not in (TripState.BOOKED, TripState.HELD):
        return
    escorts = queries.escorts_of(trip_id)
    helpers = helpers_of(escorts)
    is_alone = len(riders) == len(mine)
    rider = mine[0]
    _give_back(left, trip, rider)
    if is_alone:
        trip.state, trip.held_until = TripState.CANCELLED, None
    untell_escort(trip.id, [left.citizen_id])
    trip.version += 1
    stopped(
        left,
        TRIP,
        trip_id,
        state=rider.state,
        helpers=helpers,
        starts_at=trip.starts_at.isoformat(),
        title=trip.destination,
    )
    rider.state = TripState.CANCELLED
    free_people(trip, mine)
    free_seats(left.actor, trip, mine, left.now)
    _tell_escorts(left, trip, escorts)
    told: dict[str, Any] = {"cause": Cause.CITIZEN, "reason": CancelReason.CITIZEN_LEFT, "spent": 0}
    one = None if is_alone else left.citizen_id
    happened(left.actor, trip_id, "cancelled", left.now, **told, helpers=helpers, citizen=one)
    audit.record(
        left.actor, Action.CANCEL_TRIP, "trip", trip_id, citizens=[left.citizen_id], **told
    )


def _give_back(left: CitizenLeft, trip: Trip, rider: TripRider) -> None:
    if rider.card_id is not None:
        release_minutes(
            left.actor,
            rider.card_id,
            trip.id,
            today=local_day(left.now),
            now=left.now,
            reason="citizen_left",
        )
    rider.charged_minutes = 0


def _tell_escorts(left: CitizenLeft, trip: Trip, escorts: Sequence[TripEscort]) -> None:
    if trip.starts_at <= left.now:
        return
    supplier = get_citizen(left.citizen_id).supplier_id
    for one in escorts:
        about = (trip.destination, trip.starts_at)
        tell(left, one.care_worker_id, "escort", about, supplier_id=supplier)


def citizen_returned(back: CitizenReturned) -> None:
    """Start again what the leaving stopped; what has passed meanwhile waits for a person."""
    start_again(back, AGREEMENT, _go_on)
    start_again(back, TRIP, lambda stop: _book_again(back, stop))
    start_again(back, SEAT, lambda stop: _sit_again(back, stop))


def _go_on(stop: LeavingStop) -> str | None:
    made: StandingAgreement = agreements.lock_agreement(stop.subject_id)
    made.until_on = _day(stop.details.get("until"))
    made.booked_through = _day(stop.details.get("booked_through"))
    return None


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def _book_again(back: CitizenReturned, stop: LeavingStop) -> str | None:
    trip, _ = lock(stop.subject_id)
    rider = next(one for one in queries.riders_of(trip.id) if one.citizen_id == back.citizen_id)
    others = [one for one in queries.riders_of(trip.id) if one.is_active]
    if trip.starts_at <= back.now:
        return OVER
    if stop.details["state"] != TripState.BOOKED:
        return "held"
    if trip.state != TripState.BOOKED and (others or trip.state != TripState.CANCELLED):
        return "taken"
    trip.state, rider.state = TripState.BOOKED, TripState.BOOKED
    rider.is_active, rider.charged_minutes = True, None
    _flush()
    _pay_again(back, trip, rider)
    if trip.occurrence_id is not None and rider.sign_up_id is not None:
        rider.sign_up_id = _seat(back, trip.occurrence_id)
    trip.version += 1
    db.session.flush()
    _put_back(trip, str(stop.details.get("helpers", "")), back.now)
    events.emit_after(OnAgain(trip.id, back.now))
    happened(back.actor, trip.id, "uncancelled", back.now)
    audit.record(
        back.actor, Action.CANCEL_TRIP, "trip", trip.id, citizens=[back.citizen_id], undone="left"
    )
    return None


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as found:
        if "one_place_at_a_time" in str(found.orig):
            raise CitizenBusy from found
        raise


def _pay_again(back: CitizenReturned, trip: Trip, rider: TripRider) -> None:
    if rider.card_id is None:
        return
    hold_minutes(
        back.actor,
        rider.card_id,
        trip.id,
        rider.planned_minutes,
        on=local_day(rider.starts_at),
        today=local_day(back.now),
        now=back.now,
    )


def _put_back(trip: Trip, helpers: str, now: datetime) -> None:
    """Put the helpers back who are still free; for one who is not, somebody must be found."""
    citizens = [get_citizen(one.citizen_id) for one in queries.riders_of(trip.id) if one.is_active]
    there = {one.care_worker_id for one in queries.escorts_of(trip.id) if one.is_active}
    for worker in (UUID(part) for part in helpers.split(",") if part):
        if worker in there:
            continue
        try:
            with db.session.begin_nested():
                put_escorts(trip, [worker], citizens, now=now)
        except (EscortBusy, EscortOffDuty, EscortUnable):
            continue


def _sit_again(back: CitizenReturned, stop: LeavingStop) -> str | None:
    _seat(back, UUID(stop.details["occurrence"]))
    return None


def _seat(back: CitizenReturned, occurrence_id: UUID) -> UUID:
    citizen = get_citizen(back.citizen_id)
    return take_seat(
        back.actor, occurrence_id, citizen.id, wheelchair=citizen.needs_wheelchair, now=back.now
    )
