"""Standing agreements: made once, kept week after week, with exceptions, and ended."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from klippekort.activities.queries import dates_of
from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.domain.agreements import BOOK_AHEAD, Rhythm, days_of, falls_on, latest_change, meet
from klippekort.domain.calendar import instant, local, local_day
from klippekort.domain.errors import (
    CardClosed,
    CitizenBusy,
    DomainError,
    EscortBusy,
    EscortOffDuty,
    EscortUnable,
    InsufficientMinutes,
    NoSeat,
    NoWheelchairPlace,
    Refused,
    Undecided,
)
from klippekort.domain.finding import usual_deadline
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.trips import OCCUPIES, Transport
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.ledger import open_task
from klippekort.trips.models import AgreementException, StandingAgreement, StandingTrip
from klippekort.trips.queries import agreements as queries
from klippekort.trips.queries.trips import find_state
from klippekort.trips.services.blocks import Block, Passenger, Place, goal_of, span_of_block
from klippekort.trips.services.reserving import reserve

_ABOUT_ESCORT = (EscortBusy, EscortOffDuty, EscortUnable)
_CODES: dict[type[DomainError], str] = {
    InsufficientMinutes: "balance",
    CitizenBusy: "citizen_busy",
    NoSeat: "no_seat",
    NoWheelchairPlace: "no_wheelchair_place",
    CardClosed: "not_active",
}


@dataclass(frozen=True)
class AgreementOrder:
    """What is agreed: to an activity, or to a place with the minutes of the stay.

    `weekday` 0 is Monday; `starts` is the Danish clock time at which the stay begins.
    """

    citizen_id: UUID
    activity_id: UUID | None
    destination: str
    address: str | None
    postcode: str | None
    kind: str
    weekday: int
    every_weeks: int
    starts: time
    minutes: int
    travel_each_way: int
    transport: Transport
    care_worker_id: UUID | None
    agreed_how: str
    from_on: date
    until_on: date | None = None


def agree(actor: Actor, order: AgreementOrder, *, now: datetime) -> str:
    """Make a standing agreement and return its id; its trips are booked day by day.

    Raises Refused without a card that pays on the first day, and by `agreed_already` where another
    agreement of hers has some of the time; CitizenGone, NotFound.
    """
    citizen = get_citizen(order.citizen_id)
    authorise(actor, Action.BOOK_TRIP, reach(citizen, local_day(now)))
    must_be_here(citizen.id)
    if cards.find_open_card(citizen.id) is None:
        raise Refused("not_active")
    if any(_share_time(order, one) for one in queries.agreements_of(citizen.id)):
        raise Refused("agreed_already")
    made = StandingAgreement(
        id=new_id(),
        made_by=actor.account_id,
        made_at=now,
        **{name: getattr(order, name) for name in AgreementOrder.__dataclass_fields__},
    )
    db.session.add(made)
    db.session.flush()
    audit.record(actor, Action.BOOK_TRIP, "agreement", made.id, citizens=[citizen.id])
    return str(made.id)


def _share_time(order: AgreementOrder, made: StandingAgreement) -> bool:
    """Say whether a new agreement would ever want time that another has, the ways counted."""
    (begins, ends), (other_begins, other_ends) = _minutes_of(order), _minutes_of(made)
    asked = Rhythm(order.weekday, order.every_weeks, order.starts, order.from_on, order.until_on)
    return begins < other_ends and other_begins < ends and meet(asked, queries.rhythm_of(made))


def _minutes_of(made: AgreementOrder | StandingAgreement) -> tuple[int, int]:
    """Return when a trip begins and ends, door to door, in minutes after midnight."""
    starts = made.starts.hour * 60 + made.starts.minute
    return starts - made.travel_each_way, starts + made.minutes + made.travel_each_way


def except_day(actor: Actor, agreement_id: UUID, day: date, *, reason: str, now: datetime) -> str:
    """Leave one day of an agreement out, before its trip is booked or after that is cancelled.

    Raises Refused by `not_agreed` for a day that is over or not in the agreement, and by `notice`
    where it is too late by the scheme's own notice for changing agreements: then the trip itself is
    cancelled, and charged as that is.
    """
    made = _open(actor, agreement_id, now)
    if day < local_day(now) or not falls_on(queries.rhythm_of(made), day):
        raise Refused("not_agreed")
    _check_notice(made, day, now)
    _leave_out(actor, made, day, reason, now)
    return str(agreement_id)


def _leave_out(
    actor: Actor, made: StandingAgreement, day: date, reason: str, now: datetime
) -> None:
    if queries.exception_on(made.id, day) is None:
        db.session.add(
            AgreementException(
                agreement_id=made.id,
                on=day,
                reason=reason,
                recorded_by=actor.account_id,
                recorded_at=now,
            )
        )
    whom = [made.citizen_id]
    audit.record(actor, Action.BOOK_TRIP, "agreement", made.id, citizens=whom, left_out=day)


def keep_day(actor: Actor, agreement_id: UUID, day: date, *, now: datetime) -> str:
    """Put a day back that was left out. Where its time for being booked has come it is booked now,
    unless its trip stands.

    Raises Refused by `not_agreed` for a day that is over or after the agreement's end, and by
    `notice` where it is too late to change the agreement.
    """
    made = _open(actor, agreement_id, now)
    if day < local_day(now) or not falls_on(queries.rhythm_of(made), day):
        raise Refused("not_agreed")
    left_out = queries.exception_on(agreement_id, day)
    if left_out is None:
        return str(agreement_id)
    _check_notice(made, day, now)
    db.session.delete(left_out)
    db.session.flush()
    audit.record(
        actor, Action.BOOK_TRIP, "agreement", agreement_id, citizens=[made.citizen_id], put_back=day
    )
    if local_day(now) < day <= local_day(now) + BOOK_AHEAD and not _stands(agreement_id, day):
        _try_day(actor, made, day, now)
    return str(agreement_id)


def _stands(agreement_id: UUID, day: date) -> bool:
    """Say whether there is a trip on a day of an agreement that was not cancelled."""
    tried = queries.trip_of_day(agreement_id, day)
    found = find_state(tried.trip_id) if tried is not None and tried.trip_id else None
    return found is not None and found[0] in OCCUPIES


def end_agreement(actor: Actor, agreement_id: UUID, last_on: date, *, now: datetime) -> str:
    """Let an agreement end on a day, before its first if so wanted; trips booked after it are
    cancelled one by one by hand.

    Raises Refused by `notice` where the next trip after that day is too near to be changed, and by
    `ends_already` where it ends sooner as it is: nobody has said yes to more.
    """
    made = _open(actor, agreement_id, now)
    if made.until_on is not None and last_on > made.until_on:
        raise Refused("ends_already")
    nearest = next(days_of(queries.rhythm_of(made), last_on, last_on + BOOK_AHEAD), None)
    if nearest is not None:
        _check_notice(made, nearest, now)
    made.until_on = max(last_on, made.from_on)
    if last_on < made.from_on:
        _leave_out(actor, made, made.from_on, "other", now)
    audit.record(
        actor,
        Action.BOOK_TRIP,
        "agreement",
        agreement_id,
        citizens=[made.citizen_id],
        until=last_on,
    )
    return str(agreement_id)


def _open(actor: Actor, agreement_id: UUID, now: datetime) -> StandingAgreement:
    made = queries.lock_agreement(agreement_id)
    authorise(actor, Action.BOOK_TRIP, reach(get_citizen(made.citizen_id), local_day(now)))
    return made


def _check_notice(made: StandingAgreement, day: date, now: datetime) -> None:
    card = cards.find_open_card(made.citizen_id)
    if card is None:
        return
    last = latest_change(cards.current_terms(card, day), day, made.starts)
    if last is not None and now > last:
        raise Refused("notice")


def due_days(made: StandingAgreement, today: date) -> list[date]:
    """Return the days of an agreement that are to be booked now, soonest first."""
    after = max(today, made.booked_through or today)
    exceptions = {one.on for one in queries.exceptions_of(made.id)}
    return list(days_of(queries.rhythm_of(made), after, today + BOOK_AHEAD, exceptions))


def book_day(actor: Actor, agreement_id: UUID, day: date, *, now: datetime) -> str | None:
    """Book one day of an agreement and return the trip's id, or None where it was refused.

    Without a helper who is free the trip is booked all the same and one is found. A day that cannot
    be booked is kept with the rule that refused it, and becomes a task.
    """
    made = queries.lock_agreement(agreement_id)
    made.booked_through = max(day, made.booked_through or day)
    if queries.trip_of_day(agreement_id, day) is not None:
        return None
    trip_id = _try_day(actor, made, day, now)
    return str(trip_id) if trip_id else None


def _try_day(actor: Actor, made: StandingAgreement, day: date, now: datetime) -> UUID | None:
    """Book a day and keep what became of it, in the place of what became of it before."""
    try:
        trip_id, refused = _reserve_day(actor, made, day, now), None
    except (Refused, Undecided) as error:
        trip_id, refused = None, error.rule
    except DomainError as error:
        trip_id, refused = None, _CODES.get(type(error), "other")
    tried = queries.trip_of_day(made.id, day)
    if tried is None:
        tried = StandingTrip(agreement_id=made.id, on=day)
        db.session.add(tried)
    tried.trip_id, tried.refused_by, tried.tried_at = trip_id, refused, now
    db.session.flush()
    card = cards.find_open_card(made.citizen_id)
    if refused is not None and card is not None:
        subject = f"{made.id}:{day}"
        open_task(card, "agreement", f"agreement.{refused}", subject, local_day(now))
    return trip_id


def _reserve_day(actor: Actor, made: StandingAgreement, day: date, now: datetime) -> UUID:
    """Book the day with the agreed helper, or without one where that one cannot."""
    if made.care_worker_id is not None:
        try:
            with db.session.begin_nested():
                return reserve(actor, _block(made, day, (made.care_worker_id,), now), now=now)
        except _ABOUT_ESCORT:
            pass
    with db.session.begin_nested():
        return reserve(actor, _block(made, day, (), now), now=now)


def _block(made: StandingAgreement, day: date, escorts: tuple[UUID, ...], now: datetime) -> Block:
    block = Block(
        passengers=(Passenger(made.citizen_id, made.agreed_how),),
        goal=_goal(made, day),
        transport=Transport(made.transport),
        out_minutes=made.travel_each_way,
        home_minutes=made.travel_each_way,
        escorts=escorts,
        cause="agreement",
    )
    starts_at, _ends_at = span_of_block(block, goal_of(block))
    return replace(block, escort_by=usual_deadline(starts_at, now))


def _goal(made: StandingAgreement, day: date) -> UUID | Place:
    """Return the activity's date on a day, or the place. Raises Refused when there is no date."""
    if made.activity_id is not None:
        for one in dates_of(made.activity_id, instant(day, time())):
            if local_day(one.starts_at) == day and not one.is_cancelled:
                return one.id
        raise Refused("over")
    starts_at = instant(day, made.starts)
    ends_at = local(starts_at + timedelta(minutes=made.minutes))
    return Place(made.destination, made.address, made.postcode, made.kind, starts_at, ends_at)
