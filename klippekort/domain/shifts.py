"""Shifts as rosters write them: local times of day, over midnight and over the clock changes."""

from datetime import date, datetime, time, timedelta

from klippekort.domain.calendar import ONE_DAY, instant, local_day

LONGEST = timedelta(hours=16)


def span(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """Return the UTC instants of local times; an end at or before the start is the next day."""
    last_day = day + ONE_DAY if ends <= starts else day
    return instant(day, starts), instant(last_day, ends)


def pause_within(
    starts_at: datetime, ends_at: datetime, begins: time, ends: time
) -> tuple[datetime, datetime] | None:
    """Return the break between two local times of a shift, or None when it does not lie in it.

    In a shift over midnight a time of day that has passed is the next day's.
    """
    day = local_day(starts_at)
    first = next(
        (at for at in (instant(day, begins), instant(day + ONE_DAY, begins)) if at >= starts_at),
        ends_at,
    )
    last = next(
        (at for at in (instant(day, ends), instant(day + ONE_DAY, ends)) if at > first), first
    )
    return (first, last) if first < last <= ends_at else None
