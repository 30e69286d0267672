"""When something is held again and again, by the clock on the wall in Denmark.

A series is its timings in order: each holds from its first day until the next one begins. What
comes out are slots in UTC, so that 14:00 stays 14:00 through both changes of the clocks. A start
that does not exist (the March night) is moved forward by the gap; one that exists twice (the
October night) is its first. An end that the change would put before its start keeps the length it
has on the wall.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice

from klippekort.domain.calendar import ONE_DAY, instant, is_public_holiday, monday

# A leap day comes again after eight years at the most; holidays and closures may take some more.
_FAR_AHEAD = timedelta(days=366 * 30)
_WEEK = timedelta(weeks=1)
LAST = -1


class Repeats(StrEnum):
    """How something comes again."""

    ONCE = "once"
    WEEKLY = "weekly"
    MONTHLY_DAY = "monthly_day"
    MONTHLY_WEEKDAY = "monthly_weekday"


class OnHolidays(StrEnum):
    """Whether it is held on public holidays."""

    HELD = "held"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Closure:
    """Days on which nothing is held, both inclusive."""

    from_on: date
    until_on: date


@dataclass(frozen=True)
class Timing:
    """When something is held from a day on.

    `every` counts weeks or months from the one that holds `from_on`. `weekdays` are from Monday 0;
    none means the weekday of `from_on`. By day of the month it is the day of `from_on`, and months
    without that day are passed over. `nth` is the weekday's number in its month, 1 to 4, and -1 the
    last. `last_on` is inclusive; None is open-ended.
    """

    from_on: date
    starts: time
    ends: time
    repeats: Repeats = Repeats.ONCE
    every: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int | None = None
    last_on: date | None = None
    on_holidays: OnHolidays = OnHolidays.HELD
    skipped: frozenset[date] = frozenset()
    closures: tuple[Closure, ...] = ()

    @property
    def ends_next_day(self) -> bool:
        """Say whether it ends after midnight."""
        return self.ends <= self.starts


@dataclass(frozen=True)
class Slot:
    """One date of a series. `key` is its original local start and names it for ever.

    `timing` is the number of the timing it came from, from 0.
    """

    key: str
    starts_at: datetime
    ends_at: datetime
    timing: int = 0


@dataclass(frozen=True)
class Pattern:
    """What is said of a timing in words, with nothing left to be understood.

    `weekdays` is empty for what is held by the day of the month, `day_of_month` and `nth` are None
    where they say nothing. `misses_short_months` says that some months have no such day.
    """

    repeats: Repeats
    every: int
    weekdays: tuple[int, ...]
    nth: int | None
    day_of_month: int | None
    misses_short_months: bool
    ends_next_day: bool


class WhyNever(StrEnum):
    """Why a timing has no date at all."""

    NO_SUCH_DAY = "no_such_day"
    LAST_DAY = "last_day"
    SKIPPED = "skipped"


Series = tuple[Timing, ...]


def slots_of(series: Series, from_on: date, through: date) -> Iterator[Slot]:
    """Yield the dates of a series from one Danish day through another, by time.

    Asking in parts yields what asking at once does.
    """
    for number, timing in enumerate(series):
        last = through
        if number + 1 < len(series):
            last = min(last, series[number + 1].from_on - ONE_DAY)
        for day in _days(timing, from_on, last):
            yield _slot(timing, day, number)


def first_overlap(spans: Sequence[tuple[datetime, datetime]], slots: Sequence[Slot]) -> Slot | None:
    """Return the first of some slots that is on during one of these spans; both are by time."""
    ours, theirs = 0, 0
    while ours < len(spans) and theirs < len(slots):
        (starts_at, ends_at), slot = spans[ours], slots[theirs]
        if slot.starts_at < ends_at and slot.ends_at > starts_at:
            return slot
        if slot.ends_at <= starts_at:
            theirs += 1
        else:
            ours += 1
    return None


def never_occurs(series: Series) -> bool:
    """Say whether a series has no date, however long one waits."""
    return first_slot(series) is None


def first_slot(series: Series, from_on: date | None = None) -> Slot | None:
    """Return the first date of a series, or its first from a day on; None when there is none."""
    start = series[0].from_on if from_on is None else from_on
    return next(slots_of(series, start, max(start, series[-1].from_on) + _FAR_AHEAD), None)


def why_never(timing: Timing) -> WhyNever | None:
    """Return what stands in the way of every date of a timing, or None when it has one."""
    if not never_occurs((timing,)):
        return None
    held = replace(timing, on_holidays=OnHolidays.HELD, skipped=frozenset(), closures=())
    if not never_occurs((held,)):
        return WhyNever.SKIPPED
    is_endless = replace(held, last_on=None)
    return WhyNever.NO_SUCH_DAY if never_occurs((is_endless,)) else WhyNever.LAST_DAY


def count_through(series: Series, day: date, limit: int) -> int:
    """Return how many dates a series has through a day; it stops counting one above `limit`."""
    return sum(1 for _ in islice(slots_of(series, series[0].from_on, day), limit + 1))


def describe(timing: Timing) -> Pattern:
    """Return what words for a timing are made of."""
    by_day = timing.repeats is Repeats.MONTHLY_DAY
    return Pattern(
        repeats=timing.repeats,
        every=timing.every,
        weekdays=() if by_day else _weekdays(timing),
        nth=timing.nth if timing.repeats is Repeats.MONTHLY_WEEKDAY else None,
        day_of_month=timing.from_on.day if by_day else None,
        misses_short_months=by_day and timing.from_on.day > 28,
        ends_next_day=timing.ends_next_day,
    )


def nth_of(day: date) -> int:
    """Return which of its weekday a day is in its month: 1 to 4, and -1 for the last."""
    return LAST if (day + _WEEK).month != day.month else (day.day - 1) // 7 + 1


def begins_in(series: Series, day: date) -> int:
    """Return the number of the timing that holds on a day; before the first, that is 0."""
    return max((n for n, timing in enumerate(series) if timing.from_on <= day), default=0)


def cut(series: Series, from_on: date, new: Timing) -> Series:
    """Return a series whose dates from a day on are made by a new timing alone.

    The new timing may begin on a later day than the old ones end.
    """
    before = [timing for timing in series if timing.from_on < from_on]
    return (*_ended(before, from_on - ONE_DAY), new)


def ended(series: Series, last_on: date) -> Series:
    """Return a series without dates after a day; the first timing stays whatever happens."""
    before = [timing for timing in series if timing.from_on <= last_on]
    return tuple(_ended(before or list(series[:1]), last_on))


def _ended(timings: list[Timing], last_on: date) -> list[Timing]:
    """Return timings of which the last ends on a day, where it did not end before."""
    if not timings:
        return []
    *kept, last = timings
    ends_on = last_on if last.last_on is None else min(last.last_on, last_on)
    return [*kept, replace(last, last_on=ends_on)]


def _slot(timing: Timing, day: date, number: int) -> Slot:
    ends_on = day + ONE_DAY if timing.ends_next_day else day
    starts_at, ends_at = instant(day, timing.starts), instant(ends_on, timing.ends)
    if ends_at <= starts_at:
        on_the_wall = datetime.combine(ends_on, timing.ends) - datetime.combine(day, timing.starts)
        ends_at = starts_at + on_the_wall
    key = datetime.combine(day, timing.starts).isoformat(timespec="minutes")
    return Slot(key, starts_at, ends_at, number)


def _days(timing: Timing, from_on: date, through: date) -> Iterator[date]:
    """Yield the days of one timing that are held, in order."""
    last = through if timing.last_on is None else min(through, timing.last_on)
    first = max(from_on, timing.from_on)
    if timing.repeats is Repeats.ONCE:
        candidates = iter((timing.from_on,))
    elif timing.repeats is Repeats.WEEKLY:
        candidates = _weekly(timing, first, last)
    else:
        candidates = _monthly(timing, first, last)
    return (day for day in candidates if first <= day <= last and _is_held(timing, day))


def _weekly(timing: Timing, first: date, last: date) -> Iterator[date]:
    """Yield the chosen weekdays of every nth week, some before `first` and after `last`."""
    step = timing.every * _WEEK
    begin = monday(timing.from_on)
    week = begin + max(0, (first - begin) // step) * step
    while week <= last:
        for weekday in _weekdays(timing):
            yield week + timedelta(days=weekday)
        week += step


def _monthly(timing: Timing, first: date, last: date) -> Iterator[date]:
    """Yield the days of every nth month, some before `first` and after `last`."""
    begin = _months(timing.from_on)
    month = begin + max(0, (_months(first) - begin) // timing.every) * timing.every
    while month <= _months(last):
        first_day = date(month // 12, month % 12 + 1, 1)
        yield from sorted(_in_month(timing, first_day))
        month += timing.every


def _in_month(timing: Timing, first_day: date) -> Iterator[date]:
    if timing.repeats is Repeats.MONTHLY_DAY:
        day = first_day + timedelta(days=timing.from_on.day - 1)
        if day.month == first_day.month:
            yield day
        return
    for weekday in _weekdays(timing):
        day = first_day + timedelta(days=(weekday - first_day.weekday()) % 7)
        yield day + (_weeks_to_last(day) if timing.nth == LAST else ((timing.nth or 1) - 1) * _WEEK)


def _weeks_to_last(day: date) -> timedelta:
    """Return the time from the first of its weekday in a month to the last."""
    fifth = day + 4 * _WEEK
    return (4 if fifth.month == day.month else 3) * _WEEK


def _weekdays(timing: Timing) -> tuple[int, ...]:
    return tuple(sorted(set(timing.weekdays))) or (timing.from_on.weekday(),)


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _is_held(timing: Timing, day: date) -> bool:
    if day in timing.skipped:
        return False
    if any(closure.from_on <= day <= closure.until_on for closure in timing.closures):
        return False
    return timing.on_holidays is OnHolidays.HELD or not is_public_holiday(day)
