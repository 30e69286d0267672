"""What a citizen could go to: dates of activities, what each costs, and why some do not fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.activities.queries import OccurrenceFacts, list_upcoming, seats_of
from klippekort.activities.queries.load import Month, month_of, room_left
from klippekort.citizens.models import Citizen
from klippekort.domain import accrual, booking, promises
from klippekort.domain.accrual import Plan
from klippekort.domain.booking import Outcome, TripWish
from klippekort.domain.calendar import local_day
from klippekort.domain.charging import Party, least_cost
from klippekort.domain.ledger import CardState
from klippekort.domain.needs import Need, needs_of
from klippekort.domain.schemes import Measure, Terms, settled
from klippekort.domain.wishes import Standing
from klippekort.municipalities.models import Municipality
from klippekort.punchcards.models import PunchCard
from klippekort.punchcards.queries import cards
from klippekort.relatives.queries.proposals import kept_free
from klippekort.travel.queries import Spot, Traveller
from klippekort.trips.queries.standing import standing_of
from klippekort.trips.queries.trips import spans_of_citizen

LOOK_AHEAD = timedelta(days=42)


@dataclass(frozen=True)
class Offer:
    """A date a citizen could go to, door to door; `refusal` names what stands in the way, or None.

    `minutes` is what the card pays, `travel_each_way` minutes one way; `cautions` are soft bounds
    it breaks. `available` is what the card could pay that day, told when that is too little;
    `terms` are those of the day, None without a card. `asks` names the undecided rules that a
    person must answer before the trip can be booked. `barrier` is what stands in the way whoever
    pays, so also on one's own way. `needs` is what the scheme requires of the citizen for it and
    is not known to be met.
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
    asks: tuple[str, ...] = ()
    barrier: str | None = None
    needs: tuple[Need, ...] = ()

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


def travel_each_way(traveller: Traveller, occurrence: OccurrenceFacts) -> int:
    """Return the minutes one way by the mode that is proposed to a citizen."""
    return traveller.best(goal_of(occurrence)).minutes


def goal_of(occurrence: OccurrenceFacts) -> Spot:
    """Return where a date is held, as ways are reckoned."""
    return Spot(occurrence.point, occurrence.postcode)


@dataclass(frozen=True)
class Diary:
    """A citizen's own time ahead: when she is `busy`, the dates she has a seat at, and the days
    that are kept `free` for the family.
    """

    busy: tuple[tuple[datetime, datetime], ...] = ()
    seated: frozenset[UUID] = frozenset()
    free: tuple[tuple[date, date], ...] = ()

    def is_busy(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Say whether there is a trip that shares time with this span."""
        return any(start < ends_at and end > starts_at for start, end in self.busy)

    def is_kept_free(self, on: date) -> bool:
        """Say whether it was agreed with the family that nothing is booked on a day."""
        return any(first <= on <= last for first, last in self.free)


def diary_of(citizen: Citizen, now: datetime) -> Diary:
    """Return what a citizen has before her, as far as offers look ahead."""
    busy = spans_of_citizen(citizen.id, now, now + LOOK_AHEAD + timedelta(days=1))
    return Diary(tuple(busy), frozenset(seats_of(citizen.id, now)), tuple(kept_free(citizen.id)))


@dataclass(frozen=True)
class Reckoned:
    """A card reckoned through today."""

    card: PunchCard
    plan: Plan
    state: CardState


# Ids grow with time, and of trips on one day the first that was booked has its minutes first.
_NEWEST = UUID(int=2**128 - 1)


@dataclass(frozen=True)
class Purse(Reckoned):
    """A card as offers are weighed against it.

    `standing` is what the rules look at, `diary` the owner's time.
    """

    standing: Standing
    diary: Diary = field(default_factory=Diary)
    _most: dict[date, int] = field(default_factory=dict, compare=False, repr=False)
    _can: dict[tuple[int, date], bool] = field(default_factory=dict, compare=False, repr=False)

    def affordable(self, on: date, today: date) -> int:
        """Return the most minutes a new trip on a day could have; each day is reckoned once."""
        if on not in self._most:
            self._most[on] = promises.affordable(self.state, self.plan, _NEWEST, on=on, today=today)
        return self._most[on]

    def can_pay(self, minutes: int, on: date, today: date) -> bool:
        """Say whether a new trip on a day could have so many minutes."""
        if on in self._most:
            return minutes <= self._most[on]
        if (minutes, on) not in self._can:
            self._can[minutes, on] = promises.can_afford(
                self.state, self.plan, _NEWEST, minutes, on=on, today=today
            )
        return self._can[minutes, on]

    def after(self, minutes: int, on: date, today: date) -> tuple[int, int]:
        """Return the minutes free once a trip on a day is booked, and those it must wait for."""
        _entries, state = promises.set_aside(self.state, _NEWEST, minutes, on=on, today=today)
        waits = sum(pledge.minutes for pledge in state.pledges)
        before = sum(pledge.minutes for pledge in self.state.pledges)
        return sum(lot.free for lot in state.lots), waits - before


def reckoned_of(citizen: Citizen, now: datetime, card: PunchCard | None = None) -> Reckoned | None:
    """Return the citizen's open card, or the one that is named, as it stands today, or None;
    nothing is written.
    """
    card = card or cards.find_open_card(citizen.id)
    if card is None:
        return None
    plan = cards.plan_of(card)
    state = cards.to_be_reckoned(card.id, cards.state_of(card), plan)
    return Reckoned(card, plan, accrual.projected(state, plan, local_day(now)))


def purse_of(citizen: Citizen, now: datetime, card: PunchCard | None = None) -> Purse | None:
    """Return the citizen's open card, or the one that is named, with its state today, or None;
    nothing is written.
    """
    found, today = reckoned_of(citizen, now, card), local_day(now)
    if found is None:
        return None
    known = found.plan, found.state, citizen.id, found.card.id
    standing = standing_of(*known, today, today + LOOK_AHEAD)
    return Purse(found.card, found.plan, found.state, standing, diary_of(citizen, now))


@dataclass(frozen=True)
class Payers:
    """The open cards that could pay on a day; `is_named` when a booking must say which one does."""

    cards: tuple[PunchCard, ...]
    is_named: bool = False


def payers_of(citizen: Citizen, on: date) -> Payers:
    """Return which of a citizen's cards could pay on a day; of a single card that is not asked."""
    found = [card for card in cards.list_cards_of(citizen.id) if card.closed_on is None]
    if len(found) < 2:
        return Payers(tuple(found))
    return Payers(tuple(card for card in found if cards.plan_of(card).terms_on(on)), True)


def offers_for(
    municipality: Municipality,
    citizen: Citizen,
    now: datetime,
    *,
    kinds: list[str] | None = None,
    limit: int = 60,
    helpers: int = 1,
    together: Sequence[Citizen] = (),
    purse: Purse | None = None,
) -> list[Offer]:
    """Return the dates ahead of a citizen, by time; those that do not fit say why."""
    purse = purse or purse_of(citizen, now)
    diary = purse.diary if purse else diary_of(citizen, now)
    occurrences = list_upcoming(now, now + LOOK_AHEAD, kinds=kinds, limit=limit)
    traveller, room = Traveller(municipality, citizen), room_left(occurrences)
    return [
        weigh(
            municipality,
            citizen,
            purse,
            found,
            now,
            traveller=traveller,
            helpers=helpers,
            together=together,
            diary=diary,
            room=room,
        )
        for found in occurrences
    ]


def weigh(
    municipality: Municipality,
    citizen: Citizen,
    purse: Purse | None,
    occurrence: OccurrenceFacts,
    now: datetime,
    *,
    each_way: int | None = None,
    answers: Mapping[str, str] | None = None,
    traveller: Traveller | None = None,
    helpers: int = 1,
    together: Sequence[Citizen] = (),
    diary: Diary | None = None,
    room: Mapping[Month, int] | None = None,
) -> Offer:
    """Return one date as an offer to a citizen; `answers` are a person's to undecided rules.

    `together` are the others who ride along, who are taken to agree. A list of dates keeps one
    `traveller`, so that the home is opened once, and one `room`, how many more guests associations
    take; without a card the `diary` tells what else is on.
    """
    if each_way is None:
        each_way = travel_each_way(traveller or Traveller(municipality, citizen), occurrence)
    starts_at, ends_at = span_of(occurrence, each_way)
    diary = diary or (purse.diary if purse else Diary())
    riders = [citizen, *together]
    barrier = _barrier(diary, riders, occurrence, starts_at, ends_at, now)
    if barrier is None and _is_association_full(occurrence, len(riders), room):
        barrier = "association_full"
    found = weigh_trip(
        purse,
        TripWish(
            starts_at,
            ends_at,
            2 * each_way,
            now,
            occurrence.kind,
            Party(helpers, 1 + len(together)),
            consent=True if together else None,
        ),
        barrier,
        answers or {},
    )
    return Offer(
        occurrence,
        starts_at,
        ends_at,
        each_way,
        found.minutes,
        found.refusal,
        found.earliest,
        found.cautions,
        found.available,
        found.terms,
        found.asks,
        barrier,
        found.needs,
    )


@dataclass(frozen=True)
class Weighed:
    """A trip as a card sees it: the minutes it pays, and what stands in the way, as in `Offer`."""

    minutes: int
    refusal: str | None
    earliest: datetime | None = None
    cautions: tuple[str, ...] = ()
    available: int = 0
    terms: Terms | None = None
    asks: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()

    @property
    def lacks(self) -> int:
        """Return the minutes the card is short of, when that is what stands in the way."""
        return self.minutes - self.available if self.refusal == "balance" else 0


def weigh_trip(
    purse: Purse | None, wish: TripWish, barrier: str | None, answers: Mapping[str, str]
) -> Weighed:
    """Return a trip to anywhere as a card sees it; `barrier` is what stands in the way besides."""
    terms = purse.plan.terms_on(wish.on) if purse else None
    if purse is None or terms is None:
        return Weighed(wish.minutes, "not_active")
    terms = settled(terms, answers)
    counts = terms.measured_in is Measure.MINUTES
    minutes = least_cost(terms, wish.minutes, wish.travel, wish.party) if counts else 0
    found = _stands_in_the_way(purse, terms, wish, minutes, barrier)
    return Weighed(
        minutes,
        found.rule,
        found.earliest,
        tuple(booking.cautions(terms, wish)),
        _available(purse, terms, wish) if found.rule == "balance" else 0,
        terms,
        found.asks,
        needs_of(terms, wish.activity, purse.standing.facts),
    )


@dataclass(frozen=True)
class _Found:
    """What stands in the way of a trip, and when the scheme would let it be; or what it asks."""

    rule: str | None = None
    earliest: datetime | None = None
    asks: tuple[str, ...] = ()


def _available(purse: Purse, terms: Terms, wish: TripWish) -> int:
    if terms.booking.against_future_time is False:
        return purse.state.available(wish.on)
    return purse.affordable(wish.on, wish.ordered_on)


def _barrier(
    diary: Diary,
    riders: Sequence[Citizen],
    occurrence: OccurrenceFacts,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> str | None:
    """Return what stands in the way of a trip to a date, whoever pays; the first rider's time."""
    if occurrence.is_cancelled or occurrence.starts_at <= now:
        return "over"
    if starts_at <= now:
        return "too_late"
    if not occurrence.is_sure(local_day(now)):
        return "unconfirmed"
    if occurrence.sign_up_until <= now:
        return "sign_up_over"
    if occurrence.seats_left < len(riders):
        return "no_seat"
    if occurrence.wheelchairs_left < sum(one.needs_wheelchair for one in riders):
        return "no_wheelchair_place"
    if occurrence.id in diary.seated or diary.is_busy(starts_at, ends_at):
        return "citizen_busy"
    if diary.is_kept_free(local_day(occurrence.starts_at)):
        return "family_days"
    return None


def _is_association_full(
    occurrence: OccurrenceFacts, riders: int, room: Mapping[Month, int] | None
) -> bool:
    if occurrence.association_id is None or occurrence.association_limit is None:
        return False
    room = room_left([occurrence]) if room is None else room
    left = room.get((occurrence.association_id, month_of(occurrence.starts_at)), riders)
    return left < riders


def _stands_in_the_way(
    purse: Purse, terms: Terms, wish: TripWish, minutes: int, barrier: str | None
) -> _Found:
    """Return the first thing that refuses the trip, or the rules that a person must answer."""
    if barrier in ("over", "too_late", "unconfirmed", "sign_up_over"):
        return _Found(barrier)
    verdict = booking.judge(terms, wish, purse.standing)
    if verdict.outcome is Outcome.REFUSED and verdict.rule is not None:
        return _Found(
            verdict.rule, earliest_of(verdict.rule, purse.plan, terms, wish, purse.standing)
        )
    if barrier is not None:
        return _Found(barrier)
    if not purse.can_pay(minutes, wish.on, wish.ordered_on):
        return _Found("balance")
    return _Found(asks=verdict.asks)


def earliest_of(
    rule: str, plan: Plan, terms: Terms, wish: TripWish, standing: Standing
) -> datetime | None:
    """Return when a refused trip would pass the rules, or None where no day soon changes that.

    A whole list of offers is weighed at a time, so only the days ahead that it shows are tried, and
    none for a card that has ended, a citizen who is away till nobody knows, or a trip that is too
    long on any day.
    """
    away = any(one.until_on is None and one.covers(wish.on) for one in plan.absences)
    if rule in ("not_active", "balance") or (rule == "paused" and away):
        return None
    if rule == "visit_length" and booking.broken_rule(terms, wish) == rule:
        return None

    def terms_of(day: date) -> Terms | None:
        return terms if day == wish.on else plan.terms_on(day)

    return booking.earliest(terms_of, wish, standing, LOOK_AHEAD)


def nearest(offers: list[Offer], wanted: datetime, count: int = 3) -> list[Offer]:
    """Return the offers that fit and lie nearest in time to the one that was wanted."""
    fitting = [offer for offer in offers if offer.fits]
    return sorted(fitting, key=lambda offer: abs(offer.starts_at - wanted))[:count]
