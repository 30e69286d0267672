"""Ellen and her trips: what every worked example of a rule begins with."""

from dataclasses import replace
from datetime import date, time, timedelta

from klippekort.domain.calendar import instant
from klippekort.domain.schemes import Hours, Notice, Terms, Visits
from klippekort.domain.wishes import TripWish

# A Wednesday in March, far from holidays.
BEGINS = date(2027, 3, 3)
WEEKS = 8


def a_wish(start: time, minutes: int = 60, on: date = BEGINS, activity: str = "") -> TripWish:
    """Return a trip ordered long before, 20 minutes of it on the way."""
    starts_at = instant(on, start)
    ends_at = starts_at + timedelta(minutes=minutes)
    return TripWish(starts_at, ends_at, 20, starts_at - timedelta(days=400), activity)


def only(terms: Terms, *parts: str) -> Terms:
    """Return terms whose rules of when, how soon and how long a trip may be stand in no example's
    way, but for the parts that are named; the scheme has no first or last day either.
    """
    others = {"hours": Hours(), "notice": Notice(), "visits": Visits()}
    bare = {name: empty for name, empty in others.items() if name not in parts}
    return replace(terms, runs_from=None, runs_until=None, **bare)  # type: ignore[arg-type]
