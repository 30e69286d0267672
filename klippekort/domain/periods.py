"""When time arrives: the periods of an allowance, counted from the grant or by the calendar."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from klippekort.domain.calendar import ONE_DAY, iso_week, monday
from klippekort.domain.schemes import Allowance, CountedFrom, FirstPeriod, Period

_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


@dataclass(frozen=True)
class Arrival:
    """Time of an allowance: the name of the period it arrives in, the days it is earned by (both
    inclusive) and the day it arrives. Time that comes after a full period is earned by that one.
    """

    name: str
    starts: date
    ends: date
    on: date


@lru_cache(maxsize=65_536)
def next_arrival(allowance: Allowance, anchor: date, after: date) -> Arrival | None:
    """Return the first arrival later than `after` for a card that runs from `anchor`, or None.

    The week is ISO 8601's or seven days from the grant, as the allowance says; months run from
    the grant's day of the month or from the first. Undecided rules give no arrivals.
    """
    if allowance.period in (Period.NONE, Period.UNDECIDED):
        return None
    if allowance.period is Period.ONCE:
        once = Arrival(f"once:{anchor.isoformat()}", anchor, anchor, anchor)
        return once if anchor > after else None
    undecided = (
        allowance.counted_from is CountedFrom.UNDECIDED or allowance.first is FirstPeriod.UNDECIDED
    )
    if undecided:
        return None
    number = max(_number(allowance, anchor, after), 0)
    while True:
        found = _arrival(allowance, anchor, number)
        if found is not None and found.on > after:
            return found
        number += 1


def _number(allowance: Allowance, anchor: date, day: date) -> int:
    """Return the period that holds `day`, or one before it, counted from the first."""
    if day < anchor:
        return 0
    if allowance.period is Period.WEEK:
        begins = anchor - timedelta(days=_begun_before(allowance, anchor))
        return (day - begins).days // (7 * allowance.every)
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    return months // (_MONTHS[allowance.period] * allowance.every) - 1


def _begun_before(allowance: Allowance, anchor: date) -> int:
    """Return how many days before the card its first week had begun."""
    return 0 if allowance.counted_from is CountedFrom.GRANT_DAY else anchor.weekday()


def _arrival(allowance: Allowance, anchor: date, number: int) -> Arrival | None:
    by_grant = allowance.counted_from is CountedFrom.GRANT_DAY
    starts, ends = _days(allowance, anchor, number)
    if number <= 2:  # later periods give time whatever is said of the first
        on_the_line = by_grant or _days(allowance, anchor, 0)[0] == anchor
        first = {
            FirstPeriod.GRANT_PERIOD: 0,
            FirstPeriod.NEXT_PERIOD: 0 if on_the_line and not by_grant else 1,
            FirstPeriod.AFTER_FULL_PERIOD: 1 if on_the_line else 2,
        }[allowance.first]
        if number < first:
            return None
    on = max(starts, anchor)
    if allowance.first is FirstPeriod.AFTER_FULL_PERIOD:
        earned = _days(allowance, anchor, number - 1)
        return Arrival(_name(allowance, anchor, starts, number), *earned, on)
    return Arrival(_name(allowance, anchor, starts, number), starts, ends, on)


def _days(allowance: Allowance, anchor: date, number: int) -> tuple[date, date]:
    """Return the first and last day of a period."""
    by_grant = allowance.counted_from is CountedFrom.GRANT_DAY
    every = allowance.every
    if allowance.period is Period.WEEK:
        start = (anchor if by_grant else monday(anchor)) + timedelta(weeks=every * number)
        return start, start + timedelta(weeks=every) - ONE_DAY
    months = _MONTHS[allowance.period]
    start = anchor
    if not by_grant:
        start = date(anchor.year, (anchor.month - 1) // months * months + 1, 1)
    return (
        start + relativedelta(months=months * every * number),
        start + relativedelta(months=months * every * (number + 1)) - ONE_DAY,
    )


def _name(allowance: Allowance, anchor: date, starts: date, number: int) -> str:
    """Return what names a period on its card, for ever: a period is credited once."""
    if allowance.counted_from is CountedFrom.GRANT_DAY:
        unit = "" if allowance.period is Period.WEEK else allowance.period.value[0]
        return f"{anchor.isoformat()}+{number * allowance.every}{unit}"
    match allowance.period:
        case Period.WEEK:
            return iso_week(starts)
        case Period.MONTH:
            return f"{starts:%Y-%m}"
        case Period.QUARTER:
            return f"{starts.year}-Q{(starts.month + 2) // 3}"
    return f"{starts.year}"


def last_of_month(day: date) -> date:
    """Return the last day of the month that holds `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def last_of_quarter(day: date) -> date:
    """Return the last day of the quarter that holds `day`."""
    return last_of_month(day.replace(day=1, month=(day.month + 2) // 3 * 3))


def period_with(allowance: Allowance, anchor: date, day: date) -> tuple[date, date]:
    """Return the first and last day of the period that holds `day`; a lump's has no end."""
    if allowance.period in (Period.NONE, Period.ONCE, Period.UNDECIDED):
        return anchor, date.max
    if allowance.counted_from is CountedFrom.UNDECIDED:
        return day, day
    number = max(_number(allowance, anchor, day), 0)
    starts, ends = _days(allowance, anchor, number)
    while ends < day:
        number += 1
        starts, ends = _days(allowance, anchor, number)
    return starts, ends
