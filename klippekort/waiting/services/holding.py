"""Holding a trip for a yes: the seat, the minutes and a helper, truly set aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from klippekort.activities.queries import get_occurrence_facts
from klippekort.activities.services import OccurrenceOver
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import absences_of
from klippekort.domain.errors import (
    CardClosed,
    CitizenBusy,
    ConsentMissing,
    DomainError,
    EscortBusy,
    EscortOffDuty,
    EscortUnable,
    InsufficientMinutes,
    NoSeat,
    NotFound,
    NoWheelchairPlace,
    Refused,
    Undecided,
)
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.trips import Company
from klippekort.domain.working_hours import answer_by
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.services import tell
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import current_municipality
from klippekort.punchcards.queries import cards
from klippekort.travel.queries import Spot, Traveller, WayChoice
from klippekort.trips.queries.escorts import Candidate, free_escorts
from klippekort.trips.queries.offers import goal_of
from klippekort.trips.services.blocks import Block, Passenger, Place
from klippekort.trips.services.reserving import reserve
from klippekort.waiting.models import TripOffer
from klippekort.waiting.queries.offers import get_offer, home, office_of
from klippekort.waiting.services.errors import NobodyFree, TooLateToAsk

MOST_TRIES = 3
"""How many helpers are tried for one trip."""
ABOUT_ESCORT: tuple[type[DomainError], ...] = (
    EscortBusy,
    EscortOffDuty,
    EscortUnable,
    NobodyFree,
)
CODES: Mapping[type[DomainError], str] = {
    InsufficientMinutes: "balance",
    CitizenBusy: "citizen_busy",
    NoSeat: "no_seat",
    NoWheelchairPlace: "no_wheelchair_place",
    OccurrenceOver: "over",
    CardClosed: "not_active",
    ConsentMissing: "consent",
    NotFound: "not_active",
    Undecided: "undecided",
    TooLateToAsk: "too_late",
    **dict.fromkeys(ABOUT_ESCORT, "no_escort"),
}
CANNOT: tuple[type[DomainError], ...] = (Refused, *CODES)


@dataclass(frozen=True)
class Want:
    """A trip that is to be held for a citizen: where, and the helper she would rather have.

    `origin` says in the trip's history what it came from.
    """

    citizen: Citizen
    goal: UUID | Place
    origin: str
    agreed_how: str = "said"
    prefers: UUID | None = None


@dataclass(frozen=True)
class Because:
    """What an offer came from, and the score sheet by which it was her turn."""

    wish_id: UUID | None = None
    standing_wish_id: UUID | None = None
    instead_of_id: UUID | None = None
    score: dict[str, Any] | None = None


def program() -> Actor:
    """Return the program itself, which offers whatever the rules say."""
    return Actor(current_municipality(), Role.SYSTEM)


def code_of(refusal: DomainError) -> str:
    """Return why something could not be held, as it is kept on a sheet."""
    return refusal.rule if isinstance(refusal, Refused) else CODES[type(refusal)]


def offer(want: Want, because: Because, *, hours: int, now: datetime) -> UUID:
    """Hold a trip until its answer is due in working `hours`, and return the offer's id.

    Raises TooLateToAsk, NobodyFree, and what `reserve` raises.
    """
    until = answer_by(now, start_of(want), hours, office_of(home()))
    if until is None:
        raise TooLateToAsk
    trip_id = book(program(), want, now=now, held_until=until)
    made = TripOffer(
        id=new_id(),
        trip_id=trip_id,
        citizen_id=want.citizen.id,
        origin=want.origin,
        wish_id=because.wish_id,
        standing_wish_id=because.standing_wish_id,
        instead_of_id=because.instead_of_id,
        offered_at=now,
        answer_by=until,
        score=because.score,
    )
    db.session.add(made)
    db.session.flush()
    return made.id


def try_offer(want: Want, because: Because, *, hours: int, now: datetime) -> UUID | str:
    """Return the offer that was made, or the code of why not; then nothing of it is left."""
    try:
        with db.session.begin_nested():
            return offer(want, because, hours=hours, now=now)
    except CANNOT as refusal:
        return code_of(refusal)


def book(actor: Actor, want: Want, *, now: datetime, held_until: datetime | None = None) -> UUID:
    """Reserve a trip with the best helper who is free, and return its id.

    The helper who is preferred comes first. To a date, somebody without a card gets the seat alone,
    for she goes there on her own way. Raises NobodyFree, and what `reserve` raises.
    """
    if not isinstance(want.goal, Place) and cards.find_open_card(want.citizen.id) is None:
        return reserve(actor, _seat(want, held_until), now=now)
    refusal: DomainError = NobodyFree()
    for plan in _plans(want)[:MOST_TRIES]:
        block = Block(
            passengers=(Passenger(want.citizen.id, want.agreed_how),),
            goal=want.goal,
            transport=plan.way.mode,
            out_minutes=plan.way.minutes,
            home_minutes=plan.way.minutes,
            escorts=(plan.helper.id,),
            held_until=held_until,
            cause=want.origin,
        )
        try:
            with db.session.begin_nested():
                return reserve(actor, block, now=now)
        except ABOUT_ESCORT as error:
            refusal = error
    raise refusal


def _seat(want: Want, held_until: datetime | None) -> Block:
    """Return a seat at a date, for somebody who finds the way there by herself."""
    way = Traveller(home(), want.citizen).best(_stay(want).spot, drives=False)
    return Block(
        passengers=(Passenger(want.citizen.id, want.agreed_how),),
        goal=want.goal,
        transport=way.mode,
        out_minutes=way.minutes,
        home_minutes=way.minutes,
        escorts_wanted=0,
        company=Company.ALONE,
        held_until=held_until,
        cause=want.origin,
    )


@dataclass(frozen=True)
class _Stay:
    """When and where somebody would be: the time there, without the way."""

    starts_at: datetime
    ends_at: datetime
    spot: Spot


@dataclass(frozen=True)
class _Plan:
    """A helper who is free, and the way the two would take."""

    helper: Candidate
    way: WayChoice


def _plans(want: Want) -> list[_Plan]:
    """Return who could go along and how, the best first; a taxi where nobody free drives."""
    stay, traveller = _stay(want), Traveller(home(), want.citizen)
    plans: list[_Plan] = []
    for drives in (True, False):
        way = traveller.best(stay.spot, drives=drives)
        if any(plan.way == way for plan in plans):
            break
        minutes = timedelta(minutes=way.minutes)
        free = free_escorts(
            stay.starts_at - minutes, stay.ends_at + minutes, want.citizen, transport=way.mode
        )
        plans += [_Plan(one, way) for one in free]
    return sorted(plans, key=lambda plan: plan.helper.id != want.prefers)


def _stay(want: Want) -> _Stay:
    if isinstance(want.goal, Place):
        place = want.goal
        return _Stay(place.starts_at, place.ends_at, Spot(postcode=place.postcode))
    date_ = get_occurrence_facts(want.goal)
    return _Stay(date_.starts_at, date_.ends_at, goal_of(date_))


def start_of(want: Want) -> datetime:
    """Return when the citizen would be fetched."""
    stay = _stay(want)
    minutes = Traveller(home(), want.citizen).best(stay.spot).minutes
    return stay.starts_at - timedelta(minutes=minutes)


def call_key(offer_id: UUID) -> str:
    """Return what the phone call about an offer is known by."""
    return f"trip_offer:{offer_id}"


def have_asked(offer_id: UUID, now: datetime) -> None:
    """Ask a citizen by her own channel, and say by when the answer is needed."""
    row = get_offer(offer_id)
    tell(
        call_key(offer_id),
        "trip_offer",
        to=Recipient(CITIZEN, row.citizen.id),
        supplier_id=row.citizen.supplier_id,
        about=row.trip.id,
        facts={
            "offer": str(offer_id),
            "trip": str(row.trip.id),
            "destination": row.trip.destination,
            "starts_at": row.trip.starts_at.isoformat(),
            "answer_by": row.offer.answer_by.isoformat(),
        },
        due_at=now,
        late_at=row.offer.answer_by,
        now=now,
    )


def is_away(citizen_id: UUID, day: date) -> bool:
    """Say whether a citizen is known to be away on a day."""
    return any(span.covers(day) for span in absences_of(citizen_id))


def is_free(want: Want) -> bool:
    """Say whether the helper who is preferred could go along."""
    return any(plan.helper.id == want.prefers for plan in _plans(want))
