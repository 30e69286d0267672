"""Until when a helper must have been found for a trip that is booked without one."""

from datetime import date, datetime, time, timedelta

from klippekort.domain.calendar import ONE_DAY, instant, is_weekday, local_day

NOON = time(12)
LEAST_NOTICE = timedelta(hours=2)
"""How long before somebody is fetched she must know who comes, at the latest."""


def deadline(on: date, starts_at: datetime, now: datetime) -> datetime:
    """Return the instant by which a helper is found on a day: noon, and two hours before the trip
    at the latest. Once that is over, it is two hours before the trip, or now.
    """
    last = starts_at - LEAST_NOTICE
    by = min(instant(on, NOON), last)
    return by if by > now else max(last, now)


def usual_deadline(starts_at: datetime, now: datetime) -> datetime:
    """Return the deadline where nobody says another: the working day before the trip."""
    day = local_day(starts_at) - ONE_DAY
    while not is_weekday(day):
        day -= ONE_DAY
    return deadline(day, starts_at, now)
