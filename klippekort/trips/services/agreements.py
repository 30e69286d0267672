"""Standing agreements: made once, kept week after week, with exceptions, and ended."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from klippekort.activities.queries import dates_of
from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.domain.agreements import BOOK_AHEAD, days_of, latest_change
from klippekort.domain.calendar import ONE_DAY, instant, local, local_day
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
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.trips import Transport
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.ledger import open_task
from klippekort.trips.models import AgreementException, StandingAgreement, StandingTrip
from klippekort.trips.queries import agreements as queries
from klippekort.trips.services.blocks import Block, Passenger, Place
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

    Raises Refused without a card that pays on the first day, CitizenGone, NotFound.
    """
    citizen = get_citizen(order.citizen_id)
    authorise(actor, Action.BOOK_TRIP, reach(citizen, local_day(now)))
    must_be_here(citizen.id)
    if cards.find_open_card(citizen.id) is None:
        raise Refused("not_active")
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


def except_day(actor: Actor, agreement_id: UUID, day: date, *, reason: str, now: datetime) -> str:
    """Leave one day of an agreement out, before its trip is booked or after that is cancelled.

    Raises Refused by `notice` where it is too late by the scheme's own notice for changing
    agreements: then the trip itself is cancelled, and charged as that is.
    """
    made = _open(actor, agreement_id, now)
    _check_notice(made, day, now)
    known = {one.on for one in queries.exceptions_of(agreement_id)}
    if day not in known:
        db.session.add(
            AgreementException(
                agreement_id=agreement_id,
                on=day,
                reason=reason,
                recorded_by=actor.account_id,
                recorded_at=now,
            )
        )
    audit.record(
        actor, Action.BOOK_TRIP, "agreement", agreement_id, citizens=[made.citizen_id], left_out=day
    )
    return str(agreement_id)


def end_agreement(actor: Actor, agreement_id: UUID, last_on: date, *, now: datetime) -> str:
    """Let an agreement end on a day; trips booked after it are cancelled one by one by hand.

    Raises Refused by `notice` where the next trip after that day is too near to be changed.
    """
    made = _open(actor, agreement_id, now)
    nearest = next(days_of(queries.rhythm_of(made), last_on, last_on + BOOK_AHEAD), None)
    if nearest is not None:
        _check_notice(made, nearest, now)
    made.until_on = max(last_on, made.from_on)
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
    try:
        trip_id, refused = _reserve_day(actor, made, day, now), None
    except (Refused, Undecided) as error:
        trip_id, refused = None, error.rule
    except DomainError as error:
        trip_id, refused = None, _CODES.get(type(error), "other")
    db.session.add(
        StandingTrip(
            agreement_id=agreement_id, on=day, trip_id=trip_id, refused_by=refused, tried_at=now
        )
    )
    card = cards.find_open_card(made.citizen_id)
    if refused is not None and card is not None:
        subject = f"{agreement_id}:{day}"
        open_task(card, "agreement", f"agreement.{refused}", subject, local_day(now))
    return str(trip_id) if trip_id else None


def _reserve_day(actor: Actor, made: StandingAgreement, day: date, now: datetime) -> UUID:
    """Book the day with the agreed helper, or without one where that one cannot."""
    if made.care_worker_id is not None:
        try:
            with db.session.begin_nested():
                return reserve(actor, _block(made, day, (made.care_worker_id,)), now=now)
        except _ABOUT_ESCORT:
            pass
    with db.session.begin_nested():
        return reserve(actor, _block(made, day, ()), now=now)


def _block(made: StandingAgreement, day: date, escorts: tuple[UUID, ...]) -> Block:
    return Block(
        passengers=(Passenger(made.citizen_id, made.agreed_how),),
        goal=_goal(made, day),
        transport=Transport(made.transport),
        out_minutes=made.travel_each_way,
        home_minutes=made.travel_each_way,
        escorts=escorts,
        escort_by=instant(day - ONE_DAY, time(12)),
        cause="agreement",
    )


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
