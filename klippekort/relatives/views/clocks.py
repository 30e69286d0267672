"""Danish time with the reader's own beside it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from klippekort.domain.calendar import local
from klippekort.platform.formatting import clock_time, day
from klippekort.platform.i18n import _


def both_times(at: datetime, zone: str) -> str:
    """Return an instant by the Danish clock, and by another where that shows something else.

    "14:00 in Denmark (08:00 where you are)"; the day is said where it is another one there.
    """
    here, there = local(at), at.astimezone(ZoneInfo(zone))
    if here.utcoffset() == there.utcoffset():
        return clock_time(at)
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
