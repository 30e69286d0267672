"""Booking as a page asks for it: one citizen, one date of an activity, and the helpers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from klippekort.activities.queries import OccurrenceFacts, asks_for_facts, get_occurrence_facts
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import asks_for_absences, asks_for_citizen, get_citizen
from klippekort.citizens.queries.leaving import asks_if_here
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError
from klippekort.domain.finding import deadline, usual_deadline
from klippekort.domain.permissions import Actor
from klippekort.domain.trips import Transport
from klippekort.municipalities.queries import get_municipality
from klippekort.platform.tenancy import ahead
from klippekort.punchcards.services.bookings import asks_for_payer
from klippekort.relatives.queries.proposals import asks_if_kept_free
from klippekort.travel.queries import Traveller
from klippekort.trips.queries.offers import goal_of, span_of
from klippekort.trips.services.blocks import Block, Passenger, goal_at
from klippekort.trips.services.reserving import reserve_for


class NoSuchDay(DomainError):
    """The day by which a helper is to be found lies before today, or after the trip."""


@dataclass(frozen=True)
class BookingOrder:
    """What somebody asks for: the citizen, the date of an activity, and the way there.

    `travel_each_way` is minutes one way, reckoned for the way of travelling `reckoned_for`: where
    another one was chosen, its own minutes count. None: they are a person's own. `agreed_how` says
    how the citizen said yes: `said` to the helper, or `shown` on the tablet. `answers` are a
    person's, by rule, to what the scheme leaves open, and `why` the reason. `card_id` names the
    card that pays, and must where she has several and it `is_card_said`.

    Where helpers are missing, the rest is found by `escort_by`; with `finds_later` in time on
    `escort_on`, or on the working day before.
    """

    citizen_id: UUID
    occurrence_id: UUID
    transport: Transport
    travel_each_way: int
    escort_id: UUID | None
    agreed_how: str
    answers: Mapping[str, str] = field(default_factory=dict)
    escort_by: datetime | None = None
    reckoned_for: Transport | None = None
    second_id: UUID | None = None
    escorts_wanted: int = 1
    finds_later: bool = False
    escort_on: date | None = None
    card_id: UUID | None = None
    is_card_said: bool = False
    why: str | None = None

    @property
    def escorts(self) -> tuple[UUID, ...]:
        """Return the helpers who are chosen."""
        return tuple(one for one in (self.escort_id, self.second_id) if one is not None)


def book_trip(actor: Actor, order: BookingOrder, *, now: datetime) -> str:
    """Book a trip all or nothing and return its id.

    Raises what `reserve` raises, NoSuchDay, and SeveralCards.
    """
    questions = [asks_for_citizen(order.citizen_id), asks_for_facts(order.occurrence_id)]
    if order.card_id is None:
        questions.append(asks_for_payer(order.citizen_id))
    questions += [asks_for_absences(order.citizen_id), *asks_if_here(order.citizen_id)]
    questions.append(asks_if_kept_free(order.citizen_id))
    with ahead(*questions):
        return _book(actor, order, now)


def _book(actor: Actor, order: BookingOrder, now: datetime) -> str:
    citizen, facts = get_citizen(order.citizen_id), get_occurrence_facts(order.occurrence_id)
    each_way = _each_way(actor, order, citizen, facts)
    passenger = Passenger(
        order.citizen_id,
        order.agreed_how,
        answers=order.answers,
        card_id=order.card_id,
        is_card_said=order.is_card_said,
        why=order.why,
    )
    block = Block(
        passengers=(passenger,),
        goal=order.occurrence_id,
        transport=order.transport,
        out_minutes=each_way,
        home_minutes=each_way,
        escorts=order.escorts,
        escorts_wanted=order.escorts_wanted,
        escort_by=_escort_by(order, span_of(facts, each_way)[0], now),
    )
    return str(reserve_for(actor, block, goal_at(facts), [(passenger, citizen)], now=now))


def _each_way(actor: Actor, order: BookingOrder, citizen: Citizen, facts: OccurrenceFacts) -> int:
    if order.reckoned_for in (None, order.transport):
        return order.travel_each_way
    traveller = Traveller(get_municipality(actor.municipality_id), citizen)
    return traveller.leg(goal_of(facts), order.transport).minutes


def _escort_by(order: BookingOrder, starts_at: datetime, now: datetime) -> datetime | None:
    """Return when the helpers who are missing must have been found, or None."""
    if len(order.escorts) >= order.escorts_wanted:
        return None
    if order.escort_by is not None or not order.finds_later:
        return order.escort_by
    if order.escort_on is None:
        return usual_deadline(starts_at, now)
    if not local_day(now) <= order.escort_on <= local_day(starts_at):
        raise NoSuchDay
    return deadline(order.escort_on, starts_at, now)
