"""Keeping a trip: start, pause, finish, cancel, and what each does to the cards."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain import trips as rules
from klippekort.domain.calendar import local_day, minutes_between
from klippekort.domain.charging import Party, longer_life
from klippekort.domain.errors import Stale, TimesMakeNoSense, Undecided
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.schemes import Basis, Charge, Span, Terms
from klippekort.domain.trips import CancelReason, Cause, Company, Course, Price, TripState
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.services import queue_call, tell
from klippekort.municipalities.queries import rested
from klippekort.platform import audit, events
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.bookings import charge_minutes, release_minutes
from klippekort.punchcards.services.ledger import open_task
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries import trips as queries
from klippekort.trips.services.deciding import Ruling, by_the_terms, each
from klippekort.trips.services.events import CancelledByUs, TripMade
from klippekort.trips.services.history import about, happened, helpers_of, ids_of
from klippekort.trips.services.letting_go import free_people, free_seats
from klippekort.trips.services.locking import lock, locked
from klippekort.trips.services.telling import tell_helper

Missing = tuple[Cause, CancelReason]
"""Why somebody was not with the others."""


def start_trip(
    actor: Actor, trip_id: UUID, *, now: datetime, started_at: datetime | None = None
) -> str:
    """Note that a trip is under way, since `started_at` or now.

    Raises Stale when it is not waiting to start today, TimesMakeNoSense.
    """
    trip, riders = locked(actor, trip_id, Action.KEEP_TRIP, now)
    if not rules.has_come(trip.starts_at, now):
        raise Stale
    trip.state = rules.move(TripState(trip.state), TripState.UNDER_WAY)
    trip.started_at = rules.started(trip.starts_at, started_at, now)
    trip.version += 1
    for rider in riders:
        rider.state = trip.state
    at = started_at and started_at.isoformat()
    happened(actor, trip_id, "started", now, at=at, **about(trip_id, riders))
    citizens = _citizens(riders)
    audit.record(actor, Action.KEEP_TRIP, "trip", trip_id, citizens=citizens, to="start")
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
    citizen_id: UUID | None = None,
    still_out: Collection[UUID] = (),
    missing: Mapping[UUID, Missing] | None = None,
    homes: Mapping[UUID, datetime] | None = None,
    answer: Charge | None = None,
    why: str | None = None,
) -> str:
    """Finish a trip with its real times and charge each card as its scheme says for its own time.

    With `citizen_id` only that citizen is home, and the others are still out; so are those
    `still_out`. `homes` says when somebody was home who left the others before they came home at
    `ended_at`. Those `missing` were not with them, and are charged for that as if they had stayed
    at home. `basis`, `broken_off` and `answer` are a person's answers, used where the scheme leaves
    open what a trip, one that was broken off, or somebody missing costs, and `why` the reason: None
    where nobody could be asked for one. Raises Stale, TimesMakeNoSense, Undecided where such
    answers are needed and nobody has given them, and NoReason for a blank reason of one that was.
    """
    trip, active = locked(actor, trip_id, Action.KEEP_TRIP, now, citizen_id=citizen_id)
    missing = missing or {}
    left_out = [one for one in active if one.citizen_id in missing]
    riders = [one for one in active if one.citizen_id not in {*missing, *still_out}]
    if not riders or not rules.has_come(trip.starts_at, now):
        raise Stale
    actual = rules.actual_minutes(trip.starts_at, started_at, ended_at, now)
    for rider, at in zip(riders, _home_at(riders, started_at, ended_at, homes or {}), strict=True):
        rider.ended_at = at
    owns = _own_minutes(trip, riders, started_at)
    ruling = Ruling(actor, basis, broken_off, answer, why)
    found = each(
        [
            partial(_price_of_finished, trip, rider, own, ruling, now, is_broken_off=is_broken_off)
            for rider, own in zip(riders, owns, strict=True)
        ]
        + [
            partial(_price_of_cancelled, trip, one, missing[one.citizen_id][0], now, ruling)
            for one in left_out
        ]
    )
    prices, unpaid = found[: len(riders)], found[len(riders) :]
    was_booked = trip.state == TripState.BOOKED
    if was_booked:
        trip.state = rules.move(TripState.BOOKED, TripState.UNDER_WAY)
        for rider in queries.riders_of(trip_id):
            rider.state = trip.state if rider.is_active else rider.state
    for rider, price in zip(left_out, unpaid, strict=True):
        _leave_out(actor, trip, rider, missing[rider.citizen_id], price, now, answer)
    ended = TripState.BROKEN_OFF if is_broken_off else TripState.COMPLETED
    to = rules.move(TripState(trip.state), ended)
    trip.started_at, trip.paused_at = started_at, None
    spent, waived = _charge_all(actor, trip, riders, prices, now)
    _end(trip, riders, to)
    told: dict[str, Any] = {"actual": actual, "spent": spent, "waived": waived or None}
    # For undoing: whom this left out, and that nobody had started the trip.
    before: dict[str, Any] = {"missing": ids_of(left_out) or None}
    before["from_booked"] = was_booked or None
    whom = about(trip_id, riders)
    happened(actor, trip_id, ended, now, basis=basis, charge=broken_off, **told, **whom, **before)
    citizens = _citizens(riders)
    audit.record(actor, Action.KEEP_TRIP, "trip", trip_id, citizens=citizens, to=ended, **told)
    if ended is TripState.COMPLETED and trip.company == Company.ESCORT:
        events.emit_after(TripMade(actor, tuple(citizens), local_day(started_at), now))
    return str(trip_id)


def _citizens(riders: Sequence[TripRider]) -> list[UUID]:
    return [rider.citizen_id for rider in riders]


def _home_at(
    riders: Sequence[TripRider],
    started_at: datetime,
    ended_at: datetime,
    homes: Mapping[UUID, datetime],
) -> list[datetime]:
    """Return when each was home. Raises TimesMakeNoSense where one is told to have been home before
    the start or after the others, or is not home at all.
    """
    is_in_time = all(started_at < at <= ended_at for at in homes.values())
    if not is_in_time or homes.keys() - set(_citizens(riders)):
        raise TimesMakeNoSense
    told = [homes.get(rider.citizen_id) for rider in riders]
    return rules.home_at([rider.ends_at for rider in riders], ended_at, told)


def _own_minutes(trip: Trip, riders: Sequence[TripRider], started_at: datetime) -> list[int]:
    """Return how long each was out who is home: the trip began at the door of the first who was not
    cancelled for.
    """
    everyone = queries.riders_of(trip.id)
    first = min(one.starts_at for one in everyone if one.state != TripState.CANCELLED)
    spans = [
        (rules.own_start(rider.starts_at, first, started_at), rider.ended_at or started_at)
        for rider in riders
    ]
    return [max(0, minutes_between(began, home)) for began, home in spans]


def _leave_out(
    actor: Actor,
    trip: Trip,
    rider: TripRider,
    missing: Missing,
    price: Price,
    now: datetime,
    answer: Charge | None,
) -> None:
    cause, reason = missing
    authorise(actor, Action.CANCEL_TRIP, reach(get_citizen(rider.citizen_id), local_day(now)))
    _cancel(actor, trip, [rider], cause, reason, [price], now, answer)


def _end(trip: Trip, riders: Sequence[TripRider], to: TripState) -> None:
    """Let riders go; once nobody rides any more, the trip itself has ended.

    It ends as made where anybody made it.
    """
    for rider in riders:
        rider.state = to
    everyone = queries.riders_of(trip.id)
    left = [rider for rider in everyone if rider.is_active and rider not in riders]
    if not left:
        trip.state = rules.ended_as([TripState(rider.state) for rider in everyone])
        trip.ended_at = max((one.ended_at for one in everyone if one.ended_at), default=None)
    trip.version += 1
    free_people(trip, riders)


def _charge_all(
    actor: Actor,
    trip: Trip,
    riders: Sequence[TripRider],
    prices: Sequence[Price],
    now: datetime,
) -> tuple[int, int]:
    """Charge everyone's card and return the minutes spent and waived in all."""
    pairs = [
        _charge(actor, trip, rider, price, now) for rider, price in zip(riders, prices, strict=True)
    ]
    return sum(spent for spent, _ in pairs), sum(waived for _, waived in pairs)


def _price_of_finished(
    trip: Trip,
    rider: TripRider,
    own: int,
    ruling: Ruling,
    now: datetime,
    *,
    is_broken_off: bool,
) -> Price:
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

    return by_the_terms(trip.id, paid_by(rider), local_day(trip.starts_at), now, price, ruling)


def _party(trip: Trip) -> Party:
    """Return how many were to go when the trip was booked: that one stays at home makes it no
    dearer for the others.
    """
    return Party(max(1, trip.escorts_wanted), len(queries.riders_of(trip.id)))


def paid_by(rider: TripRider) -> UUID:
    """Return the card that pays for a rider. Raises Stale for one who goes on her own way."""
    if rider.card_id is None:
        raise Stale
    return rider.card_id


def cancel_trip(
    actor: Actor,
    trip_id: UUID,
    *,
    cause: Cause,
    reason: CancelReason,
    now: datetime,
    answer: Charge | None = None,
    citizen_id: UUID | None = None,
    by: str | None = None,
    why: str | None = None,
    for_now: bool = False,
) -> str:
    """End a trip that is not made; each card is charged or given its minutes back as its scheme
    says.

    With `citizen_id` only that citizen stays at home, or turns out to be missing once the others
    are under way. `by` is how she has said so herself to whoever types it in, as BY_LETTER. `why`
    is the reason for the `answer`, which with `for_now` stands in until a person decides. Raises
    Stale, Undecided when the scheme leaves the cost open and nobody has answered, and NoReason as
    `finish_trip` does.
    """
    trip, riders = locked(actor, trip_id, Action.CANCEL_TRIP, now, citizen_id=citizen_id)
    ruling = Ruling(actor, cost=answer, why=why, for_now=for_now)
    prices = each(
        [partial(_price_of_cancelled, trip, rider, cause, now, ruling) for rider in riders]
    )
    _cancel(actor, trip, riders, cause, reason, prices, now, answer, by=by)
    return str(trip_id)


def _price_of_cancelled(
    trip: Trip, rider: TripRider, cause: Cause, now: datetime, ruling: Ruling | None
) -> Price:
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


def _cancel(
    actor: Actor,
    trip: Trip,
    riders: Sequence[TripRider],
    cause: Cause,
    reason: CancelReason,
    prices: Sequence[Price],
    now: datetime,
    answer: Charge | None = None,
    moved_to: datetime | None = None,
    by: str | None = None,
) -> None:
    if not riders:
        raise Stale
    others = [TripState(one.state) for one in queries.riders_of(trip.id) if one not in riders]
    to = rules.stopped(TripState(trip.state), cause, others)
    escorts = queries.escorts_of(trip.id)
    helpers = helpers_of(escorts)
    spent = 0
    for rider, price in zip(riders, prices, strict=True):
        spent += pay_or_give_back(actor, trip, rider, price, cause, now)
    _end(trip, riders, to)
    free_seats(actor, trip, riders, now)
    if cause in rules.TOLD_BY_US:
        for rider in riders:
            _have_citizen_told(trip, rider, cause, reason, now, moved_to)
    told: dict[str, Any] = {"cause": cause, "reason": reason, "charge": answer, "spent": spent}
    if cause is Cause.SUPPLIER and trip.starts_at > now:
        events.emit_after(CancelledByUs(trip.id, tuple(_citizens(riders)), actor, now))
    for escort in escorts:
        if escort.care_worker_id != actor.person_id:
            tell_helper(trip, escort.care_worker_id, now=now)
    happened(actor, trip.id, to, now, by=by, **told, helpers=helpers, **about(trip.id, riders))
    citizens = _citizens(riders)
    audit.record(actor, Action.CANCEL_TRIP, "trip", trip.id, citizens=citizens, **told)


def pay_or_give_back(
    actor: Actor, trip: Trip, rider: TripRider, price: Price, cause: Cause, now: datetime
) -> int:
    """Settle one rider's card for a trip that is not made and return the minutes it cost."""
    if rider.card_id is None:
        rider.charged_minutes = 0
        return 0
    lives = _lives(trip, rider, cause, now)
    if price.minutes:
        return _charge(actor, trip, rider, price, now, lives)[0]
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
            trip.id, paid_by(rider), day, now, lambda terms: longer_life(terms.cancelling, cause)
        )
    except Undecided as question:
        card = cards.get_card(paid_by(rider))
        open_task(card, "decide", question.rule, question.rule, local_day(now))
        return None


def _have_citizen_told(
    trip: Trip,
    rider: TripRider,
    cause: Cause,
    reason: CancelReason,
    now: datetime,
    moved_to: datetime | None,
) -> None:
    citizen = get_citizen(rider.citizen_id)
    facts = {
        "trip": str(trip.id),
        "starts_at": rider.starts_at.isoformat(),
        "destination": trip.destination,
        "cause": cause,
        "reason": reason,
        "moved_to": moved_to.isoformat() if moved_to else "",
    }
    key, due_at = f"trip_cancelled:{trip.id}:{citizen.id}", rested(trip.municipality_id, now)
    if moved_to is not None:  # she is asked about the new time, and that takes a talk
        queue_call(
            key,
            "trip_cancelled",
            citizen_id=citizen.id,
            supplier_id=citizen.supplier_id,
            about=trip.id,
            facts=facts,
            due_at=due_at,
            now=now,
        )
        return
    tell(
        key,
        "trip_cancelled",
        to=Recipient(CITIZEN, citizen.id),
        supplier_id=citizen.supplier_id,
        about=trip.id,
        facts=facts,
        due_at=due_at,
        late_at=rider.starts_at,
        now=now,
    )


def cancel_for_host(
    actor: Actor,
    trip_id: UUID,
    reason: CancelReason,
    *,
    now: datetime,
    moved_to: datetime | None = None,
) -> None:
    """Cancel a trip because its date is off, or is now at `moved_to`; whoever calls has asked for
    leave.

    Where the scheme has not decided what that costs, the minutes go back and a person is asked.
    """
    trip, riders = lock(trip_id)
    prices = [price_or_ask(trip, rider, Cause.HOST, now) for rider in riders]
    _cancel(actor, trip, riders, Cause.HOST, reason, prices, now, moved_to=moved_to)


def price_or_ask(trip: Trip, rider: TripRider, cause: Cause, now: datetime) -> Price:
    """Return what a trip that is not made costs a rider; where the scheme has not decided, it costs
    nothing, and a person is asked.
    """
    try:
        return _price_of_cancelled(trip, rider, cause, now, None)
    except Undecided as question:
        card = cards.get_card(paid_by(rider))
        open_task(card, "decide", question.rule, str(trip.id), local_day(now))
        return Price(0, is_made=False)


def _charge(
    actor: Actor,
    trip: Trip,
    rider: TripRider,
    price: Price,
    now: datetime,
    lives: Span | None = None,
) -> tuple[int, int]:
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
