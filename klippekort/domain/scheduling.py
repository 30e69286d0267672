"""When things happen: the dates of an activity."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from klippekort.domain.calendar import ONE_DAY, instant


class Repeats(StrEnum):
    """How often an activity is held."""

    ONCE = "once"
    WEEKLY = "weekly"


@dataclass(frozen=True)
class Rule:
    """When an activity is held, on the Danish clock; `last_on` is inclusive, None is open-ended."""

    repeats: Repeats
    first_on: date
    starts: time
    ends: time
    last_on: date | None = None


@dataclass(frozen=True)
class Slot:
    """One date of an activity. `key` is its original local start and names it for ever."""

    key: str
    starts_at: datetime
    ends_at: datetime


def slots(rule: Rule, from_on: date, through: date) -> Iterator[Slot]:
    """Yield the dates of an activity from one day through another, by wall clock: 14:00 stays
    14:00.

    An activity that ends before it starts on the clock ends the day after.
    """
    step = timedelta(weeks=1)
    last = through if rule.last_on is None else min(through, rule.last_on)
    day = rule.first_on
    while day <= last:
        if day >= from_on:
            ends_on = day if rule.ends > rule.starts else day + ONE_DAY
            key = datetime.combine(day, rule.starts).isoformat(timespec="minutes")
            yield Slot(key, instant(day, rule.starts), instant(ends_on, rule.ends))
        if rule.repeats is Repeats.ONCE:
            return
        day += step
