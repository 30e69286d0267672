"""Time as an office counts it: deadlines that do not run while nobody answers the phone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from klippekort.domain.calendar import ONE_DAY, instant, is_weekday, local_day

# No public holidays by law, and yet no municipal office answers the phone: Constitution Day,
# Christmas Eve and New Year's Eve.
CLOSED_DAYS = frozenset({(6, 5), (12, 24), (12, 31)})
LEAST_NOTICE = timedelta(hours=2)
"""How long before somebody is fetched the answer must be there at the latest."""
LEAST_TO_ANSWER = 30
"""The fewest working minutes within which anybody can be asked and answer."""
_NOTHING = timedelta(0)


@dataclass(frozen=True)
class OfficeHours:
    """When the office is open on a working day, on the Danish clock.

    Raises ValueError when it closes before it opens.
    """

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise ValueError(f"open from {self.opens} to {self.closes}")


def is_office_day(day: date) -> bool:
    """Say whether the office is open at all on a Danish day."""
    return is_weekday(day) and (day.month, day.day) not in CLOSED_DAYS


def after_working(start: datetime, minutes: int, hours: OfficeHours) -> datetime:
    """Return the UTC instant at which so many working minutes have passed since an instant.

    Minutes are counted in real time while the office is open. Raises ValueError below one minute.
    """
    if minutes < 1:
        raise ValueError(f"{minutes} minutes")
    left = timedelta(minutes=minutes)
    for opens, closes in _open_spans(start, hours):
        begins = max(opens, start.astimezone(UTC))
        if closes - begins >= left:
            return begins + left
        left -= max(closes - begins, _NOTHING)
    raise AssertionError("unreachable")


def working_minutes_between(start: datetime, end: datetime, hours: OfficeHours) -> int:
    """Return the whole minutes from one instant to another in which the office is open."""
    spent = _NOTHING
    for opens, closes in _open_spans(start, hours):
        if opens >= end:
            return int(spent.total_seconds() // 60)
        spent += max(min(closes, end) - max(opens, start), _NOTHING)
    raise AssertionError("unreachable")


def answer_by(
    now: datetime, starts_at: datetime, hours: int, office: OfficeHours
) -> datetime | None:
    """Return until when an offer made now waits for its answer, or None when it is too late to ask.

    `hours` are working hours; a trip that starts sooner is answered two hours before it does.
    """
    due = min(after_working(now, hours * 60, office), starts_at - LEAST_NOTICE)
    return due if working_minutes_between(now, due, office) >= LEAST_TO_ANSWER else None


def _open_spans(start: datetime, hours: OfficeHours) -> Iterator[tuple[datetime, datetime]]:
    """Yield when the office is open, as UTC instants, from the Danish day of `start` on."""
    day = local_day(start)
    while True:
        if is_office_day(day):
            yield instant(day, hours.opens), instant(day, hours.closes)
        day += ONE_DAY
