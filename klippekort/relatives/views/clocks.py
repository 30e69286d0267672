"""Danish time with the reader's own beside it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from klippekort.domain.calendar import local
from klippekort.platform.formatting import clock_time, day, moment
from klippekort.platform.i18n import _


def both_times(at: datetime, zone: str) -> str:
    """Return an instant by the Danish clock, and by another where that shows something else.

    "14:00 in Denmark (08:00 where you are)"; the day is said where it is another one there.
    """
    if _is_danish(at, zone):
        return clock_time(at)
    here, there = local(at), at.astimezone(ZoneInfo(zone))
    danish, theirs = clock_time(at), clock_time(there.timetz().replace(tzinfo=None))
    if here.date() == there.date():
        return str(_("%(danish)s in Denmark (%(own)s where you are)", danish=danish, own=theirs))
    return str(
        _(
            "%(danish)s in Denmark (%(own)s on %(day)s where you are)",
            danish=danish,
            own=theirs,
            day=day(there.date()),
        )
    )


def at_both_times(at: datetime, zone: str) -> str:
    """Return `both_times` as it is said of a trip: "at 14:00" where the clocks show the same."""
    if _is_danish(at, zone):
        return str(_("at %(time)s", time=clock_time(at)))
    return both_times(at, zone)


def both_moments(at: datetime, zone: str, today: date | None = None) -> str:
    """Return the day, by the Danish calendar, and `both_times`. `today` is as in `day`."""
    if _is_danish(at, zone):
        return moment(at, today)
    return str(_("%(day)s, %(times)s", day=day(at, today), times=both_times(at, zone)))


def _is_danish(at: datetime, zone: str) -> bool:
    return local(at).utcoffset() == at.astimezone(ZoneInfo(zone)).utcoffset()
