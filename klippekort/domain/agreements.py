"""Standing agreements: on which days a weekly walk falls, and how late it may be changed."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import lcm

from klippekort.domain.calendar import ONE_DAY, instant, monday
from klippekort.domain.schemes import Span, Terms
from klippekort.domain.spans import latest_before

BOOK_AHEAD = timedelta(weeks=4)


@dataclass(frozen=True)
class Rhythm:
    """A weekday (0 is Monday) every so many weeks, counted from the week of `from_on`.

    `starts` is a Danish clock time; `until_on` is inclusive, None is open-ended.
    """

    weekday: int
    every_weeks: int
    starts: time
    from_on: date
    until_on: date | None = None


def days_of(
    rhythm: Rhythm, after: date, through: date, exceptions: Collection[date] = ()
) -> Iterator[date]:
    """Yield the days after one through another on which an agreement is kept."""
    last = through if rhythm.until_on is None else min(through, rhythm.until_on)
    day = monday(rhythm.from_on) + timedelta(days=rhythm.weekday)
    step = timedelta(weeks=rhythm.every_weeks)
    while day <= last:
        if day >= rhythm.from_on and day > after and day not in exceptions:
            yield day
        day += step


def falls_on(rhythm: Rhythm, day: date) -> bool:
    """Say whether an agreement is kept on a day."""
    return day in days_of(rhythm, day - ONE_DAY, day)


def meet(one: Rhythm, other: Rhythm) -> bool:
    """Say whether two agreements are ever kept on the same day."""
    before = max(one.from_on, other.from_on) - ONE_DAY
    # From there on both repeat, so one whole round of the weeks shows every day they share.
    through = before + timedelta(weeks=lcm(one.every_weeks, other.every_weeks))
    return not set(days_of(one, before, through)).isdisjoint(days_of(other, before, through))


def latest_change(terms: Terms, day: date, starts: time) -> datetime | None:
    """Return the latest moment at which an agreement's trip on a day may be changed, by the notice
    the scheme asks for, or None where it asks for none or has not decided.
    """
    notice = terms.notice.agreement_change
    if not isinstance(notice, Span):
        return None
    return latest_before(instant(day, starts), notice)
