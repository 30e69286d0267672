"""What a citizen could go to: dates of activities, what each costs, and why some do not fit."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.activities.queries import OccurrenceFacts, list_upcoming, seats_of
from klippekort.citizens.models import Citizen
from klippekort.domain import accrual, booking
from klippekort.domain.accrual import Plan
from klippekort.domain.booking import TripWish
from klippekort.domain.calendar import local_day
from klippekort.domain.ledger import CardState
from klippekort.domain.schemes import Terms, terms_on
from klippekort.municipalities.models import Municipality
from klippekort.punchcards.models import PunchCard
from klippekort.punchcards.queries import cards
from klippekort.trips.queries.trips import spans_of_citizen

LOOK_AHEAD = timedelta(days=42)


@dataclass(frozen=True)
class Offer:
    """A date a citizen could go to, door to door; `refusal` names what stands in the way, or None.

    `minutes` is what the card pays, `travel_each_way` minutes one way; `cautions` are soft bounds
    it breaks. `available` is what the card could pay that day, told when that is too little;
    `terms` are those of the day, None without a card.
    """

    occurrence: OccurrenceFacts
    starts_at: datetime
    ends_at: datetime
    travel_each_way: int
    minutes: int
    refusal: str | None
    earliest: datetime | None = None
    cautions: tuple[str, ...] = ()
    available: int = 0
    terms: Terms | None = None

    @property
    def lacks(self) -> int:
        """Return the minutes the card is short of, when that is what stands in the way."""
        return self.minutes - self.available if self.refusal == "balance" else 0

    @property
    def fits(self) -> bool:
        """Say whether the trip can be booked as it stands."""
        return self.refusal is None


def span_of(occurrence: OccurrenceFacts, travel_each_way: int) -> tuple[datetime, datetime]:
    """Return a trip's instants from door to door."""
    way = timedelta(minutes=travel_each_way)
    return occurrence.starts_at - way, occurrence.ends_at + way


def travel_each_way(municipality: Municipality, citizen: Citizen, postcode: str | None) -> int:
    """Return the minutes one way that the municipality reckons with: near is the same postcode."""
    is_near = postcode is not None and postcode == citizen.postcode
    minutes = municipality.travel_near_minutes if is_near else municipality.travel_far_minutes
    return minutes or 0


@dataclass(frozen=True)
class Purse:
    """A card as offers are weighed against it, reckoned through today.

    `busy` is the owner's time, `seated` the dates the owner has a seat at.
    """

    card: PunchCard
    plan: Plan
    state: CardState
    busy: tuple[tuple[datetime, datetime], ...] = ()
    seated: frozenset[UUID] = frozenset()
    _most: dict[date, int] = field(default_factory=dict, compare=False, repr=False)

    def affordable(self, on: date, today: date) -> int:
        """Return the most minutes a new trip on a day could have; each day is reckoned once."""
        if on not in self._most:
            none_yet = UUID(int=0)
            self._most[on] = accrual.affordable(self.state, self.plan, none_yet, on=on, today=today)
        return self._most[on]

    def after(self, minutes: int, on: date, today: date) -> tuple[int, int]:
        """Return the minutes free once a trip on a day is booked, and those it must wait for."""
        _entries, state = accrual.set_aside(self.state, UUID(int=0), minutes, on=on, today=today)
        waits = sum(pledge.minutes for pledge in state.pledges)
        before = sum(pledge.minutes for pledge in self.state.pledges)
        return sum(lot.free for lot in state.lots), waits - before

    def is_busy(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Say whether the owner has a trip that shares time with this span."""
        return any(start < ends_at and end > starts_at for start, end in self.busy)


def purse_of(citizen: Citizen, now: datetime) -> Purse | None:
    """Return the citizen's open card with its state today, or None; nothing is written."""
    card = cards.find_open_card(citizen.id)
    if card is None:
        return None
    plan = cards.plan_of(card)
    state = accrual.projected(cards.state_of(card), plan, local_day(now))
    busy = spans_of_citizen(citizen.id, now, now + LOOK_AHEAD + timedelta(days=1))
    return Purse(card, plan, state, tuple(busy), frozenset(seats_of(citizen.id, now)))


def offers_for(
    municipality: Municipality,
    citizen: Citizen,
    now: datetime,
    *,
    kinds: list[str] | None = None,
    limit: int = 60,
) -> list[Offer]:
    """Return the dates ahead of a citizen, by time; those that do not fit say why."""
    purse = purse_of(citizen, now)
    occurrences = list_upcoming(now, now + LOOK_AHEAD, kinds=kinds, limit=limit)
    return [weigh(municipality, citizen, purse, found, now) for found in occurrences]


def weigh(
    municipality: Municipality,
    citizen: Citizen,
    purse: Purse | None,
    occurrence: OccurrenceFacts,
    now: datetime,
    *,
    each_way: int | None = None,
) -> Offer:
    """Return one date as an offer to a citizen."""
    if each_way is None:
        each_way = travel_each_way(municipality, citizen, occurrence.postcode)
    starts_at, ends_at = span_of(occurrence, each_way)
    wish = TripWish(starts_at, ends_at, 2 * each_way, local_day(now))
    terms = terms_on(purse.plan.versions, wish.on) if purse else None
    if purse is None or terms is None:
        return Offer(occurrence, starts_at, ends_at, each_way, wish.minutes, "not_active")
    minutes = booking.minutes_charged(terms, wish.minutes, wish.travel)
    rule, earliest = _stands_in_the_way(purse, terms, wish, minutes, citizen, occurrence, now)
    return Offer(
        occurrence,
        starts_at,
        ends_at,
        each_way,
        minutes,
        rule,
        earliest,
        tuple(booking.cautions(terms, wish)),
        purse.affordable(wish.on, wish.ordered_on) if rule == "balance" else 0,
        terms,
    )


def _stands_in_the_way(
    purse: Purse,
    terms: Terms,
    wish: TripWish,
    minutes: int,
    citizen: Citizen,
    occurrence: OccurrenceFacts,
    now: datetime,
) -> tuple[str | None, datetime | None]:
    """Return the first thing that refuses the trip, and when the scheme would let it be."""
    if occurrence.is_cancelled or occurrence.starts_at <= now:
        return "over", None
    if wish.starts_at <= now:
        return "too_late", None
    if purse.plan.is_paused(terms, wish.on):
        return "paused", None
    rule = booking.broken_rule(terms, wish)
    if rule is not None:
        return rule, booking.earliest(terms, wish)
    if occurrence.seats_left < 1:
        return "no_seat", None
    if citizen.needs_wheelchair and occurrence.wheelchairs_left < 1:
        return "no_wheelchair_place", None
    if occurrence.id in purse.seated or purse.is_busy(wish.starts_at, wish.ends_at):
        return "citizen_busy", None
    if minutes > purse.affordable(wish.on, wish.ordered_on):
        return "balance", None
    return None, None


def nearest(offers: list[Offer], wanted: datetime, count: int = 3) -> list[Offer]:
    """Return the offers that fit and lie nearest in time to the one that was wanted."""
    fitting = [offer for offer in offers if offer.fits]
    return sorted(fitting, key=lambda offer: abs(offer.starts_at - wanted))[:count]
