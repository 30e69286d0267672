"""A trip to a place of the citizen's own choice: what it costs, and when it could be instead."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta

from klippekort.citizens.models import Citizen
from klippekort.domain import booking
from klippekort.domain.booking import Outcome
from klippekort.domain.calendar import instant, local, local_day, minutes_between
from klippekort.domain.charging import least_cost
from klippekort.domain.schemes import Measure, settled
from klippekort.domain.wishes import TripWish
from klippekort.trips.queries.offers import Diary, Purse, Weighed, weigh_trip
from klippekort.trips.queries.trips import spans_of_citizen

DAYS_AHEAD = 14
HOURS = range(8, 19)


def weigh_place(
    citizen: Citizen, purse: Purse | None, wish: TripWish, answers: Mapping[str, str], now: datetime
) -> Weighed:
    """Return a trip to a place as the citizen's card sees it."""
    barrier = None
    if wish.starts_at <= now:
        barrier = "too_late"
    elif spans_of_citizen(citizen.id, wish.starts_at, wish.ends_at):
        barrier = "citizen_busy"
    return weigh_trip(purse, wish, barrier, answers)


def other_times(
    purse: Purse | None,
    wish: TripWish,
    answers: Mapping[str, str],
    now: datetime,
    *,
    earliest: datetime | None = None,
    count: int = 3,
) -> list[tuple[TripWish, Weighed]]:
    """Return the same trip at the times nearest to the one that was wanted at which it could really
    be booked: another hour that day, or the two weeks after.
    """
    if purse is None:
        return []
    found = []
    for other in _moved(wish, earliest):
        weighed = _if_it_fits(purse, other, answers, now, purse.diary)
        if weighed is not None:
            found.append((other, weighed))
    return sorted(found, key=lambda one: abs(one[0].starts_at - wish.starts_at))[:count]


def _moved(wish: TripWish, earliest: datetime | None) -> Iterator[TripWish]:
    """Yield the trip at other times, each once; stays begin when the whole hour or the wish says.

    The way out is the half of the travel, so a stay begins that much after the trip.
    """
    way = timedelta(minutes=wish.travel // 2)
    clock = local(wish.starts_at).time()
    seen = {wish.starts_at}
    clocks = [clock] if earliest is None else [clock, local(earliest).time()]
    starts = [instant(wish.on, time(hour)) - way for hour in HOURS]
    for days in range(DAYS_AHEAD + 1):
        day = wish.on + timedelta(days=days)
        starts += [instant(day, one) for one in clocks]
    for start in starts:
        if start not in seen:
            seen.add(start)
            yield wish.moved_to(local_day(start), local(start).time())


def _if_it_fits(
    purse: Purse, wish: TripWish, answers: Mapping[str, str], now: datetime, diary: Diary
) -> Weighed | None:
    terms = purse.plan.terms_on(wish.on)
    if terms is None or wish.starts_at <= now or diary.is_busy(wish.starts_at, wish.ends_at):
        return None
    terms = settled(terms, answers)
    if booking.judge(terms, wish, purse.standing).outcome is Outcome.REFUSED:
        return None
    counts = terms.measured_in is Measure.MINUTES
    minutes = least_cost(terms, wish.minutes, wish.travel, wish.party) if counts else 0
    if not purse.can_pay(minutes, wish.on, wish.ordered_on):
        return None
    return Weighed(minutes, None, terms=terms)


def stay_of(wish: TripWish) -> tuple[datetime, int]:
    """Return when the stay of a trip begins, and how many minutes it lasts."""
    way = timedelta(minutes=wish.travel // 2)
    stay = minutes_between(wish.starts_at, wish.ends_at) - wish.travel
    return local(wish.starts_at + way), stay
