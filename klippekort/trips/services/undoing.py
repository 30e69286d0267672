"""Undoing the last thing that was done to a trip, by a deed that counters it.

Messages that still rest are taken back; what somebody has told already is told again, the other
way.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from klippekort.accounts.queries.care_workers import get_care_worker
from klippekort.activities.queries import get_occurrence_facts
from klippekort.activities.services import take_seat_again
from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import (
    CitizenBusy,
    EscortBusy,
    EscortOffDuty,
    EscortUnable,
    Forbidden,
    NothingToUndo,
    Replaced,
)
from klippekort.domain.permissions import Action, Actor, Role, may
from klippekort.domain.sending import may_send, may_take_off
from klippekort.domain.trips import CancelReason, TripState
from klippekort.domain.undoing import Undo, undo_of
from klippekort.messages.queries import CITIZEN, Recipient, about, was_told
from klippekort.messages.services import tell, withdraw
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.punchcards.services.bookings import hold_minutes, release_minutes
from klippekort.punchcards.services.taking_back import take_charge_back
from klippekort.trips.models import Trip, TripEvent, TripRider
from klippekort.trips.queries import trips as queries
from klippekort.trips.services.escorts import put_escorts
from klippekort.trips.services.events import BookedInstead, OnAgain, Unbooked
from klippekort.trips.services.history import about as whom
from klippekort.trips.services.history import happened
from klippekort.trips.services.letting_go import free_people, free_seats
from klippekort.trips.services.locking import lock
from klippekort.trips.services.telling import tell_escort_again, untell_escort

_ASKS = {
    Undo.BOOKING: Action.CANCEL_TRIP,
    Undo.CANCELLING: Action.CANCEL_TRIP,
    Undo.STARTING: Action.KEEP_TRIP,
    Undo.FINISHING: Action.KEEP_TRIP,
    Undo.ASSIGNING: Action.ASSIGN_ESCORT,
}
_Part = Callable[[Actor, Trip, Sequence[TripRider], TripEvent, datetime], None]


def undo(actor: Actor, trip_id: UUID, event_id: UUID, *, now: datetime) -> str:
    """Undo what the event says and return the trip's id.

    Raises NothingToUndo when more has happened since or too much time has gone, Replaced where the
    citizen has said yes to another trip instead, and what a booking raises where something that was
    given back has been taken by others.
    """
    last = _last(trip_id, event_id)
    found = undo_of(last.kind, last.at, now, is_final=is_final(last))
    if found is None:
        raise NothingToUndo
    if not _may(actor, trip_id, last, found, now):
        raise Forbidden(_ASKS[found])
    trip, _ = lock(trip_id)
    _last(trip_id, event_id)  # nobody else was quicker
    riders = _concerned(trip_id, last, found)
    _PARTS[found](actor, trip, riders, last, now)
    trip.version += 1
    db.session.flush()
    happened(actor, trip_id, found, now, **whom(trip_id, riders))
    citizens = [rider.citizen_id for rider in riders]
    audit.record(actor, _ASKS[found], "trip", trip_id, citizens=citizens, undone=last.kind)
    return str(trip_id)


def may_undo(actor: Actor, trip_id: UUID, event: TripEvent, now: datetime) -> bool:
    """Say whether the event can be undone now, and by `actor`."""
    found = undo_of(event.kind, event.at, now, is_final=is_final(event))
    return found is not None and _may(actor, trip_id, event, found, now)


def _may(actor: Actor, trip_id: UUID, event: TripEvent, undoing: Undo, now: datetime) -> bool:
    """Say whether `actor` may undo it for everybody it was about; a helper, who goes along for all,
    is exchanged back by whoever may for one of them, and sends those helpers.
    """
    action = _ASKS[undoing]
    if not may(actor, action):
        return False
    today, riders = local_day(now), _concerned(trip_id, event, undoing)
    near = [reach(get_citizen(rider.citizen_id), today) for rider in riders]
    if undoing is not Undo.ASSIGNING:
        return all(may(actor, action, one) for one in near)
    suppliers = {one.supplier_id for one in near if one.supplier_id is not None}
    chosen, before = _exchanged(event)
    return (
        any(may(actor, action, one) for one in near)
        and all(may_take_off(actor, get_care_worker(one).supplier_id, suppliers) for one in chosen)
        and all(may_send(actor, get_care_worker(one).supplier_id) for one in before)
    )


def _exchanged(event: TripEvent) -> tuple[list[UUID], list[UUID]]:
    """Return whom a change of helpers put on the trip, and whom it took off."""
    before = _named(event, "helpers") or _named(event, "before")
    return [UUID(one) for one in _named(event, "escort")], [UUID(one) for one in before]


def _last(trip_id: UUID, event_id: UUID) -> TripEvent:
    last = queries.last_change(queries.events_of(trip_id))
    if last is None or last.id != event_id:
        raise NothingToUndo
    return last


_FINAL = ("", CancelReason.ACTIVITY_MOVED, CancelReason.CITIZEN_LEFT)


def is_final(event: TripEvent) -> bool:
    """Say whether an event has passed the turn on, or moved the date from under the trip: the no to
    an offer, which has no reason, and an activity that is held at another time; or a
    citizen who is gone, which is undone as a whole; or the citizen's own no, which is hers to take
    back.
    """
    if event.kind not in ("turned_down", "cancelled"):
        return False
    return "by" in event.details or event.details.get("reason", "") in _FINAL


def _concerned(trip_id: UUID, event: TripEvent, undoing: Undo) -> list[TripRider]:
    """Return whom the event was about: those it names or left out, or everybody. Whoever was off
    the trip before it started, ended or had its helper changed stays off it.
    """
    riders = queries.riders_of(trip_id)
    ids = [one for key in ("citizen", "citizens", "missing") for one in _named(event, key)]
    if ids:
        return [rider for rider in riders if str(rider.citizen_id) in ids]
    if undoing in (Undo.STARTING, Undo.ASSIGNING):
        return [rider for rider in riders if rider.is_active]
    if undoing is Undo.FINISHING:
        return [rider for rider in riders if rider.state == event.kind]
    return list(riders)


def _named(event: TripEvent, key: str) -> list[str]:
    """Return the ids that an event keeps by a key, with commas between them."""
    return [one for one in str(event.details.get(key) or "").split(",") if one]


def _unbook(
    actor: Actor, trip: Trip, riders: Sequence[TripRider], event: TripEvent, now: datetime
) -> None:
    for rider in riders:
        if actor.role is not Role.CITIZEN and _believes(trip, rider, event):
            _have_told_off(trip, rider, now)
    untell_escort(trip.id)
    trip.state = TripState.CANCELLED
    for rider in riders:
        rider.state, rider.charged_minutes = trip.state, 0
        if rider.card_id is not None:
            today = local_day(now)
            release_minutes(actor, rider.card_id, trip.id, today=today, now=now, reason="undo")
    free_people(trip, riders)
    free_seats(actor, trip, riders, now)
    events.emit(Unbooked(trip.id, actor))


_FACE_TO_FACE = ("said", "shown")
_ASKED, _TOLD = "trip_offer", ("done", "sending")


def _believes(trip: Trip, rider: TripRider, event: TripEvent) -> bool:
    """Say whether a citizen believes that she goes, and nobody stands beside her who could say
    otherwise: she was asked or told from afar, or has answered so.
    """
    how = event.details.get("agreed_how", rider.agreed_how)
    if how not in _FACE_TO_FACE:
        return True
    heard = [one for one in about(trip.id) if one.citizen_id == rider.citizen_id]
    return any(one.kind == _ASKED or one.state in _TOLD for one in heard)


def _have_told_off(trip: Trip, rider: TripRider, now: datetime) -> None:
    """Have it told at once: this cannot be undone, and her place may be offered to her anew."""
    _have_told("trip_cancelled", f"trip_cancelled:{trip.id}:{rider.citizen_id}", trip, rider, now)


def _have_told(kind: str, key: str, trip: Trip, rider: TripRider, now: datetime) -> None:
    citizen = get_citizen(rider.citizen_id)
    tell(
        key,
        kind,
        to=Recipient(CITIZEN, citizen.id),
        supplier_id=citizen.supplier_id,
        about=trip.id,
        facts={
            "trip": str(trip.id),
            "starts_at": rider.starts_at.isoformat(),
            "destination": trip.destination,
        },
        due_at=now,
        late_at=rider.starts_at,
        now=now,
    )


def _uncancel(
    actor: Actor, trip: Trip, riders: Sequence[TripRider], event: TripEvent, now: datetime
) -> None:
    for rider in riders:
        must_be_here(rider.citizen_id)
    _refuse_second(trip, riders)
    # One of several may have stayed at home while the others were out already.
    state = TripState.BOOKED if trip.started_at is None else TripState.UNDER_WAY
    trip.state, trip.ended_at = state, None
    for rider in riders:
        _set_aside_again(actor, trip, rider, state, now)
        _have_unsaid(trip, rider, now)
    _take_seats_again(actor, trip, riders, now)
    events.emit_after(OnAgain(trip.id, now))
    _keep_helpers(trip)
    _put_back(trip, riders, str(event.details.get("helpers", "")), now)
    tell_escort_again(trip, [UUID(one) for one in _named(event, "untold")], now=now)


def _refuse_second(trip: Trip, riders: Sequence[TripRider]) -> None:
    """Raise Replaced where somebody goes to something else instead: nobody is given both."""
    citizens = tuple(rider.citizen_id for rider in riders)
    for other_id in events.ask(BookedInstead(trip.id, citizens)):
        other = queries.read_trip(other_id)
        raise Replaced(other.destination, other.starts_at)


def _put_back(trip: Trip, riders: Sequence[TripRider], helpers: str, now: datetime) -> None:
    """Put the helpers back who are still free; for one who is not, somebody must be found."""
    citizens = [get_citizen(rider.citizen_id) for rider in riders]
    there = {one.care_worker_id for one in queries.escorts_of(trip.id)}
    for worker in (UUID(part) for part in helpers.split(",") if part):
        if worker in there:
            continue
        try:
            with db.session.begin_nested():
                put_escorts(trip, [worker], citizens, now=now)
        except (EscortBusy, EscortOffDuty, EscortUnable):
            continue


def _set_aside_again(
    actor: Actor, trip: Trip, rider: TripRider, state: TripState, now: datetime
) -> None:
    if rider.card_id is not None:
        today = local_day(now)
        take_charge_back(actor, rider.card_id, trip.id, today=today, now=now)
        on = local_day(rider.starts_at)
        hold_minutes(
            actor, rider.card_id, trip.id, rider.planned_minutes, on=on, today=today, now=now
        )
    rider.state, rider.charged_minutes, rider.is_active = state, None, True
    rider.ended_at = None
    _flush(CitizenBusy())


def _flush(error: Exception) -> None:
    try:
        db.session.flush()
    except IntegrityError as found:
        if "one_place_at_a_time" in str(found.orig):
            raise error from found
        raise


def _take_seats_again(actor: Actor, trip: Trip, riders: Sequence[TripRider], now: datetime) -> None:
    """Take the seats that were given back, even while the activity is going on."""
    if trip.occurrence_id is None or get_occurrence_facts(trip.occurrence_id).ends_at <= now:
        return
    for rider in riders:
        if rider.sign_up_id is not None:
            take_seat_again(actor, rider.sign_up_id, now=now)


def _have_unsaid(trip: Trip, rider: TripRider, now: datetime) -> None:
    """Take back what was to be told of it; where it was told already, tell that it is on again."""
    key = f"trip_cancelled:{trip.id}:{rider.citizen_id}"
    if withdraw(key) or not was_told(key):
        return
    again = f"trip_on_again:{trip.id}:{rider.citizen_id}:{trip.version}"
    _have_told("trip_on_again", again, trip, rider, now)


def _unstart(
    actor: Actor, trip: Trip, riders: Sequence[TripRider], event: TripEvent, now: datetime
) -> None:
    del actor, event, now
    trip.state, trip.started_at, trip.paused_at = TripState.BOOKED, None, None
    for rider in riders:
        rider.state = TripState.BOOKED


def _unfinish(
    actor: Actor, trip: Trip, riders: Sequence[TripRider], event: TripEvent, now: datetime
) -> None:
    state = TripState.BOOKED if event.details.get("from_booked") else TripState.UNDER_WAY
    trip.state, trip.ended_at = state, None
    for rider in riders:
        _set_aside_again(actor, trip, rider, state, now)
    if state is TripState.BOOKED:
        trip.started_at = None
        for rider in queries.riders_of(trip.id):  # those who were still out, too
            rider.state = state if rider.is_active else rider.state
    left_out = _named(event, "missing")
    missing = [rider for rider in riders if str(rider.citizen_id) in left_out]
    _take_seats_again(actor, trip, missing, now)
    _keep_helpers(trip)


def _keep_helpers(trip: Trip) -> None:
    """Keep helpers who were free early, to the end of the trip as planned."""
    for escort in queries.escorts_of(trip.id):
        escort.ends_at = trip.ends_at
    _flush(EscortBusy())


def _unassign(
    actor: Actor, trip: Trip, riders: Sequence[TripRider], event: TripEvent, now: datetime
) -> None:
    del actor
    untell_escort(trip.id)
    chosen, before = _exchanged(event)
    for one in queries.escorts_of(trip.id):
        if one.care_worker_id in chosen:
            one.is_active = False
    db.session.flush()
    if before:
        citizens = [get_citizen(rider.citizen_id) for rider in riders]
        put_escorts(trip, before, citizens, now=now)


_PARTS: dict[Undo, _Part] = {
    Undo.BOOKING: _unbook,
    Undo.CANCELLING: _uncancel,
    Undo.STARTING: _unstart,
    Undo.FINISHING: _unfinish,
    Undo.ASSIGNING: _unassign,
}
