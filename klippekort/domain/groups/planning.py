"""The plan of a group's meetings, by the clock on the wall in Denmark."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count

from klippekort.domain.calendar import instant, is_public_holiday
from klippekort.domain.groups.forms import is_evaluated

AT_A_TIME = 6
"""How many meetings are planned at once where a group has no end."""
_KEPT_FREE = frozenset({(6, 5), (12, 24), (12, 31)})
"""Days, by month and day, that are no public holidays, on which most stay at home all the same."""


@dataclass(frozen=True)
class Rhythm:
    """When a group meets: from a day on, at a time, every so many days, for so many minutes."""

    first_on: date
    starts: time
    every_days: int
    minutes: int
    first_minutes: int | None = None


@dataclass(frozen=True)
class Planned:
    """A meeting to be: its number from 1, when, and whether the group is asked how it goes."""

    number: int
    starts_at: datetime
    ends_at: datetime
    is_evaluated: bool


def plan(
    rhythm: Rhythm,
    meetings: int | None,
    evaluate_at: tuple[int, ...],
    *,
    from_number: int = 1,
) -> list[Planned]:
    """Return the meetings from a number on: all of a series, or six where there is no end.

    A day on which nobody meets is passed over, and the meeting comes a rhythm later.
    """
    many = AT_A_TIME if meetings is None else meetings - from_number + 1
    days = _days(rhythm)
    planned = []
    for number, day in zip(range(from_number, from_number + many), days, strict=False):
        is_first = number == 1 and rhythm.first_minutes is not None
        minutes = rhythm.first_minutes if is_first and rhythm.first_minutes else rhythm.minutes
        starts_at = instant(day, rhythm.starts)
        ends_at = starts_at + timedelta(minutes=minutes)
        asked = is_evaluated(number, meetings, evaluate_at)
        planned.append(Planned(number, starts_at, ends_at, asked))
    return planned


def _days(rhythm: Rhythm) -> Iterator[date]:
    for turn in count():
        day = rhythm.first_on + timedelta(days=rhythm.every_days * turn)
        if not is_kept_free(day):
            yield day


def is_kept_free(day: date) -> bool:
    """Say whether no group meets on a day: a public holiday, Christmas Eve, New Year's Eve, or the
    day of the constitution.
    """
    return is_public_holiday(day) or (day.month, day.day) in _KEPT_FREE
