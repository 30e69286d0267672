"""The one place that asks what time it is."""

from datetime import UTC, date, datetime

from klippekort.domain.calendar import local_day


def now() -> datetime:
    """Return this instant as aware UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day it is in Denmark."""
    return local_day(now())
