"""The plan of a group's meetings, by the clock on the wall in Denmark."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count, islice

from klippekort.domain.calendar import instant, is_public_holiday, local, local_day
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


@dataclass(frozen=True)
class Stood:
    """When a meeting is or was, and whether that is another time than it was planned for."""

    starts_at: datetime
    is_moved: bool


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
    days = _days(rhythm.first_on, rhythm.every_days)
    planned = []
    for number, day in zip(range(from_number, from_number + many), days, strict=False):
        is_first = number == 1 and rhythm.first_minutes is not None
        minutes = rhythm.first_minutes if is_first and rhythm.first_minutes else rhythm.minutes
        starts_at = instant(day, rhythm.starts)
        ends_at = starts_at + timedelta(minutes=minutes)
        asked = is_evaluated(number, meetings, evaluate_at)
        planned.append(Planned(number, starts_at, ends_at, asked))
    return planned


def go_on(meetings: Sequence[Stood], every_days: int, after_on: date) -> tuple[date, time]:
    """Return the day, later than `after_on` and all meetings there are, and the hour in Denmark at
    which a group meets next by its own rhythm.

    `meetings` are one or more by number. A meeting that was moved was so for once.
    """
    last = local(own_time(meetings, len(meetings) - 1, every_days))
    latest = max(after_on, *(local_day(one.starts_at) for one in meetings))
    days = _days(last.date() + timedelta(days=every_days), every_days)
    return next(day for day in days if day > latest), last.time()


def own_time(meetings: Sequence[Stood], which: int, every_days: int) -> datetime:
    """Return when one of the meetings by number, from 0, would be, had nobody moved it.

    It is reckoned from the nearest before it that stands in the rhythm, else from the first after:
    on the weekday, every so many weeks, and at the hour that most have that were not moved. Where
    all were moved, the first tells the rhythm.
    """
    standing = _standing(meetings, every_days)
    near = max((one for one in standing if one <= which), default=standing[0])
    if near == which:
        return meetings[which].starts_at
    at = local(meetings[near].starts_at)
    step = every_days if near < which else -every_days
    days = _days(at.date() + timedelta(days=step), step)
    return instant(next(islice(days, abs(which - near) - 1, None)), at.time())


def _standing(meetings: Sequence[Stood], every_days: int) -> list[int]:
    """Return which meetings stand in the rhythm, at least one."""
    unmoved = [number for number, one in enumerate(meetings) if not one.is_moved] or [0]
    beats = [_beat(one, every_days) for one in meetings]
    often = Counter(beats[number] for number in unmoved)
    usual = max((beats[number] for number in reversed(unmoved)), key=lambda beat: often[beat])
    standing = [next(number for number in unmoved if beats[number] == usual)]
    for number in range(standing[0] + 1, len(meetings)):
        apart = local_day(meetings[number].starts_at) - local_day(meetings[standing[-1]].starts_at)
        # What followed a new rhythm was moved too, and stands in it all the same.
        is_in_step = number in unmoved or apart.days % every_days == 0
        if beats[number] == usual and is_in_step:
            standing.append(number)
    return standing


def _beat(meeting: Stood, every_days: int) -> tuple[int, time]:
    """Return the weekday and the hour of a meeting; between other numbers of days than whole weeks,
    what all days of the rhythm share.
    """
    at = local(meeting.starts_at)
    return at.toordinal() % (7 if every_days % 7 == 0 else every_days), at.time()


def _days(first_on: date, every_days: int) -> Iterator[date]:
    for turn in count():
        day = first_on + timedelta(days=every_days * turn)
        if not is_kept_free(day):
            yield day


def is_kept_free(day: date) -> bool:
    """Say whether no group meets on a day: a public holiday, Christmas Eve, New Year's Eve, or the
    day of the constitution.
    """
    return is_public_holiday(day) or (day.month, day.day) in _KEPT_FREE
