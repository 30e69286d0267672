"""How a trip ends: made, broken off, nobody at home, cancelled; and what is written of it."""

from datetime import datetime, time, timedelta
from typing import Any

from klippekort.domain import trips as rules
from klippekort.domain.calendar import ONE_DAY, instant, local_day, minutes_between
from klippekort.domain.errors import Undecided
from klippekort.domain.trips import CancelReason, Cause, Course, Price, TripState
from klippekort.messages.models import OutboxMessage
from klippekort.operations.demo.cards import Card
from klippekort.operations.demo.world import Frame, Journey, Person
from klippekort.trips.models import TripEvent

_REASONS = {
    Cause.CITIZEN: (CancelReason.ILL, CancelReason.NOT_TODAY, CancelReason.VISITORS),
    Cause.SUPPLIER: (CancelReason.HELPER_ILL, CancelReason.HELPER_ILL, CancelReason.BUSY),
    Cause.HOST: (CancelReason.ACTIVITY_CANCELLED,),
    Cause.WEATHER: (CancelReason.WEATHER,),
    Cause.NO_SHOW: (CancelReason.NOT_HOME,),
}
_MUST_BE_CALLED = (Cause.SUPPLIER, Cause.HOST, Cause.WEATHER)


def fate_of(frame: Frame, journey: Journey) -> tuple[datetime, str]:
    """Return when and how a booked trip ends, if nothing else comes between: most are made."""
    draw = frame.dice.random()
    if draw < 0.05:
        return _thinks_better(frame, journey), Cause.CITIZEN.value
    if draw < 0.07:
        return journey.starts_at - timedelta(hours=frame.dice.randint(1, 3)), Cause.CITIZEN.value
    if draw < 0.09:
        return journey.starts_at - timedelta(hours=3), Cause.SUPPLIER.value
    if draw < 0.105:
        return journey.starts_at + timedelta(minutes=20), Cause.NO_SHOW.value
    if draw < 0.12:
        return journey.ends_at, TripState.BROKEN_OFF.value
    return journey.ends_at + timedelta(minutes=30), TripState.COMPLETED.value


def _thinks_better(frame: Frame, journey: Journey) -> datetime:
    """Return when a citizen calls it off: by day, and at the latest three hours before."""
    first = local_day(journey.booked_at) + ONE_DAY
    days = (local_day(journey.starts_at) - first).days
    on = first + frame.dice.randint(0, max(0, days)) * ONE_DAY
    at = instant(on, time(frame.dice.randint(8, 14), frame.dice.randrange(60)))
    return min(at, journey.starts_at - timedelta(hours=3))


def _happened(
    frame: Frame, journey: Journey, kind: str, at: datetime, who: Person, **details: Any
) -> None:
    frame.rows.add(
        TripEvent,
        id=frame.dice.new_id(at),
        trip_id=journey.id,
        kind=kind,
        at=at,
        actor_id=who.account_id,
        actor_name=who.name,
        details={name: value for name, value in details.items() if value is not None},
    )


def tell_booked(frame: Frame, journey: Journey, *, riders: int | None = None) -> None:
    """Write the first line of a trip's own history; `riders` is how many go, where several do."""
    _happened(
        frame,
        journey,
        "booked",
        journey.booked_at,
        journey.booked_by,
        minutes=journey.minutes,
        agreed_how=journey.agreed_how,
        said_to=journey.booked_by.name,
        escort=str(journey.helper.id) if journey.helper else None,
        riders=riders,
    )


def end(frame: Frame, card: Card, journey: Journey, fate: str, at: datetime) -> None:
    """End a trip as its fate says, a state or a cause; one that is over stays as it is."""
    if journey.state != TripState.BOOKED:
        return
    if fate in (TripState.COMPLETED, TripState.BROKEN_OFF):
        _finish(frame, card, journey, TripState(fate), at)
    else:
        _cancel(frame, card, journey, Cause(fate), at)


def _finish(frame: Frame, card: Card, journey: Journey, state: TripState, at: datetime) -> None:
    dice = frame.dice
    journey.state = state.value
    journey.started_at = journey.starts_at + timedelta(minutes=dice.randint(-4, 6))
    shortened = dice.randint(25, 45) if state is TripState.BROKEN_OFF else dice.randint(-8, 6)
    journey.ended_at = journey.ends_at - timedelta(minutes=shortened)
    actual = minutes_between(journey.started_at, journey.ended_at)
    planned = minutes_between(journey.starts_at, journey.ends_at)
    course = Course(planned, actual, journey.travel, journey.minutes)
    is_broken_off = state is TripState.BROKEN_OFF
    price_of = rules.price_of_broken_off if is_broken_off else rules.price_of_made
    price = price_of(card.scheme.terms, course)
    at = max(at, journey.ended_at)
    who = journey.helper.person if journey.helper else journey.booked_by
    on = local_day(journey.starts_at)
    spent, waived = card.charge(journey.id, price, on, at, who.account_id)
    journey.charged, journey.attended, journey.is_active = spent, True, False
    _happened(frame, journey, "started", journey.started_at, who)
    told = {"actual": actual, "spent": spent, "waived": waived or None}
    _happened(frame, journey, state.value, at, who, **told)


def _cancel(frame: Frame, card: Card, journey: Journey, cause: Cause, at: datetime) -> None:
    on = local_day(journey.starts_at)
    price = _price_of_cancelled(card, journey, cause, at)
    who = journey.helper.person if journey.helper else journey.booked_by
    journey.charged = 0
    if price.minutes:
        journey.charged, _ = card.charge(journey.id, price, on, at, who.account_id)
    else:
        card.release(journey.id, at, who.account_id, f"cancel_{cause}")
    _let_go(card, journey, cause, at)
    reason = frame.dice.choice(_REASONS[cause])
    if cause in _MUST_BE_CALLED:
        _have_called(frame, journey, cause, reason, at)
    _happened(
        frame,
        journey,
        journey.state,
        at,
        who,
        cause=cause.value,
        reason=reason.value,
        spent=journey.charged,
    )


def _price_of_cancelled(card: Card, journey: Journey, cause: Cause, at: datetime) -> Price:
    """Return what a cancelled trip costs; where nobody has decided, the time goes back."""
    try:
        return rules.price_of_cancelled(
            card.scheme.terms,
            cause,
            set_aside=journey.minutes,
            starts_at=journey.starts_at,
            now=at,
        )
    except Undecided as question:
        card.ask("decide", question.rule, str(journey.id), local_day(at))
        return Price(0, is_made=False)


def _let_go(card: Card, journey: Journey, cause: Cause, at: datetime) -> None:
    """Free citizen, escort and, before the trip, the seat."""
    ended = TripState.NO_SHOW if cause is Cause.NO_SHOW else TripState.CANCELLED
    journey.state, journey.is_active, journey.keeps_escort = ended.value, False, False
    card.spans.remove((journey.starts_at, journey.ends_at))
    if journey.starts_at > at:
        journey.has_seat = False
        journey.meeting.seats_taken -= 1
        journey.meeting.wheelchairs_taken -= card.resident.needs_wheelchair
    else:
        journey.attended = False


def _have_called(
    frame: Frame, journey: Journey, cause: Cause, reason: CancelReason, at: datetime
) -> None:
    """Put the citizen on the call list; the calls of older days were made within the hour."""
    is_done = at < frame.now - timedelta(days=1)
    frame.rows.add(
        OutboxMessage,
        id=frame.dice.new_id(at),
        dedupe_key=f"trip_cancelled:{journey.id}",
        kind="trip_cancelled",
        subject_id=journey.id,
        channel="call",
        citizen_id=journey.resident.id,
        supplier_id=journey.resident.supplier_id,
        facts={
            "trip": str(journey.id),
            "starts_at": journey.starts_at.isoformat(),
            "destination": destination(journey),
            "cause": cause.value,
            "reason": reason.value,
        },
        state="done" if is_done else "queued",
        attempts=0,
        due_at=at,
        queued_at=at,
        done_at=at + timedelta(minutes=35) if is_done else None,
        done_by=journey.booked_by.account_id if is_done else None,
    )


def destination(journey: Journey) -> str:
    """Return where a trip goes, as a booking writes it."""
    return f"{journey.meeting.title}, {journey.meeting.venue.name}"[:160]
