"""When things happen: the dates of an activity."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from klippekort.domain.recurrence import Repeats, Slot, Timing, slots_of

__all__ = ["Repeats", "Rule", "Slot", "slots"]


@dataclass(frozen=True)
class Rule:
    """When an activity is held, on the Danish clock; `last_on` is inclusive, None is open-ended."""

    repeats: Repeats
    first_on: date
    starts: time
    ends: time
    last_on: date | None = None


def slots(rule: Rule, from_on: date, through: date) -> Iterator[Slot]:
    """Yield the dates of an activity from one day through another, by wall clock: 14:00 stays
    14:00.

    An activity that ends before it starts on the clock ends the day after.
    """
    last_on = None if rule.repeats is Repeats.ONCE else rule.last_on
    timing = Timing(rule.first_on, rule.starts, rule.ends, rule.repeats, last_on=last_on)
    return slots_of((timing,), from_on, through)
